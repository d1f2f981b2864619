/* What a rule may use: the functions of docs/rules.md and nothing else.
 *
 * Reading a name that is not there, setting a global and setting a field of a library table are errors that
 * say so: no rule can change what another one sees. The functions here are chosen so that no single call can
 * run long: the instruction hook does not fire inside C functions. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "state.h"
#include "tables.h"

/* Prepares a state: the base functions and the trusted library in `lua_folder` (found by require). Raises. */
void sandbox_open(lua_State *L, const char *lua_folder);

/* Pushes the library's module logaudit.NAME. Raises. */
void sandbox_require(lua_State *L, const char *name);

/* A state that `open` has prepared, called with the folder and with this budget. NULL and a fault
 * (FAULT_USAGE): the library there does not load. */
struct script *sandbox_new(lua_CFunction open, const char *lua_folder, struct script_budget budget,
                           struct fault *fault);

/* Pushes the table of what rules have. Not to be handed to a rule: it can be written. */
void sandbox_push_names(lua_State *L);

/* Loads a rule file as a function on the stack, with a fresh environment and without string methods. The name
 * in messages is `path`. */
bool sandbox_load(struct script *s, struct str source, const char *path);

/* Gives the function at the top, which sandbox_load has left, an environment as it had: it can be run anew,
 * and knows nothing of the run before. Raises. */
void sandbox_renew(lua_State *L);

/* What rules read as thresholds.slow_ms.medium, its other limits in proportion; 0: as the table says. Raises.
 */
void sandbox_set_slow_ms(lua_State *L, double ms);

/* The value that stands for JSON's null. */
void sandbox_push_null(lua_State *L);

/* Wraps the C function at the top, which must have no upvalues, so that each call spends what its arguments
 * and results hold; with `counts_items` also the items of a list that is its first argument. */
void sandbox_push_charged(lua_State *L, bool counts_items);

/* One file per module: each pushes its table. */
void l_text_push(lua_State *L);
void l_regex_push(lua_State *L);
void l_time_push(lua_State *L);
void l_table_push(lua_State *L);
/* The function `lookup` itself, and the tables that it asks: none until they are named. */
void l_lookup_push(lua_State *L);
void l_lookup_open(lua_State *L, const struct tables *tables);

#endif
