#include "state.h"

#include "clock.h"
#include "mem.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

/* C functions cost a share of the budget too: an instruction for so many bytes that they make or read, which
 * take about as long. */
enum { BYTES_PER_INSTRUCTION = 16 };
/* The hook runs every so many instructions: often enough to stop in time, rarely enough to cost nothing. */
enum { HOOK_EVERY = 1000 };
enum { STRING_HEADER = 64, MAX_ERROR = 1024, MAX_PLACE = LUA_IDSIZE + 24 };

struct script {
    lua_State *lua;
    size_t used;       /* bytes the state holds */
    size_t limit;      /* of `used`, during a call */
    size_t max_string; /* during a call */
    int64_t instructions_left;
    int64_t next_look;           /* at the clock: when instructions_left is below it */
    int64_t max_nanos, deadline; /* of the call, 0: none; the deadline is set at the first look */
    const char *trusted;
    bool over_instructions;
    char memory_place[MAX_PLACE]; /* where memory was last refused: Lua says it without */
    char error[MAX_ERROR];
};

static struct script *script_of(lua_State *L) {
    return *(struct script **)lua_getextraspace(L);
}

/* The place in messages is the rule's, also when the trusted library works for it. */
static bool is_place(const struct script *s, const lua_Debug *activation) {
    return activation->currentline > 0 &&
           !(s->trusted && strncmp(activation->source, s->trusted, strlen(s->trusted)) == 0);
}

/* "file:line: " of the innermost Lua function from `level` on that is a rule's, "" when there is none. It
 * allocates nothing of Lua's. */
static void find_place(lua_State *L, int level, char place[static MAX_PLACE]) {
    lua_Debug activation;
    place[0] = '\0';
    for (; lua_getstack(L, level, &activation); level++) {
        lua_getinfo(L, "Sl", &activation);
        if (is_place(script_of(L), &activation)) {
            snprintf(place, MAX_PLACE, "%s:%d: ", activation.short_src, activation.currentline);
            return;
        }
    }
}

/* Lua passes an object's type in `old_size` when `ptr` is NULL. */
static void *allocate(void *context, void *ptr, size_t old_size, size_t new_size) {
    struct script *s = context;
    size_t held = ptr ? old_size : 0;
    if (new_size == 0) {
        s->used -= held;
        free(ptr);
        return NULL;
    }
    bool long_string = !ptr && old_size == LUA_TSTRING && new_size - STRING_HEADER > s->max_string &&
                       new_size > STRING_HEADER;
    if (new_size > held && (long_string || s->used - held + new_size > s->limit)) {
        find_place(s->lua, 0, s->memory_place);
        return NULL;
    }
    void *grown = realloc(ptr, new_size);
    if (grown)
        s->used += new_size - held;
    if (new_size > held)
        s->instructions_left -= (int64_t)(1 + new_size / BYTES_PER_INSTRUCTION);
    return grown;
}

static int raise_over(lua_State *L, int level, const char *message) {
    struct script *s = script_of(L);
    s->over_instructions = true;
    s->limit = SIZE_MAX; /* the message needs room, and the call is over */
    char place[MAX_PLACE];
    find_place(L, level, place);
    lua_pushfstring(L, "%s%s", place, message);
    return lua_error(L);
}

static bool is_late(struct script *s) {
    if (!s->max_nanos || s->instructions_left >= s->next_look)
        return false;
    s->next_look = s->instructions_left - HOOK_EVERY;
    int64_t now = thread_nanos();
    if (!s->deadline)
        s->deadline = now + s->max_nanos;
    return now > s->deadline;
}

static void check_budget(lua_State *L, int level) {
    struct script *s = script_of(L);
    if (s->instructions_left < 0)
        raise_over(L, level, "instruction budget spent");
    else if (is_late(s))
        raise_over(L, level, "time budget spent");
}

static void count_instructions(lua_State *L, lua_Debug *activation) {
    (void)activation;
    script_of(L)->instructions_left -= HOOK_EVERY;
    check_budget(L, 0); /* a hook is no call: level 0 is the function it stopped */
}

/* What Lua itself calls `null`; other userdata has names. */
static void name_null(lua_State *L) {
    static const char *const names[][2] = { { "a userdata value", "null" },
                                            { "light userdata", "null" },
                                            { "compare userdata with", "compare null with" },
                                            { "with userdata", "with null" },
                                            { "two userdata values", "null with null" } };
    enum { MAX_MESSAGE = 4096 }; /* what a rule raises may be long */
    if (lua_rawlen(L, 1) > MAX_MESSAGE || !strstr(lua_tostring(L, 1), "userdata"))
        return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        luaL_gsub(L, lua_tostring(L, 1), names[i][0], names[i][1]);
        lua_replace(L, 1);
    }
}

/* The message as a string, whatever was raised. */
static int describe_error(lua_State *L) {
    if (lua_type(L, 1) != LUA_TSTRING) {
        char place[MAX_PLACE];
        find_place(L, 1, place);
        lua_pushfstring(L, "%sraised %s instead of a message", place, script_kind(L, 1));
        lua_replace(L, 1);
    }
    name_null(L);
    return 1;
}

struct script *script_new(void) {
    struct script *s = mem_new(1, sizeof *s);
    s->limit = s->max_string = SIZE_MAX;
    s->lua = lua_newstate(allocate, s);
    if (!s->lua)
        abort();
    *(struct script **)lua_getextraspace(s->lua) = s;
    return s;
}

void script_free(struct script *s) {
    if (!s)
        return;
    s->limit = s->max_string = SIZE_MAX;
    lua_close(s->lua);
    free(s);
}

lua_State *script_lua(struct script *s) {
    return s->lua;
}

const char *script_error(const struct script *s) {
    return s->error;
}

struct str script_field(lua_State *L, const char *name) {
    size_t len = 0;
    lua_getfield(L, -1, name);
    const char *ptr = lua_tolstring(L, -1, &len);
    lua_pop(L, 1); /* the table still holds the string */
    return str_of(ptr ? ptr : "", len);
}

size_t script_held(const struct script *s) {
    return s->used;
}

int64_t script_left(lua_State *L) {
    return script_of(L)->instructions_left;
}

static enum script_outcome outcome_of(struct script *s, int rc) {
    if (rc == LUA_OK)
        return SCRIPT_OK;
    if (s->over_instructions)
        return SCRIPT_OVER_INSTRUCTIONS;
    return rc == LUA_ERRMEM ? SCRIPT_OVER_MEMORY : SCRIPT_RAISED;
}

enum script_outcome script_call(struct script *s, int arguments, int results, struct script_budget budget) {
    lua_State *L = s->lua;
    int function = lua_gettop(L) - arguments;
    lua_pushcfunction(L, describe_error);
    lua_insert(L, function);
    s->limit = budget.memory > SIZE_MAX - s->used ? SIZE_MAX : s->used + budget.memory;
    s->max_string = budget.string ? budget.string : SIZE_MAX;
    s->instructions_left = budget.instructions;
    s->next_look = budget.instructions - HOOK_EVERY;
    s->max_nanos = (int64_t)budget.milliseconds * 1000000;
    s->deadline = 0;
    s->over_instructions = false;
    s->memory_place[0] = '\0';
    lua_sethook(L, count_instructions, LUA_MASKCOUNT, HOOK_EVERY);
    int rc = lua_pcall(L, arguments, results, function);
    lua_sethook(L, NULL, 0, 0);
    s->limit = s->max_string = SIZE_MAX;
    enum script_outcome outcome = outcome_of(s, rc);
    if (outcome != SCRIPT_OK) {
        const char *message = lua_tostring(L, -1);
        if (outcome == SCRIPT_OVER_MEMORY)
            snprintf(s->error, sizeof s->error, "%smemory budget spent", s->memory_place);
        else
            snprintf(s->error, sizeof s->error, "%s", message ? message : "unknown error");
        lua_settop(L, function - 1);
        lua_gc(L, LUA_GCCOLLECT); /* what the failed call piled up must not count against the next one */
    } else {
        lua_remove(L, function);
    }
    return outcome;
}

void script_charge(lua_State *L, int64_t instructions) {
    script_of(L)->instructions_left -= instructions;
    check_budget(L, 1);
}

void script_spend(lua_State *L, size_t bytes) {
    script_charge(L, (int64_t)(1 + bytes / BYTES_PER_INSTRUCTION));
}

void script_look_at_clock(lua_State *L) {
    script_of(L)->next_look = INT64_MAX;
    check_budget(L, 1);
}

int script_raise_over_budget(lua_State *L, const char *what) {
    char message[64];
    snprintf(message, sizeof message, "%s over its budget", what);
    return raise_over(L, 1, message);
}

void script_trust(lua_State *L, const char *prefix) {
    script_of(L)->trusted = prefix;
}

void script_push_text(lua_State *L, int index) {
    int type = lua_type(L, index);
    if (type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TBOOLEAN || type == LUA_TNIL)
        luaL_tolstring(L, index, NULL);
    else if (type == LUA_TLIGHTUSERDATA)
        lua_pushliteral(L, "null");
    else if (type != LUA_TUSERDATA || luaL_getmetafield(L, index, "__name") != LUA_TSTRING)
        lua_pushstring(L, lua_typename(L, type));
}

const char *script_kind(lua_State *L, int index) {
    static const char *const kinds[] = { "nothing",  "nil",     "a boolean",  "null",       "a number",
                                         "a string", "a table", "a function", "a userdata", "a thread" };
    return kinds[lua_type(L, index) + 1];
}

bool script_load(struct script *s, struct str source, const char *name) {
    lua_State *L = s->lua;
    if (luaL_loadbufferx(L, source.ptr, source.len, name, "t") == LUA_OK)
        return true;
    snprintf(s->error, sizeof s->error, "%s", lua_tostring(L, -1));
    lua_pop(L, 1);
    return false;
}
