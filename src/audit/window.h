/* The window of one correlation and one key: takes its matches in order and says when they are enough
 * (docs/rules.md).
 *
 * A match at t counts with those in (t - within, t]. Firing empties the window; matches within `quiet` after
 * it are ignored. For `versus` what left the window is kept for another `previous`, whether it fired or not.
 * A ratio counts by the second: its matches and the totals have whole seconds as their time, and the second
 * in which it fired is over for it. */
#ifndef WINDOW_H
#define WINDOW_H

#include "correlation.h"

/* Matches in a window; the oldest go first when there are more. */
enum { MAX_WINDOW = 256 * 1024 };
/* Shown of the matches of a finding: so many of the first and of the last. */
enum { EVIDENCE_FIRST = 10, EVIDENCE_LAST = 10, MAX_EVIDENCE = EVIDENCE_FIRST + EVIDENCE_LAST };

struct window;

struct window_match {
    int64_t time;   /* microseconds; of a ratio, of the second */
    int64_t stamp;  /* the record's own time */
    uint64_t place; /* the caller's: what evidence names */
    double number, weight;
    uint64_t distinct;
    uint32_t steps;
    bool again; /* the same record as the match before: counts for `distinct` only */
};

/* Why it fired. */
struct window_firing {
    double count; /* the matches, by their weights */
    size_t matches;
    double measure;           /* distinct values, the percentile ..., the ratio */
    double records, previous; /* of ratio; of versus, to compare with */
    int64_t first, last;
    uint64_t evidence[MAX_EVIDENCE];
    size_t evidence_count;
};

/* How near it came to firing. */
struct window_best {
    bool any;
    double measure;
    uint64_t place; /* the match that was added last */
};

/* `earliest`: how far back the log reaches, for versus. */
struct window *window_new(const struct correlation *c, int64_t earliest);
void window_free(struct window *w);

/* For the next key. */
void window_reset(struct window *w);

/* A match, not before the last one. True: it fired. */
bool window_add(struct window *w, const struct window_match *m, struct window_firing *firing);
/* All records of the key in the second that begins at `time`: before the matches of that second. */
void window_add_records(struct window *w, int64_t time, uint64_t records);

/* Since window_new. */
uint64_t window_evicted(const struct window *w);
const struct window_best *window_best(const struct window *w);

#endif
