#include "test_host.h"

#include "event.h"
#include "mem.h"
#include "sandbox.h"

#include <lauxlib.h>
#include <stdlib.h>

static const struct script_budget BUDGET = { .instructions = 500 * 1000 * 1000, .memory = 512 << 20 };
static const char MODULE[] = "logaudit.testing";

struct test_host {
    struct script *script;
};

static int open_testing(lua_State *L) {
    sandbox_open(L, lua_tostring(L, 1));
    event_open(L);
    lua_getglobal(L, "require");
    lua_pushstring(L, MODULE);
    lua_call(L, 1, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, MODULE);
    return 0;
}

struct test_host *test_host_new(const char *lua_folder, struct fault *fault) {
    struct test_host *h = mem_new(1, sizeof *h);
    h->script = script_new();
    lua_State *L = script_lua(h->script);
    lua_pushcfunction(L, open_testing);
    lua_pushstring(L, lua_folder);
    if (script_call(h->script, 1, 0, BUDGET) == SCRIPT_OK)
        return h;
    fault_set(fault, FAULT_USAGE, "the Lua library in %s does not load: %s", lua_folder,
              script_error(h->script));
    test_host_free(h);
    return NULL;
}

void test_host_free(struct test_host *h) {
    if (!h)
        return;
    script_free(h->script);
    free(h);
}

/* testing[name] */
static void push_function(lua_State *L, const char *name) {
    lua_getfield(L, LUA_REGISTRYINDEX, MODULE);
    lua_getfield(L, -1, name);
    lua_remove(L, -2);
}

static struct str field(lua_State *L, const char *name) {
    size_t len = 0;
    lua_getfield(L, -1, name);
    const char *ptr = lua_tolstring(L, -1, &len);
    lua_pop(L, 1); /* the table still holds the string */
    return str_of(ptr ? ptr : "", len);
}

bool test_host_each(struct test_host *h, const struct rule_file *file,
                    bool (*visit)(void *context, const struct rule_test *test), void *context,
                    struct fault *fault) {
    lua_State *L = script_lua(h->script);
    push_function(L, "read");
    lua_pushstring(L, file->default_id);
    if (!sandbox_load(h->script, file->text, file->path)) {
        lua_pop(L, 2);
        return fault_set(fault, FAULT_RULE, "%s", script_error(h->script));
    }
    if (script_call(h->script, 2, 1, BUDGET) != SCRIPT_OK)
        return fault_set(fault, FAULT_RULE, "%s: %s", file->path, script_error(h->script));
    bool go_on = true;
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; go_on && i <= count; i++) {
        lua_rawgeti(L, -1, i);
        struct rule_test test = {
            .rule_id = field(L, "id"),
            .name = field(L, "name"),
            .log = field(L, "log"),
            .now = field(L, "now"),
            .number = (size_t)i,
        };
        go_on = visit(context, &test);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return true;
}

static int compare(lua_State *L) {
    size_t len;
    const char *text = lua_tolstring(L, 2, &len);
    push_function(L, "compare");
    lua_pushvalue(L, 1);
    event_push_json(L, json_parse(str_of(text, len)));
    lua_call(L, 2, 1);
    return 1;
}

bool test_host_compare(struct test_host *h, size_t number, struct str findings, struct buf *why) {
    lua_State *L = script_lua(h->script);
    lua_pushcfunction(L, compare);
    lua_pushinteger(L, (lua_Integer)number);
    lua_pushlstring(L, findings.ptr, findings.len);
    if (script_call(h->script, 2, 1, BUDGET) != SCRIPT_OK) {
        buf_add_c(why, script_error(h->script));
        return false;
    }
    bool as_expected = lua_isnil(L, -1);
    if (!as_expected)
        buf_add_c(why, lua_tostring(L, -1));
    lua_pop(L, 1);
    return as_expected;
}
