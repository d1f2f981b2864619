/* One line on standard error that says how far a long scan is: on a terminal only, after the first second, a
 * few times a second. A thread of its own draws it from counters, so that it goes on while a source waits,
 * and the work pays for an addition. Messages of log.h take its place; it is gone before the result is
 * written. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "cli.h"

#include <stdint.h>

/* Counted by the thread that works. */
struct progress_counts {
    _Atomic uint64_t bytes;    /* that were read of the sources, as they are stored */
    _Atomic uint64_t events;   /* that were fetched of log groups */
    _Atomic uint64_t findings; /* so far */
    _Atomic uint64_t listed;   /* objects below prefixes, before any is read */
    _Atomic uint64_t begun;    /* sources */
    _Atomic int64_t size;      /* of the source, when there is one only; 0: not known */
};

struct progress;

/* `total`: sources; 0: they are being listed. NULL: there is nobody to see it, who wants to (standard error
 * is no terminal or one that cannot go back, --quiet, --no-progress). `counts` must outlive it. */
struct progress *progress_start(const struct cli *cli, struct progress_counts *counts, size_t total);

/* The line is gone when this returns. NULL: nothing. */
void progress_end(struct progress *p);

#endif
