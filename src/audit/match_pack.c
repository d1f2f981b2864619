#include "match_pack.h"

/* ---- pieces: the same machine writes and reads them ---- */

struct taking {
    struct str rest;
};

#define PUT(out, value) buf_add((out), str_of((const char *)&(value), sizeof(value)))
#define TAKE(t, value)  take_bytes((t), &(value), sizeof(value))

static void put_text(struct buf *out, struct str text) {
    uint32_t len = (uint32_t)text.len;
    PUT(out, len);
    buf_add(out, text);
}

static void take_bytes(struct taking *t, void *into, size_t len) {
    memcpy(into, t->rest.ptr, len);
    t->rest = str_slice(t->rest, len, t->rest.len);
}

static struct str take_text(struct taking *t) {
    uint32_t len;
    TAKE(t, len);
    struct str text = str_slice(t->rest, 0, len);
    t->rest = str_slice(t->rest, len, t->rest.len);
    return text;
}

/* ---- fields ---- */

static void put_fields(struct buf *out, const struct fields *f) {
    uint32_t present = fields_present(f);
    PUT(out, present);
    PUT(out, f->duration_ms);
    PUT(out, f->status);
    PUT(out, f->has_time);
    PUT(out, f->time);
    for (int i = 0; i < FIELD_COUNT; i++)
        if (present >> i & 1)
            put_text(out, f->text[i]);
}

static void take_fields(struct taking *t, struct fields *f) {
    uint32_t present;
    TAKE(t, present);
    TAKE(t, f->duration_ms);
    TAKE(t, f->status);
    TAKE(t, f->has_time);
    TAKE(t, f->time);
    for (int i = 0; i < FIELD_COUNT; i++)
        if (present >> i & 1)
            f->text[i] = take_text(t);
}

/* ---- the event that it stands in, of a log group ---- */

static void put_event(struct buf *out, const struct finding *f) {
    put_text(out, f->log_stream);
    put_text(out, f->event_id);
    PUT(out, f->event_start);
}

static void take_event(struct taking *t, struct finding *f) {
    f->log_stream = take_text(t);
    f->event_id = take_text(t);
    TAKE(t, f->event_start);
}

/* ---- uses ---- */

static void put_use(struct buf *out, const struct match_use *use, size_t by_count) {
    PUT(out, use->correlation);
    PUT(out, use->steps);
    PUT(out, use->missing);
    PUT(out, use->key);
    PUT(out, use->number);
    PUT(out, use->weight);
    PUT(out, use->distinct);
    for (size_t i = 0; !use->missing && i < by_count; i++)
        put_text(out, use->by[i]);
}

static void take_use(struct taking *t, const struct ruleset *rs, struct arena *arena, struct match_use *use) {
    TAKE(t, use->correlation);
    TAKE(t, use->steps);
    TAKE(t, use->missing);
    TAKE(t, use->key);
    TAKE(t, use->number);
    TAKE(t, use->weight);
    TAKE(t, use->distinct);
    size_t by_count = use->missing ? 0 : rs->rules[use->correlation].correlate->by_count;
    struct str *by = arena_new(arena, by_count, sizeof *by);
    for (size_t i = 0; i < by_count; i++)
        by[i] = take_text(t);
    use->by = by;
}

/* ---- what findings of correlations have ---- */

static void put_correlated(struct buf *out, const struct finding *f) {
    PUT(out, *f->correlated);
    PUT(out, f->fingerprint);
    put_text(out, f->correlated->evidence_json);
    put_text(out, f->title);
    uint32_t count = (uint32_t)f->capture_count;
    PUT(out, count);
    for (size_t i = 0; i < count; i++) {
        put_text(out, f->captures[i].name);
        put_text(out, f->captures[i].text);
        PUT(out, f->captures[i].literal);
    }
}

static void take_correlated(struct taking *t, struct arena *arena, struct finding *f) {
    struct correlated *c = arena_new(arena, 1, sizeof *c);
    TAKE(t, *c);
    TAKE(t, f->fingerprint);
    c->evidence_json = take_text(t);
    f->correlated = c;
    f->title = take_text(t);
    uint32_t count;
    TAKE(t, count);
    f->captures = arena_new(arena, count, sizeof *f->captures);
    f->capture_count = count;
    for (size_t i = 0; i < count; i++) {
        f->captures[i].name = take_text(t);
        f->captures[i].text = take_text(t);
        TAKE(t, f->captures[i].literal);
    }
}

/* ---- the whole ---- */

void match_pack(struct buf *out, const struct packed_match *m, const struct ruleset *rs) {
    const struct finding *f = &m->finding;
    bool correlated = f->correlated != NULL;
    uint32_t use_count = (uint32_t)m->use_count;
    PUT(out, m->rule);
    PUT(out, m->source);
    PUT(out, f->id);
    PUT(out, f->line);
    PUT(out, f->offset);
    put_event(out, f);
    put_text(out, f->message);
    put_fields(out, &f->fields);
    PUT(out, use_count);
    for (size_t i = 0; i < use_count; i++)
        put_use(out, &m->uses[i], rs->rules[m->uses[i].correlation].correlate->by_count);
    PUT(out, correlated);
    if (correlated)
        put_correlated(out, f);
}

void match_unpack(struct str bytes, const struct ruleset *rs, struct arena *arena, struct packed_match *out) {
    struct taking t = { bytes };
    *out = (struct packed_match){ .rule = 0 };
    struct finding *f = &out->finding;
    uint32_t use_count;
    bool correlated;
    TAKE(&t, out->rule);
    TAKE(&t, out->source);
    TAKE(&t, f->id);
    TAKE(&t, f->line);
    TAKE(&t, f->offset);
    take_event(&t, f);
    f->message = take_text(&t);
    take_fields(&t, &f->fields);
    TAKE(&t, use_count);
    struct match_use *uses = arena_new(arena, use_count, sizeof *uses);
    for (size_t i = 0; i < use_count; i++)
        take_use(&t, rs, arena, &uses[i]);
    out->uses = uses;
    out->use_count = use_count;
    TAKE(&t, correlated);
    const struct rule *r = f->rule = &rs->rules[out->rule];
    f->severity = r->severity;
    f->type = r->type;
    f->title = r->title;
    f->description = r->description;
    if (correlated)
        take_correlated(&t, arena, f);
}
