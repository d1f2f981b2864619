/* text: plain string functions for rules. No patterns: Lua's backtrack inside one C call, where no budget
 * reaches. Positions count from 1, as everywhere in Lua.
 *
 *   text.find(s, part [, from]) -> start, stop | nil      text.contains(s, part) -> boolean
 *   text.starts(s, part), text.ends(s, part) -> boolean   text.split(s, separator) -> list
 *   text.trim(s), text.lower(s), text.upper(s), text.format(format, ...) -> string
 *
 * nil is taken for "" everywhere, so that an absent field needs no test. */
#include "sandbox.h"

#include <lauxlib.h>

static struct str text_at(lua_State *L, int index) {
    size_t len = 0;
    if (lua_isnoneornil(L, index)) {
        script_spend(L, 0);
        return (struct str)STR("");
    }
    const char *ptr = luaL_checklstring(L, index, &len);
    script_spend(L, len);
    return str_of(ptr, len);
}

static int l_find(lua_State *L) {
    struct str s = text_at(L, 1), part = text_at(L, 2);
    lua_Integer from = luaL_optinteger(L, 3, 1);
    if (from < 1)
        from = 1;
    if ((lua_Unsigned)from > s.len + 1)
        return 0;
    struct str rest = str_slice(s, (size_t)from - 1, s.len);
    size_t at = str_find(rest, part);
    if (at + part.len > rest.len)
        return 0;
    lua_pushinteger(L, from + (lua_Integer)at);
    lua_pushinteger(L, from + (lua_Integer)(at + part.len) - 1);
    return 2;
}

static int l_contains(lua_State *L) {
    struct str s = text_at(L, 1), part = text_at(L, 2);
    lua_pushboolean(L, str_find(s, part) + part.len <= s.len);
    return 1;
}

static int l_starts(lua_State *L) {
    lua_pushboolean(L, str_starts(text_at(L, 1), text_at(L, 2)));
    return 1;
}

static int l_ends(lua_State *L) {
    lua_pushboolean(L, str_ends(text_at(L, 1), text_at(L, 2)));
    return 1;
}

static int l_split(lua_State *L) {
    struct str s = text_at(L, 1), separator = text_at(L, 2);
    luaL_argcheck(L, separator.len > 0, 2, "an empty separator");
    lua_newtable(L);
    for (lua_Integer i = 1;; i++) {
        size_t at = str_find(s, separator);
        lua_pushlstring(L, s.len ? s.ptr : "", at);
        lua_seti(L, -2, i);
        if (at == s.len)
            return 1;
        s = str_slice(s, at + separator.len, s.len);
    }
}

static int l_trim(lua_State *L) {
    struct str s = str_trim(text_at(L, 1));
    lua_pushlstring(L, s.len ? s.ptr : "", s.len);
    return 1;
}

/* Linear in their argument, which has at most MAX_STRING bytes. */
static int call_string(lua_State *L, const char *name) {
    struct str s = text_at(L, 1);
    lua_getglobal(L, "string");
    lua_getfield(L, -1, name);
    lua_pushlstring(L, s.len ? s.ptr : "", s.len);
    lua_call(L, 1, 1);
    return 1;
}

static int l_lower(lua_State *L) {
    return call_string(L, "lower");
}

static int l_upper(lua_State *L) {
    return call_string(L, "upper");
}

/* %p prints an address, and so does %s of a table: neither is the same in the next run. */
static void check_format(lua_State *L, struct str format) {
    for (size_t i = 0; i + 1 < format.len; i++) {
        if (format.ptr[i] != '%')
            continue;
        do
            i++;
        while (i < format.len && format.ptr[i] && strchr("-+ #0123456789.", format.ptr[i]));
        if (i < format.len && format.ptr[i] == 'p')
            luaL_error(L, "text.format: %%p is not available to rules");
    }
}

static int l_format(lua_State *L) {
    luaL_checkstring(L, 1);
    check_format(L, text_at(L, 1));
    int count = lua_gettop(L);
    for (int i = 2; i <= count; i++) {
        int type = lua_type(L, i);
        script_spend(L, type == LUA_TSTRING ? (size_t)lua_rawlen(L, i) : 0);
        if (type >= LUA_TLIGHTUSERDATA && type != LUA_TNUMBER && type != LUA_TSTRING) {
            script_push_text(L, i);
            lua_replace(L, i);
        }
    }
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

void l_text_push(lua_State *L) {
    static const luaL_Reg functions[] = {
        { "find", l_find },   { "contains", l_contains }, { "starts", l_starts },
        { "ends", l_ends },   { "split", l_split },       { "trim", l_trim },
        { "lower", l_lower }, { "upper", l_upper },       { 0 }
    };
    luaL_newlib(L, functions);
    lua_getglobal(L, "string");
    lua_getfield(L, -1, "format");
    lua_pushcclosure(L, l_format, 1);
    lua_setfield(L, -3, "format");
    lua_pop(L, 1);
}
