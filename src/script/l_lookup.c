/* lookup(table, key [, column]): what a data table says of a key. All values are texts. */
#include "sandbox.h"

#include <lauxlib.h>

static const char TABLES[] = "logaudit.tables", ARENA[] = "logaudit.lookup.arena"; /* registry */

/* What one lookup costs beside its key: a few hashes. */
enum { LOOKUP_BYTES = 256 };

static void set_column(void *context, struct str column, struct str value) {
    lua_State *L = context;
    script_spend(L, column.len + value.len);
    lua_pushlstring(L, column.ptr, column.len);
    lua_pushlstring(L, value.len ? value.ptr : "", value.len);
    lua_rawset(L, -3);
}

/* Empty texts and absent fields are in no table. */
static struct str check_key(lua_State *L, int index) {
    size_t len = 0;
    const char *ptr = lua_isnoneornil(L, index) ? "" : luaL_checklstring(L, index, &len);
    script_spend(L, len + LOOKUP_BYTES);
    return str_of(ptr, len);
}

/* Kept by the state: a raise while it is in use must not lose it. */
static struct arena *clean_arena(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, ARENA);
    struct arena *arena = lua_touserdata(L, -1);
    lua_pop(L, 1);
    arena_reset(arena);
    return arena;
}

static int l_lookup(lua_State *L) {
    const char *name = luaL_checkstring(L, 1), *column = luaL_optstring(L, 3, NULL);
    struct str key = check_key(L, 2), value;
    lua_getfield(L, LUA_REGISTRYINDEX, TABLES);
    const struct table *table = tables_find(lua_touserdata(L, -1), str_c(name));
    if (!table)
        return luaL_error(L, "lookup: there is no table '%s'", name);
    if (!column) {
        lua_newtable(L);
        return table_each(table, key, clean_arena(L), set_column, L);
    }
    if (!table_value(table, key, str_c(column), clean_arena(L), &value))
        return 0;
    lua_pushlstring(L, value.len ? value.ptr : "", value.len);
    return 1;
}

void l_lookup_push(lua_State *L) {
    lua_pushcfunction(L, l_lookup);
}

static int free_arena(lua_State *L) {
    arena_fini(lua_touserdata(L, 1));
    return 0;
}

void l_lookup_open(lua_State *L, const struct tables *tables) {
    lua_pushlightuserdata(L, (void *)(uintptr_t)tables);
    lua_setfield(L, LUA_REGISTRYINDEX, TABLES);
    arena_init(lua_newuserdatauv(L, sizeof(struct arena), 0));
    lua_newtable(L);
    lua_pushcfunction(L, free_arena);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_setfield(L, LUA_REGISTRYINDEX, ARENA);
}
