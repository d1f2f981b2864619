#include "formatter.h"

#include "event.h"
#include "mem.h"
#include "sandbox.h"

#include <lauxlib.h>
#include <stdlib.h>

/* Of one call. A closing object has bounded lists, and a finding at most a few values of 8 KiB. */
static const struct script_budget BUDGET = {
    .instructions = 500 * 1000 * 1000, .memory = 512 << 20, .string = 64 << 20, .milliseconds = 5000
};

struct formatter {
    struct script *script;
    uint64_t most;
};

/* Registry key. */
static const char FORMAT[] = "logaudit.format";

static int l_write(lua_State *L) {
    struct buf *out = lua_touserdata(L, lua_upvalueindex(1));
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    if (!buf_add(out, str_of(text, len)))
        return luaL_error(L, "more text than one finding may be");
    return 0;
}

/* library folder, name -> */
static int open_format(lua_State *L) {
    sandbox_open(L, lua_tostring(L, 1));
    event_open(L);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    l_time_push(L);
    lua_setfield(L, -2, "logaudit.time");
    sandbox_require(L, lua_pushfstring(L, "report.%s", lua_tostring(L, 2)));
    luaL_checktype(L, -1, LUA_TTABLE);
    lua_getfield(L, -1, "most");
    lua_insert(L, -2);
    lua_setfield(L, LUA_REGISTRYINDEX, FORMAT);
    return 1;
}

struct formatter *formatter_new(const char *lua_folder, const char *name, struct fault *fault) {
    struct formatter *f = mem_new(1, sizeof *f);
    f->script = script_new();
    lua_State *L = script_lua(f->script);
    lua_pushcfunction(L, open_format);
    lua_pushstring(L, lua_folder);
    lua_pushstring(L, name);
    if (script_call(f->script, 2, 1, BUDGET) != SCRIPT_OK) {
        fault_set(fault, FAULT_OUTPUT, "the format %s does not load: %s", name, script_error(f->script));
        formatter_free(f);
        return NULL;
    }
    f->most = lua_isinteger(L, -1) ? (uint64_t)lua_tointeger(L, -1) : UINT64_MAX;
    lua_pop(L, 1);
    return f;
}

void formatter_free(struct formatter *f) {
    if (!f)
        return;
    script_free(f->script);
    free(f);
}

uint64_t formatter_most(const struct formatter *f) {
    return f->most;
}

/* function's name, buffer, JSON -> */
static int call_format(lua_State *L) {
    size_t len;
    const char *json = lua_tolstring(L, 3, &len);
    lua_getfield(L, LUA_REGISTRYINDEX, FORMAT);
    lua_pushvalue(L, 1);
    lua_gettable(L, -2);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, l_write, 1);
    event_push_json(L, json_parse(str_of(json, len)));
    lua_call(L, 2, 0);
    return 0;
}

static bool call(struct formatter *f, const char *function, struct str json, struct buf *out,
                 struct fault *fault) {
    lua_State *L = script_lua(f->script);
    lua_pushcfunction(L, call_format);
    lua_pushstring(L, function);
    lua_pushlightuserdata(L, out);
    lua_pushlstring(L, json.ptr, json.len);
    return script_call(f->script, 3, 0, BUDGET) == SCRIPT_OK ||
           fault_set(fault, FAULT_OUTPUT, "this result cannot be written in that format: %s",
                     script_error(f->script));
}

bool formatter_head(struct formatter *f, struct str result, struct buf *out, struct fault *fault) {
    return call(f, "head", result, out, fault);
}

bool formatter_finding(struct formatter *f, struct str finding, struct buf *out, struct fault *fault) {
    return call(f, "finding", finding, out, fault);
}

bool formatter_tail(struct formatter *f, struct str result, struct buf *out, struct fault *fault) {
    return call(f, "tail", result, out, fault);
}
