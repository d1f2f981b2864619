#include "correlator_inside.h"

#include "utf8.h"

#include <math.h>

/* Messages in evidence are cut to this. */
enum { MAX_EVIDENCE_MESSAGE = 256 };

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
    json_add_count(w, "line_number", f->line);
    if (f->log_stream.len)
        json_add_text(w, "log_stream", f->log_stream);
    if (f->event_id.len)
        json_add_text(w, "event_id", f->event_id);
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
        if (correlator_read(c, firing->evidence[i], &m))
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

/* To four places: what people read, and the same for sums made in another order. */
static void add_number(struct correlator *c, struct finding *f, const char *name, double value) {
    struct buf text;
    buf_init(&text, 64);
    struct json_writer w = { .out = &text };
    json_put_double(&w, round(value * 1e4) / 1e4);
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
    struct str title = finding_title(f, f->rule->title, NULL, &c->arena);
    f->capture_count = captures;
    return title;
}

enum { MAX_MEASURES = 4 }; /* of add_measures, and the count */

void correlator_describe(struct correlator *c, const struct rule *rule, const struct str *by,
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
