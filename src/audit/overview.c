#include "overview.h"

#include "mem.h"

#include <stdlib.h>

/* Each is a multiple of the one before, so that columns can be joined. */
static const int64_t WIDTHS[] = { 1,     5,     15,    60,     300,     900,      3600,
                                  10800, 43200, 86400, 604800, 2419200, 29030400, 87091200 };
enum { MICROS = 1000 * 1000 };

/* Outside of 1980 to 2100 a clock was not set or a time means "never": one such finding would make a column
 * of all others. The widest columns have room for these years. */
static const int64_t BEGIN = 315532800LL * MICROS, END = 4102444800LL * MICROS;

void overview_fini(struct overview *o) {
    names_fini(&o->names);
    free(o->services);
}

/* ---- services ---- */

static struct service_count *service_of(struct overview *o, struct str name) {
    uint32_t number;
    if (!names_find(&o->names, name, &number)) {
        if (o->names.count >= MAX_SERVICES)
            return NULL;
        number = names_add(&o->names, name);
        mem_grow(&o->services, &o->service_capacity, o->service_count, sizeof *o->services);
        o->services[o->service_count++] = (struct service_count){ .name = o->names.items[number] };
    }
    return &o->services[number];
}

static void add_to_service(struct overview *o, const struct finding *f) {
    struct str name = f->fields.text[FIELD_SERVICE];
    struct service_count *s = name.len ? service_of(o, name) : NULL;
    if (!s)
        return;
    s->findings++;
    s->by_severity[f->severity]++;
    if (!f->fields.has_time)
        return;
    int64_t time = f->fields.time;
    s->first = !s->has_time || time < s->first ? time : s->first;
    s->last = !s->has_time || time > s->last ? time : s->last;
    s->has_time = true;
}

static int gravest_first(const void *a, const void *b) {
    const struct service_count *x = a, *y = b;
    for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
        if (x->by_severity[s] != y->by_severity[s])
            return x->by_severity[s] > y->by_severity[s] ? -1 : 1;
    return str_compare(x->name, y->name);
}

struct service_count *overview_services(const struct overview *o) {
    struct service_count *sorted = mem_new(o->service_count, sizeof *sorted);
    if (o->service_count)
        memcpy(sorted, o->services, o->service_count * sizeof *sorted);
    mem_sort(sorted, o->service_count, sizeof *sorted, gravest_first);
    return sorted;
}

/* ---- when ---- */

static void widen(struct timeline *t) {
    int64_t ratio = WIDTHS[t->width + 1] / WIDTHS[t->width];
    struct timeline wide = {
        .width = t->width + 1,
        .any = true,
        .outside = t->outside,
        .first = t->first / ratio,
        .last = t->last / ratio,
    };
    for (int64_t c = t->first; c <= t->last; c++)
        wide.counts[c / ratio - wide.first] += t->counts[c - t->first];
    *t = wide;
}

static bool holds(const struct timeline *t, int64_t column) {
    int64_t first = column < t->first ? column : t->first, last = column > t->last ? column : t->last;
    return !t->any || last - first < TIMELINE_COLUMNS;
}

static void add_to_timeline(struct timeline *t, int64_t time) {
    if (time < BEGIN || time >= END) {
        t->outside++;
        return;
    }
    int64_t column = time / (WIDTHS[t->width] * MICROS);
    while (!holds(t, column)) {
        widen(t);
        column = time / (WIDTHS[t->width] * MICROS);
    }
    if (!t->any || column < t->first) {
        int64_t by = t->any ? t->first - column : 0;
        memmove(t->counts + by, t->counts, (size_t)(TIMELINE_COLUMNS - by) * sizeof *t->counts);
        memset(t->counts, 0, (size_t)by * sizeof *t->counts);
        t->first = column;
        t->last = t->any ? t->last : column;
    }
    t->last = column > t->last ? column : t->last;
    t->any = true;
    t->counts[column - t->first]++;
}

int64_t timeline_seconds(const struct timeline *t) {
    return WIDTHS[t->width];
}

int64_t timeline_start(const struct timeline *t) {
    return t->first * WIDTHS[t->width] * MICROS;
}

void overview_add(struct overview *o, const struct finding *f) {
    add_to_service(o, f);
    if (f->fields.has_time)
        add_to_timeline(&o->timeline, f->fields.time);
}
