#include "correlation_notes.h"

#include <stdio.h>

static void note_skipped(struct tally *t, const struct rule *r, const char *code, const char *level,
                         const char *what, const struct skipped_matches *skipped) {
    char text[160];
    if (!skipped->count)
        return;
    snprintf(text, sizeof text, "%llu %s without %s %s not counted", (unsigned long long)skipped->count,
             str_plural(skipped->count, "match", "matches"), what, str_plural(skipped->count, "was", "were"));
    tally_carry_diagnostic(t, code, level, r->id.ptr, skipped->source, skipped->line, text, skipped->count);
}

static void note_evicted(struct tally *t, const struct correlator *c, const struct rule *r, uint64_t count) {
    const char *failure = correlator_failure(c);
    char text[256];
    if (!count)
        return;
    snprintf(text, sizeof text, "%llu %s not counted: %s", (unsigned long long)count,
             str_plural(count, "match was", "matches were"),
             failure ? failure : "there are more than are kept for correlation");
    tally_add_incomplete(t, "evicted", NULL, r->id.ptr, text);
}

void correlation_notes_add(struct tally *t, const struct correlator *c, const struct ruleset *rs,
                           const atomic_bool *off) {
    for (uint32_t i = 0; i < rs->rule_count; i++) {
        struct correlation_notes n = correlator_notes(c, i);
        const struct rule *r = &rs->rules[i];
        if (off && atomic_load(&off[i]))
            continue;
        note_skipped(t, r, "correlation_without_time", "warning", "a time", &n.untimed);
        note_skipped(t, r, "correlation_without_field", "info", "a field that is counted by", &n.unkeyed);
        note_evicted(t, c, r, n.evicted);
    }
    const char *failure = correlator_failure(c);
    if (failure) /* findings may be missing too */
        tally_add_incomplete(t, "evicted", NULL, NULL, failure);
}
