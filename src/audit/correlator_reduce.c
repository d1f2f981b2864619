#include "correlator_inside.h"

#include "match_use.h"

/* Of sort entries in memory, for each level of correlations and for findings. */
enum { SORT_BYTES = 256 << 10 };
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

static void skip_match(const struct correlator *c, struct skipped_matches *skipped,
                       const struct packed_match *m) {
    const char *source = c->sources[m->source].uri;
    int order = skipped->count ? strcmp(source, skipped->source) : -1;
    if (!order)
        order = m->finding.line < skipped->line ? -1 : 1;
    if (order < 0) {
        skipped->source = source;
        skipped->line = m->finding.line;
    }
    skipped->count++;
}

static void sort_match(struct correlator *c, const struct packed_match *m, uint64_t place) {
    const struct finding *f = &m->finding;
    for (size_t i = 0; i < m->use_count; i++) {
        const struct match_use *use = &m->uses[i];
        struct correlation_notes *notes = &c->notes[use->correlation];
        if (!f->fields.has_time) {
            skip_match(c, &notes->untimed, m);
            continue;
        }
        if (use->missing) {
            skip_match(c, &notes->unkeyed, m);
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

static const struct str *key_of(const struct packed_match *m, uint32_t correlation, struct hash key) {
    for (size_t i = 0; i < m->use_count; i++) {
        const struct match_use *use = &m->uses[i];
        if (use->correlation == correlation && hash_equal(use->key, key))
            return use->by;
    }
    return NULL; /* never: the entry came from it */
}

static bool same_names(const struct name *a, const struct name *b, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!str_equal(a[i].text, b[i].text))
            return false;
    return true;
}

/* A finding has its key's values without secrets. Correlations by the same names take its key, so that it is
 * that of matches of records. */
static void inherit_key(const struct ruleset *rs, const struct takers *takers,
                        const struct correlation *below, struct hash key, struct match_use *uses) {
    for (size_t i = 0; i < takers->count; i++) {
        const struct correlation *above = rs->rules[takers->items[i].correlation].correlate;
        if (above->by_count == below->by_count &&
            same_names(above->on[takers->items[i].on].by, below->by, below->by_count))
            uses[i].key = key;
    }
}

/* Keeps the finding: to be emitted, and as a match of the correlations that are on its rule. */
static void keep_finding(struct correlator *c, struct packed_match *m, uint32_t rule, struct hash key) {
    const struct takers *takers = &c->rs->firing_takers[rule];
    struct found_finding found = { .finding = m->finding, .rule = rule };
    match_uses_take(&found, &(struct use_source){
                                .rs = c->rs,
                                .takers = takers,
                                .finding = &m->finding,
                                .hash = c->hash,
                                .arena = &c->arena,
                            });
    inherit_key(c->rs, takers, c->rs->rules[rule].correlate, key, found.uses);
    m->rule = rule;
    m->uses = found.uses;
    m->use_count = found.use_count;
    buf_reset(&c->packed);
    match_pack(&c->packed, m, c->rs);
    uint64_t place = spool_end(c->spool);
    struct fired fired = { m->finding.fields.time, m->finding.offset, place, m->source, rule };
    if (!correlator_keep(c, MARK_FINDING) || !sorter_add(c->fired, &fired, &c->fault)) {
        c->notes[rule].evicted++;
        return;
    }
    sort_match(c, m, place);
}

static void fire(struct correlator *c, const struct entry *e, const struct window_firing *firing) {
    struct packed_match m;
    arena_reset(&c->arena);
    const struct str *by = correlator_read(c, e->place, &m) ? key_of(&m, e->correlation, e->key) : NULL;
    if (!by) {
        c->notes[e->correlation].evicted++;
        return;
    }
    correlator_describe(c, &c->rs->rules[e->correlation], by, firing, &m.finding);
    keep_finding(c, &m, e->correlation, e->key);
}

/* ---- reducing ---- */

static int64_t second_of(int64_t time) {
    return time - ((time % MICROS) + MICROS) % MICROS;
}

static bool same_key(const struct entry *a, const struct entry *b) {
    return a->correlation == b->correlation && hash_equal(a->key, b->key);
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
        if (correlator_read(c, f->place, &m))
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

/* What reducing adds is behind what was added; notes are of one reduction. */
void correlator_look(struct correlator *c, int64_t earliest,
                     void (*emit)(void *context, const struct finding *f, uint32_t rule), void *context) {
    uint64_t end = spool_end(c->spool);
    struct fault fault = { .kind = FAULT_NONE };
    correlator_finish(c, earliest, emit, context);
    memset(c->notes, 0, c->rs->rule_count * sizeof *c->notes);
    memset(c->best, 0, c->rs->rule_count * sizeof *c->best);
    if (!spool_cut(c->spool, end, &fault) && c->fault.kind == FAULT_NONE)
        c->fault = fault;
}
