/* table: the bounded part of Lua's library for rules. What insert and remove move and what concat and unpack
 * read is spent; sort compares inside C, so the list's length is bounded here. table.move is left out: its
 * cost follows its arguments, not the table. */
#include "sandbox.h"

#include <lauxlib.h>

enum { MAX_SORT = 10 * 1000 };

/* Without a function of the rule's: each item is compared about log2(count) times. */
static void spend_comparisons(lua_State *L, lua_Integer count) {
    size_t bytes = 0, rounds = 1;
    for (lua_Integer n = count; n > 1; n /= 2)
        rounds++;
    for (lua_Integer i = 1; i <= count; i++) {
        bytes += 16 + (lua_rawgeti(L, 1, i) == LUA_TSTRING ? (size_t)lua_rawlen(L, -1) : 0);
        lua_pop(L, 1);
    }
    script_spend(L, bytes * rounds);
}

static int l_sort(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    if (luaL_len(L, 1) > MAX_SORT)
        return luaL_error(L, "table.sort: more than %d items", MAX_SORT);
    spend_comparisons(L, luaL_len(L, 1));
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* table.insert(list, position, value), table.remove(list, position): the items behind the position move. */
static int l_shift(lua_State *L) {
    lua_Integer position, count = lua_istable(L, 1) ? (lua_Integer)lua_rawlen(L, 1) : 0;
    bool inserts = lua_toboolean(L, lua_upvalueindex(2));
    if (lua_gettop(L) == (inserts ? 3 : 2) && (position = lua_tointeger(L, 2)) >= 1 && position < count)
        script_spend(L, (size_t)(count - position) * 16);
    else
        script_spend(L, 0);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* Sets `name` in the table below the library, which is at the top. */
static void set_shift(lua_State *L, const char *name, bool inserts) {
    lua_getfield(L, -1, name);
    lua_pushboolean(L, inserts);
    lua_pushcclosure(L, l_shift, 2);
    lua_setfield(L, -3, name);
}

void l_table_push(lua_State *L) {
    lua_newtable(L);
    lua_getglobal(L, "table");
    static const char *const safe[] = { "concat", "unpack", "pack" };
    for (size_t i = 0; i < sizeof safe / sizeof *safe; i++) {
        lua_getfield(L, -1, safe[i]);
        sandbox_push_charged(L, true);
        lua_setfield(L, -3, safe[i]);
    }
    set_shift(L, "insert", true);
    set_shift(L, "remove", false);
    lua_getfield(L, -1, "sort");
    lua_pushcclosure(L, l_sort, 1);
    lua_setfield(L, -3, "sort");
    lua_pop(L, 1);
}
