/* rules new ID: a rule to begin with, whose tests pass at once. */
#ifndef RULES_NEW_H
#define RULES_NEW_H

#include "cli.h"

/* Prints it, or writes it to `target`: a .lua file, or a folder, below which the id's dots become folders. A
 * file that is there is never overwritten. */
enum exit_code rules_new(const char *id, const char *target);

#endif
