/* regex: the host's bounded engine for rules; Python's syntax, translated as a rule's own patterns are.
 *
 *   local re = regex.compile(pattern)              raises on a wrong pattern; compile outside of `match`
 *   regex.find(re, text [, from]) -> start, stop | nil
 *   regex.captures(re, text) -> { name = text, [n] = text, [0] = whole } | nil
 *
 * re:find(text) and re:captures(text) are the same. A search over its budget ends the rule's call. */
#include "regex.h"

#include "sandbox.h"
#include "utf8.h"

#include <lauxlib.h>

static const char TYPE[] = "regex";                   /* what tostring says */
static const char ENGINE[] = "logaudit.regex.engine"; /* registry key of the state's engine */
static const char ENGINE_TYPE[] = "logaudit.regex.engine type";

enum { MAX_GROUPS = 64 };
/* Compiled patterns a state may hold: their memory is not Lua's, so the memory budget does not see it. */
enum { MAX_COMPILED = 1000 };
/* Of these, how many are given again for the same pattern, so that a file that is run anew does not wait for
 * them, and bytes of such a pattern. */
enum { MAX_KEPT = 100, MAX_KEPT_BYTES = 8 * 1024 };
static const char KEPT[] = "logaudit.regex.kept"; /* registry: pattern -> what was made of it */

/* A search costs as much as reading this, besides its text; how long it really took, only the clock knows. */
enum { SEARCH_BYTES = 1024 };

struct engine {
    struct regex_scratch *scratch;
    int compiled, kept;
};

struct compiled {
    struct regex *regex;
    int64_t cost; /* instructions */
};

static struct engine *engine_of(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, ENGINE);
    struct engine *e = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return e;
}

static struct compiled *check_compiled(lua_State *L, int index) {
    return luaL_checkudata(L, index, TYPE);
}

/* The pattern as the translator prints it; raises its message. Its answer is left at stack index 2. */
static struct str translate(lua_State *L, int pattern) {
    sandbox_require(L, "regex");
    lua_getfield(L, -1, "compile");
    lua_remove(L, -2);
    lua_pushvalue(L, pattern);
    lua_call(L, 1, 3);
    if (lua_isnil(L, -3)) {
        lua_Integer position = lua_tointeger(L, -1);
        luaL_error(L, "regex.compile: %s at position %I", lua_tostring(L, -2), (LUAI_UACINT)position);
    }
    lua_settop(L, lua_gettop(L) - 2);
    lua_getfield(L, -1, "pcre");
    size_t len;
    const char *ptr = lua_tolstring(L, -1, &len);
    return str_of(ptr, len);
}

/* Pushes what was made of the pattern before, at the cost of making it: what a call may do does not depend on
 * those before it. */
static bool push_kept(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, KEPT);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pop(L, 2);
        return false;
    }
    const struct compiled *c = lua_touserdata(L, -1);
    script_charge(L, c->cost);
    return true;
}

/* What is at the top. */
static void keep(lua_State *L, struct engine *e) {
    if (e->kept == MAX_KEPT || lua_rawlen(L, 1) > MAX_KEPT_BYTES)
        return;
    lua_getfield(L, LUA_REGISTRYINDEX, KEPT);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -3);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    e->kept++;
}

static void check_room(lua_State *L, const struct engine *e) {
    if (e->compiled >= MAX_COMPILED)
        lua_gc(L, LUA_GCCOLLECT); /* nobody has most of them any more */
    if (e->compiled >= MAX_COMPILED)
        luaL_error(L, "regex.compile: more than %d patterns (compile outside of match)", MAX_COMPILED);
}

static int l_compile(lua_State *L) {
    luaL_checkstring(L, 1);
    lua_settop(L, 1);
    if (push_kept(L))
        return 1;
    struct engine *e = engine_of(L);
    check_room(L, e);
    int64_t left = script_left(L);
    struct str pcre = translate(L, 1);
    struct compiled *c = lua_newuserdatauv(L, sizeof *c, 1);
    *c = (struct compiled){ 0 };
    lua_getfield(L, 2, "groups"); /* { { name =, index = } ... } */
    lua_setiuservalue(L, -2, 1);
    luaL_setmetatable(L, TYPE); /* from here on __gc frees what is there */
    struct fault fault;
    c->regex = regex_new(pcre, &fault);
    if (!c->regex)
        return luaL_error(L, "regex.compile: %s", fault.text);
    e->compiled++;
    c->cost = left - script_left(L);
    keep(L, e);
    return 1;
}

static int l_free(lua_State *L) {
    struct compiled *c = check_compiled(L, 1);
    struct engine *e = engine_of(L);
    if (c->regex && e)
        e->compiled--;
    regex_free(c->regex);
    c->regex = NULL;
    return 0;
}

static int free_engine(lua_State *L) {
    struct engine *e = lua_touserdata(L, 1);
    regex_scratch_free(e->scratch);
    e->scratch = NULL;
    return 0;
}

/* The subject as valid UTF-8: repaired into a Lua string (which replaces the argument) when it is not. */
static struct str subject_at(lua_State *L, int index) {
    size_t len;
    const char *ptr = luaL_checklstring(L, index, &len);
    struct str s = str_of(ptr, len);
    script_spend(L, len);
    if (utf8_valid(s))
        return s;
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    for (size_t i = 0; i < s.len;) {
        size_t char_len = utf8_char_len(str_slice(s, i, 4));
        if (char_len)
            luaL_addlstring(&b, s.ptr + i, char_len);
        else
            luaL_addstring(&b, "\xEF\xBF\xBD");
        i += char_len ? char_len : 1;
    }
    luaL_pushresult(&b);
    lua_replace(L, index);
    ptr = lua_tolstring(L, index, &len);
    return str_of(ptr, len);
}

static bool search(lua_State *L, struct str subject, size_t from, struct regex_span *spans, size_t count) {
    struct compiled *c = check_compiled(L, 1);
    script_spend(L, SEARCH_BYTES);
    script_look_at_clock(L);
    enum regex_answer answer = regex_find(c->regex, engine_of(L)->scratch, subject, from, spans, count);
    if (answer == REGEX_OVER_BUDGET)
        script_raise_over_budget(L, "a pattern");
    return answer == REGEX_YES;
}

static int l_find(lua_State *L) {
    struct str subject = subject_at(L, 2);
    lua_Integer from = luaL_optinteger(L, 3, 1);
    struct regex_span span;
    if (from < 1 || (lua_Unsigned)from > subject.len + 1)
        return 0;
    while ((size_t)from <= subject.len && ((unsigned char)subject.ptr[from - 1] & 0xC0) == 0x80)
        from++; /* a search starts at a character */
    if (!search(L, subject, (size_t)from - 1, &span, 1))
        return 0;
    lua_pushinteger(L, (lua_Integer)span.start + 1);
    lua_pushinteger(L, (lua_Integer)span.end);
    return 2;
}

/* Copies the numbered texts of the table at the top to the names of their groups. */
static void name_groups(lua_State *L) {
    lua_getiuservalue(L, 1, 1);
    lua_Integer count = luaL_len(L, -1);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_geti(L, -1, i);
        lua_getfield(L, -1, "name");
        lua_getfield(L, -2, "index");
        lua_gettable(L, -5);
        lua_settable(L, -5);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static int l_captures(lua_State *L) {
    struct str subject = subject_at(L, 2);
    struct regex_span spans[MAX_GROUPS];
    if (!search(L, subject, 0, spans, MAX_GROUPS))
        return 0;
    lua_newtable(L);
    for (int i = 0; i < MAX_GROUPS; i++) {
        if (spans[i].start == REGEX_UNSET)
            continue;
        lua_pushlstring(L, subject.ptr + spans[i].start, spans[i].end - spans[i].start);
        lua_seti(L, -2, i);
    }
    name_groups(L);
    return 1;
}

void l_regex_push(lua_State *L) {
    static const luaL_Reg functions[] = {
        { "compile", l_compile }, { "find", l_find }, { "captures", l_captures }, { 0 }
    };
    struct engine *e = lua_newuserdatauv(L, sizeof *e, 0);
    *e = (struct engine){ .scratch = regex_scratch_new() };
    if (luaL_newmetatable(L, ENGINE_TYPE)) {
        lua_pushcfunction(L, free_engine);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    lua_setfield(L, LUA_REGISTRYINDEX, ENGINE);
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, KEPT);

    luaL_newlib(L, functions);
    if (luaL_newmetatable(L, TYPE)) {
        lua_pushcfunction(L, l_free);
        lua_setfield(L, -2, "__gc");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        luaL_newlib(L, functions); /* a table of its own: methods cannot be reached through it */
        lua_setfield(L, -2, "__index");
    }
    lua_pop(L, 1);
}
