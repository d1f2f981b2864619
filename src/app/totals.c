#include "totals.h"

#include "mem.h"

#include <stdlib.h>

void totals_init(struct totals *t) {
    *t = (struct totals){ .users = user_table_new() };
}

void totals_fini(struct totals *t) {
    for (size_t i = 0; i < t->type_count; i++)
        free(t->types[i].name);
    free(t->types);
    user_table_free(t->users);
}

static void add_type(struct totals *t, const struct type_count *type) {
    size_t i = 0;
    while (i < t->type_count && strcmp(t->types[i].name, type->name) != 0)
        i++;
    if (i == t->type_count) {
        mem_grow(&t->types, &t->type_capacity, t->type_count, sizeof *t->types);
        t->types[t->type_count++] = (struct type_count){ .name = mem_copy(type->name, strlen(type->name)) };
    }
    t->types[i].count += type->count;
    if (strcmp(type->name, "Error") == 0)
        t->errors += type->count;
}

/* A user of two audits is one. */
static void add_users(struct totals *t, const struct tally *tally) {
    size_t count = user_table_count(tally->users);
    const struct user **users = user_table_sorted(tally->users);
    for (size_t i = 0; i < count; i++)
        user_table_add_finding(t->users, users[i]->name);
    free(users);
}

static void add_trips(struct totals *t, const struct tally *tally) {
    for (size_t set = 0; set < tally->options->ruleset_count; set++)
        for (size_t i = 0; i < tally->options->rulesets[set]->rule_count; i++) {
            bool tripped = tally->trips[set][i] > 0, raised = tally->trip_kinds[set][i] == TRIP_RAISED;
            t->rule_errors += tripped && raised;
            t->over_budget += tripped && !raised;
        }
}

void totals_add(struct totals *t, const struct tally *tally) {
    t->audits++;
    t->incomplete += tally->incomplete_count > 0;
    t->records += tally->counts.records;
    t->bytes += tally->counts.bytes;
    t->findings += tally->findings;
    t->performance_alerts += tally->performance_alerts;
    for (int s = 0; s < SEVERITY_COUNT; s++)
        t->by_severity[s] += tally->by_severity[s];
    if (tally->clock.any && (!t->has_latest || tally->clock.latest > t->latest)) {
        t->has_latest = true;
        t->latest = tally->clock.latest;
    }
    for (size_t i = 0; i < tally->type_count; i++)
        add_type(t, &tally->types[i]);
    add_users(t, tally);
    add_trips(t, tally);
}

void totals_add_merging(struct totals *t, const struct tally *tally, const struct merge_news *news) {
    bool incomplete = tally->incomplete_count > 0;
    t->audits++;
    t->incomplete += incomplete;
    t->told_incomplete += incomplete && !news->missing;
    for (int s = 0; s < SEVERITY_COUNT; s++) {
        t->findings += news->correlated[s];
        t->by_severity[s] += news->correlated[s];
    }
}

/* ---- writing ---- */

void totals_put(const struct totals *t, struct json_writer *w) {
    json_add_count(w, "processed_logs", t->records);
    json_key(w, "findings");
    json_begin(w, '[');
    json_end(w, ']');
    if (t->findings)
        json_add_count(w, "findings_truncated", t->findings);
    json_key(w, "summary");
    json_begin(w, '{');
    json_add_count(w, "total_findings", t->findings);
    json_key(w, "findings_by_type");
    json_begin(w, '{');
    for (size_t i = 0; i < t->type_count; i++)
        json_add_count(w, t->types[i].name, t->types[i].count);
    json_end(w, '}');
    json_add_count(w, "unique_users", user_table_count(t->users));
    json_add_count(w, "error_count", t->errors);
    json_key(w, "findings_by_severity");
    json_begin(w, '{');
    for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
        if (t->by_severity[s])
            json_add_count(w, severity_name((enum severity)s), t->by_severity[s]);
    json_end(w, '}');
    json_add_count(w, "performance_alerts", t->performance_alerts);
    json_end(w, '}');
    json_add_count(w, "critical_findings_count", t->by_severity[SEVERITY_CRITICAL]);
}
