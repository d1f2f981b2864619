/* Merging: the findings of all parts and the failures of rules between them, in the order of one scan, and
 * then the correlations over the matches of all parts. */
#include "merge_inside.h"

#include "context.h"
#include "correlation_notes.h"
#include "mem.h"

#include <stdlib.h>

/* Where a rule was switched off. */
struct off {
    bool is;
    uint32_t source;
    uint64_t offset;
};

/* ---- findings, and the failures of rules between them ---- */

struct replay {
    struct merge *m;
    struct off *off;                 /* by number of the rule */
    const struct rule_place *places; /* by number of the rule */
    struct finding_order order;
    size_t next_trip;
    struct merge_emit to;
    struct arena arena; /* of the finding at hand */
};

static int compare_places(const struct replay *r, uint32_t source_a, uint64_t offset_a, uint32_t source_b,
                          uint64_t offset_b) {
    uint32_t a = r->order.source[source_a], b = r->order.source[source_b];
    return a != b ? (a > b) - (a < b) : (offset_a > offset_b) - (offset_a < offset_b);
}

static int by_place(const void *a, const void *b, void *context) {
    const struct merged_trip *x = a, *y = b;
    const struct replay *r = context;
    int order = compare_places(r, x->source, x->offset, y->source, y->offset);
    uint32_t rule_x = r->order.rule[x->rule], rule_y = r->order.rule[y->rule];
    return order ? order : (rule_x > rule_y) - (rule_x < rule_y);
}

/* What one scan would have switched off is off here too, from the same record on. */
static void add_trip(struct replay *r, const struct merged_trip *n) {
    struct rule_place place = r->places[n->rule];
    struct trip trip = { .set = place.set,
                         .rule = place.index,
                         .kind = n->kind,
                         .line = n->line,
                         .offset = n->offset,
                         .reason = n->reason };
    bool was = tally_rule_off(&r->m->tally, place.set, place.index);
    tally_add_trip(&r->m->tally, &trip, r->m->sources.items[n->source].ptr);
    if (!was && tally_rule_off(&r->m->tally, place.set, place.index))
        r->off[n->rule] = (struct off){ true, n->source, n->offset };
}

static void add_trips_until(struct replay *r, const struct finding_key *key) {
    struct merge *m = r->m;
    for (; r->next_trip < m->trip_count; r->next_trip++) {
        const struct merged_trip *trip = &m->trips[r->next_trip];
        if (key && compare_places(r, trip->source, trip->offset, key->source, key->offset) > 0)
            return;
        add_trip(r, trip);
    }
}

static const struct str *take_texts(struct json context, const char *key, struct arena *arena,
                                    size_t *count) {
    struct str *texts = arena_new(arena, MAX_CONTEXT, sizeof *texts);
    struct json_iter i = json_iter(json_get_c(context, key));
    struct json none, text;
    while (*count < MAX_CONTEXT && json_next(&i, &none, &text))
        texts[(*count)++] = json_text(text, arena);
    return texts;
}

static void take_context(struct json context, struct arena *arena, struct finding *f) {
    if (context.kind != JSON_OBJECT)
        return;
    f->before = take_texts(context, "before", arena, &f->before_count);
    f->after = take_texts(context, "after", arena, &f->after_count);
}

static bool replay_finding(void *context, const struct finding_key *key, struct str json,
                           struct fault *fault) {
    struct replay *r = context;
    struct stored_finding f;
    add_trips_until(r, key);
    struct rule_place place = r->places[key->rule];
    if (tally_rule_off(&r->m->tally, place.set, place.index))
        return true;
    arena_reset(&r->arena);
    if (!stored_finding_read(&f, json_value(json), &r->arena, fault))
        return false;
    struct found_finding found = { .set = place.set,
                                   .rule = place.index,
                                   .finding = {
                                       .rule = &r->m->sets[place.set]->rules[place.index],
                                       .severity = f.severity,
                                       .type = f.type,
                                       .title = f.title,
                                       .source = f.source,
                                       .line = f.line,
                                       .offset = f.offset,
                                       .message = f.message,
                                       .match_text = f.match_text,
                                       .id = f.id,
                                       .fingerprint = f.fingerprint,
                                   } };
    found.finding.fields.has_time = f.has_time;
    found.finding.fields.time = f.time;
    found.finding.fields.text[FIELD_USER_ID] = f.user_id;
    found.finding.fields.text[FIELD_SERVICE] = f.service;
    found.finding.fields.text[FIELD_IP] = f.ip;
    found.finding.fields.text[FIELD_REQUEST_ID] = f.request_id;
    take_context(f.context, &r->arena, &found.finding);
    tally_add_finding(&r->m->tally, &found);
    return r->to.emit(r->to.context, json, f.severity, fault);
}

static bool replay_findings(struct replay *r, struct fault *fault) {
    struct merge *m = r->m;
    if (m->trip_count)
        qsort_r(m->trips, m->trip_count, sizeof *m->trips, by_place, r);
    bool ok = finding_runs_each(m->runs, &r->order, replay_finding, r, fault);
    add_trips_until(r, NULL);
    return ok;
}

/* ---- correlations ---- */

struct correlating {
    struct replay *replay;
    const struct ruleset *rules;
    struct buf json; /* of the finding at hand */
    struct fault *fault;
    bool failed;
};

static bool number_of_rule(const struct merge *m, struct str id, uint32_t *number) {
    char name[1024];
    if (id.len + 2 > sizeof name)
        return false;
    memcpy(name, id.ptr, id.len);
    memcpy(name + id.len,
           "\0"
           "0",
           2);
    return names_find(&m->rules, str_of(name, id.len + 2), number);
}

/* A match behind the failure that switched its rule off is none. */
static bool add_match(void *context, const struct finding_key *key, struct str json, struct fault *fault) {
    (void)fault;
    struct correlating *c = context;
    const struct off *off = &c->replay->off[key->rule];
    if (!off->is || compare_places(c->replay, key->source, key->offset, off->source, off->offset) < 0)
        correlator_add_state(c->replay->m->correlator, json_value(json));
    return true;
}

/* Reported by another merging than this one, which may be a retry. */
static bool reported_before(const struct merge *m, struct hash id) {
    uint32_t place;
    for (size_t probe = 0; hash_index_next(&m->reported_ids, id.low, &probe, &place);) {
        const struct reported *r = &m->reported[place];
        if (r->id.high == id.high && !str_equal_c(m->reporters.items[r->by], m->audit_id))
            return true;
    }
    return false;
}

static void take_correlated(void *context, const struct finding *f, uint32_t rule) {
    struct correlating *c = context;
    struct replay *r = c->replay;
    struct merge *m = r->m;
    uint32_t number;
    if (!names_find(&m->correlations, c->rules->rules[rule].id, &number) ||
        !number_of_rule(m, c->rules->rules[rule].id, &number))
        return;
    if (f->severity < m->min_severity) {
        m->tally.counts.filtered++;
        m->tally.correlated_filtered++;
        return;
    }
    if (reported_before(m, f->id)) {
        m->reported_before++;
        return;
    }
    struct found_finding found = { .finding = *f, .rule = r->places[number].index };
    m->news.correlated[f->severity]++;
    tally_add_finding(&m->tally, &found);
    buf_reset(&c->json);
    struct json_writer w = { .out = &c->json };
    finding_put(&w, f);
    if (!c->failed && !r->to.emit(r->to.context, buf_str(&c->json), f->severity, c->fault))
        c->failed = true;
}

static bool correlate(struct replay *r, const struct ruleset *rules, struct fault *fault) {
    struct merge *m = r->m;
    struct correlating c = { .replay = r, .rules = rules, .fault = fault };
    if (!rules || !m->correlations.count)
        return true;
    buf_init(&c.json, MAX_FINDING);
    m->correlator = m->tally.correlator = correlator_new(rules);
    memcpy(m->sets[0]->digest, rules->digest, sizeof rules->digest);
    if (m->rulesets.count != 1 || !str_equal_c(m->rulesets.items[0], rules->digest))
        tally_add_diagnostic(&m->tally, "correlation_rules_differ", "warning", NULL, NULL, 0,
                             "correlations were run by other rules than those of all parts");
    c.failed = !finding_runs_each(m->matches, &r->order, add_match, &c, fault);
    correlator_finish(m->correlator, m->clock.any ? m->clock.earliest : INT64_MAX, take_correlated, &c);
    correlation_notes_add(&m->tally, m->correlator, rules, NULL);
    buf_fini(&c.json);
    return !c.failed;
}

static void add_suppressions(struct merge *m, const struct rule_place *places) {
    for (size_t i = 0; i < m->suppression_count; i++) {
        const struct merged_suppression *s = &m->suppressions[i];
        struct rule_place place = places[s->rule];
        tally_add_suppressed(&m->tally, &m->sets[place.set]->rules[place.index], s->exception, s->count);
    }
}

bool merge_replay(struct merge *m, const struct rule_place *places, const struct finding_order *order,
                  const struct ruleset *rules, struct merge_emit to, struct fault *fault) {
    struct replay r = { .m = m, .places = places, .order = *order, .to = to };
    r.off = mem_new(m->rules.count, sizeof *r.off);
    arena_init(&r.arena);
    bool ok = replay_findings(&r, fault) && correlate(&r, rules, fault);
    add_suppressions(m, places);
    arena_fini(&r.arena);
    free(r.off);
    return ok;
}
