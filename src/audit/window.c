#include "window.h"

#include "mem.h"
#include "ranked.h"

#include <math.h>
#include <stdlib.h>

/* A match, or the records of one second. */
struct item {
    int64_t time, stamp;
    uint64_t place, distinct;
    double number, weight;
    uint32_t steps;
    bool is_records;
    bool counts; /* in the window: not used up by a firing, not in a quiet time */
};

/* A value of `distinct` and how many matches have it. */
struct value {
    uint64_t hash;
    size_t matches;
};

/* What a span of items comes to. */
struct measure {
    double weight, sum, records;
    size_t matches, values, steps[MAX_STEPS];
    struct ranked ranked;
    struct value *table; /* open addressing by hash; matches 0: free */
    size_t table_size;   /* 0 or a power of two, at most half full */
};

/* Matches of the first steps of a sequence, the latest that there are. */
struct chain {
    size_t length;
    int64_t times[MAX_STEPS];
    uint64_t places[MAX_STEPS];
};

struct window {
    const struct correlation *c;
    int64_t earliest;
    struct item *items; /* [first, middle): before the window, for versus; [middle, end): in it */
    size_t first, middle, end, capacity;
    struct measure now, before;
    struct chain chains[MAX_STEPS]; /* by the last step */
    bool fired;
    int64_t fired_at;
    uint64_t evicted;
    struct window_best best;
};

struct window *window_new(const struct correlation *c, int64_t earliest) {
    struct window *w = mem_new(1, sizeof *w);
    w->c = c;
    w->earliest = earliest;
    return w;
}

static void measure_fini(struct measure *m) {
    ranked_fini(&m->ranked);
    free(m->table);
}

void window_free(struct window *w) {
    if (!w)
        return;
    measure_fini(&w->now);
    measure_fini(&w->before);
    free(w->items);
    free(w);
}

/* ---- measures ---- */

/* The value's slot, or the free one for it. */
static struct value *slot_of(const struct measure *m, uint64_t hash) {
    size_t at = hash & (m->table_size - 1);
    while (m->table[at].matches && m->table[at].hash != hash)
        at = (at + 1) & (m->table_size - 1);
    return &m->table[at];
}

static void grow_table(struct measure *m) {
    enum { FIRST = 64 };
    struct value *old = m->table;
    size_t old_size = m->table_size;
    m->table_size = old_size ? 2 * old_size : FIRST;
    m->table = mem_new(m->table_size, sizeof *m->table);
    for (size_t i = 0; i < old_size; i++)
        if (old[i].matches)
            *slot_of(m, old[i].hash) = old[i];
    free(old);
}

static void add_value(struct measure *m, uint64_t hash) {
    if (2 * (m->values + 1) > m->table_size)
        grow_table(m);
    struct value *v = slot_of(m, hash);
    v->hash = hash;
    m->values += v->matches++ == 0;
}

/* Frees the slot and moves what was put behind it because it was taken. */
static void free_slot(struct measure *m, size_t at) {
    size_t mask = m->table_size - 1;
    for (size_t next = (at + 1) & mask; m->table[next].matches; next = (next + 1) & mask) {
        size_t home = m->table[next].hash & mask;
        if (((next - home) & mask) < ((next - at) & mask))
            continue;
        m->table[at] = m->table[next];
        at = next;
    }
    m->table[at].matches = 0;
}

static void remove_value(struct measure *m, uint64_t hash) {
    struct value *v = slot_of(m, hash);
    if (v->matches > 1) {
        v->matches--;
        return;
    }
    m->values--;
    free_slot(m, (size_t)(v - m->table));
}

static void count_steps(struct measure *m, const struct correlation *c, uint32_t steps, size_t by) {
    for (size_t i = 0; i < c->step_count; i++)
        if (steps >> i & 1)
            m->steps[i] += by;
}

static void measure_add(struct measure *m, const struct correlation *c, const struct item *i) {
    if (i->is_records) {
        m->records += i->number;
        return;
    }
    m->matches++;
    m->weight += i->weight;
    if (c->kind == CORRELATE_DISTINCT)
        add_value(m, i->distinct);
    if (c->kind == CORRELATE_TOGETHER)
        count_steps(m, c, i->steps, 1);
    if (c->kind != CORRELATE_VALUE)
        return;
    m->sum += i->number * i->weight;
    if (c->measure == MEASURE_P || c->measure == MEASURE_MAX)
        ranked_add(&m->ranked, i->number);
}

static void measure_remove(struct measure *m, const struct correlation *c, const struct item *i) {
    if (i->is_records) {
        m->records -= i->number;
        return;
    }
    m->matches--;
    m->weight -= i->weight;
    if (c->kind == CORRELATE_DISTINCT)
        remove_value(m, i->distinct);
    if (c->kind == CORRELATE_TOGETHER)
        count_steps(m, c, i->steps, (size_t)-1);
    if (c->kind == CORRELATE_VALUE) {
        m->sum -= i->number * i->weight;
        if (c->measure == MEASURE_P || c->measure == MEASURE_MAX)
            ranked_remove(&m->ranked, i->number);
    }
    if (!m->matches) /* what rounding left */
        m->weight = m->sum = 0;
}

static size_t steps_present(const struct measure *m, const struct correlation *c) {
    size_t present = 0;
    for (size_t i = 0; i < c->step_count; i++)
        present += m->steps[i] > 0;
    return present;
}

static double value_of(const struct measure *m, const struct correlation *c) {
    size_t n = m->ranked.count;
    switch (c->measure) {
    case MEASURE_AVG:
        return m->weight > 0 ? m->sum / m->weight : 0;
    case MEASURE_SUM:
        return m->sum;
    case MEASURE_MAX:
        return n ? ranked_at(&m->ranked, n - 1) : 0;
    default: { /* the least number that p percent are not above */
        size_t rank = (size_t)ceil(c->p / 100 * (double)n);
        return n ? ranked_at(&m->ranked, rank ? rank - 1 : 0) : 0;
    }
    }
}

static double measure_of(const struct measure *m, const struct correlation *c) {
    switch (c->kind) {
    case CORRELATE_DISTINCT:
        return (double)m->values;
    case CORRELATE_TOGETHER:
        return (double)steps_present(m, c);
    case CORRELATE_VALUE:
        return value_of(m, c);
    case CORRELATE_RATIO:
        return m->records > 0 ? m->weight / m->records : 0;
    default:
        return m->weight;
    }
}

/* Whether there is enough to measure: values, records. */
static bool enough(const struct measure *m, const struct correlation *c) {
    if (c->kind == CORRELATE_VALUE)
        return (double)m->matches >= c->min;
    return c->kind != CORRELATE_RATIO || (m->records > 0 && m->records >= c->min);
}

/* ---- time goes on ---- */

static void drop_first(struct window *w) {
    if (w->first == w->middle) {
        if (w->items[w->middle].counts)
            measure_remove(&w->now, w->c, &w->items[w->middle]);
        w->middle++;
    } else {
        measure_remove(&w->before, w->c, &w->items[w->first]);
    }
    w->first++;
}

static void advance(struct window *w, int64_t time) {
    const struct correlation *c = w->c;
    for (; w->middle < w->end && w->items[w->middle].time <= time - c->within; w->middle++) {
        if (w->items[w->middle].counts)
            measure_remove(&w->now, c, &w->items[w->middle]);
        if (c->previous)
            measure_add(&w->before, c, &w->items[w->middle]);
    }
    for (; w->first < w->middle; w->first++) {
        if (c->previous && w->items[w->first].time > time - c->within - c->previous)
            break;
        if (c->previous)
            measure_remove(&w->before, c, &w->items[w->first]);
    }
}

static void push(struct window *w, struct item item) {
    if (w->first == w->end)
        w->first = w->middle = w->end = 0;
    if (w->end - w->first == MAX_WINDOW) {
        drop_first(w);
        w->evicted++;
    }
    if (w->end == 2 * (size_t)MAX_WINDOW || (w->end == w->capacity && w->first > w->capacity / 2)) {
        memmove(w->items, w->items + w->first, (w->end - w->first) * sizeof *w->items);
        w->middle -= w->first;
        w->end -= w->first;
        w->first = 0;
    }
    mem_grow(&w->items, &w->capacity, w->end, sizeof *w->items);
    w->items[w->end++] = item;
    if (item.counts)
        measure_add(&w->now, w->c, &item);
}

/* Matches at this time are not counted: the window fired in this very second, or not long ago. */
static bool is_quiet(const struct window *w, int64_t time) {
    if (!w->fired)
        return false;
    return time - w->fired_at < w->c->quiet || (w->c->kind == CORRELATE_RATIO && time <= w->fired_at);
}

static void empty(struct window *w) {
    for (size_t i = w->middle; i < w->end; i++) {
        if (w->items[i].counts)
            measure_remove(&w->now, w->c, &w->items[i]);
        w->items[i].counts = false;
    }
    if (!w->c->previous)
        w->first = w->middle = w->end;
    for (size_t i = 0; i < w->c->step_count; i++)
        w->chains[i].length = 0;
}

void window_reset(struct window *w) {
    while (w->first < w->end)
        drop_first(w);
    w->first = w->middle = w->end = 0;
    empty(w);
    w->fired = false;
}

/* ---- firing ---- */

/* Of matches that come in a row: the first ones, and of the rest the last ones. */
static void note_evidence(struct window_firing *f, uint64_t place) {
    if (f->evidence_count == MAX_EVIDENCE) {
        memmove(&f->evidence[EVIDENCE_FIRST], &f->evidence[EVIDENCE_FIRST + 1],
                (EVIDENCE_LAST - 1) * sizeof *f->evidence);
        f->evidence_count--;
    }
    f->evidence[f->evidence_count++] = place;
}

static void describe(const struct window *w, struct window_firing *f) {
    for (size_t i = w->middle; i < w->end; i++) {
        const struct item *item = &w->items[i];
        if (item->is_records || !item->counts)
            continue;
        if (!f->evidence_count)
            f->first = item->stamp;
        if (!f->evidence_count || f->evidence[f->evidence_count - 1] != item->place)
            note_evidence(f, item->place);
    }
    f->count = w->now.weight;
    f->matches = w->now.matches;
    f->measure = measure_of(&w->now, w->c);
    f->records = w->now.records;
}

static void note_best(struct window *w, double measure, uint64_t place) {
    if (w->best.any && measure <= w->best.measure)
        return;
    w->best = (struct window_best){ true, measure, place };
}

/* The measure of the time before, as much of it as falls on the length of the window. False: it cannot be
 * told. */
static bool measure_before(const struct window *w, int64_t time, double *out) {
    const struct correlation *c = w->c;
    if (time - c->within - c->previous < w->earliest || !enough(&w->before, c))
        return false;
    bool adds_up = c->kind == CORRELATE_COUNT || (c->kind == CORRELATE_VALUE && c->measure == MEASURE_SUM);
    *out = measure_of(&w->before, c) * (adds_up ? (double)c->within / (double)c->previous : 1);
    return true;
}

static bool holds(struct window *w, const struct window_match *m, struct window_firing *f) {
    const struct correlation *c = w->c;
    double measure = measure_of(&w->now, c);
    if (!enough(&w->now, c))
        return false;
    note_best(w, measure, m->place);
    if (c->kind == CORRELATE_TOGETHER)
        return measure >= (double)c->step_count;
    if (!correlation_holds(c, measure))
        return false;
    return !c->previous || (measure_before(w, m->time, &f->previous) && measure >= c->factor * f->previous);
}

/* ---- sequences ---- */

/* Steps from the last to the first, so that one record is never two of them. A chain begins as late as it
 * can. */
static bool add_to_chains(struct window *w, const struct window_match *m, struct window_firing *f) {
    const struct correlation *c = w->c;
    for (size_t i = c->step_count; i-- > 0;) {
        struct chain *chain = &w->chains[i];
        if (!(m->steps >> i & 1))
            continue;
        if (i > 0) {
            const struct chain *shorter = &w->chains[i - 1];
            if (shorter->length < i || shorter->times[0] <= m->time - c->within)
                continue;
            *chain = *shorter;
        }
        chain->times[i] = m->time;
        chain->places[i] = m->place;
        chain->length = i + 1;
        note_best(w, (double)chain->length, m->place);
        if (chain->length < c->step_count)
            continue;
        f->count = f->measure = (double)chain->length;
        f->matches = chain->length;
        f->first = chain->times[0];
        for (size_t k = 0; k < chain->length; k++)
            note_evidence(f, chain->places[k]);
        return true;
    }
    return false;
}

/* ---- in ---- */

void window_add_records(struct window *w, int64_t time, uint64_t records) {
    advance(w, time);
    bool counts = !is_quiet(w, time);
    if (counts || w->c->previous)
        push(w,
             (struct item){ .time = time, .number = (double)records, .is_records = true, .counts = counts });
}

static bool add_item(struct window *w, const struct window_match *m, struct window_firing *f) {
    struct item item = {
        .time = m->time,
        .stamp = m->stamp,
        .place = m->place,
        .distinct = m->distinct,
        .number = m->number,
        .weight = m->again ? 0 : m->weight,
        .steps = m->steps,
        .counts = !is_quiet(w, m->time),
    };
    if (m->again && (w->c->kind != CORRELATE_DISTINCT || (w->fired && w->fired_at == m->time)))
        return false;
    advance(w, m->time);
    if (item.counts || w->c->previous)
        push(w, item);
    if (!item.counts || !holds(w, m, f))
        return false;
    describe(w, f);
    return true;
}

bool window_add(struct window *w, const struct window_match *m, struct window_firing *firing) {
    *firing = (struct window_firing){ .last = m->stamp };
    bool fired = w->c->kind == CORRELATE_SEQUENCE ? !is_quiet(w, m->time) && add_to_chains(w, m, firing)
                                                  : add_item(w, m, firing);
    if (!fired)
        return false;
    empty(w);
    w->fired = true;
    w->fired_at = m->time;
    return true;
}

uint64_t window_evicted(const struct window *w) {
    return w->evicted;
}

const struct window_best *window_best(const struct window *w) {
    return &w->best;
}
