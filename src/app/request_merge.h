/* The merging of stored results that an event asks for (source_type merge). */
#ifndef REQUEST_MERGE_H
#define REQUEST_MERGE_H

#include "request.h"

/* Merges the results that the event names, with the rules of `cli` for correlations, and keeps their
 * findings. NULL and a fault when it failed. The tally belongs to the request. */
struct tally *request_merge(struct request *r, const struct cli *cli, struct fault *fault);

#endif
