#include "compiler.h"

#include "event.h"
#include "json.h"
#include "mem.h"
#include "regex.h"
#include "sandbox.h"

#include <lauxlib.h>
#include <stdlib.h>

/* Loading one file: enough for thousands of rules and the translation of their patterns, a fraction of a
 * second of an endless loop. */
static const struct script_budget FILE_BUDGET = {
    .instructions = 100 * 1000 * 1000, .memory = 256 << 20, .string = SCRIPT_MAX_STRING, .milliseconds = 5000
};
/* The trusted library at work on what passed its checks: no rule's code runs. */
static const struct script_budget LIBRARY_BUDGET = { .instructions = INT64_MAX, .memory = SIZE_MAX };

struct compiler {
    struct script *script;
    const char *lua_folder;
};

/* Why PCRE2 does not take a pattern that was printed for it, which is its size; nothing when it does. */
static int refusal(lua_State *L) {
    struct fault fault;
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    struct regex *regex = regex_new(str_of(text, len), &fault);
    regex_free(regex);
    if (regex)
        return 0;
    lua_pushstring(L, fault.text);
    return 1;
}

static int open_library(lua_State *L) {
    sandbox_open(L, lua_tostring(L, 1));
    event_open(L); /* for the arrays of event_push_json */
    sandbox_require(L, "compile");
    lua_getfield(L, -1, "new");
    lua_pushcfunction(L, refusal);
    lua_call(L, 1, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, "compiler");
    return 0;
}

struct compiler *compiler_new(const char *lua_folder, struct fault *fault) {
    struct script *script = sandbox_new(open_library, lua_folder, LIBRARY_BUDGET, fault);
    if (!script)
        return NULL;
    struct compiler *c = mem_new(1, sizeof *c);
    c->script = script;
    return c;
}

void compiler_free(struct compiler *c) {
    if (!c)
        return;
    script_free(c->script);
    free(c);
}

/* Pushes compiler[method] and compiler. */
static void push_method(lua_State *L, const char *method) {
    lua_getfield(L, LUA_REGISTRYINDEX, "compiler");
    lua_getfield(L, -1, method);
    lua_insert(L, -2);
}

static void report_failure(struct compiler *c, const struct rule_file *file, const char *reason) {
    lua_State *L = script_lua(c->script);
    push_method(L, "fail");
    lua_pushstring(L, file->path);
    lua_pushstring(L, reason);
    script_call(c->script, 3, 0, LIBRARY_BUDGET);
}

/* compiler:add_file(index, path, default_id, text, chunk) */
static void add_file(struct compiler *c, const struct rule_file *file, size_t index) {
    lua_State *L = script_lua(c->script);
    if (file->problem) {
        report_failure(c, file, file->problem);
        return;
    }
    if (!sandbox_load(c->script, file->text, file->path)) {
        report_failure(c, file, script_error(c->script));
        return;
    }
    push_method(L, "add_file");
    lua_pushinteger(L, (lua_Integer)index);
    lua_pushstring(L, file->path);
    lua_pushstring(L, file->default_id);
    lua_pushlstring(L, file->text.ptr, file->text.len);
    lua_rotate(L, -7, 6); /* the chunk to the end */
    if (script_call(c->script, 6, 0, FILE_BUDGET) != SCRIPT_OK)
        report_failure(c, file, script_error(c->script));
}

void compiler_add_files(struct compiler *c, const struct rule_files *files) {
    for (size_t i = 0; i < files->count; i++)
        add_file(c, &files->items[i], i);
}

static void push_columns(lua_State *L, const struct table *table) {
    size_t count;
    const struct str *columns = table_columns(table, &count);
    if (!columns) {
        lua_pushnil(L);
        return;
    }
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushlstring(L, columns[i].ptr, columns[i].len);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

void compiler_add_tables(struct compiler *c, const struct tables *tables) {
    lua_State *L = script_lua(c->script);
    push_method(L, "add_table");
    script_call(c->script, 1, 0, LIBRARY_BUDGET);
    for (size_t i = 0; i < tables_count(tables); i++) {
        push_method(L, "add_table");
        lua_pushstring(L, tables_name(tables, i));
        push_columns(L, tables_find(tables, str_c(tables_name(tables, i))));
        script_call(c->script, 3, 0, LIBRARY_BUDGET);
    }
}

/* Leaves the text of an overrides file as Lua can read it on the stack. */
static bool push_readable(struct compiler *c, struct str text) {
    lua_State *L = script_lua(c->script);
    push_method(L, "readable_overrides");
    lua_pushlstring(L, text.ptr, text.len);
    return script_call(c->script, 2, 1, FILE_BUDGET) == SCRIPT_OK;
}

bool compiler_add_overrides(struct compiler *c, const struct rule_file *file, struct fault *fault) {
    lua_State *L = script_lua(c->script);
    if (file->problem)
        return fault_set(fault, FAULT_USAGE, "%s: %s", file->path, file->problem);
    if (!push_readable(c, file->text))
        return fault_set(fault, FAULT_USAGE, "%s: %s", file->path, script_error(c->script));
    size_t len;
    const char *text = lua_tolstring(L, -1, &len);
    if (!sandbox_load(c->script, str_of(text, len), file->path)) {
        lua_pop(L, 1);
        return fault_set(fault, FAULT_USAGE, "%s", script_error(c->script));
    }
    push_method(L, "add_overrides"); /* text, chunk, method, compiler */
    lua_pushstring(L, file->path);
    lua_rotate(L, -5, 3); /* method, compiler, path, text, chunk */
    return script_call(c->script, 4, 0, FILE_BUDGET) == SCRIPT_OK ||
           fault_set(fault, FAULT_USAGE, "%s", script_error(c->script));
}

bool compiler_check_overrides(struct compiler *c, struct fault *fault) {
    lua_State *L = script_lua(c->script);
    push_method(L, "check_overrides");
    return script_call(c->script, 1, 0, LIBRARY_BUDGET) == SCRIPT_OK ||
           fault_set(fault, FAULT_USAGE, "%s", script_error(c->script));
}

/* compiler:add_support(index, default_id, chunk); what is wrong in it is no fault of the files that are used
 */
static void add_support(struct compiler *c, const struct rule_file *file, size_t index) {
    lua_State *L = script_lua(c->script);
    if (file->problem || !sandbox_load(c->script, file->text, file->path))
        return;
    push_method(L, "add_support");
    lua_pushinteger(L, (lua_Integer)index);
    lua_pushstring(L, file->default_id);
    lua_rotate(L, -5, 4); /* the chunk to the end */
    script_call(c->script, 4, 0, FILE_BUDGET);
}

static bool needs_support(struct compiler *c) {
    lua_State *L = script_lua(c->script);
    push_method(L, "needs_support");
    bool needs = script_call(c->script, 1, 1, LIBRARY_BUDGET) == SCRIPT_OK && lua_toboolean(L, -1);
    lua_settop(L, 0);
    return needs;
}

void compiler_add_support(struct compiler *c, const struct rule_files *files, size_t first) {
    for (size_t i = 0; i < files->count && needs_support(c); i++)
        add_support(c, &files->items[i], first + i);
}

static int push_parsed(lua_State *L) {
    size_t len;
    const char *text = lua_tolstring(L, 3, &len);
    event_push_json(L, json_parse(str_of(text, len)));
    lua_replace(L, 3);
    lua_call(L, 2, 0);
    return 0;
}

bool compiler_add_conditions(struct compiler *c, struct str json, struct fault *fault) {
    lua_State *L = script_lua(c->script);
    lua_pushcfunction(L, push_parsed);
    push_method(L, "add_conditions");
    lua_pushlstring(L, json.ptr, json.len);
    if (script_call(c->script, 3, 0, FILE_BUDGET) == SCRIPT_OK)
        return true;
    return fault_set(fault, FAULT_USAGE, "%s", script_error(c->script));
}

static bool add_formats(struct compiler *c, const struct rule_file *file, struct fault *fault) {
    lua_State *L = script_lua(c->script);
    if (file->problem)
        return fault_set(fault, FAULT_USAGE, "%s: %s", file->path, file->problem);
    if (!sandbox_load(c->script, file->text, file->path))
        return fault_set(fault, FAULT_USAGE, "%s", script_error(c->script));
    push_method(L, "add_formats");
    lua_pushstring(L, file->path);
    lua_rotate(L, -4, 3); /* the chunk to the end */
    return script_call(c->script, 3, 0, FILE_BUDGET) == SCRIPT_OK ||
           fault_set(fault, FAULT_USAGE, "%s", script_error(c->script));
}

bool compiler_add_formats(struct compiler *c, const struct rule_files *files, struct fault *fault) {
    for (size_t i = 0; i < files->count; i++)
        if (!add_formats(c, &files->items[i], fault))
            return false;
    return true;
}

bool compiler_choose_format(struct compiler *c, const char *name, struct fault *fault) {
    lua_State *L = script_lua(c->script);
    push_method(L, "choose_format");
    lua_pushstring(L, name);
    return script_call(c->script, 2, 0, FILE_BUDGET) == SCRIPT_OK ||
           fault_set(fault, FAULT_USAGE, "--input-format: %s", script_error(c->script));
}

bool compiler_finish(struct compiler *c, struct buf *out, struct fault *fault) {
    lua_State *L = script_lua(c->script);
    push_method(L, "finish");
    if (script_call(c->script, 1, 1, LIBRARY_BUDGET) != SCRIPT_OK)
        return fault_set(fault, FAULT_RULE, "%s", script_error(c->script));
    size_t len;
    const char *text = lua_tolstring(L, -1, &len);
    bool added = buf_add(out, str_of(text, len));
    lua_pop(L, 1);
    return added || fault_set(fault, FAULT_RULE, "the compiled rules are larger than %zu bytes", out->max);
}
