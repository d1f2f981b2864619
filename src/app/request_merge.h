#ifndef REQUEST_MERGE_H
#define REQUEST_MERGE_H

#include "request.h"

/* Merges the results that the event names and keeps their findings; NULL and a fault when it failed. Belongs
 * to the request. */
struct tally *request_merge(struct request *r, struct fault *fault);

#endif
