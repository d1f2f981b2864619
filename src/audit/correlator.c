#include "correlator.h"

#include "hash_index.h"
#include "match_state.h"
#include "match_use.h"
#include "mem.h"
#include "sorter.h"
#include "spool.h"
#include "utf8.h"
#include "window.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* Of sort entries in memory, for each level of correlations and for findings. */
enum { SORT_BYTES = 16 << 20 };
/* Messages in evidence are cut to this. */
enum { MAX_EVIDENCE_MESSAGE = 256, MAX_EVIDENCE_JSON = 1 << 20 };

/* Marks in the spool. */
enum { MARK_MATCH, MARK_TOTAL, MARK_FINDING };

enum { MICROS = 1000000 };

/* What is sorted: a match as one correlation sees it, or the records of a second. */
struct entry {
    struct hash key;
    int64_t time;
    uint64_t offset, place, distinct;
    double number, weight;
    uint32_t correlation, source, steps;
    bool is_match; /* else `number` records */
};

/* A finding that is to be emitted. */
struct fired {
    int64_t time;
    uint64_t offset, place;
    uint32_t source, rule;
};

struct source_name {
    char *uri, *version;
};

struct correlator {
    const struct ruleset *rs;
    struct spool *spool;
    struct sorter *levels[MAX_LEVELS], *fired; /* while finishing */
    struct source_name *sources;
    size_t source_count, source_capacity;
    struct hash_index source_index;
    struct str last_uri, last_version; /* views of the caller's: the source of the last match */
    uint32_t last_source;
    struct correlation_notes *notes; /* by rule */
    struct window_best *best;        /* by rule */
    uint64_t *lost;                  /* by rule: matches that were not kept when they came */
    struct hash_state *hash;
    struct buf packed, read, evidence;
    struct arena arena;
    struct fault fault; /* the first failure of a temporary file */
    bool wanted;
};

struct correlator *correlator_new(const struct ruleset *rs) {
    struct correlator *c = mem_new(1, sizeof *c);
    c->rs = rs;
    c->spool = spool_new();
    c->notes = mem_new(rs->rule_count, sizeof *c->notes);
    c->best = mem_new(rs->rule_count, sizeof *c->best);
    c->lost = mem_new(rs->rule_count, sizeof *c->lost);
    c->hash = hash_new();
    buf_init(&c->packed, UINT32_MAX);
    buf_init(&c->read, UINT32_MAX);
    buf_init(&c->evidence, MAX_EVIDENCE_JSON);
    arena_init(&c->arena);
    for (size_t i = 0; i < rs->rule_count; i++)
        c->wanted = c->wanted || rs->rules[i].correlate;
    return c;
}

void correlator_free(struct correlator *c) {
    if (!c)
        return;
    for (size_t i = 0; i < MAX_LEVELS; i++)
        sorter_free(c->levels[i]);
    sorter_free(c->fired);
    spool_free(c->spool);
    for (size_t i = 0; i < c->source_count; i++) {
        free(c->sources[i].uri);
        free(c->sources[i].version);
    }
    free(c->sources);
    hash_index_fini(&c->source_index);
    free(c->notes);
    free(c->best);
    free(c->lost);
    hash_free(c->hash);
    buf_fini(&c->packed);
    buf_fini(&c->read);
    buf_fini(&c->evidence);
    arena_fini(&c->arena);
    free(c);
}

bool correlator_wanted(const struct correlator *c) {
    return c->wanted;
}

const char *correlator_failure(const struct correlator *c) {
    return c->fault.kind == FAULT_NONE ? NULL : c->fault.text;
}

/* ---- sources ---- */

static bool is_source(const struct source_name *s, struct str uri, struct str version) {
    return str_equal_c(uri, s->uri) && str_equal_c(version, s->version);
}

static uint32_t source_number(struct correlator *c, struct str uri, struct str version) {
    if (c->source_count && c->last_uri.ptr == uri.ptr && c->last_version.ptr == version.ptr)
        return c->last_source;
    uint64_t hash = hash64_of(uri);
    uint32_t place = 0;
    bool found = false;
    for (size_t probe = 0; !found && hash_index_next(&c->source_index, hash, &probe, &place);)
        found = is_source(&c->sources[place], uri, version);
    if (!found) {
        place = (uint32_t)c->source_count;
        mem_grow(&c->sources, &c->source_capacity, c->source_count, sizeof *c->sources);
        c->sources[c->source_count++] =
            (struct source_name){ mem_copy(uri.ptr, uri.len), mem_copy(version.ptr, version.len) };
        hash_index_add(&c->source_index, hash, place);
    }
    c->last_uri = uri;
    c->last_version = version;
    return c->last_source = place;
}

static void name_source(const struct correlator *c, struct packed_match *m) {
    m->finding.source = str_c(c->sources[m->source].uri);
    m->finding.version = str_c(c->sources[m->source].version);
}

/* ---- adding ---- */

static bool keep(struct correlator *c, uint8_t mark) {
    if (c->fault.kind != FAULT_NONE || spool_end(c->spool) + c->packed.len > MAX_KEPT_BYTES)
        return false;
    return spool_add(c->spool, buf_str(&c->packed), mark, &c->fault);
}

static void add_match(struct correlator *c, const struct packed_match *m) {
    buf_reset(&c->packed);
    match_pack(&c->packed, m, c->rs);
    if (keep(c, MARK_MATCH))
        return;
    for (size_t i = 0; i < m->use_count; i++)
        c->lost[m->uses[i].correlation]++;
}

void correlator_add(struct correlator *c, const struct found_finding *match) {
    if (!match->use_count)
        return;
    struct packed_match m = {
        .finding = match->finding,
        .rule = match->rule,
        .source = source_number(c, match->finding.source, match->finding.version),
        .uses = match->uses,
        .use_count = match->use_count,
    };
    add_match(c, &m);
}

void correlator_add_total(struct correlator *c, const struct record_total *total) {
    buf_reset(&c->packed);
    buf_add(&c->packed, str_of((const char *)total, sizeof *total));
    if (!keep(c, MARK_TOTAL))
        c->lost[total->correlation] += total->records;
}

/* ---- state ---- */

struct stating {
    struct correlator *c;
    bool (*visit)(void *context, struct str json);
    void *context;
    struct buf json;
};

static bool visit_state(struct stating *s) {
    bool go_on = s->visit(s->context, buf_str(&s->json));
    buf_reset(&s->json);
    return go_on;
}

static bool state_kept(void *context, struct str bytes, uint8_t mark) {
    struct stating *s = context;
    struct correlator *c = s->c;
    struct json_writer w = { .out = &s->json };
    struct record_total total;
    struct packed_match m;
    arena_reset(&c->arena);
    if (mark == MARK_FINDING)
        return true;
    if (mark == MARK_TOTAL) {
        memcpy(&total, bytes.ptr, sizeof total);
        total_state_put(&w, &total, c->rs);
    } else {
        match_unpack(bytes, c->rs, &c->arena, &m);
        name_source(c, &m);
        match_state_put(&w, &m, c->rs);
    }
    return visit_state(s);
}

static bool state_lost(struct stating *s) {
    bool go_on = true;
    for (size_t i = 0; go_on && i < s->c->rs->rule_count; i++) {
        struct json_writer w = { .out = &s->json };
        if (!s->c->lost[i])
            continue;
        json_begin(&w, '{');
        json_key(&w, "lost");
        json_put(&w, s->c->rs->rules[i].id);
        json_key(&w, "matches");
        json_put_int(&w, (int64_t)s->c->lost[i]);
        json_end(&w, '}');
        go_on = visit_state(s);
    }
    return go_on;
}

bool correlator_each_state(struct correlator *c, bool (*visit)(void *context, struct str json), void *context,
                           struct fault *fault) {
    struct stating s = { .c = c, .visit = visit, .context = context };
    buf_init(&s.json, UINT32_MAX);
    bool ok = spool_each(c->spool, state_kept, &s, fault) && state_lost(&s);
    buf_fini(&s.json);
    return ok;
}

bool correlator_add_state(struct correlator *c, struct json entry) {
    struct state_entry e;
    arena_reset(&c->arena);
    state_entry_read(entry, c->rs, &c->arena, &e);
    if (e.kind == STATE_MATCH) {
        c->last_uri = c->last_version = (struct str){ 0 }; /* views of the arena do not stay */
        e.match.source = source_number(c, e.match.finding.source, e.match.finding.version);
        c->last_uri = c->last_version = (struct str){ 0 };
        add_match(c, &e.match);
    } else if (e.kind == STATE_TOTAL) {
        correlator_add_total(c, &e.total);
    } else if (e.kind == STATE_LOST) {
        c->lost[e.rule] += e.lost;
    }
    return e.kind != STATE_BAD;
}

/* ---- sorting ---- */

static int compare_u64(uint64_t a, uint64_t b) {
    return (a > b) - (a < b);
}

/* By name, so that it does not matter in which order sources were read. */
static int compare_sources(const struct correlator *c, uint32_t a, uint32_t b) {
    if (a == b)
        return 0;
    int order = strcmp(c->sources[a].uri, c->sources[b].uri);
    return order ? order : strcmp(c->sources[a].version, c->sources[b].version);
}

static int by_key_and_time(const void *a, const void *b, void *context) {
    const struct entry *x = a, *y = b;
    if (x->correlation != y->correlation)
        return x->correlation < y->correlation ? -1 : 1;
    if (x->key.high != y->key.high)
        return x->key.high < y->key.high ? -1 : 1;
    if (x->key.low != y->key.low)
        return x->key.low < y->key.low ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (!x->is_match || !y->is_match) /* how many records there were comes first */
        return (int)x->is_match - (int)y->is_match;
    int order = compare_sources(context, x->source, y->source);
    if (!order)
        order = compare_u64(x->offset, y->offset);
    return order ? order : compare_u64(x->place, y->place);
}

static int by_time(const void *a, const void *b, void *context) {
    const struct fired *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    int order = compare_sources(context, x->source, y->source);
    if (!order)
        order = compare_u64(x->offset, y->offset);
    if (!order)
        order = compare_u64(x->rule, y->rule);
    return order ? order : compare_u64(x->place, y->place);
}

static bool sort_entry(struct correlator *c, const struct entry *e) {
    struct sorter **level = &c->levels[c->rs->rules[e->correlation].correlate->level];
    if (!*level)
        *level = sorter_new(sizeof(struct entry), SORT_BYTES, by_key_and_time, c);
    return c->fault.kind == FAULT_NONE && sorter_add(*level, e, &c->fault);
}

static void note_first(uint64_t *line, uint64_t here) {
    if (!*line)
        *line = here;
}

static void sort_match(struct correlator *c, const struct packed_match *m, uint64_t place) {
    const struct finding *f = &m->finding;
    for (size_t i = 0; i < m->use_count; i++) {
        const struct match_use *use = &m->uses[i];
        struct correlation_notes *notes = &c->notes[use->correlation];
        if (!f->fields.has_time) {
            notes->without_time++;
            note_first(&notes->untimed_line, f->line);
            continue;
        }
        if (use->missing) {
            notes->without_field++;
            note_first(&notes->unkeyed_line, f->line);
            continue;
        }
        struct entry e = {
            .key = use->key,
            .time = f->fields.time,
            .offset = f->offset,
            .place = place,
            .distinct = use->distinct,
            .number = use->number,
            .weight = use->weight,
            .correlation = use->correlation,
            .source = m->source,
            .steps = use->steps,
            .is_match = true,
        };
        notes->evicted += !sort_entry(c, &e);
    }
}

static void sort_total(struct correlator *c, struct str bytes) {
    struct record_total total;
    memcpy(&total, bytes.ptr, sizeof total);
    struct entry e = {
        .key = total.key,
        .time = total.second * MICROS,
        .number = (double)total.records,
        .correlation = total.correlation,
    };
    c->notes[total.correlation].evicted += sort_entry(c, &e) ? 0 : total.records;
}

struct sorting {
    struct correlator *c;
    uint64_t place; /* of the entry that comes */
};

static bool sort_kept(void *context, struct str bytes, uint8_t mark) {
    struct sorting *s = context;
    struct packed_match m;
    arena_reset(&s->c->arena);
    if (mark == MARK_TOTAL) {
        sort_total(s->c, bytes);
    } else {
        match_unpack(bytes, s->c->rs, &s->c->arena, &m);
        sort_match(s->c, &m, s->place);
    }
    s->place = spool_after(s->place, bytes.len);
    return true;
}

/* ---- findings ---- */

static bool read_match(struct correlator *c, uint64_t place, struct packed_match *m) {
    if (c->fault.kind != FAULT_NONE || !spool_read(c->spool, place, &c->read, &c->fault))
        return false;
    match_unpack(arena_copy(&c->arena, buf_str(&c->read)), c->rs, &c->arena, m);
    name_source(c, m);
    return true;
}

static void put_evidence(struct json_writer *w, const struct finding *f) {
    char text[HASH_HEX + 1];
    json_begin(w, '{');
    hash_print(f->id, text);
    json_key(w, "finding_id");
    json_put_c(w, text);
    json_key(w, "rule_id");
    json_put(w, f->rule->id);
    json_key(w, "source");
    json_put(w, f->source);
    json_key(w, "line_number");
    json_put_int(w, (int64_t)f->line);
    char stamp[STAMP_LEN + 1];
    stamp_print(f->fields.time, stamp);
    json_key(w, "timestamp");
    json_put_c(w, stamp);
    json_key(w, "message");
    json_put(w, str_slice(f->message, 0, utf8_cut(f->message, MAX_EVIDENCE_MESSAGE)));
    json_end(w, '}');
}

static struct str evidence_json(struct correlator *c, const struct window_firing *firing) {
    struct json_writer w = { .out = &c->evidence };
    buf_reset(&c->evidence);
    json_begin(&w, '[');
    for (size_t i = 0; i < firing->evidence_count; i++) {
        struct packed_match m;
        if (read_match(c, firing->evidence[i], &m))
            put_evidence(&w, &m.finding);
    }
    json_end(&w, ']');
    return arena_copy(&c->arena, buf_str(&c->evidence));
}

static void add_capture(struct finding *f, struct str name, struct str text, bool literal) {
    for (size_t i = 0; i < f->capture_count; i++)
        if (str_equal(f->captures[i].name, name))
            return;
    f->captures[f->capture_count++] = (struct capture){ name, text, literal };
}

static void add_number(struct correlator *c, struct finding *f, const char *name, double value) {
    struct buf text;
    buf_init(&text, 64);
    struct json_writer w = { .out = &text };
    json_put_double(&w, value);
    add_capture(f, str_c(name), arena_copy(&c->arena, buf_str(&text)), true);
    buf_fini(&text);
}

/* The key's values are the finding's own where they are normalised fields, whatever the completing record has
 * there.
 */
static void add_key(struct correlator *c, struct finding *f, const struct correlation *co,
                    const struct str *by) {
    for (size_t i = 0; i < co->by_count; i++) {
        enum field field = co->by[i].field;
        add_capture(f, co->by[i].text, by[i], false);
        if (field != FIELD_COUNT && !field_is_number(field))
            f->fields.text[field] = by[i];
        else if (field != FIELD_COUNT)
            field_set(&f->fields, field, by[i], &c->arena);
    }
}

static void add_measures(struct correlator *c, struct finding *f, const struct correlation *co,
                         const struct window_firing *firing) {
    static const char *const names[] = {
        [CORRELATE_DISTINCT] = "distinct", [CORRELATE_VALUE] = "value", [CORRELATE_RATIO] = "ratio"
    };
    if (co->kind == CORRELATE_DISTINCT || co->kind == CORRELATE_VALUE || co->kind == CORRELATE_RATIO)
        add_number(c, f, names[co->kind], firing->measure);
    if (co->kind == CORRELATE_RATIO)
        add_number(c, f, "records", firing->records);
    if (co->previous)
        add_number(c, f, "previous", firing->previous);
}

/* {count} is no capture: it is a key of the finding. */
static struct str title_of(struct correlator *c, struct finding *f, double count) {
    size_t captures = f->capture_count;
    add_number(c, f, "count", count);
    struct str title = finding_title(f, f->rule->title, &c->arena);
    f->capture_count = captures;
    return title;
}

enum { MAX_MEASURES = 4 }; /* of add_measures, and the count */

/* The finding of a firing: the completing record's, with what the correlation says. */
static void make_finding(struct correlator *c, const struct rule *rule, const struct str *by,
                         const struct window_firing *firing, struct finding *f) {
    const struct correlation *co = rule->correlate;
    struct correlated *correlated = arena_new(&c->arena, 1, sizeof *correlated);
    *correlated = (struct correlated){
        .count = firing->count,
        .first = firing->first,
        .last = firing->last,
        .evidence_json = evidence_json(c, firing),
        .evidence_omitted =
            firing->matches > firing->evidence_count ? firing->matches - firing->evidence_count : 0,
    };
    f->rule = rule;
    f->severity = rule->severity;
    f->type = rule->type;
    f->description = rule->description;
    f->correlated = correlated;
    f->captures = arena_new(&c->arena, co->by_count + MAX_MEASURES, sizeof *f->captures);
    f->capture_count = 0;
    add_key(c, f, co, by);
    add_measures(c, f, co, firing);
    f->title = title_of(c, f, firing->count);
    finding_identify(f, c->hash, &c->arena);
}

static const struct str *key_of(const struct packed_match *m, uint32_t correlation, struct hash key) {
    for (size_t i = 0; i < m->use_count; i++) {
        const struct match_use *use = &m->uses[i];
        if (use->correlation == correlation && use->key.high == key.high && use->key.low == key.low)
            return use->by;
    }
    return NULL; /* never: the entry came from it */
}

/* Keeps the finding: to be emitted, and as a match of the correlations that are on its rule. */
static void keep_finding(struct correlator *c, struct packed_match *m, uint32_t rule) {
    struct found_finding found = { .finding = m->finding, .rule = rule };
    match_uses_take(&found, &(struct use_source){
                                .rs = c->rs,
                                .takers = &c->rs->firing_takers[rule],
                                .finding = &m->finding,
                                .hash = c->hash,
                                .arena = &c->arena,
                            });
    m->rule = rule;
    m->uses = found.uses;
    m->use_count = found.use_count;
    buf_reset(&c->packed);
    match_pack(&c->packed, m, c->rs);
    uint64_t place = spool_end(c->spool);
    struct fired fired = { m->finding.fields.time, m->finding.offset, place, m->source, rule };
    if (!keep(c, MARK_FINDING) || !sorter_add(c->fired, &fired, &c->fault)) {
        c->notes[rule].evicted++;
        return;
    }
    sort_match(c, m, place);
}

static void fire(struct correlator *c, const struct entry *e, const struct window_firing *firing) {
    struct packed_match m;
    arena_reset(&c->arena);
    const struct str *by = read_match(c, e->place, &m) ? key_of(&m, e->correlation, e->key) : NULL;
    if (!by) {
        c->notes[e->correlation].evicted++;
        return;
    }
    make_finding(c, &c->rs->rules[e->correlation], by, firing, &m.finding);
    keep_finding(c, &m, e->correlation);
}

/* ---- reducing ---- */

static int64_t second_of(int64_t time) {
    return time - ((time % MICROS) + MICROS) % MICROS;
}

static bool same_key(const struct entry *a, const struct entry *b) {
    return a->correlation == b->correlation && a->key.high == b->key.high && a->key.low == b->key.low;
}

static bool same_record(const struct entry *a, const struct entry *b) {
    return same_key(a, b) && a->is_match && b->is_match && a->time == b->time && a->source == b->source &&
           a->offset == b->offset;
}

struct reducing {
    struct correlator *c;
    int64_t earliest;
    struct window *window; /* of the correlation at hand */
    uint32_t correlation;
    struct entry last; /* what was reduced last */
    bool any;
};

static void end_window(struct reducing *r) {
    if (!r->window)
        return;
    r->c->best[r->correlation] = *window_best(r->window);
    r->c->notes[r->correlation].evicted += window_evicted(r->window);
    window_free(r->window);
    r->window = NULL;
}

static void turn_to(struct reducing *r, const struct entry *e) {
    if (r->any && same_key(&r->last, e))
        return;
    if (r->any && r->last.correlation == e->correlation) {
        window_reset(r->window);
        return;
    }
    end_window(r);
    r->correlation = e->correlation;
    r->window = window_new(r->c->rs->rules[e->correlation].correlate, r->earliest);
}

static void reduce(struct reducing *r, const struct entry *e) {
    turn_to(r, e);
    bool ratio = r->c->rs->rules[e->correlation].correlate->kind == CORRELATE_RATIO;
    struct window_match m = {
        .time = ratio ? second_of(e->time) : e->time,
        .stamp = e->time,
        .place = e->place,
        .number = e->number,
        .weight = e->weight,
        .distinct = e->distinct,
        .steps = e->steps,
        .again = r->any && same_record(&r->last, e),
    };
    struct window_firing firing;
    if (!e->is_match)
        window_add_records(r->window, e->time, (uint64_t)e->number);
    else if (window_add(r->window, &m, &firing))
        fire(r->c, e, &firing);
    r->last = *e;
    r->any = true;
}

/* A record that several rules match is one match, of all their steps. */
static void reduce_level(struct reducing *r, struct sorter *level) {
    struct entry pending;
    bool has_pending = false;
    for (const struct entry *e; (e = sorter_next(level));) {
        bool steps = r->c->rs->rules[e->correlation].correlate->step_count > 0;
        if (has_pending && steps && same_record(&pending, e)) {
            pending.steps |= e->steps;
            continue;
        }
        if (has_pending)
            reduce(r, &pending);
        pending = *e;
        has_pending = true;
    }
    if (has_pending)
        reduce(r, &pending);
}

static void reduce_all(struct correlator *c, int64_t earliest) {
    struct reducing r = { .c = c, .earliest = earliest };
    for (size_t i = 0; i < MAX_LEVELS; i++) {
        struct sorter *level = c->levels[i];
        if (level && c->fault.kind == FAULT_NONE && sorter_start(level, &c->fault))
            reduce_level(&r, level);
        if (level && sorter_failed(level) && c->fault.kind == FAULT_NONE)
            fault_set(&c->fault, FAULT_OUTPUT, "cannot read back what was sorted in a temporary file");
        sorter_free(level);
        c->levels[i] = NULL;
    }
    end_window(&r);
}

static void emit_all(struct correlator *c, void (*emit)(void *, const struct finding *, uint32_t),
                     void *context) {
    struct packed_match m;
    if (c->fault.kind != FAULT_NONE || !sorter_start(c->fired, &c->fault))
        return;
    for (const struct fired *f; (f = sorter_next(c->fired));) {
        arena_reset(&c->arena);
        if (read_match(c, f->place, &m))
            emit(context, &m.finding, f->rule);
    }
}

void correlator_finish(struct correlator *c, int64_t earliest,
                       void (*emit)(void *context, const struct finding *f, uint32_t rule), void *context) {
    struct sorting s = { .c = c };
    struct fault ignored = { .kind = FAULT_NONE };
    c->fired = sorter_new(sizeof(struct fired), SORT_BYTES, by_time, c);
    if (!spool_each(c->spool, sort_kept, &s, &ignored) && c->fault.kind == FAULT_NONE)
        c->fault = ignored;
    reduce_all(c, earliest);
    emit_all(c, emit, context);
    sorter_free(c->fired);
    c->fired = NULL;
}

/* ---- what is said beside ---- */

struct correlation_notes correlator_notes(const struct correlator *c, uint32_t rule) {
    struct correlation_notes notes = c->notes[rule];
    notes.evicted += c->lost[rule];
    return notes;
}

static void print_span(struct buf *out, int64_t micros) {
    static const struct {
        const char *name;
        int64_t micros;
    } units[] = { { "d", 86400LL * MICROS }, { "h", 3600LL * MICROS }, { "m", 60LL * MICROS },
                  { "s", MICROS },           { "ms", 1000 },           { "us", 1 } };
    size_t i = 0;
    while (micros % units[i].micros)
        i++;
    buf_printf(out, "%" PRId64 "%s", micros / units[i].micros, units[i].name);
}

static void print_best(struct correlator *c, uint32_t rule, struct buf *out) {
    static const char *const names[] = { "count", "distinct", "sequence", "together", "value", "ratio" };
    const struct correlation *co = c->rs->rules[rule].correlate;
    struct packed_match m;
    arena_reset(&c->arena);
    if (!read_match(c, c->best[rule].place, &m))
        return;
    for (size_t i = 0; i < m.use_count; i++)
        for (size_t k = 0; m.uses[i].correlation == rule && k < co->by_count; k++)
            buf_printf(out, "%s%.*s=%.*s", k ? " " : "key ", STR_ARG(co->by[k].text),
                       STR_ARG(m.uses[i].by[k]));
    buf_add_c(out, co->by_count ? "  window " : "window ");
    print_span(out, co->within);
    buf_printf(out, "  best %s %.15g of ", names[co->kind], c->best[rule].measure);
    correlation_print_bounds(co, out);
    buf_printf(out, " at line %" PRIu64 "\n", m.finding.line);
}

void correlator_explain(struct correlator *c, uint32_t rule, struct buf *out) {
    const struct correlation_notes *n = &c->notes[rule];
    if (c->best[rule].any)
        print_best(c, rule, out);
    else
        buf_add_c(out, "no match was counted\n");
    if (n->without_time)
        buf_printf(out,
                   "%" PRIu64 " matches without a time were not counted, the first at line %" PRIu64 "\n",
                   n->without_time, n->untimed_line);
    if (n->without_field)
        buf_printf(out,
                   "%" PRIu64
                   " matches without a field that is counted by were not counted, the first at line %" PRIu64
                   "\n",
                   n->without_field, n->unkeyed_line);
}
