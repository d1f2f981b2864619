/* The YAML reader: whatever it is given, it answers or refuses within its bounds. */
#include "yaml_reader.h"

#include "state.h"

#include <lauxlib.h>
#include <stdint.h>
#include <stdlib.h>

static const struct script_budget BUDGET = { .instructions = 50 * 1000 * 1000, .memory = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds) {
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct script *s = script_new();
    lua_State *L = script_lua(s);
    lua_pushcfunction(L, yaml_read);
    lua_pushlstring(L, (const char *)data, size);
    if (script_call(s, 1, 3, BUDGET) == SCRIPT_OK) {
        bool refused = lua_isnil(L, -3);
        expect(refused || lua_istable(L, -3));
        expect(!refused || (lua_isstring(L, -2) && lua_tointeger(L, -1) >= 1));
    }
    script_free(s);
    return 0;
}
