#include "sandbox.h"

#include <lauxlib.h>
#include <lua-lpeg.h>
#include <lualib.h>

/* Registry key: the table that environments show. */
static const char BASE[] = "logaudit.sandbox";
static const char TRUSTED[] = "logaudit.trusted";

static const char *const GLOBALS[] = { "ipairs",   "pairs",  "next",   "type", "tostring",
                                       "tonumber", "select", "assert", "error" };
/* Of these, the ones whose cost follows their arguments. */
static const char *const CHARGED[] = { "tonumber", "select", "ipairs", "next" };
static const char *const MATH[] = { "abs", "ceil", "cos",        "exp",  "floor",      "fmod", "huge",
                                    "log", "max",  "maxinteger", "min",  "mininteger", "modf", "pi",
                                    "sin", "sqrt", "tointeger",  "type", "ult" };
static const char *const UTF8[] = { "char", "codepoint", "codes", "len", "offset" };

/* set{ "a", "b" } -> { a = true, b = true } */
static int l_set(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_newtable(L);
    lua_Integer count = luaL_len(L, 1);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_geti(L, 1, i);
        script_spend(L, lua_type(L, -1) == LUA_TSTRING ? (size_t)lua_rawlen(L, -1) : 0);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            continue;
        }
        lua_pushboolean(L, 1);
        lua_settable(L, 2);
    }
    return 1;
}

static int l_rule(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    return 1;
}

enum { ITEM_BYTES = 16 }; /* a Lua value */

static int charged(lua_State *L) {
    int count = lua_gettop(L);
    size_t bytes = (size_t)count * ITEM_BYTES;
    for (int i = 1; i <= count; i++)
        if (lua_type(L, i) == LUA_TSTRING)
            bytes += (size_t)lua_rawlen(L, i);
    bool counts_items = lua_toboolean(L, lua_upvalueindex(2));
    if (counts_items && lua_istable(L, 1))
        bytes += (size_t)lua_rawlen(L, 1) * ITEM_BYTES;
    script_spend(L, bytes);
    int results = lua_tocfunction(L, lua_upvalueindex(1))(L); /* in this frame: errors name the rule's line */
    if (results > 1)
        script_spend(L, (size_t)results * ITEM_BYTES);
    return results;
}

void sandbox_push_charged(lua_State *L, bool counts_items) {
    lua_pushboolean(L, counts_items);
    lua_pushcclosure(L, charged, 2);
}

static int l_tostring(lua_State *L) {
    luaL_checkany(L, 1);
    script_spend(L, lua_type(L, 1) == LUA_TSTRING ? (size_t)lua_rawlen(L, 1) : 0);
    script_push_text(L, 1);
    return 1;
}

static const char *key_name(lua_State *L) {
    script_push_text(L, 2);
    return lua_tostring(L, -1);
}

static int missing_name(lua_State *L) {
    return luaL_error(L, "'%s' is not available to rules", key_name(L));
}

static int no_new_globals(lua_State *L) {
    return luaL_error(L, "rules cannot set the global '%s' (use local)", key_name(L));
}

static int no_new_fields(lua_State *L) {
    return luaL_error(L, "rules cannot set '%s' in the table '%s'; it is read-only", key_name(L),
                      lua_tostring(L, lua_upvalueindex(1)));
}

/* Replaces the table at the top by a read-only one with the same content, and the tables in it likewise. */
static void seal(lua_State *L, const char *name) {
    luaL_checkstack(L, 8, "tables nested too deep");
    lua_newtable(L);
    lua_newtable(L); /* source, proxy, metatable */
    lua_newtable(L); /* the content */
    lua_pushnil(L);
    while (lua_next(L, -5)) {
        if (lua_istable(L, -1))
            seal(L, lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : name);
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_settable(L, -4);
    }
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, name);
    lua_pushcclosure(L, no_new_fields, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

/* Sets names[] of the library table at the top as fields of the table below it; pops the library. */
static void copy_names(lua_State *L, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        lua_getfield(L, -1, names[i]);
        lua_setfield(L, -3, names[i]);
    }
    lua_pop(L, 1);
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void push_library(lua_State *L, const char *library, const char *const *names, size_t count) {
    lua_createtable(L, 0, (int)count);
    lua_getglobal(L, library);
    copy_names(L, names, count);
}

/* Whether the function that is running Lua code now is one of the trusted library. The sources of rules are
 * named by their own paths. */
static bool called_by_library(lua_State *L, const char *folder) {
    lua_Debug caller;
    if (!lua_getstack(L, 1, &caller) || !lua_getinfo(L, "S", &caller))
        return false;
    size_t len = strlen(folder);
    return caller.source[0] == '@' && strncmp(caller.source + 1, folder, len) == 0 &&
           strncmp(caller.source + 1 + len, "/logaudit/", strlen("/logaudit/")) == 0;
}

/* __index of strings: the library's code has their methods, rules have not. */
static int string_method(lua_State *L) {
    if (!called_by_library(L, lua_tostring(L, lua_upvalueindex(2))))
        return luaL_error(L, "string methods such as s:%s() are not available to rules; use text.*",
                          key_name(L));
    lua_settop(L, 2);
    lua_gettable(L, lua_upvalueindex(1));
    return 1;
}

/* ("x").rep must not be a way to the string library. */
static void lock_strings(lua_State *L, const char *lua_folder) {
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_getfield(L, -1, "__index");
    lua_pushstring(L, lua_folder);
    lua_pushcclosure(L, string_method, 2);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

static void set_package_path(lua_State *L, const char *lua_folder) {
    lua_getglobal(L, "package");
    lua_pushfstring(L, "%s/?.lua", lua_folder);
    lua_setfield(L, -2, "path");
    lua_pushliteral(L, "");
    lua_setfield(L, -2, "cpath");
    lua_pop(L, 1);
}

void sandbox_push_null(lua_State *L) {
    lua_pushlightuserdata(L, NULL);
}

/* Charges what the named functions of the table at the top do. */
static void charge(lua_State *L, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        lua_getfield(L, -1, names[i]);
        sandbox_push_charged(L, false);
        lua_setfield(L, -2, names[i]);
    }
}

/* The libraries of C, as fields of the table at the top. */
static void add_libraries(lua_State *L) {
    push_library(L, "math", MATH, COUNT(MATH));
    lua_setfield(L, -2, "math");
    push_library(L, "utf8", UTF8, COUNT(UTF8));
    charge(L, UTF8, COUNT(UTF8));
    lua_setfield(L, -2, "utf8");
    l_text_push(L);
    lua_setfield(L, -2, "text");
    l_regex_push(L);
    lua_setfield(L, -2, "regex");
    l_time_push(L);
    lua_setfield(L, -2, "time");
    l_table_push(L);
    lua_setfield(L, -2, "table");
}

void sandbox_require(lua_State *L, const char *name) {
    lua_getglobal(L, "require");
    lua_pushfstring(L, "logaudit.%s", name);
    lua_call(L, 1, 1);
}

/* The tables, patterns and helpers that are written in Lua, as fields of the table at the top. */
static void add_modules(lua_State *L) {
    static const char *const modules[] = { "thresholds", "series", "access_line" };
    for (size_t i = 0; i < COUNT(modules); i++) {
        sandbox_require(L, modules[i]);
        lua_setfield(L, -2, modules[i]);
    }
}

static void seal_fields(lua_State *L) {
    static const char *const sealed[] = { "math", "utf8", "text", "regex", "time", "table", "thresholds" };
    for (size_t i = 0; i < COUNT(sealed); i++) {
        lua_getfield(L, -1, sealed[i]);
        seal(L, sealed[i]);
        lua_setfield(L, -2, sealed[i]);
    }
}

/* Replaces the read-only table at the top by its content. */
static void unseal(lua_State *L) {
    luaL_getmetafield(L, -1, "__index");
    lua_remove(L, -2);
}

void sandbox_set_slow_ms(lua_State *L, double ms) {
    int top = lua_gettop(L);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "logaudit.thresholds");
    if (lua_getfield(L, -1, "slow_ms") == LUA_TTABLE) {
        sandbox_push_names(L);
        lua_getfield(L, -1, "thresholds");
        unseal(L);
        lua_getfield(L, -1, "slow_ms");
        unseal(L); /* what rules see, and three below it what the table says */
        int seen = lua_gettop(L), said = seen - 3;
        lua_getfield(L, said, "medium");
        double medium = lua_tonumber(L, -1);
        for (lua_pushnil(L); lua_next(L, said); lua_pop(L, 1)) {
            lua_pushvalue(L, -2);
            if (ms > 0 && medium > 0 && lua_isnumber(L, -2))
                lua_pushnumber(L, lua_tonumber(L, -2) * (ms / medium));
            else
                lua_pushvalue(L, -2);
            lua_settable(L, seen);
        }
    }
    lua_settop(L, top);
}

static void push_base(lua_State *L) {
    static const luaL_Reg functions[] = { { "set", l_set }, { "rule", l_rule }, { 0 } };
    lua_newtable(L);
    lua_pushglobaltable(L);
    copy_names(L, GLOBALS, COUNT(GLOBALS));
    charge(L, CHARGED, COUNT(CHARGED));
    luaL_setfuncs(L, functions, 0);
    l_lookup_push(L);
    lua_setfield(L, -2, "lookup");
    sandbox_push_null(L);
    lua_setfield(L, -2, "null");
    add_libraries(L);
    add_modules(L);
    seal_fields(L);
    lua_newtable(L);
    lua_pushcfunction(L, missing_name);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
}

void sandbox_open(lua_State *L, const char *lua_folder) {
    luaL_openlibs(L);
    luaL_requiref(L, "lpeg", luaopen_lpeg, 0);
    lua_pop(L, 1);
    lua_pushfstring(L, "@%s/logaudit/", lua_folder);
    script_trust(L, lua_tostring(L, -1));
    lua_setfield(L, LUA_REGISTRYINDEX, TRUSTED); /* keeps it */
    lua_pushcfunction(L, l_tostring);            /* for the library's messages too */
    lua_setglobal(L, "tostring");
    set_package_path(L, lua_folder);
    push_base(L);
    lua_setfield(L, LUA_REGISTRYINDEX, BASE);
    lock_strings(L, lua_folder);
}

void sandbox_push_names(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, BASE);
}

/* An empty table that shows the base: nothing in it can be set. */
static void push_environment(lua_State *L) {
    lua_newtable(L);
    lua_newtable(L);
    sandbox_push_names(L);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, no_new_globals);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
}

void sandbox_renew(lua_State *L) {
    push_environment(L);
    lua_setupvalue(L, -2, 1);
}

bool sandbox_load(struct script *s, struct str source, const char *path) {
    lua_State *L = script_lua(s);
    const char *chunk_name = lua_pushfstring(L, "@%s", path);
    bool loaded = script_load(s, str_without_mark(source), chunk_name);
    if (loaded) {
        sandbox_renew(L);
        lua_remove(L, -2); /* the chunk's name */
    } else {
        lua_pop(L, 1);
    }
    return loaded;
}

struct script *sandbox_new(lua_CFunction open, const char *lua_folder, struct script_budget budget,
                           struct fault *fault) {
    struct script *s = script_new();
    lua_State *L = script_lua(s);
    lua_pushcfunction(L, open);
    lua_pushstring(L, lua_folder);
    if (script_call(s, 1, 0, budget) == SCRIPT_OK)
        return s;
    fault_set(fault, FAULT_USAGE, "the Lua library in %s does not load: %s", lua_folder, script_error(s));
    script_free(s);
    return NULL;
}
