/* time: instants for rules, as integer milliseconds since 1970 UTC.
 *
 *   time.parse(text) -> milliseconds | nil      the zone is UTC where the text names none
 *   time.format(milliseconds) -> "2024-11-26T10:30:18.123Z" */
#include "sandbox.h"
#include "timestamp.h"

#include <lauxlib.h>

static int l_parse(lua_State *L) {
    size_t len;
    const char *ptr = luaL_checklstring(L, 1, &len);
    script_spend(L, len);
    struct time_rules utc = { .reference = INT64_MAX / 2 };
    struct stamp stamp;
    if (!stamp_parse(str_of(ptr, len), &utc, &stamp))
        return 0;
    lua_pushinteger(L, stamp.micros / 1000);
    return 1;
}

static int l_format(lua_State *L) {
    char text[STAMP_LEN + 1];
    int64_t micros;
    script_spend(L, sizeof text);
    if (__builtin_mul_overflow((int64_t)luaL_checkinteger(L, 1), 1000, &micros))
        return luaL_argerror(L, 1, "not a time");
    stamp_print(micros, text);
    lua_pushstring(L, text);
    return 1;
}

void l_time_push(lua_State *L) {
    static const luaL_Reg functions[] = { { "parse", l_parse }, { "format", l_format }, { 0 } };
    luaL_newlib(L, functions);
}
