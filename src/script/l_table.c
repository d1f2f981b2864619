/* table: the bounded part of Lua's library for rules. insert, remove, concat and unpack are bounded by the
 * memory budget; sort compares inside C, so the list's length is bounded here. table.move is left out: its
 * cost follows its arguments, not the table. */
#include "sandbox.h"

#include <lauxlib.h>

enum { MAX_SORT = 10 * 1000 };

static int l_sort(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    if (luaL_len(L, 1) > MAX_SORT)
        return luaL_error(L, "table.sort: more than %d items", MAX_SORT);
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 2, 0);
    return 0;
}

void l_table_push(lua_State *L) {
    lua_newtable(L);
    lua_getglobal(L, "table");
    static const char *const safe[] = { "insert", "remove", "concat", "unpack", "pack" };
    for (size_t i = 0; i < sizeof safe / sizeof *safe; i++) {
        lua_getfield(L, -1, safe[i]);
        lua_setfield(L, -3, safe[i]);
    }
    lua_getfield(L, -1, "sort");
    lua_pushcclosure(L, l_sort, 1);
    lua_setfield(L, -3, "sort");
    lua_pop(L, 1);
}
