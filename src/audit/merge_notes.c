/* Merging: what was incomplete in the parts, and what merging itself has to say. */
#include "merge_inside.h"

#include "mem.h"

static int by_note(const void *a, const void *b) {
    const struct merged_note *x = a, *y = b;
    if (x->diagnostic != y->diagnostic)
        return x->diagnostic ? 1 : -1;
    if (x->has_source != y->has_source) /* what is of no source comes last */
        return x->has_source ? -1 : 1;
    const struct str pairs[][2] = { { x->source, y->source },
                                    { x->code, y->code },
                                    { x->rule_id, y->rule_id } };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        int order = str_compare(pairs[i][0], pairs[i][1]);
        if (order)
            return order;
    }
    if (x->line != y->line)
        return x->line > y->line ? 1 : -1;
    int order = str_compare(x->text, y->text);
    return order ? order : (x->count > y->count) - (x->count < y->count);
}

/* What correlations left out is told by those that are run here. */
static bool told_by_correlations(const struct merge *m, const struct merged_note *n) {
    return m->correlator && (str_starts(n->code, (struct str)STR("correlation_")) ||
                             (str_equal_c(n->code, "evicted") && n->has_rule));
}

/* Failures of rules that have a trip are told by the replay. */
static bool told_by_trips(const struct merge *m, const struct merged_note *n) {
    static const char *const codes[] = { "rule_failed", "rule_over_budget", "rule_switched_off" };
    bool one = false;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        one = one || str_equal_c(n->code, codes[i]);
    for (size_t i = 0; one && i < m->trip_count; i++)
        if (str_equal(n->rule_id, merge_rule_id(m, m->trips[i].rule)))
            return true;
    return false;
}

/* What was left for want of time and taken up again is not missing. */
static void drop_joined(struct merge *m) {
    for (size_t i = 0; i < m->nexts.count; i++)
        for (size_t j = 0; j < m->note_count && m->nexts.items[i].joined; j++) {
            struct merged_note *n = &m->notes[j];
            if (n->diagnostic || !n->count || !str_equal_c(n->code, "deadline") ||
                !str_equal_c(n->source, m->nexts.items[i].link.source))
                continue;
            n->count--;
            break;
        }
}

static void add_notes(struct merge *m) {
    drop_joined(m);
    mem_sort(m->notes, m->note_count, sizeof *m->notes, by_note);
    for (size_t i = 0; i < m->note_count; i++) {
        const struct merged_note *n = &m->notes[i];
        const char *rule = n->has_rule ? n->rule_id.ptr : NULL,
                   *source = n->has_source ? n->source.ptr : NULL;
        if (!n->count || told_by_trips(m, n) || told_by_correlations(m, n))
            continue;
        if (n->diagnostic)
            tally_carry_diagnostic(&m->tally, n->code.ptr, n->level.ptr, rule, source, n->line, n->text.ptr,
                                   n->count);
        else
            tally_carry_incomplete(&m->tally, n->code.ptr, source, rule, n->text.ptr, n->count);
    }
    m->tally.incomplete_more += m->incomplete_more;
    m->tally.diagnostics_more += m->diagnostics_more;
}

/* A part whose beginning is not among the parts, or was made again and ends elsewhere now. */
static void note_unjoined(struct merge *m) {
    for (size_t i = 0; i < m->open_continues_count && !m->wanted.overlapping; i++)
        tally_add_incomplete(&m->tally, "read", m->open_continues[i].source, NULL,
                             "a part goes on from where none of the other parts ends");
}

/* An earlier run of this very merging does not count: a retry gives the same result. */
static uint64_t merged_before(const struct merge *m) {
    uint32_t own;
    return m->reporters.count - names_find(&m->reporters, str_c(m->audit_id), &own);
}

static void note_differences(struct merge *m) {
    struct tally *t = &m->tally;
    if (m->digests.count > 1)
        tally_carry_diagnostic(t, "rules_differ", "warning", NULL, NULL, 0,
                               "parts were made with different rules; each counts as it is",
                               m->digests.count);
    else if (m->options.count > 1)
        tally_carry_diagnostic(t, "options_differ", "warning", NULL, NULL, 0,
                               "parts were made with different options; each counts as it is",
                               m->options.count);
    if (m->repeated)
        tally_carry_diagnostic(t, "part_repeated", "info", NULL, NULL, 0,
                               "a part was given more than once and counts once", m->repeated);
    if (m->superseded)
        tally_carry_diagnostic(t, "part_superseded", "info", NULL, NULL, 0,
                               "a part whose sources are all in newer parts was left out", m->superseded);
    if (m->reported_before)
        tally_carry_diagnostic(t, "correlation_reported", "info", NULL, NULL, 0,
                               "findings of correlations that earlier merging reported were left out",
                               m->reported_before);
    if (merged_before(m))
        tally_carry_diagnostic(t, "merged_left_out", "info", NULL, NULL, 0,
                               "results of earlier merging among the parts were left out", merged_before(m));
    if (m->users_evicted)
        tally_add_incomplete(t, "evicted", NULL, NULL,
                             "more users, or names in their lists, than are kept apart");
}

void merge_add_notes(struct merge *m) {
    add_notes(m);
    note_unjoined(m);
    note_differences(m);
}
