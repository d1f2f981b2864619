/* Detection: a batch of records to its findings. Stateless between batches, so any number of threads may each
 * have a detector; what is counted over batches is the tally's. */
#ifndef DETECT_H
#define DETECT_H

#include "findings.h"
#include "record.h"

#include <stdatomic.h>

/* Which source a batch came from. */
struct origin {
    struct str uri, version;
    struct time_rules time; /* with the source's own reference for year-less stamps */
    size_t index;           /* in the tally's list of sources */
};

/* By set and rule: switched off, by the user's choice or because it failed too often. Set by the tally's
 * thread, read by all. */
struct rule_switches {
    atomic_bool *off[MAX_RULESETS];
};

struct detector;

struct detector *detector_new(const struct audit_options *options, const struct rule_switches *switches);
void detector_free(struct detector *d);

/* Fills `out` (reset before). The batch must stay until then; `out` holds copies. */
void detector_run(struct detector *d, const struct batch *batch, const struct origin *origin,
                  struct batch_findings *out);

#endif
