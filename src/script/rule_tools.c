#include "rule_tools.h"

#include "event.h"
#include "mem.h"
#include "sandbox.h"

#include <lauxlib.h>
#include <stdlib.h>

static const struct script_budget BUDGET = {
    .instructions = 500 * 1000 * 1000, .memory = 512 << 20, .string = SCRIPT_MAX_STRING, .milliseconds = 5000
};
static const char *const MODULES[] = { "testing", "lint", "misspelt", "convert", "regex.nearest" };

struct rule_tools {
    struct script *script;
};

static int open_modules(lua_State *L) {
    sandbox_open(L, lua_tostring(L, 1));
    event_open(L);
    for (size_t i = 0; i < sizeof MODULES / sizeof *MODULES; i++) {
        sandbox_require(L, MODULES[i]);
        lua_setfield(L, LUA_REGISTRYINDEX, MODULES[i]);
    }
    return 0;
}

struct rule_tools *rule_tools_new(const char *lua_folder, struct fault *fault) {
    struct script *script = sandbox_new(open_modules, lua_folder, BUDGET, fault);
    if (!script)
        return NULL;
    struct rule_tools *h = mem_new(1, sizeof *h);
    h->script = script;
    return h;
}

void rule_tools_free(struct rule_tools *h) {
    if (!h)
        return;
    script_free(h->script);
    free(h);
}

/* module[name] */
static void push_function(lua_State *L, const char *module, const char *name) {
    lua_getfield(L, LUA_REGISTRYINDEX, module);
    lua_getfield(L, -1, name);
    lua_remove(L, -2);
}

/* The key `data` of the test at the top. */
static bool read_tables(lua_State *L, struct tables **tables, struct fault *fault) {
    bool ok = true;
    *tables = NULL;
    if (lua_getfield(L, -1, "data") == LUA_TTABLE)
        *tables = tables_empty();
    lua_Integer count = *tables ? (lua_Integer)lua_rawlen(L, -1) : 0;
    for (lua_Integer i = 1; ok && i <= count; i++) {
        lua_rawgeti(L, -1, i);
        ok = tables_add_text(*tables, script_field(L, "name").ptr, script_field(L, "csv"), fault);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return ok;
}

/* The tests of the file, as a list at the top. */
static bool push_tests(struct rule_tools *h, const struct rule_file *file, struct fault *fault) {
    lua_State *L = script_lua(h->script);
    if (file->problem)
        return fault_set(fault, FAULT_RULE, "%s:1: %s", file->path, file->problem);
    push_function(L, "testing", "read");
    lua_pushstring(L, file->default_id);
    lua_pushlstring(L, file->text.ptr, file->text.len);
    if (!sandbox_load(h->script, file->text, file->path)) {
        lua_pop(L, 3);
        return fault_set(fault, FAULT_RULE, "%s", script_error(h->script));
    }
    sandbox_push_names(L);
    if (script_call(h->script, 4, 1, BUDGET) == SCRIPT_OK)
        return true;
    const char *reason = script_error(h->script); /* what is wrong with a test begins with its line */
    return fault_set(fault, FAULT_RULE, "%s:%s%s", file->path, ascii_digit(*reason) ? "" : " ", reason);
}

/* The test at the top, which keeps its texts; *tables are the caller's to free. */
static bool read_test(lua_State *L, const char *path, struct rule_test *test, struct tables **tables,
                      struct fault *fault) {
    bool ok = read_tables(L, tables, fault);
    test->tables = *tables;
    test->rule_id = script_field(L, "id");
    test->name = script_field(L, "name");
    test->log = script_field(L, "log");
    test->now = script_field(L, "now");
    lua_getfield(L, -1, "positive");
    test->positive = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return ok || fault_context(fault, "%s: %s: %.*s: data", path, test->rule_id.ptr, STR_ARG(test->name));
}

bool rule_tools_each_test(struct rule_tools *h, const struct rule_file *file,
                          bool (*visit)(void *context, const struct rule_test *test), void *context,
                          struct fault *fault) {
    lua_State *L = script_lua(h->script);
    if (!push_tests(h, file, fault))
        return false;
    bool go_on = true, ok = true;
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; go_on && ok && i <= count; i++) {
        struct rule_test test = { .number = (size_t)i };
        struct tables *tables;
        lua_rawgeti(L, -1, i);
        ok = read_test(L, file->path, &test, &tables, fault);
        go_on = ok && visit(context, &test);
        tables_free(tables);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return ok;
}

static int compare(lua_State *L) {
    size_t len;
    const char *text = lua_tolstring(L, 2, &len);
    push_function(L, "testing", "compare");
    lua_pushvalue(L, 1);
    event_push_json(L, json_parse(str_of(text, len)));
    lua_call(L, 2, 1);
    return 1;
}

bool rule_tools_compare(struct rule_tools *h, size_t number, struct str findings, struct buf *why) {
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

static int convert_conditions(lua_State *L) {
    size_t len;
    const char *text = lua_tolstring(L, 1, &len);
    push_function(L, "convert", "conditions");
    event_push_json(L, json_parse(str_of(text, len)));
    lua_call(L, 1, 1);
    return 1;
}

bool rule_tools_convert_conditions(struct rule_tools *h, struct str json,
                                   bool (*visit)(void *context, struct str id, struct str text),
                                   void *context, struct fault *fault) {
    lua_State *L = script_lua(h->script);
    lua_pushcfunction(L, convert_conditions);
    lua_pushlstring(L, json.ptr, json.len);
    if (script_call(h->script, 1, 1, BUDGET) != SCRIPT_OK)
        return fault_set(fault, FAULT_USAGE, "%s", script_error(h->script));
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    bool go_on = true;
    for (lua_Integer i = 1; go_on && i <= count; i++) {
        lua_rawgeti(L, -1, i);
        go_on = visit(context, script_field(L, "id"), script_field(L, "text"));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return true;
}

void rule_tools_each_beginning(struct rule_tools *h, struct str pattern,
                               void (*visit)(void *context, struct str pcre, struct str rest),
                               void *context) {
    lua_State *L = script_lua(h->script);
    push_function(L, "regex.nearest", "beginnings");
    lua_pushlstring(L, pattern.ptr, pattern.len);
    if (script_call(h->script, 1, 1, BUDGET) != SCRIPT_OK)
        return;
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, -1, i);
        visit(context, script_field(L, "pcre"), script_field(L, "rest"));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

void rule_tools_each_missing_name(struct rule_tools *h, const struct rule_file *file,
                                  void (*visit)(void *context, int64_t line, const char *name),
                                  void *context) {
    lua_State *L = script_lua(h->script);
    push_function(L, "lint", "missing_names");
    lua_pushlstring(L, file->text.ptr, file->text.len);
    sandbox_push_names(L);
    if (script_call(h->script, 2, 1, BUDGET) != SCRIPT_OK)
        return;
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, -1, i);
        lua_getfield(L, -1, "line");
        int64_t line = lua_tointeger(L, -1);
        lua_pop(L, 1);
        visit(context, line, script_field(L, "name").ptr);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

void rule_tools_each_misspelt(struct rule_tools *h, const struct rule_file *file,
                              void (*visit)(void *context, struct str rule_id, const char *message),
                              void *context) {
    lua_State *L = script_lua(h->script);
    push_function(L, "misspelt", "notes");
    lua_pushstring(L, file->default_id);
    if (!sandbox_load(h->script, file->text, file->path)) {
        lua_pop(L, 2);
        return;
    }
    if (script_call(h->script, 2, 1, BUDGET) != SCRIPT_OK)
        return;
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, -1, i);
        visit(context, script_field(L, "id"), script_field(L, "message").ptr);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}
