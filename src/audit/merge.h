/* Results of the parts of a log into one, as if all had been read by one scan (docs/result.md): findings are
 * taken in order of source, offset and rule and counted anew, what they do not say is added up from the
 * states. Whatever the order of the parts: the same result. */
#ifndef MERGE_H
#define MERGE_H

#include "result.h"
#include "source.h"
#include "tally.h"

struct merge;

struct merge_options {
    bool overlapping; /* only parts that were stored in [from, to], however old their records are, or have a
                       * record in it; each correlation's finding once. What is given first counts: a part
                       * whose sources are whole, in the same versions and by the same rules, in others is
                       * left out */
    int64_t from, to; /* microseconds since 1970 */
};

enum merge_taken { MERGE_TAKEN, MERGE_LEFT_OUT, MERGE_BAD, MERGE_STOPPED };

/* No parts; the options are copied. merge_free takes NULL. */
struct merge *merge_new(const struct merge_options *options);
void merge_free(struct merge *m);

/* Reads a part and closes it. `searched`: it was found where parts are looked for, and is none when it is the
 * result of a merging. MERGE_LEFT_OUT: that, or the options leave it out, or it is a part that is there
 * already. MERGE_BAD: it is no whole result with a state; nothing of it was taken. MERGE_STOPPED: no merging
 * can go on. The last two fill the fault. */
enum merge_taken merge_add(struct merge *m, struct source *source, bool searched, struct fault *fault);

/* A result that could not be taken: the merged one is incomplete, and says so. */
void merge_missing(struct merge *m, const char *uri, const struct fault *fault);

/* Calls `visit` with the uri of each source of the parts taken; some may come twice. */
void merge_each_source(const struct merge *m, void (*visit)(void *context, struct str uri), void *context);

/* How many parts were taken. */
size_t merge_count(const struct merge *m);

/* Whether parts have correlations: merge_finish needs the rules then. */
bool merge_correlates(const struct merge *m);

/* Adds up. Correlations are run by `rules` (NULL: none), which must outlive the tally. `emit` gets each
 * finding, as its part has it, in order. NULL and a fault when it failed. Once. */
struct tally *merge_finish(struct merge *m, const struct ruleset *rules,
                           bool (*emit)(void *context, struct str json, enum severity severity,
                                        struct fault *fault),
                           void *context, struct fault *fault);

/* The audit_id of each part, sorted; after merge_finish. */
const char *const *merge_parts(const struct merge *m, size_t *count);
/* Digest of the parts and the rules; after merge_finish. */
const char *merge_audit_id(const struct merge *m);
/* Digest of the options of the parts; after merge_finish. */
const char *merge_options_digest(const struct merge *m);
/* Whether an earlier run of this very merging was found, and had told of its findings; after merge_finish. */
bool merge_notified(const struct merge *m);
/* Ends of parts that lack the other end: the result is that of a run which is not whole; after merge_finish.
 */
const struct audit_link *merge_open_nexts(const struct merge *m, size_t *count);
const struct audit_link *merge_open_continues(const struct merge *m, size_t *count);
/* What parts do not have: findings of correlations that no earlier merging reported, by severity, and how
 * many results could not be taken; after merge_finish. */
struct merge_news {
    uint64_t correlated[SEVERITY_COUNT], missing;
};
const struct merge_news *merge_news(const struct merge *m);
/* Whether a rule file of some part could not be loaded. */
bool merge_rules_failed(const struct merge *m);

#endif
