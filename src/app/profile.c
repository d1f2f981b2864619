#include "profile.h"

#include "mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { SHOWN = 20 };

struct line {
    const struct rule *rule;
    struct rule_cost cost;
    uint64_t findings;
};

static int costliest_first(const void *a, const void *b) {
    const struct line *x = a, *y = b;
    if (x->cost.nanoseconds != y->cost.nanoseconds)
        return x->cost.nanoseconds > y->cost.nanoseconds ? -1 : 1;
    return str_compare(x->rule->id, y->rule->id);
}

/* Those that were asked; *total is what all of them took. */
static size_t collect(const struct rule_costs *costs, const struct tally *t, struct line *lines,
                      uint64_t *total) {
    size_t count = 0;
    *total = 0;
    for (size_t set = 0; set < t->options->ruleset_count; set++) {
        const struct ruleset *rs = t->options->rulesets[set];
        for (size_t i = 0; i < rs->rule_count; i++) {
            struct rule_cost cost = costs->of[set][i];
            *total += cost.nanoseconds;
            if (cost.calls)
                lines[count++] = (struct line){ &rs->rules[i], cost, t->by_rule[set][i] };
        }
    }
    mem_sort(lines, count, sizeof *lines, costliest_first);
    return count;
}

static void print_line(const struct line *l, uint64_t total) {
    double share = total ? 100.0 * (double)l->cost.nanoseconds / (double)total : 0;
    double each = (double)l->cost.nanoseconds / 1e3 / (double)l->cost.calls;
    fprintf(stderr, "%10.1f ms %5.1f %% %10" PRIu64 " x %9.2f us %8" PRIu64 "  %.*s\n",
            (double)l->cost.nanoseconds / 1e6, share, l->cost.calls, each, l->findings, STR_ARG(l->rule->id));
}

void profile_print(const struct rule_costs *costs, const struct tally *t, bool all) {
    size_t rules = 0;
    uint64_t total;
    for (size_t set = 0; set < t->options->ruleset_count; set++)
        rules += t->options->rulesets[set]->rule_count;
    struct line *lines = mem_new(rules, sizeof *lines);
    size_t count = collect(costs, t, lines, &total);
    fprintf(stderr, "%13s %7s %12s %12s %8s  rule\n", "time", "share", "records", "each", "findings");
    for (size_t i = 0; i < count && (all || i < SHOWN); i++)
        print_line(&lines[i], total);
    if (!all && count > SHOWN)
        fprintf(stderr, "... and %zu more %s (all of them with -v)\n", count - SHOWN,
                str_plural(count - SHOWN, "rule", "rules"));
    fprintf(stderr,
            "%10.1f ms in %zu of %zu %s, of all threads; the other rules were candidates of no record\n",
            (double)total / 1e6, count, rules, str_plural(rules, "rule", "rules"));
    free(lines);
}
