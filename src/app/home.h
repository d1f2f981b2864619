/* Where the program's own files are. */
#ifndef HOME_H
#define HOME_H

#include "fault.h"

/* Folders, owned. */
struct home {
    char *lua_folder;
    char *rules_folder;
    char *cache_folder; /* compiled rules, in a package */
};

/* $LOGAUDIT_HOME, else beside the program, else where it was installed, else the source tree it was built in.
 * False and a fault (FAULT_USAGE): there is no lua/ in any of them. */
bool home_find(struct home *home, struct fault *fault);
void home_fini(struct home *home); /* takes a zeroed one */

#endif
