/* What time it is: the time of day, as logs and deadlines have it, and two clocks that only measure. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Microseconds since 1970. It may be set back. */
int64_t now_micros(void);

/* Nanoseconds since some time in the past. Never set back. */
int64_t steady_nanos(void);

/* Nanoseconds of processor time that the calling thread has had. */
int64_t thread_nanos(void);

#endif
