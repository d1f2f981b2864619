/* Which rules run, by set and index: chosen by --only and --skip, switched off when they fail too often. */
#ifndef SWITCHES_H
#define SWITCHES_H

#include "options.h"

#include <stdatomic.h>

/* Set by the tally's thread, read by all. */
struct rule_switches {
    atomic_bool *off[MAX_RULESETS]; /* not chosen, or failed too often */
    /* Chosen: its findings are reported. A rule that is not may still be on, for a correlation that is on it.
     */
    bool *chosen[MAX_RULESETS];
};

/* Whether --only and --skip each name rules that there are; a fault (FAULT_USAGE) names what is none. */
bool switches_check(const struct audit_options *options, struct fault *fault);

/* As the options have it. */
void switches_init(struct rule_switches *s, const struct audit_options *options);
void switches_fini(struct rule_switches *s);

#endif
