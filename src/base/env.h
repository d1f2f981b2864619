/* Limits that the environment may set. */
#ifndef ENV_H
#define ENV_H

#include <stdint.h>

/* The number above 0 that the variable holds, else `otherwise`. */
int64_t env_number(const char *name, int64_t otherwise);

#endif
