/* What stands around a finding in its log (--context): the records before and after its own, as people read
 * them. They come from the finding's batch and its two neighbours, so a finding at the edge has all of them
 * unless a neighbour holds fewer records. */
#ifndef CONTEXT_H
#define CONTEXT_H

#include "evaluate.h"

/* Records on each side; bytes of each, after redaction. */
enum { MAX_CONTEXT = 20, MAX_CONTEXT_BYTES = 512 };

/* Copies of the last (or first) `count` records of `from`, as many as there are. */
void context_take_last(struct batch *to, const struct batch *from, size_t count);
void context_take_first(struct batch *to, const struct batch *from, size_t count);

/* A batch and its neighbours. */
struct context_batches {
    const struct batch *before, *batch, *after;
};

/* Gives each finding of the batch the texts around it. `every_hit`: true for each pattern of the first
 * ruleset, because nobody has scanned these records for secrets. */
void context_attach(struct evaluator *e, const struct context_batches *batches, const struct origin *origin,
                    const bool *every_hit, struct batch_findings *out);

#endif
