/* Merging, the second half: what all parts hold, put in order and counted. */
#include "merge_inside.h"

#include "context.h"
#include "mem.h"
#include "result_read.h"

#include <stdlib.h>

struct merge *merge_new(const struct merge_options *options) {
    struct merge *m = mem_new(1, sizeof *m);
    m->wanted = *options;
    m->runs = finding_runs_new();
    m->users = user_table_new();
    m->matches = finding_runs_new();
    m->min_severity = SEVERITY_COUNT;
    arena_init(&m->texts);
    return m;
}

static void free_sets(struct merge *m) {
    for (size_t set = 0; set < MAX_RULESETS; set++) {
        if (m->sets[set])
            free(m->sets[set]->rules);
        free(m->sets[set]);
        free(m->switches.off[set]);
    }
}

void merge_free(struct merge *m) {
    if (!m)
        return;
    if (m->has_tally)
        tally_fini(&m->tally);
    else
        user_table_free(m->users);
    free_sets(m);
    finding_runs_free(m->runs);
    finding_runs_free(m->matches);
    correlator_free(m->correlator);
    struct names *const lists[] = { &m->rules,  &m->sources,      &m->digests,  &m->options,   &m->ids,
                                    &m->leaves, &m->correlations, &m->rulesets, &m->reporters, &m->notified };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        names_fini(lists[i]);
    void *const arrays[] = { m->experimental, m->parts,        m->leaf_parts,    m->id_of,
                             m->source_list,  m->notes,        m->trips,         m->failed,
                             m->part_ids,     m->suppressions, m->reported,      m->continues.items,
                             m->nexts.items,  m->open_nexts,   m->open_continues };
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
    hash_index_fini(&m->reported_ids);
    arena_fini(&m->texts);
    free(m);
}

bool merge_correlates(const struct merge *m) {
    return m->correlations.count > 0;
}

size_t merge_count(const struct merge *m) {
    return m->ids.count;
}

const char *merge_audit_id(const struct merge *m) {
    return m->audit_id;
}

bool merge_rules_failed(const struct merge *m) {
    return m->failed_count > 0;
}

bool merge_notified(const struct merge *m) {
    uint32_t own;
    return names_find(&m->notified, str_c(m->audit_id), &own);
}

const char *merge_options_digest(const struct merge *m) {
    return m->options_digest;
}

const char *const *merge_parts(const struct merge *m, size_t *count) {
    *count = m->leaves.count;
    return m->part_ids;
}

void merge_missing(struct merge *m, const char *uri, const struct fault *fault) {
    mem_grow(&m->notes, &m->note_capacity, m->note_count, sizeof *m->notes);
    m->notes[m->note_count++] = (struct merged_note){
        .code = STR("read"),
        .source = arena_copy(&m->texts, str_c(uri)),
        .text = arena_copy(&m->texts, str_c(fault->text)),
        .count = 1,
        .has_source = true,
    };
}

void merge_each_source(const struct merge *m, void (*visit)(void *context, struct str uri), void *context) {
    for (size_t i = 0; i < m->source_count; i++)
        visit(context, m->source_list[i].uri);
}

/* ---- the rules, as the parts name them ---- */

/* The name without its last two bytes, which tell the set; both are in the order of the names. */
static struct str rule_id(const struct merge *m, uint32_t rule) {
    struct str name = m->rules.items[rule];
    return str_slice(name, 0, name.len - 2);
}

static size_t rule_set(const struct merge *m, uint32_t rule) {
    struct str name = m->rules.items[rule];
    return name.ptr[name.len - 1] == '1';
}

/* Where the rule with this number stands: its set, and its index there. */
struct rule_place {
    uint32_t set, index;
};

static struct rule_place *make_rulesets(struct merge *m, const uint32_t *ranks) {
    struct rule_place *places = mem_new(m->rules.count, sizeof *places);
    uint32_t *by_rank = mem_new(m->rules.count, sizeof *by_rank);
    for (uint32_t i = 0; i < m->rules.count; i++)
        by_rank[ranks[i]] = i;
    for (size_t set = 0; set < MAX_RULESETS; set++) {
        m->sets[set] = mem_new(1, sizeof **m->sets);
        m->sets[set]->rules = mem_new(m->rules.count, sizeof(struct rule));
        m->switches.off[set] = mem_new(m->rules.count, sizeof(atomic_bool));
        m->audit_options.rulesets[set] = m->sets[set];
    }
    m->audit_options.ruleset_count = MAX_RULESETS;
    for (size_t i = 0; i < m->rules.count; i++) {
        uint32_t number = by_rank[i];
        struct ruleset *rs = m->sets[rule_set(m, number)];
        places[number] = (struct rule_place){ (uint32_t)rule_set(m, number), (uint32_t)rs->rule_count };
        rs->rules[rs->rule_count++] = (struct rule){
            .id = rule_id(m, number),
            .status = str_c(m->experimental[number] ? "experimental" : NULL),
            .condition_name = rule_set(m, number) ? rule_id(m, number) : (struct str){ 0 },
        };
    }
    free(by_rank);
    return places;
}

static int by_file(const void *a, const void *b) {
    const struct failed_file *x = a, *y = b;
    int order = strcmp(x->file, y->file);
    order = order ? order : (x->line > y->line) - (x->line < y->line);
    return order ? order : strcmp(x->reason, y->reason);
}

/* Each file once, however many parts could not load it. */
static void sort_failed_files(struct merge *m) {
    size_t kept = 0;
    mem_sort(m->failed, m->failed_count, sizeof *m->failed, by_file);
    for (size_t i = 0; i < m->failed_count; i++)
        if (!kept || by_file(&m->failed[kept - 1], &m->failed[i]) != 0)
            m->failed[kept++] = m->failed[i];
    m->failed_count = kept;
    m->sets[0]->failed = m->failed;
    m->sets[0]->failed_count = kept;
}

/* The only name, else a digest of all of them. */
static struct hash digest_of(const struct names *names) {
    struct hash digest;
    if (names->count == 1 && hash_read(names->items[0], &digest))
        return digest;
    uint32_t *ranks = names_ranks(names);
    const struct str **sorted = mem_new(names->count, sizeof(struct str *));
    struct hash_state *h = hash_new();
    for (size_t i = 0; i < names->count; i++)
        sorted[ranks[i]] = &names->items[i];
    for (size_t i = 0; i < names->count; i++)
        hash_add(h, *sorted[i]);
    digest = hash_get(h);
    hash_free(h);
    free(sorted);
    free(ranks);
    return digest;
}

/* ---- parts of one run ---- */

/* Joins the ends that belong together, each with one other. */
static void join_links(struct merge *m) {
    for (size_t i = 0; i < m->nexts.count; i++)
        for (size_t j = 0; j < m->continues.count && !m->nexts.items[i].joined; j++) {
            struct merged_link *end = &m->nexts.items[i], *begin = &m->continues.items[j];
            if (!begin->joined && strcmp(begin->link.cursor, end->link.cursor) == 0)
                begin->joined = end->joined = true;
        }
}

static struct audit_link *open_links(const struct merged_links *links, size_t *count) {
    struct audit_link *open = mem_new(links->count, sizeof *open);
    *count = 0;
    for (size_t i = 0; i < links->count; i++)
        if (!links->items[i].joined)
            open[(*count)++] = links->items[i].link;
    return open;
}

static void make_links(struct merge *m) {
    join_links(m);
    m->open_nexts = open_links(&m->nexts, &m->open_nexts_count);
    m->open_continues = open_links(&m->continues, &m->open_continues_count);
}

const struct audit_link *merge_open_nexts(const struct merge *m, size_t *count) {
    *count = m->open_nexts_count;
    return m->open_nexts;
}

const struct audit_link *merge_open_continues(const struct merge *m, size_t *count) {
    *count = m->open_continues_count;
    return m->open_continues;
}

/* How often a source was left in one part and taken up in another. */
static uint64_t joins_in(const struct merge *m, struct str source) {
    uint64_t count = 0;
    for (size_t i = 0; i < m->nexts.count; i++)
        count += m->nexts.items[i].joined && str_equal_c(source, m->nexts.items[i].link.source);
    return count;
}

/* A part whose beginning is not among the parts, or was made again and ends elsewhere now. */
static void note_unjoined(struct merge *m) {
    for (size_t i = 0; i < m->open_continues_count && !m->wanted.overlapping; i++)
        tally_add_incomplete(&m->tally, "read", m->open_continues[i].source, NULL,
                             "a part goes on from where none of the other parts ends");
}

/* ---- sources ---- */

/* How many entries, from this one on, are of the same version of the same source. */
static size_t same_sources(const struct merge *m, size_t first) {
    const struct merged_source *s = &m->source_list[first];
    size_t end = first + 1;
    while (end < m->source_count && str_equal(s->uri, m->source_list[end].uri) &&
           str_equal(s->version, m->source_list[end].version))
        end++;
    return end - first;
}

/* The pieces of a source that was read in several parts are one again; it is complete when only those are not
 * that another piece follows. */
static void join_sources(struct merge *m) {
    size_t kept = 0;
    for (size_t i = 0, count; i < m->source_count; i += count) {
        struct merged_source s = m->source_list[i];
        count = same_sources(m, i);
        if (count > 1 && joins_in(m, s.uri) + 1 < count)
            count = 1;
        size_t whole = s.complete;
        for (size_t j = i + 1; j < i + count; j++) {
            s.records += m->source_list[j].records;
            s.bytes += m->source_list[j].bytes;
            whole += m->source_list[j].complete;
        }
        s.complete = whole > 0;
        m->source_list[kept++] = s;
    }
    m->source_count = kept;
}

static int by_uri(const void *a, const void *b) {
    const struct merged_source *x = a, *y = b;
    int order = str_compare(x->uri, y->uri);
    order = order ? order : str_compare(x->version, y->version);
    order = order ? order : (x->records > y->records) - (x->records < y->records);
    order = order ? order : (x->bytes > y->bytes) - (x->bytes < y->bytes);
    return order ? order : x->complete - y->complete;
}

/* The same version of the same source in two parts was probably read twice; only who gave them knows. */
static void note_repeated_source(struct merge *m, size_t i) {
    const struct merged_source *s = &m->source_list[i];
    if (i && s->version.len && str_equal(s->uri, s[-1].uri) && str_equal(s->version, s[-1].version))
        tally_add_diagnostic(&m->tally, "source_repeated", "warning", NULL, s->uri.ptr, 0,
                             "several parts read this version of the source; all of it is counted");
}

static void add_sources(struct merge *m) {
    struct tally *t = &m->tally;
    mem_sort(m->source_list, m->source_count, sizeof *m->source_list, by_uri);
    join_sources(m);
    for (size_t i = 0; i < m->source_count; i++) {
        const struct merged_source *s = &m->source_list[i];
        size_t index = tally_add_source(t, s->uri.ptr, s->version.len ? s->version.ptr : NULL);
        t->sources[index].records = s->records;
        t->sources[index].bytes = s->bytes;
        t->sources[index].complete = s->complete;
        note_repeated_source(m, i);
    }
}

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
    bool (*emit)(void *context, struct str json, enum severity severity, struct fault *fault);
    void *context;
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
    struct json_iter i = json_iter(json_get(context, str_c(key)));
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
                                       .id = f.id,
                                       .fingerprint = f.fingerprint,
                                   } };
    found.finding.fields.has_time = f.has_time;
    found.finding.fields.time = f.time;
    found.finding.fields.text[FIELD_USER_ID] = f.user_id;
    found.finding.fields.text[FIELD_SERVICE] = f.service;
    found.finding.fields.text[FIELD_REQUEST_ID] = f.request_id;
    take_context(f.context, &r->arena, &found.finding);
    tally_add_finding(&r->m->tally, &found);
    return r->emit(r->context, json, f.severity, fault);
}

static bool replay(struct replay *r, struct fault *fault) {
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
    tally_add_finding(&m->tally, &found);
    buf_reset(&c->json);
    struct json_writer w = { .out = &c->json };
    finding_put(&w, f);
    if (!c->failed && !r->emit(r->context, buf_str(&c->json), f->severity, c->fault))
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

/* ---- notes ---- */

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
        if (str_equal(n->rule_id, rule_id(m, m->trips[i].rule)))
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

/* ---- the whole ---- */

static void make_tally(struct merge *m) {
    struct tally *t = &m->tally;
    if (m->min_severity == SEVERITY_COUNT)
        m->min_severity = SEVERITY_INFO;
    m->audit_options.min_severity = m->min_severity;
    tally_init(t, &m->audit_options, &m->switches, NULL);
    user_table_free(t->users);
    t->users = m->users;
    m->has_tally = true;
    t->counts = m->counts;
    t->counts.filtered -=
        m->correlated_filtered < t->counts.filtered ? m->correlated_filtered : t->counts.filtered;
    for (size_t i = 0; i < m->correlations.count; i++)
        names_add(&t->correlations, m->correlations.items[i]);
    t->clock = m->clock;
    t->rules_loaded = m->loaded;
    t->rules_digest = digest_of(&m->digests);
    hash_print(digest_of(&m->options), m->options_digest);
}

static void list_parts(struct merge *m) {
    uint32_t *ranks = names_ranks(&m->leaves);
    m->part_ids = mem_new(m->leaves.count, sizeof *m->part_ids);
    for (size_t i = 0; i < m->leaves.count; i++)
        m->part_ids[ranks[i]] = m->leaves.items[i].ptr;
    free(ranks);
}

static void make_audit_id(struct merge *m, const struct ruleset *rules) {
    struct hash_state *h = hash_new();
    for (size_t i = 0; i < m->leaves.count; i++)
        hash_add(h, str_c(m->part_ids[i]));
    hash_add(h, str_c("merge"));
    hash_add(h, str_c(rules ? rules->digest : NULL));
    hash_print(hash_get(h), m->audit_id);
    hash_free(h);
}

static uint32_t *part_ranks(const struct merge *m) {
    uint32_t *ranks = mem_new(m->reading_count, sizeof *ranks), *by_id = names_ranks(&m->ids);
    for (size_t i = 0; i < m->reading_count && m->ids.count; i++)
        ranks[i] = by_id[m->id_of[i]];
    free(by_id);
    return ranks;
}

/* Rules whose findings are made here are among the others. */
static void name_correlations(struct merge *m) {
    for (size_t i = 0; i < m->correlations.count; i++)
        merge_rule_number(m, m->correlations.items[i], false, &m->texts);
}

struct tally *merge_finish(struct merge *m, const struct ruleset *rules,
                           bool (*emit)(void *context, struct str json, enum severity severity,
                                        struct fault *fault),
                           void *context, struct fault *fault) {
    name_correlations(m);
    uint32_t *source_rank = names_ranks(&m->sources), *rule_rank = names_ranks(&m->rules);
    uint32_t *part_rank = part_ranks(m);
    struct rule_place *places = make_rulesets(m, rule_rank);
    struct replay r = { .m = m,
                        .places = places,
                        .order = { source_rank, rule_rank, part_rank },
                        .off = mem_new(m->rules.count, sizeof(struct off)),
                        .emit = emit,
                        .context = context };
    arena_init(&r.arena);
    sort_failed_files(m);
    make_tally(m);
    list_parts(m);
    make_audit_id(m, rules);
    make_links(m);
    add_sources(m);
    bool ok = replay(&r, fault) && correlate(&r, rules, fault);
    add_suppressions(m, places);
    add_notes(m);
    note_unjoined(m);
    note_differences(m);
    arena_fini(&r.arena);
    free(r.off);
    free(places);
    free(source_rank);
    free(rule_rank);
    free(part_rank);
    return ok ? &m->tally : NULL;
}
