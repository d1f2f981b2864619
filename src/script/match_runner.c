#include "match_runner.h"

#include "env.h"
#include "event.h"
#include "mem.h"
#include "sandbox.h"
#include "state.h"
#include "utf8.h"

#include <lauxlib.h>
#include <pthread.h>
#include <stdlib.h>

/* One call for one record. Configurable by environment, because limits that fit everybody do not exist. */
static const struct script_budget DEFAULT_BUDGET = {
    .instructions = 1000 * 1000, .memory = 16 << 20, .string = SCRIPT_MAX_STRING, .milliseconds = 200
};
/* Loading a file runs its top level, which may compile patterns. */
static const struct script_budget LOAD_BUDGET = {
    .instructions = 100 * 1000 * 1000, .memory = 256 << 20, .string = SCRIPT_MAX_STRING, .milliseconds = 3000
};
/* A match function that returns a longer list is broken. */
enum { MAX_FINDINGS = 100, MAX_ITEMS = 64 };
/* Of the keys and values it returns, in bytes; a longer value is cut. */
enum { MAX_NAME = 256, MAX_VALUE = 8 * 1024 };

/* Registry. FILES is made anew for each runner: path -> what the file returned. CHUNKS stays: path -> the
 * file as a function, which makes all its locals anew when it is run. */
static const char FILES[] = "logaudit.files", CHUNKS[] = "logaudit.chunks";

/* ---- states that wait for the next runner ---- */

/* As many as run at once on the largest function; what a state holds that is worth keeping. */
enum { KEPT_STATES = 8, KEPT_BYTES = 16 << 20 };

struct match_pool {
    char *lua_folder;
    pthread_mutex_t lock;
    struct script *kept[KEPT_STATES];
    size_t count;
};

struct match_pool *match_pool_new(const char *lua_folder) {
    struct match_pool *pool = mem_new(1, sizeof *pool);
    pool->lua_folder = mem_copy(lua_folder, strlen(lua_folder));
    pthread_mutex_init(&pool->lock, NULL);
    return pool;
}

void match_pool_free(struct match_pool *pool) {
    if (!pool)
        return;
    while (pool->count)
        script_free(pool->kept[--pool->count]);
    pthread_mutex_destroy(&pool->lock);
    free(pool->lua_folder);
    free(pool);
}

/* NULL: none. */
static struct script *take_state(struct match_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    struct script *script = pool->count ? pool->kept[--pool->count] : NULL;
    pthread_mutex_unlock(&pool->lock);
    return script;
}

static void give_state(struct match_pool *pool, struct script *script) {
    pthread_mutex_lock(&pool->lock);
    bool keep = pool->count < KEPT_STATES && script_held(script) <= KEPT_BYTES;
    if (keep)
        pool->kept[pool->count++] = script;
    pthread_mutex_unlock(&pool->lock);
    if (!keep)
        script_free(script);
}

/* ---- the runner ---- */

struct match_runner {
    struct match_pool *pool;
    struct script *script;
    struct script_budget budget;
    const struct tables *tables;
    bool ready, failed;
    size_t live;    /* what the state holds for certain: as of the last collection; 0: not known */
    double slow_ms; /* as the state's thresholds are set; 0: as the table says */
};

struct match_runner *match_runner_new(struct match_pool *pool, const struct tables *tables) {
    struct match_runner *m = mem_new(1, sizeof *m);
    m->pool = pool;
    m->tables = tables;
    m->budget = DEFAULT_BUDGET;
    m->budget.instructions = env_number("LOGAUDIT_RULE_INSTRUCTIONS", DEFAULT_BUDGET.instructions);
    m->budget.memory = (size_t)env_number("LOGAUDIT_RULE_MEMORY", (int64_t)DEFAULT_BUDGET.memory);
    return m;
}

/* A state in which something failed is not trusted with the next job. */
void match_runner_free(struct match_runner *m) {
    if (!m)
        return;
    if (m->ready && !m->failed)
        give_state(m->pool, m->script);
    else
        script_free(m->script);
    free(m);
}

const char *match_runner_error(const struct match_runner *m) {
    return script_error(m->script);
}

static int open_state(lua_State *L) {
    sandbox_open(L, lua_tostring(L, 1));
    event_open(L);
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, CHUNKS);
    return 0;
}

/* Nothing is left of what rule files did for the runner before. */
static int begin(lua_State *L) {
    sandbox_set_slow_ms(L, 0);
    l_lookup_open(L, lua_touserdata(L, 1));
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, FILES);
    return 0;
}

static enum script_outcome new_state(struct match_runner *m) {
    m->script = script_new();
    lua_State *L = script_lua(m->script);
    lua_pushcfunction(L, open_state);
    lua_pushstring(L, m->pool->lua_folder);
    return script_call(m->script, 1, 0, LOAD_BUDGET);
}

static enum script_outcome make_ready(struct match_runner *m) {
    if (m->ready)
        return SCRIPT_OK;
    script_free(m->script); /* one that could not be made ready: it has said why */
    m->script = take_state(m->pool);
    enum script_outcome outcome = m->script ? SCRIPT_OK : new_state(m);
    if (outcome != SCRIPT_OK)
        return outcome;
    lua_State *L = script_lua(m->script);
    lua_pushcfunction(L, begin);
    lua_pushlightuserdata(L, (void *)(uintptr_t)m->tables);
    outcome = script_call(m->script, 1, 0, LOAD_BUDGET);
    m->ready = outcome == SCRIPT_OK;
    return outcome;
}

/* ---- a rule file ---- */

static void set_slow_ms(lua_State *L, double *set, double wanted) {
    if (*set == wanted)
        return;
    sandbox_set_slow_ms(L, wanted);
    *set = wanted;
}

/* registry[FILES][path] = chunk() */
static int run_file(lua_State *L) {
    set_slow_ms(L, lua_touserdata(L, 3), 0);
    lua_settop(L, 2);
    sandbox_renew(L);
    lua_call(L, 0, 1);
    luaL_checktype(L, -1, LUA_TTABLE);
    lua_getfield(L, LUA_REGISTRYINDEX, FILES);
    lua_insert(L, -2);
    lua_setfield(L, -2, lua_tostring(L, 1));
    return 0;
}

static bool is_loaded(lua_State *L, const char *path) {
    lua_getfield(L, LUA_REGISTRYINDEX, FILES);
    lua_getfield(L, -1, path);
    bool loaded = !lua_isnil(L, -1);
    lua_pop(L, 2);
    return loaded;
}

/* Pushes the file as a function; nothing on a failure. */
static bool push_chunk(struct match_runner *m, const struct rule_file *file) {
    lua_State *L = script_lua(m->script);
    lua_getfield(L, LUA_REGISTRYINDEX, CHUNKS);
    if (lua_getfield(L, -1, file->path) == LUA_TNIL) {
        lua_pop(L, 1);
        if (!sandbox_load(m->script, file->text, file->path)) {
            lua_pop(L, 1);
            return false;
        }
        lua_pushvalue(L, -1);
        lua_setfield(L, -3, file->path);
    }
    lua_remove(L, -2);
    return true;
}

static enum script_outcome load_file(struct match_runner *m, const struct rule_file *file) {
    lua_State *L = script_lua(m->script);
    if (is_loaded(L, file->path))
        return SCRIPT_OK;
    lua_pushcfunction(L, run_file);
    lua_pushstring(L, file->path);
    if (!push_chunk(m, file)) {
        lua_pop(L, 2);
        return SCRIPT_RAISED;
    }
    lua_pushlightuserdata(L, &m->slow_ms);
    return script_call(m->script, 3, 0, LOAD_BUDGET);
}

/* ---- the call ---- */

struct question {
    const struct rule_file *file;
    const struct rule *rule;
    const struct event_view *event;
    const struct found *found;
    size_t found_count;
    struct arena *arena;
    struct match_answer *answer;
    double *slow_ms; /* of the runner */
};

/* Pushes the function `match` of the rule. */
static void push_match(lua_State *L, const struct question *q) {
    lua_getfield(L, LUA_REGISTRYINDEX, FILES);
    lua_getfield(L, -1, q->file->path);
    lua_rawgeti(L, -1, q->rule->place);
    if (lua_istable(L, -1)) { /* the file is a list of rules */
        lua_getfield(L, -1, "match");
        return;
    }
    lua_pop(L, 1);
    lua_getfield(L, -1, "match");
}

static void push_str(lua_State *L, struct str s) {
    lua_pushlstring(L, s.len ? s.ptr : "", s.len);
}

static void set_str(lua_State *L, const char *key, struct str s) {
    push_str(L, s);
    lua_setfield(L, -2, key);
}

static void push_found(lua_State *L, const struct question *q) {
    lua_createtable(L, (int)q->found_count, 0);
    for (size_t i = 0; i < q->found_count; i++) {
        const struct found *f = &q->found[i];
        lua_newtable(L);
        set_str(L, "pattern", f->pattern);
        set_str(L, "field", f->field);
        set_str(L, "text", f->text);
        lua_pushinteger(L, (lua_Integer)f->start + 1);
        lua_setfield(L, -2, "start");
        lua_pushinteger(L, (lua_Integer)f->end);
        lua_setfield(L, -2, "stop");
        lua_newtable(L);
        for (size_t g = 0; g < f->group_count; g++) {
            push_str(L, f->groups[g].name);
            push_str(L, f->groups[g].text);
            lua_rawset(L, -3);
        }
        lua_setfield(L, -2, "groups");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static struct str copy_text(lua_State *L, int index, struct arena *arena) {
    size_t len;
    const char *ptr = lua_tolstring(L, index, &len);
    struct str text = str_of(ptr, len);
    text.len = utf8_cut(text, MAX_VALUE);
    script_spend(L, text.len);
    return arena_copy(arena, text);
}

/* A number or boolean as JSON text. */
static struct str literal_text(lua_State *L, struct arena *arena) {
    if (lua_isboolean(L, -1))
        return str_c(lua_toboolean(L, -1) ? "true" : "false");
    struct buf text;
    buf_init(&text, 64);
    struct json_writer w = { .out = &text };
    if (lua_isinteger(L, -1))
        json_put_int(&w, lua_tointeger(L, -1));
    else
        json_put_double(&w, lua_tonumber(L, -1));
    struct str copy = arena_copy(arena, buf_str(&text));
    buf_fini(&text);
    return copy;
}

static int by_name(const void *a, const void *b) {
    const struct override_item *x = a, *y = b;
    return str_compare(x->name, y->name);
}

/* The table at the top as one finding's keys, sorted: the order of a Lua table is not stable. */
static void read_override(lua_State *L, struct arena *arena, struct override *out) {
    out->items = arena_new(arena, MAX_ITEMS, sizeof *out->items);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "match returned a table with the key %s; names were expected",
                       luaL_typename(L, -2));
        int type = lua_type(L, -1);
        bool literal = type == LUA_TNUMBER || type == LUA_TBOOLEAN;
        if (type != LUA_TSTRING && !literal)
            luaL_error(L, "match returned %s as '%s'; a string, number or boolean was expected",
                       script_kind(L, -1), lua_tostring(L, -2));
        if (lua_rawlen(L, -2) > MAX_NAME)
            luaL_error(L, "match returned a key longer than %d bytes", MAX_NAME);
        if (out->count == MAX_ITEMS)
            luaL_error(L, "match returned a table with more than %d keys", MAX_ITEMS);
        struct override_item *item = &out->items[out->count++];
        item->name = copy_text(L, -2, arena);
        item->literal = literal;
        item->text = literal ? literal_text(L, arena) : copy_text(L, -1, arena);
        lua_pop(L, 1);
    }
    mem_sort(out->items, out->count, sizeof *out->items, by_name);
}

static bool is_empty(lua_State *L) {
    lua_pushnil(L);
    if (!lua_next(L, -2))
        return true;
    lua_pop(L, 2);
    return false;
}

static bool is_list(lua_State *L) {
    bool list = lua_rawgeti(L, -1, 1) == LUA_TTABLE;
    lua_pop(L, 1);
    return list;
}

static void read_list(lua_State *L, const struct question *q) {
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    if (count > MAX_FINDINGS)
        luaL_error(L, "match returned more than %d findings", MAX_FINDINGS);
    q->answer->findings = arena_new(q->arena, (size_t)count, sizeof *q->answer->findings);
    for (lua_Integer i = 1; i <= count; i++) {
        if (lua_rawgeti(L, -1, i) != LUA_TTABLE)
            luaL_error(L, "match returned a list with %s in it; tables were expected", script_kind(L, -1));
        read_override(L, q->arena, &q->answer->findings[q->answer->count++]);
        lua_pop(L, 1);
    }
}

static void read_answer(lua_State *L, const struct question *q) {
    struct match_answer *a = q->answer;
    *a = (struct match_answer){ 0 };
    if (lua_isnil(L, -1) || (lua_isboolean(L, -1) && !lua_toboolean(L, -1)))
        return;
    if (lua_isboolean(L, -1)) {
        a->findings = arena_new(q->arena, 1, sizeof *a->findings);
        a->count = 1;
    } else if (!lua_istable(L, -1)) {
        luaL_error(L, "match returned %s; nil, a boolean or a table was expected", script_kind(L, -1));
    } else if (is_empty(L)) {
        return; /* a list without findings */
    } else if (is_list(L)) {
        read_list(L, q);
    } else {
        a->findings = arena_new(q->arena, 1, sizeof *a->findings);
        a->count = 1;
        read_override(L, q->arena, a->findings);
    }
}

static int call_match(lua_State *L) {
    const struct question *q = lua_touserdata(L, 1);
    set_slow_ms(L, q->slow_ms, q->event->slow_ms);
    push_match(L, q);
    event_push(L, q->event);
    push_found(L, q);
    lua_call(L, 2, 1);
    read_answer(L, q);
    return 0;
}

/* What calls before this one left lying about must not give it room. */
static struct script_budget budget_of(const struct match_runner *m) {
    struct script_budget budget = m->budget;
    size_t held = script_held(m->script), limit = m->live + budget.memory;
    budget.memory = limit > held ? limit - held : 0;
    return budget;
}

static enum script_outcome call(struct match_runner *m, struct question *q) {
    lua_State *L = script_lua(m->script);
    lua_pushcfunction(L, call_match);
    lua_pushlightuserdata(L, q);
    enum script_outcome outcome = script_call(m->script, 1, 0, budget_of(m));
    event_push(L, NULL);
    lua_pop(L, 1);
    if (outcome != SCRIPT_OK)
        *q->answer = (struct match_answer){ 0 };
    return outcome;
}

static enum script_outcome ask(struct match_runner *m, struct question *q) {
    enum script_outcome outcome = make_ready(m);
    if (outcome == SCRIPT_OK)
        outcome = load_file(m, q->file);
    if (outcome != SCRIPT_OK)
        return outcome;
    outcome = call(m, q);
    if (outcome != SCRIPT_OVER_MEMORY || m->live == script_held(m->script))
        return outcome;
    m->live = script_held(m->script); /* which the failure has collected: now the limit is exact */
    return call(m, q);
}

enum script_outcome match_runner_ask(struct match_runner *m, const struct rule_file *file,
                                     const struct rule *rule, const struct event_view *event,
                                     const struct found *found, size_t found_count, struct arena *arena,
                                     struct match_answer *answer) {
    struct question q = { file, rule, event, found, found_count, arena, answer, &m->slow_ms };
    enum script_outcome outcome = ask(m, &q);
    m->failed = m->failed || outcome != SCRIPT_OK;
    return outcome;
}
