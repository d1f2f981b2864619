/* The findings of many results, brought into one order on disk: each result has them in order already, so
 * they are appended to a temporary file as they come, in runs that are sorted, and the runs of a source are
 * merged when they are read back. Memory is by the number of runs, not of findings. */
#ifndef FINDING_RUNS_H
#define FINDING_RUNS_H

#include "fault.h"
#include "str.h"

struct finding_runs;

/* Numbers of the caller's; what they come to in the order is known at the end only. */
struct finding_key {
    uint32_t source, rule, part;
    uint64_t offset;
};

/* By number, the place in the order. */
struct finding_order {
    const uint32_t *source, *rule, *part;
};

/* Empty; the file is made when it is needed. */
struct finding_runs *finding_runs_new(void);
void finding_runs_free(struct finding_runs *r);

/* Adds a finding (JSON, copied). False and a fault: the file cannot be written. */
bool finding_runs_add(struct finding_runs *r, const struct finding_key *key, struct str json,
                      struct fault *fault);

/* Where the next finding will stand, and forgetting all from there on. */
uint64_t finding_runs_mark(const struct finding_runs *r);
bool finding_runs_rewind(struct finding_runs *r, uint64_t mark, struct fault *fault);

/* Calls `visit` for each finding by source, offset, rule, part, and as they were added. False when it
 * returned false or the file cannot be read. */
bool finding_runs_each(struct finding_runs *r, const struct finding_order *order,
                       bool (*visit)(void *context, const struct finding_key *key, struct str json,
                                     struct fault *fault),
                       void *context, struct fault *fault);

#endif
