#include "tally.h"

#include "correlator.h"
#include "exceptions.h"
#include "mem.h"
#include "requests.h"
#include "users.h"

#include <stdio.h>
#include <stdlib.h>

static char *copy(struct str s) {
    return mem_copy(s.ptr, s.len);
}

/* ---- life ---- */

static void make_rule_counts(struct tally *t) {
    struct hash_state *digest = hash_new();
    t->rules_loaded = 0;
    for (size_t set = 0; set < t->options->ruleset_count; set++) {
        size_t rules = t->options->rulesets[set]->rule_count;
        t->rules_loaded += ruleset_rule_count(t->options->rulesets[set]);
        hash_add(digest, str_c(t->options->rulesets[set]->digest));
        t->by_rule[set] = mem_new(rules, sizeof *t->by_rule[set]);
        t->trips[set] = mem_new(rules, sizeof *t->trips[set]);
        t->trip_kinds[set] = mem_new(rules, sizeof *t->trip_kinds[set]);
    }
    t->rules_digest = hash_get(digest);
    hash_free(digest);
}

static void free_rule_counts(struct tally *t) {
    for (size_t set = 0; set < MAX_RULESETS; set++) {
        free(t->by_rule[set]);
        free(t->trips[set]);
        free(t->trip_kinds[set]);
        t->by_rule[set] = NULL;
        t->trips[set] = NULL;
        t->trip_kinds[set] = NULL;
    }
}

static void add_earlier(struct tally *t, struct str id, uint64_t count) {
    for (size_t i = 0; i < t->earlier_count; i++) {
        if (str_equal_c(id, t->earlier[i].name)) {
            t->earlier[i].count += count;
            return;
        }
    }
    mem_grow(&t->earlier, &t->earlier_capacity, t->earlier_count, sizeof *t->earlier);
    t->earlier[t->earlier_count++] = (struct type_count){ copy(id), count };
}

void tally_change_rules(struct tally *t, const struct audit_options *options, struct correlator *correlator) {
    for (size_t set = 0; set < t->options->ruleset_count; set++)
        for (size_t i = 0; i < t->options->rulesets[set]->rule_count; i++)
            if (t->by_rule[set][i])
                add_earlier(t, t->options->rulesets[set]->rules[i].id, t->by_rule[set][i]);
    free_rule_counts(t);
    t->options = options;
    t->correlator = correlator;
    make_rule_counts(t);
    tally_note_overrides(t);
}

void tally_init(struct tally *t, const struct audit_options *options, struct rule_switches *switches,
                struct correlator *correlator) {
    *t = (struct tally){ .options = options, .switches = switches, .correlator = correlator };
    t->groups = group_table_new();
    t->users = user_table_new();
    t->requests = request_table_new();
    make_rule_counts(t);
}

void tally_fini(struct tally *t) {
    free_rule_counts(t);
    for (size_t i = 0; i < t->earlier_count; i++)
        free(t->earlier[i].name);
    free(t->earlier);
    for (size_t i = 0; i < t->source_count; i++) {
        free(t->sources[i].uri);
        free(t->sources[i].version);
    }
    for (size_t i = 0; i < t->incomplete_count; i++) {
        free(t->incomplete[i].reason);
        free(t->incomplete[i].source);
        free(t->incomplete[i].rule_id);
        free(t->incomplete[i].detail);
    }
    for (size_t i = 0; i < t->diagnostic_count; i++) {
        free(t->diagnostics[i].code);
        free(t->diagnostics[i].level);
        free(t->diagnostics[i].message);
        free(t->diagnostics[i].rule_id);
        free(t->diagnostics[i].source);
    }
    for (size_t i = 0; i < t->type_count; i++)
        free(t->types[i].name);
    for (size_t i = 0; i < t->noted_trip_count; i++)
        free(t->noted_trips[i].reason);
    free(t->noted_trips);
    free(t->types);
    free(t->suppressions);
    free(t->sources);
    free(t->incomplete);
    free(t->diagnostics);
    group_table_free(t->groups);
    overview_fini(&t->overview);
    names_fini(&t->correlations);
    user_table_free(t->users);
    request_table_free(t->requests);
}

/* ---- notes ---- */

static char *copy_c(const char *text) {
    return text ? mem_copy(text, strlen(text)) : NULL;
}

static bool same(const char *a, const char *b) {
    return (!a && !b) || (a && b && strcmp(a, b) == 0);
}

void tally_carry_incomplete(struct tally *t, const char *reason, const char *source, const char *rule_id,
                            const char *detail, uint64_t count) {
    for (size_t i = 0; i < t->incomplete_count; i++) {
        struct incomplete *n = &t->incomplete[i];
        if (same(n->reason, reason) && same(n->source, source) && same(n->rule_id, rule_id)) {
            n->count += count;
            return;
        }
    }
    if (t->incomplete_count >= MAX_NOTES) {
        t->incomplete_more++;
        return;
    }
    mem_grow(&t->incomplete, &t->incomplete_capacity, t->incomplete_count, sizeof *t->incomplete);
    t->incomplete[t->incomplete_count++] =
        (struct incomplete){ copy_c(reason), copy_c(source), copy_c(rule_id), copy_c(detail), count };
}

void tally_add_incomplete(struct tally *t, const char *reason, const char *source, const char *rule_id,
                          const char *detail) {
    tally_carry_incomplete(t, reason, source, rule_id, detail, 1);
}

void tally_carry_diagnostic(struct tally *t, const char *code, const char *level, const char *rule_id,
                            const char *source, uint64_t line, const char *message, uint64_t count) {
    for (size_t i = 0; i < t->diagnostic_count; i++) {
        struct diagnostic *d = &t->diagnostics[i];
        if (same(d->code, code) && same(d->source, source) && same(d->rule_id, rule_id)) {
            d->count += count;
            return;
        }
    }
    if (t->diagnostic_count >= MAX_NOTES) {
        t->diagnostics_more++;
        return;
    }
    mem_grow(&t->diagnostics, &t->diagnostic_capacity, t->diagnostic_count, sizeof *t->diagnostics);
    t->diagnostics[t->diagnostic_count++] =
        (struct diagnostic){ copy_c(code), copy_c(level), copy_c(message), copy_c(rule_id), copy_c(source),
                             line,         count };
}

void tally_add_diagnostic(struct tally *t, const char *code, const char *level, const char *rule_id,
                          const char *source, uint64_t line, const char *message) {
    tally_carry_diagnostic(t, code, level, rule_id, source, line, message, 1);
}

/* ---- sources ---- */

size_t tally_add_source(struct tally *t, const char *uri, const char *version) {
    mem_grow(&t->sources, &t->source_capacity, t->source_count, sizeof *t->sources);
    t->sources[t->source_count] = (struct source_entry){ .uri = copy_c(uri), .version = copy_c(version) };
    return t->source_count++;
}

void tally_end_source(struct tally *t, size_t index, uint64_t bytes, uint64_t lines,
                      const struct fault *fault) {
    struct source_entry *s = &t->sources[index];
    s->bytes = bytes;
    s->complete = fault == NULL;
    t->counts.bytes += bytes;
    t->counts.lines += lines;
    if (fault)
        tally_add_incomplete(t, fault->kind == FAULT_DEADLINE ? "deadline" : "read", s->uri, NULL,
                             fault->text);
}

/* ---- overrides ---- */

static void note_expired(void *context, const struct rule *r, const char *text) {
    tally_add_diagnostic(context, "exception_expired", "warning", r->id.ptr, NULL, 0, text);
}

static void note_switched_off(struct tally *t, const struct ruleset *rs) {
    for (size_t i = 0; i < rs->switched_off_count; i++)
        tally_add_diagnostic(t, "correlation_switched_off", "info", rs->switched_off[i].rule_id, NULL, 0,
                             rs->switched_off[i].reason);
}

void tally_note_overrides(struct tally *t) {
    exceptions_each_expired(t->options, note_expired, t);
    for (size_t set = 0; set < t->options->ruleset_count; set++)
        note_switched_off(t, t->options->rulesets[set]);
}

/* ---- batches ---- */

static void count_type(struct tally *t, struct str type) {
    for (size_t i = 0; i < t->type_count; i++) {
        if (str_equal_c(type, t->types[i].name)) {
            t->types[i].count++;
            return;
        }
    }
    mem_grow(&t->types, &t->type_capacity, t->type_count, sizeof *t->types);
    t->types[t->type_count++] = (struct type_count){ copy(type), 1 };
}

static void evict_user(struct tally *t) {
    if (t->evicted_users++ == 0)
        tally_add_incomplete(t, "evicted", NULL, NULL,
                             "more users, or names in their lists, than are kept apart");
}

static void count_finding_user(struct tally *t, const struct finding *f) {
    struct str user = f->fields.text[FIELD_USER_ID];
    if (user.len && !user_table_add_finding(t->users, user))
        evict_user(t);
}

void tally_add_finding(struct tally *t, const struct found_finding *found) {
    const struct finding *f = &found->finding;
    t->findings++;
    t->by_severity[f->severity]++;
    t->by_rule[found->set][found->rule]++;
    t->counting[f->severity] += !rule_is_experimental(f->rule);
    t->performance_alerts += str_equal_c(f->type, "Performance") && f->severity >= SEVERITY_HIGH;
    count_type(t, f->type);
    if (!group_table_add(t->groups, f) && t->evicted_groups++ == 0)
        tally_add_incomplete(t, "evicted", NULL, NULL, "more kinds of findings than are kept apart");
    overview_add(&t->overview, f);
    count_finding_user(t, f);
    if (!request_table_add(t->requests, f))
        tally_add_diagnostic(t, "requests_evicted", "info", NULL, NULL, 0,
                             "findings of more requests than summary.requests keeps apart");
}

/* By what they say: rules may have been loaded again. */
static bool same_suppression(const struct suppression *s, const struct rule *rule,
                             const struct exception *exception) {
    if (!str_equal(s->rule->id, rule->id) || !s->exception != !exception)
        return false;
    return !exception || (str_equal(s->exception->reason, exception->reason) &&
                          str_equal(s->exception->until, exception->until));
}

/* At most one for each exception that was written and, with a baseline, for each rule. */
void tally_add_suppressed(struct tally *t, const struct rule *rule, const struct exception *exception,
                          uint64_t count) {
    t->counts.suppressed += count;
    for (size_t i = 0; i < t->suppression_count; i++) {
        if (same_suppression(&t->suppressions[i], rule, exception)) {
            t->suppressions[i].count += count;
            return;
        }
    }
    mem_grow(&t->suppressions, &t->suppression_capacity, t->suppression_count, sizeof *t->suppressions);
    t->suppressions[t->suppression_count++] = (struct suppression){ rule, exception, count };
}

bool tally_rule_off(const struct tally *t, uint32_t set, uint32_t rule) {
    return atomic_load(&t->switches->off[set][rule]);
}

static void note_trip(struct tally *t, const struct trip *trip, const char *source, const char *reason) {
    mem_grow(&t->noted_trips, &t->noted_trip_capacity, t->noted_trip_count, sizeof *t->noted_trips);
    t->noted_trips[t->noted_trip_count++] = (struct noted_trip){
        .set = trip->set,
        .rule = trip->rule,
        .kind = trip->kind,
        .source = source,
        .line = trip->line,
        .offset = trip->offset,
        .reason = copy_c(reason),
    };
}

/* What Lua raises begins with a place in the rule's file, whose path it may shorten from the left; the rest
 * gets the file here. A merge has no files: the reasons of its parts have their place. */
static char *placed_reason(const struct ruleset *rs, const struct rule *rule, struct str reason) {
    bool has_file = rule->file < rs->files.count + rs->support.count;
    const char *path = has_file ? ruleset_file(rs, rule)->path : "";
    if (!has_file || str_starts(reason, str_c(path)) || str_starts(reason, (struct str)STR("...")))
        return copy(reason);
    struct buf text;
    buf_init(&text, reason.len + strlen(path) + sizeof ": ");
    buf_add_c(&text, path);
    buf_add_c(&text, ": ");
    buf_add(&text, reason);
    char *placed = mem_copy(buf_c(&text), text.len);
    buf_fini(&text);
    return placed;
}

/* The one that is too many switches the rule off, here and for what follows in record order; other threads
 * stop asking it as soon as they see it. */
void tally_add_trip(struct tally *t, const struct trip *trip, const char *source) {
    if (tally_rule_off(t, trip->set, trip->rule))
        return;
    const struct ruleset *rs = t->options->rulesets[trip->set];
    const struct rule *rule = &rs->rules[trip->rule];
    bool raised = trip->kind == TRIP_RAISED;
    char *id = copy(rule->id), *reason = placed_reason(rs, rule, trip->reason);
    t->trip_kinds[trip->set][trip->rule] = trip->kind;
    note_trip(t, trip, source, reason);
    tally_add_incomplete(t, raised ? "rule_failed" : "rule_over_budget", NULL, id, reason);
    tally_add_diagnostic(t, raised ? "rule_failed" : "rule_over_budget", "error", id, source, trip->line,
                         reason);
    if (++t->trips[trip->set][trip->rule] == MAX_TRIPS) {
        atomic_store(&t->switches->off[trip->set][trip->rule], true);
        char text[128];
        snprintf(text, sizeof text, "switched off after %d failures", MAX_TRIPS);
        tally_add_diagnostic(t, "rule_switched_off", "error", id, source, trip->line, text);
    }
    free(id);
    free(reason);
}

bool tally_last_time(const struct tally *t, size_t source, int64_t *time) {
    *time = t->last_time;
    return t->has_last_time && t->last_source == source;
}

void tally_set_last_time(struct tally *t, size_t source, int64_t time) {
    t->last_source = source;
    t->last_time = time;
    t->has_last_time = true;
}

static void take_clock(struct tally *t, const struct batch_findings *found, size_t source) {
    struct clock_counts *c = &t->clock;
    c->without_time += found->without_time;
    c->out_of_order += found->out_of_order;
    if (!found->has_time)
        return;
    if (source == t->last_source && t->has_last_time && found->first_time < t->last_time)
        c->out_of_order++;
    tally_set_last_time(t, source, found->last_time);
    c->earliest = !c->any || found->earliest < c->earliest ? found->earliest : c->earliest;
    c->latest = !c->any || found->latest > c->latest ? found->latest : c->latest;
    c->any = true;
}

static void take_counts(struct tally *t, const struct batch *batch, const struct batch_findings *found,
                        const struct origin *origin) {
    struct counts *c = &t->counts;
    c->records += found->records;
    c->json += found->json;
    c->text += found->records - found->json;
    c->multiline += found->multiline;
    c->truncated += found->truncated;
    c->invalid_utf8 += found->invalid_utf8;
    c->skipped += found->skipped + batch->skipped_lines;
    c->malformed += batch->malformed + found->malformed;
    t->sources[origin->index].records += found->records;
    if (found->truncated)
        tally_add_incomplete(t, "truncated", t->sources[origin->index].uri, NULL,
                             "a record was longer than the limit; it was cut and its rest skipped");
}

static void take_cut_short(struct tally *t, const struct batch *batch, const struct origin *origin) {
    if (batch->cut_short)
        tally_add_incomplete(t, "malformed", t->sources[origin->index].uri, NULL,
                             "the input ends in the middle of a JSON document");
}

static void take_users(struct tally *t, const struct batch_findings *found) {
    for (size_t i = 0; i < found->user_count; i++)
        if (!user_table_add(t->users, &found->users[i]))
            evict_user(t);
}

/* Counts and emits a finding unless nobody asked for it. */
static void report(struct tally *t, const struct found_finding *f,
                   void (*emit)(void *context, const struct finding *f), void *context) {
    if (!t->switches->chosen[f->set][f->rule])
        return;
    if (f->finding.severity < t->options->min_severity) {
        t->counts.filtered++;
        return;
    }
    if (f->exception) {
        tally_add_suppressed(t, f->finding.rule, f->exception, 1);
        return;
    }
    if (t->options->baseline && finding_set_known(t->options->baseline, f->finding.fingerprint)) {
        tally_add_suppressed(t, f->finding.rule, NULL, 1);
        return;
    }
    tally_add_finding(t, f);
    if (emit)
        emit(context, &f->finding);
}

void tally_add_correlated(struct tally *t, const struct finding *f, uint32_t rule,
                          void (*emit)(void *context, const struct finding *f), void *context) {
    uint64_t filtered = t->counts.filtered;
    const struct exception *exception = exceptions_find(t->options, f);
    report(t, &(struct found_finding){ .finding = *f, .rule = rule, .exception = exception }, emit, context);
    t->correlated_filtered += t->counts.filtered - filtered;
}

void tally_add_batch(struct tally *t, const struct batch *batch, const struct origin *origin,
                     const struct batch_findings *found, void (*emit)(void *context, const struct finding *f),
                     void *context) {
    take_counts(t, batch, found, origin);
    take_cut_short(t, batch, origin);
    take_clock(t, found, origin->index);
    take_users(t, found);
    size_t next_trip = 0;
    for (size_t i = 0; i <= found->finding_count; i++) {
        while (next_trip < found->trip_count && found->trips[next_trip].before <= i)
            tally_add_trip(t, &found->trips[next_trip++], t->sources[origin->index].uri);
        if (i == found->finding_count)
            break;
        const struct found_finding *f = &found->findings[i];
        if (tally_rule_off(t, f->set, f->rule))
            continue;
        if (!f->exception)
            correlator_add(t->correlator, f);
        /* What a correlation counts is not reported one by one, but what an exception keeps from it is said.
         */
        if (!f->finding.rule->correlate || f->exception)
            report(t, f, emit, context);
    }
}
