/* Detection: a batch of records to its findings. Stateless between batches, so any number of threads may each
 * have a detector; what is counted over batches is the tally's. */
#ifndef DETECT_H
#define DETECT_H

#include "costs.h"
#include "findings.h"
#include "record.h"
#include "switches.h"

struct detector;

/* One per thread. Options and switches must outlive it. detector_free takes NULL. */
struct detector *detector_new(const struct audit_options *options, const struct rule_switches *switches);
void detector_free(struct detector *d);

/* With options->profile: adds what its rules cost so far. */
void detector_add_costs(const struct detector *d, struct rule_costs *sum);

/* Fills `out` (reset before). `out` may point into the batch's bytes, which must stay as long as it is read.
 */
void detector_run(struct detector *d, const struct batch *batch, const struct origin *origin,
                  struct batch_findings *out);

/* After it, with --context: gives each finding what stands around it (context.h). */
struct context_batches;
void detector_add_context(struct detector *d, const struct context_batches *batches,
                          const struct origin *origin, struct batch_findings *out);

#endif
