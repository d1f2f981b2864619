#include "state.h"

#include "mem.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

/* C functions cost a share of the budget too: an instruction for so many bytes that they make or read. */
enum { BYTES_PER_INSTRUCTION = 64 };
/* The hook runs every so many instructions: often enough to stop in time, rarely enough to cost nothing. */
enum { HOOK_EVERY = 1000 };
/* No honest rule needs a longer string, and C functions of Lua run uninterrupted over a string's length. */
enum { MAX_STRING = 1024 * 1024, STRING_HEADER = 64 };
enum { MAX_ERROR = 1024 };

struct script {
    lua_State *lua;
    size_t used;  /* bytes the state holds */
    size_t limit; /* of `used`, during a call */
    int64_t instructions_left;
    bool over_instructions;
    bool over_memory;
    char error[MAX_ERROR];
};

static struct script *script_of(lua_State *L) {
    return *(struct script **)lua_getextraspace(L);
}

/* Lua passes an object's type in `old_size` when `ptr` is NULL. */
static void *allocate(void *context, void *ptr, size_t old_size, size_t new_size) {
    struct script *s = context;
    size_t held = ptr ? old_size : 0;
    if (new_size == 0) {
        s->used -= held;
        free(ptr);
        return NULL;
    }
    bool long_string = !ptr && old_size == LUA_TSTRING && new_size > MAX_STRING + STRING_HEADER;
    if (new_size > held && (long_string || s->used - held + new_size > s->limit)) {
        s->over_memory = true;
        return NULL;
    }
    void *grown = realloc(ptr, new_size);
    if (grown)
        s->used += new_size - held;
    if (new_size > held)
        s->instructions_left -= (int64_t)(new_size / BYTES_PER_INSTRUCTION);
    return grown;
}

static void count_instructions(lua_State *L, lua_Debug *activation) {
    (void)activation;
    struct script *s = script_of(L);
    s->instructions_left -= HOOK_EVERY;
    if (s->instructions_left < 0) {
        s->over_instructions = true;
        luaL_where(L, 0); /* a hook is no call: level 0 is the function it stopped */
        lua_pushliteral(L, "instruction budget spent");
        lua_concat(L, 2);
        lua_error(L);
    }
}

/* Pushes "file:line: " of the innermost Lua function, "" when there is none. */
static void push_place(lua_State *L) {
    lua_Debug activation;
    for (int level = 1; lua_getstack(L, level, &activation); level++) {
        lua_getinfo(L, "Sl", &activation);
        if (activation.currentline > 0) {
            lua_pushfstring(L, "%s:%d: ", activation.short_src, activation.currentline);
            return;
        }
    }
    lua_pushliteral(L, "");
}

/* The message as a string, whatever was raised. */
static int describe_error(lua_State *L) {
    if (lua_type(L, 1) != LUA_TSTRING) {
        push_place(L);
        lua_pushfstring(L, "%sraised a %s instead of a message", lua_tostring(L, -1), luaL_typename(L, 1));
    }
    return 1;
}

struct script *script_new(void) {
    struct script *s = mem_new(1, sizeof *s);
    s->limit = SIZE_MAX;
    s->lua = lua_newstate(allocate, s);
    if (!s->lua)
        abort();
    *(struct script **)lua_getextraspace(s->lua) = s;
    return s;
}

void script_free(struct script *s) {
    if (!s)
        return;
    s->limit = SIZE_MAX;
    lua_close(s->lua);
    free(s);
}

lua_State *script_lua(struct script *s) {
    return s->lua;
}

const char *script_error(const struct script *s) {
    return s->error;
}

static enum script_outcome outcome_of(struct script *s, int rc) {
    if (rc == LUA_OK)
        return SCRIPT_OK;
    if (s->over_instructions)
        return SCRIPT_OVER_INSTRUCTIONS;
    return rc == LUA_ERRMEM ? SCRIPT_OVER_MEMORY : SCRIPT_RAISED;
}

enum script_outcome script_call(struct script *s, int arguments, int results, struct script_budget budget) {
    lua_State *L = s->lua;
    int function = lua_gettop(L) - arguments;
    lua_pushcfunction(L, describe_error);
    lua_insert(L, function);
    s->limit = s->used + budget.memory;
    s->instructions_left = budget.instructions;
    s->over_instructions = s->over_memory = false;
    lua_sethook(L, count_instructions, LUA_MASKCOUNT, HOOK_EVERY);
    int rc = lua_pcall(L, arguments, results, function);
    lua_sethook(L, NULL, 0, 0);
    s->limit = SIZE_MAX;
    enum script_outcome outcome = outcome_of(s, rc);
    if (outcome != SCRIPT_OK) {
        const char *message = lua_tostring(L, -1);
        snprintf(s->error, sizeof s->error, "%s",
                 outcome == SCRIPT_OVER_MEMORY ? "memory budget spent"
                 : message                     ? message
                                               : "unknown error");
        lua_settop(L, function - 1);
        lua_gc(L, LUA_GCCOLLECT); /* what the failed call piled up must not count against the next one */
    } else {
        lua_remove(L, function);
    }
    return outcome;
}

void script_spend(lua_State *L, size_t bytes) {
    struct script *s = script_of(L);
    s->instructions_left -= (int64_t)(bytes / BYTES_PER_INSTRUCTION);
    if (s->instructions_left < 0)
        script_raise_over_budget(L, "the work of a C function");
}

int script_raise_over_budget(lua_State *L, const char *what) {
    script_of(L)->over_instructions = true;
    return luaL_error(L, "%s over its budget", what);
}

bool script_load(struct script *s, struct str source, const char *name) {
    lua_State *L = s->lua;
    if (luaL_loadbufferx(L, source.ptr, source.len, name, "t") == LUA_OK)
        return true;
    snprintf(s->error, sizeof s->error, "%s", lua_tostring(L, -1));
    lua_pop(L, 1);
    return false;
}
