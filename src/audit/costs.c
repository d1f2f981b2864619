#include "costs.h"

#include "clock.h"
#include "mem.h"

#include <stdlib.h>

void costs_init(struct rule_costs *c, const struct audit_options *options) {
    for (size_t set = 0; set < options->ruleset_count; set++)
        c->of[set] = mem_new(options->rulesets[set]->rule_count, sizeof *c->of[set]);
}

void costs_fini(struct rule_costs *c) {
    for (size_t set = 0; set < MAX_RULESETS; set++)
        free(c->of[set]);
    *c = (struct rule_costs){ 0 };
}

void costs_add(struct rule_costs *sum, const struct rule_costs *more, const struct audit_options *options) {
    for (size_t set = 0; set < options->ruleset_count; set++) {
        for (size_t i = 0; i < options->rulesets[set]->rule_count; i++) {
            sum->of[set][i].calls += more->of[set][i].calls;
            sum->of[set][i].nanoseconds += more->of[set][i].nanoseconds;
        }
    }
}

uint64_t costs_clock(void) {
    return (uint64_t)steady_nanos();
}
