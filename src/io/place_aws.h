/* The client of AWS behind the places, for what else is asked of AWS in a run. */
#ifndef PLACE_AWS_H
#define PLACE_AWS_H

#include "place.h"
#include "s3.h"

/* NULL and a fault. The client and the connection (of the caller's thread) belong to the places. */
struct aws *place_aws(struct places *places, struct http **h, struct fault *fault);
struct s3 *place_s3(struct places *places, struct http **h, struct fault *fault);

/* Whether a key cannot be the name of a file below a folder: it has parts like ".." or a NUL byte. */
bool place_leads_out(struct str key);

#endif
