/* Batches on their way to the tally: the caller fills them, threads detect, and the caller takes them over,
 * in the order in which they were submitted, whichever thread is done first. Without threads
 * (options->threads is 1) all of it happens in pipeline_submit. */
#ifndef PIPELINE_H
#define PIPELINE_H

#include "detect.h"

struct pipeline;

/* A batch, and what was found in it. */
struct slot {
    struct batch batch;
    struct origin origin;
    struct batch_findings found;
};

/* Options and switches must outlive it. `take` is called in the caller's thread, for one slot after the
 * other, from within pipeline_slot, pipeline_submit and what waits for slots. */
struct pipeline *pipeline_new(const struct audit_options *options, const struct rule_switches *switches,
                              void (*take)(void *context, const struct slot *slot), void *context);
/* What is still on its way is taken over first. Takes NULL. */
void pipeline_free(struct pipeline *p);

/* A slot to fill: `batch` and `origin`. It is to be submitted, or given back, before the next one is asked
 * for. */
struct slot *pipeline_slot(struct pipeline *p);
void pipeline_give_back(struct pipeline *p, const struct slot *slot);

/* Sends it on its way. With --context it waits until the next one is known. */
void pipeline_submit(struct pipeline *p, struct slot *slot);

/* How many batches are on their way. */
int64_t pipeline_count(struct pipeline *p);

/* Waits until all are taken over; what comes later does not stand behind them (options->context). */
void pipeline_drain(struct pipeline *p);

/* The same, and ends the threads: nothing can be submitted any more. */
void pipeline_stop(struct pipeline *p);

/* With options->profile: what the rules have cost, once it is stopped. */
const struct rule_costs *pipeline_costs(const struct pipeline *p);

#endif
