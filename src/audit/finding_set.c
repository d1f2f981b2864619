#include "finding_set.h"

#include "hash_index.h"
#include "mem.h"
#include "result_read.h"
#include "utf8.h"

#include <inttypes.h>
#include <stdlib.h>

/* Of what is shown of a kind. */
enum { MAX_SHOWN = 256 };

struct finding_set {
    struct finding_kind *kinds;
    size_t count, capacity;
    struct hash_index fingerprints;
    const struct finding_kind **sorted;
    bool full;
};

struct finding_set *finding_set_new(void) {
    return mem_new(1, sizeof(struct finding_set));
}

void finding_set_free(struct finding_set *s) {
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++) {
        free(s->kinds[i].rule_id);
        free(s->kinds[i].title);
        free(s->kinds[i].sample);
        free(s->kinds[i].source);
        for (int side = 0; side < SIDE_COUNT; side++) {
            free(s->kinds[i].face[side].type);
            free(s->kinds[i].face[side].title);
        }
    }
    free(s->kinds);
    free(s->sorted);
    hash_index_fini(&s->fingerprints);
    free(s);
}

/* ---- adding ---- */

static struct finding_kind *find(const struct finding_set *s, struct hash fingerprint) {
    uint32_t place;
    for (size_t probe = 0; hash_index_next(&s->fingerprints, fingerprint.low, &probe, &place);)
        if (s->kinds[place].fingerprint.high == fingerprint.high)
            return &s->kinds[place];
    return NULL;
}

/* NULL: the set is full. */
static struct finding_kind *find_or_add(struct finding_set *s, struct hash fingerprint) {
    struct finding_kind *known = find(s, fingerprint);
    if (known)
        return known;
    if (s->count == FINDING_SET_MAX) {
        s->full = true;
        return NULL;
    }
    mem_grow(&s->kinds, &s->capacity, s->count, sizeof *s->kinds);
    hash_index_add(&s->fingerprints, fingerprint.low, (uint32_t)s->count);
    s->kinds[s->count] = (struct finding_kind){ .fingerprint = fingerprint };
    return &s->kinds[s->count++];
}

/* A NUL would end it. */
static char *shown(struct str text) {
    size_t len = utf8_cut(text, MAX_SHOWN);
    char *copy = mem_copy(text.ptr, len);
    for (size_t i = 0; i < len; i++)
        copy[i] = copy[i] ? copy[i] : ' ';
    return copy;
}

/* `type` is empty in a baseline. */
static void add_face(struct finding_kind *k, enum finding_side side, enum severity severity, struct str type,
                     struct str title) {
    struct finding_face *face = &k->face[side];
    face->severity = severity > face->severity ? severity : face->severity;
    k->severity = face->severity;
    if (!face->title)
        face->title = shown(title);
    if (!face->type && type.len)
        face->type = shown(type);
}

void finding_set_add(struct finding_set *s, enum finding_side side, const struct finding *f) {
    struct finding_kind *k = find_or_add(s, f->fingerprint);
    if (!k)
        return;
    k->count[side]++;
    add_face(k, side, f->severity, f->type, f->title);
    if (k->rule_id)
        return;
    k->rule_id = shown(f->rule->id);
    k->title = shown(f->title);
    k->sample = shown(f->message);
    k->source = shown(f->source);
    k->line = f->line;
}

bool finding_set_known(struct finding_set *s, struct hash fingerprint) {
    struct finding_kind *k = find(s, fingerprint);
    if (!k || !k->count[SIDE_OLD])
        return false;
    k->count[SIDE_NEW]++;
    return true;
}

bool finding_set_full(const struct finding_set *s) {
    return s->full;
}

/* ---- reading ---- */

struct reading {
    struct finding_set *set;
    enum finding_side side;
    struct arena arena;
    uint64_t number;
};

static int64_t number_of(struct json finding, const char *key, int64_t otherwise) {
    int64_t number;
    return json_to_int(json_get_c(finding, key), &number) && number > 0 ? number : otherwise;
}

static enum severity severity_of(struct json finding, struct arena *arena) {
    enum severity severity = severity_named(json_get_text(finding, "severity", arena));
    return severity == SEVERITY_COUNT ? SEVERITY_INFO : severity;
}

static void describe(struct finding_kind *k, struct json finding, struct arena *arena) {
    k->rule_id = shown(json_get_text(finding, "rule_id", arena));
    k->title = shown(json_get_text(finding, "title", arena));
    k->sample = shown(json_get_text(finding, "message", arena));
    k->source = shown(json_get_text(finding, "source", arena));
    k->line = (uint64_t)number_of(finding, "line_number", 0);
}

static bool take(void *context, enum result_part part, struct str key, struct json value,
                 struct fault *fault) {
    (void)key;
    struct reading *r = context;
    struct hash fingerprint;
    if (part != RESULT_FINDING)
        return true;
    r->number++;
    arena_reset(&r->arena);
    if (!hash_read(json_get_text(value, "fingerprint", &r->arena), &fingerprint))
        return fault_set(fault, FAULT_INPUT, "finding %" PRIu64 ": a fingerprint was expected", r->number);
    struct finding_kind *k = find_or_add(r->set, fingerprint);
    if (!k)
        return true;
    k->count[r->side] += (uint64_t)number_of(value, "occurrences", 1);
    add_face(k, r->side, severity_of(value, &r->arena), json_get_text(value, "type", &r->arena),
             json_get_text(value, "title", &r->arena));
    if (!k->rule_id)
        describe(k, value, &r->arena);
    return true;
}

bool finding_set_read(struct finding_set *s, enum finding_side side, struct source *source,
                      struct fault *fault) {
    struct reading r = { .set = s, .side = side };
    arena_init(&r.arena);
    bool ok = result_read(source, take, &r, fault);
    arena_fini(&r.arena);
    return ok;
}

/* ---- giving out ---- */

static int by_fingerprint(const void *a, const void *b) {
    const struct finding_kind *x = *(const struct finding_kind *const *)a;
    const struct finding_kind *y = *(const struct finding_kind *const *)b;
    if (x->fingerprint.high != y->fingerprint.high)
        return x->fingerprint.high < y->fingerprint.high ? -1 : 1;
    return (x->fingerprint.low > y->fingerprint.low) - (x->fingerprint.low < y->fingerprint.low);
}

static int worst_first(const void *a, const void *b) {
    const struct finding_kind *x = *(const struct finding_kind *const *)a;
    const struct finding_kind *y = *(const struct finding_kind *const *)b;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    int order = strcmp(x->rule_id, y->rule_id);
    return order ? order : by_fingerprint(a, b);
}

static const struct finding_kind *const *sorted_by(struct finding_set *s,
                                                   int (*compare)(const void *a, const void *b)) {
    free(s->sorted);
    s->sorted = mem_new(s->count, sizeof *s->sorted);
    for (size_t i = 0; i < s->count; i++)
        s->sorted[i] = &s->kinds[i];
    mem_sort(s->sorted, s->count, sizeof *s->sorted, compare);
    return s->sorted;
}

const struct finding_kind *const *finding_set_kinds(struct finding_set *s, size_t *count) {
    *count = s->count;
    return sorted_by(s, worst_first);
}

void finding_set_hash(struct finding_set *s, struct hash_state *h) {
    const struct finding_kind *const *kinds = sorted_by(s, by_fingerprint);
    for (size_t i = 0; i < s->count; i++)
        if (kinds[i]->count[SIDE_OLD])
            hash_add(h, str_of((const char *)&kinds[i]->fingerprint, sizeof kinds[i]->fingerprint));
}

void finding_kind_put(struct json_writer *w, const struct finding_kind *k) {
    json_add_hash(w, "fingerprint", k->fingerprint);
    json_add_c(w, "rule_id", k->rule_id);
    json_add_c(w, "severity", severity_name(k->severity));
    json_add_c(w, "title", k->title);
}

static void put_kind(struct json_writer *w, const struct finding_kind *k) {
    json_begin(w, '{');
    finding_kind_put(w, k);
    json_add_count(w, "occurrences", k->count[SIDE_NEW]);
    json_end(w, '}');
}

void finding_set_put(struct finding_set *s, struct buf *out) {
    const struct finding_kind *const *kinds = sorted_by(s, by_fingerprint);
    uint64_t total = 0;
    buf_add_c(out, "{\"findings\":[");
    const char *separator = "\n";
    for (size_t i = 0; i < s->count; i++) {
        if (!kinds[i]->count[SIDE_NEW])
            continue;
        struct json_writer w = { .out = out };
        buf_add_c(out, separator);
        put_kind(&w, kinds[i]);
        total += kinds[i]->count[SIDE_NEW];
        separator = ",\n";
    }
    buf_printf(out, "\n],\"summary\":{\"total_findings\":%" PRIu64 "},\"schema_version\":1}\n", total);
}
