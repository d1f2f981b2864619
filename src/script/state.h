/* A Lua state with limits. What runs in it can loop, recurse, grow or raise anything: the call ends, the
 * reason is known, the state stays usable.
 *
 * Every use of Lua goes through script_call, the program's only lua_pcall. Budgets are per call, not per
 * state: an expensive call does not starve the next one. */
#ifndef STATE_H
#define STATE_H

#include "outcome.h"
#include "str.h"

#include <lua.h>

struct script;

struct script_budget {
    int64_t instructions; /* of the Lua machine */
    size_t memory;        /* bytes on top of what the state holds when the call starts */
    size_t string;        /* bytes of the longest string; 0: no maximum */
    /* Of the thread's processor time; 0: no maximum. For what is one instruction and takes long all the same
     * (a comparison of long strings, a search): the only limit that depends on the machine, far above what a
     * call that keeps to the others takes. Looked at about every 1,000 instructions. */
    int milliseconds;
};

/* No honest rule needs a longer string, and C functions of Lua run uninterrupted over a string's length. */
#define SCRIPT_MAX_STRING ((size_t)1024 * 1024)

/* A state without any library. Free with script_free, which runs no script code. */
struct script *script_new(void);
void script_free(struct script *s);
lua_State *script_lua(struct script *s);

/* Calls the function below its `arguments` on the stack within `budget` and leaves `results` values there;
 * after a failure nothing is left, and script_error says why: "file:line: reason" where Lua knows it. */
enum script_outcome script_call(struct script *s, int arguments, int results, struct script_budget budget);
/* Valid until the next call. */
const char *script_error(const struct script *s);

/* A string of the table on the top of the stack, valid as long as the table; empty when there is none. */
struct str script_field(lua_State *L, const char *name);

/* Bytes that the state holds. */
size_t script_held(const struct script *s);

/* Instructions that the call has left; and takes some from them. Raises. */
int64_t script_left(lua_State *L);
void script_charge(lua_State *L, int64_t instructions);

/* For a C function that gives up because it spent what it was allowed: counts as SCRIPT_OVER_INSTRUCTIONS. */
int script_raise_over_budget(lua_State *L, const char *what);

/* For a C function that reads this many bytes: counts as 1 + bytes / 16 of the call's instructions. What it
 * allocates is counted without it. Raises. */
void script_spend(lua_State *L, size_t bytes);

/* For a C function that may take long whatever it reads: the call's time is looked at now. Raises. */
void script_look_at_clock(lua_State *L);

/* Functions from source files whose names start with `prefix`, which must live as long as the state, are not
 * where messages about budgets place the fault: they name the rule's line that called. */
void script_trust(lua_State *L, const char *prefix);

/* What value `index` is, for messages: "a table", "null". */
const char *script_kind(lua_State *L, int index);

/* Pushes value `index` as text: as tostring does, but without addresses, which differ from run to run. */
void script_push_text(lua_State *L, int index);

/* Loads Lua source (never bytecode) as a function on the stack, named `name` in messages. On failure nothing
 * is left and script_error has the syntax error. */
bool script_load(struct script *s, struct str source, const char *name);

#endif
