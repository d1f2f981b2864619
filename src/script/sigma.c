#include "sigma.h"

#include "mem.h"
#include "sandbox.h"
#include "yaml_reader.h"

#include <lauxlib.h>
#include <stdlib.h>

/* One file, or one rule. A rule with thousands of values is a longer text than those of records. */
static const struct script_budget BUDGET = {
    .instructions = 500 * 1000 * 1000, .memory = 512 << 20, .string = 16 << 20, .milliseconds = 10000
};
static const char CONVERTER[] = "logaudit.sigma.converter"; /* registry key */

struct sigma {
    struct script *script;
};

static int open_converter(lua_State *L) {
    sandbox_open(L, lua_tostring(L, 1));
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushcfunction(L, yaml_read);
    lua_setfield(L, -2, "logaudit.yaml");
    sandbox_require(L, "sigma");
    lua_getfield(L, -1, "new");
    lua_call(L, 0, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, CONVERTER);
    return 0;
}

struct sigma *sigma_new(const char *lua_folder, struct fault *fault) {
    struct script *script = sandbox_new(open_converter, lua_folder, BUDGET, fault);
    if (!script)
        return NULL;
    struct sigma *s = mem_new(1, sizeof *s);
    s->script = script;
    return s;
}

void sigma_free(struct sigma *s) {
    if (!s)
        return;
    script_free(s->script);
    free(s);
}

/* converter[name], converter */
static void push_method(lua_State *L, const char *name) {
    lua_getfield(L, LUA_REGISTRYINDEX, CONVERTER);
    lua_getfield(L, -1, name);
    lua_insert(L, -2);
}

bool sigma_add(struct sigma *s, const char *path, struct str text, struct fault *fault) {
    lua_State *L = script_lua(s->script);
    push_method(L, "add");
    lua_pushstring(L, path);
    lua_pushlstring(L, text.ptr, text.len);
    return script_call(s->script, 3, 0, BUDGET) == SCRIPT_OK ||
           fault_set(fault, FAULT_RULE, "%s:1: %s", path, script_error(s->script));
}

/* False: visit wants no more. */
static bool visit_result(struct sigma *s, lua_Integer place,
                         bool (*visit)(void *context, const struct sigma_result *r), void *context) {
    lua_State *L = script_lua(s->script);
    push_method(L, "result");
    lua_pushinteger(L, place);
    if (script_call(s->script, 2, 1, BUDGET) != SCRIPT_OK) {
        struct sigma_result failed = { .problem = str_c(script_error(s->script)) };
        return visit(context, &failed);
    }
    struct sigma_result r = { script_field(L, "id"), script_field(L, "text"), script_field(L, "problem") };
    bool go_on = visit(context, &r);
    lua_pop(L, 1);
    return go_on;
}

void sigma_each(struct sigma *s, bool (*visit)(void *context, const struct sigma_result *r), void *context) {
    lua_State *L = script_lua(s->script);
    push_method(L, "link");
    if (script_call(s->script, 1, 1, BUDGET) != SCRIPT_OK) {
        struct sigma_result failed = { .problem = str_c(script_error(s->script)) };
        visit(context, &failed);
        return;
    }
    lua_Integer count = lua_tointeger(L, -1);
    lua_pop(L, 1);
    for (lua_Integer i = 1; i <= count; i++)
        if (!visit_result(s, i, visit, context))
            return;
}
