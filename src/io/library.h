/* Shared libraries that are loaded when they are first needed: linking libcurl and libcrypto would cost every
 * run 4 ms of start-up, whether it asks AWS for something or not. */
#ifndef LIBRARY_H
#define LIBRARY_H

#include "fault.h"

#include <stddef.h>

struct library_symbol {
    const char *name;
    size_t offset; /* of the function pointer in the table */
};

/* Loads `file` (its name with the version that the headers are of) for the rest of the process and fills the
 * table. False: the library or a function of it is missing; the fault (FAULT_INPUT) names it. */
bool library_load(const char *file, const struct library_symbol *symbols, size_t count, void *table,
                  struct fault *fault);

#endif
