#include "detect.h"

#include "candidates.h"
#include "context.h"
#include "evaluate.h"
#include "explain.h"
#include "match_use.h"
#include "mem.h"
#include "test_field.h"

#include <stdlib.h>

/* A batch has few keys and seconds; one that is thrown out of its slot is begun anew. */
enum { TOTAL_SLOTS = 256 };

struct detector {
    const struct audit_options *options;
    const struct rule_switches *switches;
    struct candidates *candidates;
    struct parser parser;
    struct evaluator evaluator;
    struct rule_costs costs;      /* with options->profile */
    bool *every_hit;              /* with --context: true for each pattern of the first ruleset */
    uint8_t *trips[MAX_RULESETS]; /* by rule: failures in the batch at hand, up to MAX_TRIPS */
    uint32_t totals[TOTAL_SLOTS]; /* by hash: the total last counted, index + 1; 0: none in this batch */
};

struct detector *detector_new(const struct audit_options *options, const struct rule_switches *switches) {
    struct detector *d = mem_new(1, sizeof *d);
    d->options = options;
    d->switches = switches;
    d->candidates = candidates_new(options);
    parser_init(&d->parser, options->rulesets[0]->vocabulary);
    d->evaluator = (struct evaluator){
        .options = options,
        .scratch = regex_scratch_new(),
        .parser = &d->parser,
        .runner = match_runner_new(options->rulesets[0]->matchers, options->tables),
        .hash = hash_new(),
    };
    if (options->profile)
        costs_init(&d->costs, options);
    if (options->context) {
        d->every_hit = mem_new(options->rulesets[0]->pattern_count, sizeof *d->every_hit);
        memset(d->every_hit, true, options->rulesets[0]->pattern_count * sizeof *d->every_hit);
    }
    for (size_t set = 0; set < options->ruleset_count; set++)
        d->trips[set] = mem_new(options->rulesets[set]->rule_count, sizeof *d->trips[set]);
    return d;
}

void detector_free(struct detector *d) {
    if (!d)
        return;
    candidates_free(d->candidates);
    parser_fini(&d->parser);
    evaluator_fini(&d->evaluator);
    free(d->every_hit);
    costs_fini(&d->costs);
    for (size_t set = 0; set < MAX_RULESETS; set++)
        free(d->trips[set]);
    free(d);
}

void detector_add_costs(const struct detector *d, struct rule_costs *sum) {
    if (d->options->profile)
        costs_add(sum, &d->costs, d->options);
}

/* ---- the census: every record ---- */

static void count_time(struct batch_findings *out, const struct fields *fields) {
    if (!fields->has_time) {
        out->without_time++;
        return;
    }
    int64_t time = fields->time;
    if (out->has_time == 0)
        out->first_time = out->earliest = out->latest = time;
    else if (time < out->last_time)
        out->out_of_order++;
    out->earliest = time < out->earliest ? time : out->earliest;
    out->latest = time > out->latest ? time : out->latest;
    out->last_time = time;
    out->has_time++;
}

/* A record that was cut ends in the middle of its JSON, and is counted as that. */
static void count_record(struct batch_findings *out, const struct record *r, const struct census *census) {
    bool malformed = census->broken && !r->truncated;
    out->records++;
    out->json += r->kind == RECORD_JSON && !malformed;
    out->malformed += malformed;
    out->multiline += r->lines > 1;
    out->truncated += r->truncated;
    out->invalid_utf8 += census->invalid_utf8;
}

static bool in_range(const struct audit_options *o, const struct fields *fields) {
    if (!fields->has_time)
        return true;
    return !(o->has_from && fields->time < o->from) && !(o->has_to && fields->time >= o->to);
}

static const enum field user_facts[] = { FIELD_USER_ID, FIELD_SERVICE, FIELD_ACTION, FIELD_IP };
enum { USER_FACTS = sizeof user_facts / sizeof *user_facts };

/* The secrets that may stand in what is noted of the record. Without a hit of the candidate scan these are
 * the ones that have no literal, such as card numbers: the facts themselves are searched, not the record. */
static struct secrets fact_secrets(const struct detector *d, struct subject *s, const struct fields *f,
                                   struct arena *arena) {
    const struct evaluator *e = &d->evaluator;
    const struct audit_options *o = d->options;
    if (candidates_secret(d->candidates))
        return *subject_secrets(s, e, arena);
    struct secrets found = { 0 };
    for (int i = 0; i < USER_FACTS; i++)
        if (secrets_card_possible(f->text[user_facts[i]]))
            secrets_find(&found, o, s->secret_hits, e->scratch, f->text[user_facts[i]], arena);
    return found;
}

/* The batch's own bytes are there until the tally has read what is found; all else goes with its record. */
static struct str kept(const struct batch *b, struct str text, struct arena *arena) {
    bool own = text.ptr >= b->bytes.ptr && text.ptr < b->bytes.ptr + b->bytes.len;
    return own || !text.len ? text : arena_copy(arena, text);
}

static void note_user(const struct detector *d, const struct batch *batch, struct subject *s,
                      const struct census *census, struct batch_findings *out) {
    const struct fields *f = census->has_facts ? &census->fields : subject_fields(s, d->evaluator.parser);
    struct arena *arena = &out->arena;
    struct secrets secrets = fact_secrets(d, s, f, arena);
    struct str text[FIELD_COUNT] = { 0 };
    for (int i = 0; i < USER_FACTS; i++)
        text[user_facts[i]] = kept(batch, secrets_redact(&secrets, f->text[user_facts[i]], arena), arena);
    mem_grow(&out->users, &out->user_capacity, out->user_count, sizeof *out->users);
    out->users[out->user_count++] = (struct user_fact){
        .user = text[FIELD_USER_ID],
        .service = text[FIELD_SERVICE],
        .action = text[FIELD_ACTION],
        .outcome = kept(batch, f->text[FIELD_OUTCOME], arena),
        .ip = text[FIELD_IP],
        .has_time = f->has_time,
        .time = f->time,
    };
}

/* ---- totals: every record, for ratios ---- */

static struct record_total *total_of(struct detector *d, struct batch_findings *out, uint32_t correlation,
                                     struct hash key, int64_t second) {
    uint64_t slot = (key.low ^ (uint64_t)second * 0x9E3779B97F4A7C15u ^ correlation) % TOTAL_SLOTS;
    struct record_total *t = d->totals[slot] ? &out->totals[d->totals[slot] - 1] : NULL;
    if (t && t->correlation == correlation && t->key.high == key.high && t->key.low == key.low &&
        t->second == second)
        return t;
    mem_grow(&out->totals, &out->total_capacity, out->total_count, sizeof *out->totals);
    t = &out->totals[out->total_count++];
    *t = (struct record_total){ .correlation = correlation, .key = key, .second = second };
    d->totals[slot] = (uint32_t)out->total_count;
    return t;
}

/* The record in the ratio of rule number `rule`, by what it says itself. */
static void count_total(struct detector *d, uint32_t rule, const struct fields *fields,
                        struct batch_findings *out) {
    const struct correlation *c = d->options->rulesets[0]->rules[rule].correlate;
    struct str values[MAX_KEY_FIELDS];
    for (size_t i = 0; i < c->by_count; i++) {
        values[i] = fields->text[c->by[i].field];
        if (!values[i].len)
            return;
    }
    struct hash key = match_key(d->evaluator.hash, values, c->by_count);
    int64_t second = fields->time / 1000000 - (fields->time % 1000000 < 0);
    total_of(d, out, rule, key, second)->records++;
}

static void count_totals(struct detector *d, const struct fields *fields, struct batch_findings *out) {
    const struct ruleset *rs = d->options->rulesets[0];
    for (size_t i = 0; fields->has_time && i < rs->ratio_count; i++)
        if (!atomic_load_explicit(&d->switches->off[0][rs->ratios[i]], memory_order_relaxed))
            count_total(d, rs->ratios[i], fields, out);
}

/* ---- the rules: records with candidates ---- */

/* A rule that failed so often in this batch alone is switched off by the tally at that very place, whatever
 * other batches hold: asking it further would only cost time. */
static bool switched_off(const struct detector *d, struct candidate c) {
    return d->trips[c.set][c.rule] == MAX_TRIPS ||
           atomic_load_explicit(&d->switches->off[c.set][c.rule], memory_order_relaxed);
}

static void run_rule(struct detector *d, struct candidate c, struct subject *s, struct batch_findings *out) {
    size_t trips = out->trip_count;
    uint64_t start = d->options->profile ? costs_clock() : 0;
    evaluate(&d->evaluator, c.set, c.rule, candidates_hits(d->candidates, c.set), s, out);
    if (d->options->profile) {
        struct rule_cost *cost = &d->costs.of[c.set][c.rule];
        cost->nanoseconds += costs_clock() - start;
        cost->calls++;
    }
    if (out->trip_count > trips)
        d->trips[c.set][c.rule]++;
}

/* The rules of the first set whose `where` may hold for all that the census knows. */
static void add_by_fields(struct detector *d, const struct census *census, struct arena *arena) {
    struct ruleset *rs = d->options->rulesets[0];
    struct test_subject subject = {
        .rs = rs,
        .scratch = d->evaluator.scratch,
        .tables = d->options->tables,
        .fields = &census->fields,
        .arena = arena,
    };
    for (size_t i = 0; i < rs->by_fields_count; i++) {
        const struct rule *r = &rs->rules[rs->by_fields[i]];
        subject.slow_ms = r->least_ms;
        if (test_list_may_hold(&r->where, &subject, census->named) != TEST_FAILS)
            candidates_add(d->candidates, 0, rs->by_fields[i]);
    }
}

/* Leaves out the rules that are switched off. */
static struct candidate *candidates_on(struct detector *d, size_t *count) {
    struct candidate *list = candidates_list(d->candidates, count);
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (!switched_off(d, list[i]))
            list[kept++] = list[i];
    *count = kept;
    return list;
}

static int by_rule_id(const void *a, const void *b) {
    const struct found_finding *x = a, *y = b;
    int order = str_compare(x->finding.rule->id, y->finding.rule->id);
    return order ? order : (x > y) - (x < y);
}

/* Those that are fallback rules, or those that are not. */
static void run_those(struct detector *d, const struct candidate *list, size_t count, bool fallback,
                      struct subject *s, struct batch_findings *out) {
    for (size_t i = 0; i < count; i++)
        if (d->options->rulesets[list[i].set]->rules[list[i].rule].fallback == fallback)
            run_rule(d, list[i], s, out);
}

/* Fallback rules are asked when the others have been. */
static void run_rules(struct detector *d, const struct candidate *list, size_t count, struct subject *s,
                      struct batch_findings *out) {
    size_t first = d->evaluator.first_finding = out->finding_count;
    run_those(d, list, count, false, s, out);
    run_those(d, list, count, true, s, out);
    mem_sort(out->findings + first, out->finding_count - first, sizeof *out->findings, by_rule_id);
}

/* ---- a record that is to be explained ---- */

/* A correlation on other rules is asked about no record. */
static bool asks_records(const struct rule *r) {
    return !r->correlate || r->correlate->own;
}

/* The rules that it is told of: the candidates, those that ask for fields only, or all. */
static void add_explained(struct detector *d) {
    const struct audit_options *o = d->options;
    const struct ruleset *fields = o->rulesets[0];
    for (size_t i = 0; i < fields->by_fields_count; i++)
        candidates_add(d->candidates, 0, fields->by_fields[i]);
    for (uint32_t set = 0; o->explain->all_rules && set < o->ruleset_count; set++)
        for (uint32_t i = 0; i < o->rulesets[set]->rule_count; i++)
            if (asks_records(&o->rulesets[set]->rules[i]))
                candidates_add(d->candidates, set, i);
}

static int by_place(const void *a, const void *b) {
    const struct candidate *x = a, *y = b;
    if (x->set != y->set)
        return x->set < y->set ? -1 : 1;
    return (x->rule > y->rule) - (x->rule < y->rule);
}

/* Reads its fields with a trace; the rules that are run now are told of. */
static void explain_subject(struct detector *d, struct subject *s, struct candidate *list, size_t count,
                            struct batch_findings *out) {
    struct parse_trace trace = { .format_count = 0 };
    d->parser.trace = &trace;
    subject_fields(s, &d->parser);
    d->parser.trace = NULL;
    d->evaluator.explain = d->options->explain;
    mem_sort(list, count, sizeof *list, by_place);
    explain_record(d->options->explain, s, &trace, subject_secrets(s, &d->evaluator, &out->arena),
                   &out->arena);
}

static void run_record(struct detector *d, const struct batch *batch, size_t index,
                       const struct origin *origin, struct batch_findings *out) {
    const struct record *r = &batch->records[index];
    struct str bytes = record_bytes(batch, r);
    struct census census;
    struct time_rules time = origin->time;
    const struct source_event *event = record_event(batch, r);
    if (event)
        time.reference = event->time;
    parser_reset(&d->parser);
    d->parser.columns = r->columns;
    d->parser.event = event;
    candidates_find(d->candidates, index);
    parse_census(&d->parser, bytes, r->kind, &time, candidates_gates(d->candidates), &census);
    if (!in_range(d->options, &census.fields)) {
        out->skipped++;
        return;
    }
    count_record(out, r, &census);
    count_time(out, &census.fields);
    count_totals(d, &census.fields, out);

    size_t count;
    add_by_fields(d, &census, &d->parser.arena);
    bool explained = d->options->explain && explain_wants(d->options->explain, r);
    if (explained)
        add_explained(d);
    struct candidate *list = candidates_on(d, &count);
    bool user = census.fields.text[FIELD_USER_ID].ptr;
    if (!count && !user && !explained)
        return;
    struct subject s;
    subject_init(&s, r, bytes, origin, candidates_hits(d->candidates, 0));
    s.time = &time;
    s.event = event;
    s.census = explained ? NULL : &census; /* all that is read is told of */
    if (count || explained || candidates_secret(d->candidates))
        subject_read_texts(&s, &d->parser);
    if (explained)
        explain_subject(d, &s, list, count, out);
    if (user)
        note_user(d, batch, &s, &census, out);
    size_t first = out->finding_count;
    run_rules(d, list, count, &s, out);
    for (size_t i = first; i < out->finding_count; i++)
        out->findings[i].record = (uint32_t)index;
    if (explained)
        explain_end(d->options->explain);
    d->evaluator.explain = NULL;
}

void detector_run(struct detector *d, const struct batch *batch, const struct origin *origin,
                  struct batch_findings *out) {
    batch_findings_reset(out);
    for (size_t set = 0; set < d->options->ruleset_count; set++)
        memset(d->trips[set], 0, d->options->rulesets[set]->rule_count);
    memset(d->totals, 0, sizeof d->totals);
    candidates_scan(d->candidates, batch);
    for (size_t i = 0; i < batch->count; i++)
        run_record(d, batch, i, origin, out);
}

void detector_add_context(struct detector *d, const struct context_batches *batches,
                          const struct origin *origin, struct batch_findings *out) {
    context_attach(&d->evaluator, batches, origin, d->every_hit, out);
}
