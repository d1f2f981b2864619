/* What each rule costs (--profile): how often it was asked about a record, and for how long. */
#ifndef COSTS_H
#define COSTS_H

#include "options.h"

struct rule_cost {
    uint64_t calls, nanoseconds;
};

/* By set and rule. Zeroed: of no rules. */
struct rule_costs {
    struct rule_cost *of[MAX_RULESETS];
};

/* Room for the rules of the options, all at 0. costs_add: both are of the same options. */
void costs_init(struct rule_costs *c, const struct audit_options *options);
void costs_fini(struct rule_costs *c);
void costs_add(struct rule_costs *sum, const struct rule_costs *more, const struct audit_options *options);

/* A point in time, in nanoseconds. */
uint64_t costs_clock(void);

#endif
