#include "frame_text.h"

#include "frame_shape.h"
#include "transport.h"

static struct str clipped(struct str origin) {
    return str_slice(origin, 0, TEXT_ORIGIN_MAX);
}

struct text text_begin(const struct frame_rules *rules, struct str head) {
    struct transport from = transport_of(head);
    enum text_state state =
        from.body.len ? frame_rules_head(rules, from.body, from.origin.len > 0) : TEXT_PLAIN;
    return (struct text){ rules, from.body, clipped(from.origin), state, 1, from.goes_on, NULL };
}

/* A line with a stamp in front is a record, whatever stands before it; one in another form of its own is,
 * when the record has the same form. */
static bool begins_record(struct str head, struct str line) {
    enum form form = shape_form(line);
    return form >= FORM_STAMPED || (form != FORM_NONE && form == shape_form(head));
}

/* The state behind the line, or 0 when it does not continue the record. */
static unsigned next_state(struct text *t, const struct transport *from) {
    t->by = NULL;
    bool prefixed = from->origin.len > 0;
    if (prefixed && !str_equal(t->origin, clipped(from->origin)))
        return 0;
    if (from->continues || (prefixed && t->goes_on))
        return t->state;
    if (begins_record(t->head, from->body))
        return 0;
    if (!from->body.len)
        return t->state & (TEXT_PLAIN | TEXT_DONE) ? 0 : t->state;
    unsigned next = frame_rules_next(t->rules, t->state, t->head, from->body, prefixed, &t->by);
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
    return begins_record(head, next) && !transport_behind_stamp(next);
}
