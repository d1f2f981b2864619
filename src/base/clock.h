/* The time of day, as logs and deadlines have it. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Microseconds since 1970. It may be set back. */
int64_t now_micros(void);

#endif
