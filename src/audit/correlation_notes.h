/* What correlations left uncounted, said in the result: the same after a scan and after a merging. */
#ifndef CORRELATION_NOTES_H
#define CORRELATION_NOTES_H

#include "correlator.h"
#include "tally.h"

/* After correlator_finish. `off`: rules of the ruleset that are switched off; NULL: none. */
void correlation_notes_add(struct tally *t, const struct correlator *c, const struct ruleset *rs,
                           const atomic_bool *off);

#endif
