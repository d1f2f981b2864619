/* Correlation over many records (docs/rules.md): matches of rules in, findings of rules with
 * `correlate` out. The same for a scan and for `merge`, which feeds it the state of parts.
 *
 *   found_finding.uses --correlator_add--> spool --correlator_finish--> sort by (correlation, key, time,
 * source, offset) --window per key--> findings --sort by time--> emit
 *
 * What is added is kept in order in a spool (memory, then a temporary file), so that it can be written as the
 * `state` of a result, and read back. Sorting by key first means that one window exists at a time: the number
 * of keys costs no memory. Bounds: MAX_KEPT_BYTES of matches, MAX_WINDOW of one window (audit/window.h); what
 * is beyond is counted by rule and is `evicted` in the result.
 *
 * Not thread-safe: the writer's thread adds, in the order of the input. The order in which matches are added
 * does not matter unless something is evicted. */
#ifndef CORRELATOR_H
#define CORRELATOR_H

#include "findings.h"

struct correlator;

/* Matches and findings kept, as packed bytes, unless LOGAUDIT_CORRELATION_BYTES says otherwise. Sorting takes
 * as much again in the worst case. */
#define MAX_KEPT_BYTES ((int64_t)2 << 30)

/* Matches that were skipped, and where the first of them is, by source and line. */
struct skipped_matches {
    uint64_t count, line;
    const char *source; /* NULL while there is none; the correlator's */
};

/* What went by uncounted, of one correlation. */
struct correlation_notes {
    struct skipped_matches untimed, unkeyed; /* no time; no field of the key, or that is counted */
    uint64_t evicted;                        /* matches that did not fit */
};

/* The ruleset must outlive the correlator. */
struct correlator *correlator_new(const struct ruleset *rs);
void correlator_free(struct correlator *c);

/* Whether any correlation of the ruleset takes matches; if not, all of this does nothing. */
bool correlator_wanted(const struct correlator *c);

/* A match of a rule: the finding and what the correlations that are on its rule take from it (findings.h).
 * Copied.
 */
void correlator_add(struct correlator *c, const struct found_finding *match);

/* How many records of a key there were in one second, for `ratio`. Adds up. */
void correlator_add_total(struct correlator *c, const struct record_total *total);

/* ---- state: what was added, as JSON, one object each, in the order it was added ----
 *
 *   a match  {"rule":"security.auth_failure","id":"<32 hex>","source":"a.log","version":"...","line":3,
 *             "offset":120,"stream":"web-1","event":"<56 digits>","event_start":96,
 *             "time":1732616400000000,"message":"...","fields":{"ip":"192.0.2.7",...},
 *             "uses":[{"rule":"security.brute_force_by_ip","key":"<32 hex>","by":["192.0.2.7"],"steps":1,
 *                      "number":1,"weight":1,"distinct":"<32 hex>"},{"rule":"...","missing":true},...]}
 *   a total  {"total":"shop.error_rate","key":"<32 hex>","second":1732616400,"records":17}
 *   lost     {"lost":"shop.error_rate","matches":12}   what did not fit; these come last
 *
 * `time` in microseconds; what is absent is 0, of weight 1. Texts are redacted; a key is a hash of the
 * values. */

/* Calls `visit` for each entry, before or after correlator_finish. False when visit or reading failed, the
 * latter with a fault. */
bool correlator_each_state(struct correlator *c, bool (*visit)(void *context, struct str json), void *context,
                           struct fault *fault);

/* Takes an entry back, as if its match, total or loss had been added here. Entries of rules that the ruleset
 * does not have are left out. False: it is no such entry. */
bool correlator_add_state(struct correlator *c, struct json entry);

/* ---- the end ---- */

/* Reduces all that was added and calls `emit` for each finding, by time, source, offset and rule. `rule`: the
 * index of its rule in the ruleset. `earliest`: of all records of the job, what `versus` may look back to;
 * INT64_MAX when no record has a time. Once. */
void correlator_finish(struct correlator *c, int64_t earliest,
                       void (*emit)(void *context, const struct finding *f, uint32_t rule), void *context);

/* What correlator_finish would emit if this were the end; more can be added behind it. It costs what
 * correlator_finish does. */
void correlator_look(struct correlator *c, int64_t earliest,
                     void (*emit)(void *context, const struct finding *f, uint32_t rule), void *context);

/* Bytes of what was added: another number when there is something new. */
uint64_t correlator_kept(const struct correlator *c);

/* After correlator_finish: what was not counted, of the correlation of this rule. */
struct correlation_notes correlator_notes(const struct correlator *c, uint32_t rule);
/* Why something was evicted beyond the limits (a full disk); NULL: it was not. */
const char *correlator_failure(const struct correlator *c);

/* After correlator_finish, for `test`: how full the fullest window of the rule was, as lines of text; and
 * what was skipped. */
void correlator_explain(struct correlator *c, uint32_t rule, struct buf *out);

#endif
