#include "match_state.h"

#include "match_use.h"

/* ---- writing ---- */

static void put_fields(struct json_writer *w, const struct fields *f) {
    json_key(w, "fields");
    json_begin(w, '{');
    for (int i = 0; i < FIELD_COUNT; i++)
        if (f->text[i].ptr)
            json_add_text(w, field_name((enum field)i), f->text[i]);
    json_end(w, '}');
}

static void put_use(struct json_writer *w, const struct match_use *use, const struct ruleset *rs) {
    const struct rule *r = &rs->rules[use->correlation];
    json_begin(w, '{');
    json_add_text(w, "rule", r->id);
    if (use->missing) {
        json_add_bool(w, "missing", true);
        json_end(w, '}');
        return;
    }
    json_add_hash(w, "key", use->key);
    json_key(w, "by");
    json_begin(w, '[');
    for (size_t i = 0; i < r->correlate->by_count; i++)
        json_put(w, use->by[i]);
    json_end(w, ']');
    if (use->steps)
        json_add_int(w, "steps", use->steps);
    if (r->correlate->kind == CORRELATE_VALUE)
        json_add_double(w, "number", use->number);
    if (r->correlate->kind == CORRELATE_DISTINCT)
        json_add_hash(w, "distinct", (struct hash){ 0, use->distinct });
    if (r->correlate->weight.text.len)
        json_add_double(w, "weight", use->weight);
    json_end(w, '}');
}

/* Of a log group. */
static void put_event(struct json_writer *w, const struct finding *f) {
    if (f->log_stream.len)
        json_add_text(w, "stream", f->log_stream);
    if (!f->event_id.len)
        return;
    json_add_text(w, "event", f->event_id);
    json_add_count(w, "event_start", f->event_start);
}

void match_state_put(struct json_writer *w, const struct packed_match *m, const struct ruleset *rs) {
    const struct finding *f = &m->finding;
    json_begin(w, '{');
    json_add_text(w, "rule", f->rule->id);
    json_add_hash(w, "id", f->id);
    json_add_text(w, "source", f->source);
    if (f->version.len)
        json_add_text(w, "version", f->version);
    json_add_count(w, "line", f->line);
    json_add_count(w, "offset", f->offset);
    put_event(w, f);
    if (f->fields.has_time)
        json_add_int(w, "time", f->fields.time);
    json_add_text(w, "message", f->message);
    put_fields(w, &f->fields);
    json_key(w, "uses");
    json_begin(w, '[');
    for (size_t i = 0; i < m->use_count; i++)
        put_use(w, &m->uses[i], rs);
    json_end(w, ']');
    json_end(w, '}');
}

void total_state_put(struct json_writer *w, const struct record_total *t, const struct ruleset *rs) {
    json_begin(w, '{');
    json_add_text(w, "total", rs->rules[t->correlation].id);
    json_add_hash(w, "key", t->key);
    json_add_int(w, "second", t->second);
    json_add_count(w, "records", t->records);
    json_end(w, '}');
}

/* ---- reading ---- */

/* As long as the arena. */
static struct str text_of(struct json object, const char *key, struct arena *arena) {
    struct str text = json_get_text(object, key, arena);
    return text.ptr ? arena_copy(arena, text) : text;
}

static bool read_hash(struct json object, const char *key, struct hash *out) {
    struct json value = json_get_c(object, key);
    return value.kind == JSON_STRING && hash_read(value.raw, out);
}

static bool read_u64(struct json object, const char *key, uint64_t *out) {
    int64_t value;
    if (!json_to_int(json_get_c(object, key), &value) || value < 0)
        return false;
    *out = (uint64_t)value;
    return true;
}

/* A rule with a correlation; UINT32_MAX when there is none of that name. */
static uint32_t correlation_named(const struct ruleset *rs, struct str id) {
    const struct rule *r = ruleset_find(rs, id);
    return r && r->correlate ? (uint32_t)(r - rs->rules) : UINT32_MAX;
}

static void read_fields(struct json object, struct arena *arena, struct fields *out) {
    struct json_iter i = json_iter(json_get_c(object, "fields"));
    struct json key, value;
    while (json_next(&i, &key, &value)) {
        enum field f = field_named(json_text(key, arena));
        struct str text = arena_copy(arena, json_text(value, arena));
        if (f != FIELD_COUNT && field_is_number(f))
            field_set(out, f, text, arena);
        else if (f != FIELD_COUNT)
            out->text[f] = text;
    }
}

static bool read_by(struct json use, size_t count, struct arena *arena, struct match_use *out) {
    struct str *by = arena_new(arena, count, sizeof *by);
    struct json_iter i = json_iter(json_get_c(use, "by"));
    struct json key, value;
    size_t got = 0;
    while (got < count && json_next(&i, &key, &value))
        by[got++] = arena_copy(arena, json_text(value, arena));
    out->by = by;
    return got == count;
}

/* False: it is no use. */
static bool read_use(struct json use, const struct correlation *c, struct arena *arena,
                     struct match_use *out) {
    struct json missing = json_get_c(use, "missing");
    struct hash distinct = { 0 };
    int64_t steps = 0;
    out->missing = missing.kind == JSON_BOOL && str_equal_c(missing.raw, "true");
    out->weight = 1;
    if (out->missing)
        return true;
    json_to_int(json_get_c(use, "steps"), &steps);
    out->steps = (uint32_t)steps;
    json_to_double(json_get_c(use, "weight"), &out->weight);
    if (c->kind == CORRELATE_VALUE && !json_to_double(json_get_c(use, "number"), &out->number))
        return false;
    if (out->weight <= 0 || !match_number_counts(out->weight) || !match_number_counts(out->number))
        return false;
    if (c->kind == CORRELATE_DISTINCT && !read_hash(use, "distinct", &distinct))
        return false;
    out->distinct = distinct.low;
    return read_hash(use, "key", &out->key) && read_by(use, c->by_count, arena, out);
}

static bool read_uses(struct json entry, const struct ruleset *rs, struct arena *arena,
                      struct packed_match *m) {
    struct json list = json_get_c(entry, "uses"), key, use;
    size_t count = 0;
    for (struct json_iter i = json_iter(list); json_next(&i, &key, &use);)
        count++;
    struct match_use *uses = arena_new(arena, count, sizeof *uses);
    m->uses = uses;
    for (struct json_iter i = json_iter(list); json_next(&i, &key, &use);) {
        uint32_t correlation = correlation_named(rs, text_of(use, "rule", arena));
        if (correlation == UINT32_MAX)
            continue;
        struct match_use *out = &uses[m->use_count++];
        out->correlation = correlation;
        if (!read_use(use, rs->rules[correlation].correlate, arena, out))
            return false;
    }
    return true;
}

static void read_match(struct json entry, const struct ruleset *rs, struct arena *arena,
                       struct state_entry *out) {
    struct finding *f = &out->match.finding;
    const struct rule *r = ruleset_find(rs, text_of(entry, "rule", arena));
    if (!r) {
        out->kind = STATE_FOREIGN;
        return;
    }
    out->match.rule = (uint32_t)(r - rs->rules);
    f->rule = r;
    f->source = text_of(entry, "source", arena);
    f->version = text_of(entry, "version", arena);
    f->log_stream = text_of(entry, "stream", arena);
    f->event_id = text_of(entry, "event", arena);
    if (f->event_id.len)
        read_u64(entry, "event_start", &f->event_start);
    f->message = text_of(entry, "message", arena);
    f->fields.has_time = json_to_int(json_get_c(entry, "time"), &f->fields.time);
    read_fields(entry, arena, &f->fields);
    bool ok = read_hash(entry, "id", &f->id) && read_u64(entry, "line", &f->line) &&
              read_u64(entry, "offset", &f->offset) && read_uses(entry, rs, arena, &out->match);
    out->kind = ok ? STATE_MATCH : STATE_BAD;
}

static void read_total(struct json entry, const struct ruleset *rs, struct arena *arena,
                       struct state_entry *out) {
    out->total.correlation = correlation_named(rs, text_of(entry, "total", arena));
    if (!read_hash(entry, "key", &out->total.key) ||
        !json_to_int(json_get_c(entry, "second"), &out->total.second) ||
        !read_u64(entry, "records", &out->total.records))
        return;
    out->kind = out->total.correlation == UINT32_MAX ? STATE_FOREIGN : STATE_TOTAL;
}

static void read_lost(struct json entry, const struct ruleset *rs, struct arena *arena,
                      struct state_entry *out) {
    out->rule = correlation_named(rs, text_of(entry, "lost", arena));
    if (read_u64(entry, "matches", &out->lost))
        out->kind = out->rule == UINT32_MAX ? STATE_FOREIGN : STATE_LOST;
}

void state_entry_read(struct json entry, const struct ruleset *rs, struct arena *arena,
                      struct state_entry *out) {
    *out = (struct state_entry){ .kind = STATE_BAD };
    if (json_get_c(entry, "rule").kind == JSON_STRING)
        read_match(entry, rs, arena, out);
    else if (json_get_c(entry, "total").kind == JSON_STRING)
        read_total(entry, rs, arena, out);
    else if (json_get_c(entry, "lost").kind == JSON_STRING)
        read_lost(entry, rs, arena, out);
}
