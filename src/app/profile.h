/* scan --profile: what the rules cost, on standard error. */
#ifndef PROFILE_H
#define PROFILE_H

#include "audit.h"

/* The costliest rules first; without `all` only so many of them. */
void profile_print(const struct rule_costs *costs, const struct tally *t, bool all);

#endif
