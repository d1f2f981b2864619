/* The client of AWS behind the places, for what else is asked of AWS in a run. */
#ifndef PLACE_AWS_H
#define PLACE_AWS_H

#include "aws.h"
#include "place.h"

/* NULL and a fault. The client and the connection (of the caller's thread) belong to the places. */
struct aws *place_aws(struct places *places, struct http **h, struct fault *fault);

#endif
