#include "sandbox.h"

#include <lauxlib.h>
#include <lua-lpeg.h>
#include <lualib.h>

/* Registry key: the table whose copies environments are. */
static const char BASE[] = "logaudit.sandbox";

static const char *const GLOBALS[] = { "ipairs",   "pairs",  "next",   "type", "tostring",
                                       "tonumber", "select", "assert", "error" };
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

static int l_lookup(lua_State *L) {
    return luaL_error(L, "lookup: there is no table '%s'", luaL_checkstring(L, 1));
}

static int missing_name(lua_State *L) {
    return luaL_error(L, "'%s' is not available to rules", luaL_tolstring(L, 2, NULL));
}

static int no_new_globals(lua_State *L) {
    return luaL_error(L, "rules cannot set the global '%s' (use local)", luaL_tolstring(L, 2, NULL));
}

/* Sets names[] of the library table at the top as fields of the table below it; pops the library. */
static void copy_names(lua_State *L, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        lua_getfield(L, -1, names[i]);
        lua_setfield(L, -3, names[i]);
    }
    lua_pop(L, 1);
}

#define COPY_NAMES(L, names) copy_names(L, names, sizeof(names) / sizeof *(names))

static void push_library(lua_State *L, const char *library, const char *const *names, size_t count) {
    lua_createtable(L, 0, (int)count);
    lua_getglobal(L, library);
    copy_names(L, names, count);
}

/* ---- string methods: ("x"):rep would be a way to the string library ---- */

static int no_methods(lua_State *L) {
    return luaL_error(L, "string methods such as s:%s() are not available to rules; use text.*",
                      luaL_tolstring(L, 2, NULL));
}

/* Pushes the strings' metatable. */
static void push_string_metatable(lua_State *L) {
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_remove(L, -2);
}

bool sandbox_lock(lua_State *L, bool lock) {
    push_string_metatable(L);
    bool was_locked = lua_getfield(L, -1, "__index") == LUA_TFUNCTION;
    lua_pop(L, 1);
    if (lock)
        lua_pushcfunction(L, no_methods);
    else
        lua_getglobal(L, "string");
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    return was_locked;
}

static int call_with_lock(lua_State *L, bool lock) {
    bool was_locked = sandbox_lock(L, lock);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    sandbox_lock(L, was_locked); /* after an error the next call into the state sets it anew */
    return lua_gettop(L);
}

static int call_trusted(lua_State *L) {
    return call_with_lock(L, false);
}

static int call_rule(lua_State *L) {
    return call_with_lock(L, true);
}

void sandbox_wrap_trusted(lua_State *L) {
    lua_pushcclosure(L, call_trusted, 1);
}

static void protect_strings(lua_State *L) {
    push_string_metatable(L);
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

static void push_base(lua_State *L) {
    lua_newtable(L);
    lua_pushglobaltable(L);
    COPY_NAMES(L, GLOBALS);
    push_library(L, "math", MATH, sizeof MATH / sizeof *MATH);
    lua_setfield(L, -2, "math");
    push_library(L, "utf8", UTF8, sizeof UTF8 / sizeof *UTF8);
    lua_setfield(L, -2, "utf8");
    l_text_push(L);
    lua_setfield(L, -2, "text");
    l_regex_push(L);
    lua_setfield(L, -2, "regex");
    l_time_push(L);
    lua_setfield(L, -2, "time");
    l_table_push(L);
    lua_setfield(L, -2, "table");
    static const luaL_Reg functions[] = {
        { "set", l_set }, { "rule", l_rule }, { "lookup", l_lookup }, { 0 }
    };
    luaL_setfuncs(L, functions, 0);
    sandbox_push_null(L);
    lua_setfield(L, -2, "null");
    for (size_t i = 0; i < 2; i++) { /* the editable tables and helpers that are written in Lua */
        static const char *const modules[] = { "thresholds", "series" };
        lua_getglobal(L, "require");
        lua_pushfstring(L, "logaudit.%s", modules[i]);
        lua_call(L, 1, 1);
        if (lua_isfunction(L, -1))
            sandbox_wrap_trusted(L);
        lua_setfield(L, -2, modules[i]);
    }
}

void sandbox_open(lua_State *L, const char *lua_folder) {
    luaL_openlibs(L);
    luaL_requiref(L, "lpeg", luaopen_lpeg, 0);
    lua_pop(L, 1);
    set_package_path(L, lua_folder);
    push_base(L);
    lua_setfield(L, LUA_REGISTRYINDEX, BASE);
    protect_strings(L);
}

/* A copy of the table at the top, and of the tables in it: one rule cannot change what another one sees. */
static void push_copy(lua_State *L) {
    luaL_checkstack(L, 8, "tables nested too deep");
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, -3)) {
        if (lua_istable(L, -1)) {
            push_copy(L);
            lua_remove(L, -2);
        }
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_settable(L, -4);
    }
}

void sandbox_push_environment(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, BASE);
    push_copy(L);
    lua_remove(L, -2);
    static const luaL_Reg guards[] = { { "__index", missing_name }, { "__newindex", no_new_globals }, { 0 } };
    lua_newtable(L);
    luaL_setfuncs(L, guards, 0);
    lua_setmetatable(L, -2);
}

bool sandbox_load(struct script *s, struct str source, const char *path) {
    lua_State *L = script_lua(s);
    const char *chunk_name = lua_pushfstring(L, "@%s", path);
    bool loaded = script_load(s, source, chunk_name);
    if (loaded) {
        sandbox_push_environment(L);
        lua_setupvalue(L, -2, 1);
        lua_pushcclosure(L, call_rule, 1);
        lua_remove(L, -2); /* the chunk's name */
    } else {
        lua_pop(L, 1);
    }
    return loaded;
}
