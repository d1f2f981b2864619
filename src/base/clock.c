#include "clock.h"

#include <time.h>

static int64_t nanos_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t now_micros(void) {
    return nanos_of(CLOCK_REALTIME) / 1000;
}

int64_t steady_nanos(void) {
    return nanos_of(CLOCK_MONOTONIC);
}

int64_t thread_nanos(void) {
    return nanos_of(CLOCK_THREAD_CPUTIME_ID);
}
