/* Rule files that verbs make. None takes the place of another file. */
#ifndef NEW_RULE_H
#define NEW_RULE_H

#include "fault.h"
#include "str.h"

/* Writes the file, with the folders above it, and prints its name. FAULT_USAGE when it is there already. */
bool new_rule_write(const char *path, struct str text, struct fault *fault);
/* The same for FOLDER/ID.lua; with `check_only` only whether it is there already. */
bool new_rule_put(const char *folder, struct str id, struct str text, bool check_only, struct fault *fault);

#endif
