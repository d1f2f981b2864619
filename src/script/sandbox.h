/* What a rule may use: the functions of the contract, section 4, and nothing else.
 *
 * A rule gets an environment of its own. Reading a name that is not there and setting a global are errors
 * that say so. The functions here are chosen so that no single call can run long: the instruction hook does
 * not fire inside C functions. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "state.h"

/* Prepares a state: the base functions and the trusted library in `lua_folder` (found by require). Raises. */
void sandbox_open(lua_State *L, const char *lua_folder);

/* Pushes a fresh environment. */
void sandbox_push_environment(lua_State *L);

/* Loads a rule file as a function on the stack, with a fresh environment and without string methods. The name
 * in messages is `path`. */
bool sandbox_load(struct script *s, struct str source, const char *path);

/* The value that stands for JSON's null. */
void sandbox_push_null(lua_State *L);

/* Wraps the C function at the top, which must have no upvalues, so that each call spends what its first
 * argument, a string or a list, holds. */
void sandbox_push_charged(lua_State *L);

/* One file per module: each pushes its table. */
void l_text_push(lua_State *L);
void l_regex_push(lua_State *L);
void l_time_push(lua_State *L);
void l_table_push(lua_State *L);

#endif
