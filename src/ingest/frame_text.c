#include "frame_text.h"

#include "frame_shape.h"
#include "transport.h"

struct text text_begin(const struct frame_rules *rules, struct str head) {
    struct transport from = transport_of(head);
    struct text t = { .rules = rules, .head = from.body, .lines = 1, .goes_on = from.goes_on };
    t.state = from.body.len ? frame_rules_head(rules, from.body) : TEXT_PLAIN;
    struct str origin = str_slice(from.origin, 0, TEXT_ORIGIN_MAX);
    t.origin_len = (uint8_t)origin.len;
    if (origin.len)
        memcpy(t.origin, origin.ptr, origin.len);
    return t;
}

static bool same_origin(const struct text *t, struct str origin) {
    origin = str_slice(origin, 0, TEXT_ORIGIN_MAX);
    return origin.len == t->origin_len && memcmp(origin.ptr, t->origin, origin.len) == 0;
}

/* The state behind the line, or 0 when it does not continue the record. */
static unsigned next_state(const struct text *t, const struct transport *from) {
    bool prefixed = from->origin.len > 0;
    if (prefixed && !same_origin(t, from->origin))
        return 0;
    if (from->continues || (prefixed && t->goes_on))
        return t->state;
    if (!from->body.len)
        return t->state & (TEXT_PLAIN | TEXT_DONE) ? 0 : t->state;
    unsigned next = frame_rules_next(t->rules, t->state, t->head, from->body, prefixed);
    bool closes = t->lines > 1 && t->state != TEXT_DONE && shape_only_closes(from->body);
    return next || !closes ? next : t->state;
}

bool text_continues(struct text *t, struct str line) {
    struct transport from = transport_of(line);
    unsigned next = next_state(t, &from);
    if (!next)
        return false;
    t->state = (enum text_state)next;
    t->goes_on = from.goes_on;
    t->lines++;
    return true;
}

bool text_stands_alone(struct str head, struct str next) {
    enum form form = shape_form(next);
    return form != FORM_NONE && form == shape_form(head) &&
           (form != FORM_DATE || !transport_behind_date(next));
}
