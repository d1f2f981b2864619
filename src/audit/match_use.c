#include "match_use.h"

#include "utf8.h"

struct hash match_key(struct hash_state *scratch, const struct str *values, size_t count) {
    hash_reset(scratch);
    for (size_t i = 0; i < count; i++)
        hash_add(scratch, values[i]);
    return hash_get(scratch);
}

/* What the finding calls so: what was captured or returned, then the record's fields, then all else in it. A
 * field that is empty is none: all records without a user are not one user. */
static bool value_of(const struct use_source *s, const struct name *name, struct str *value) {
    const struct finding *f = s->finding;
    for (size_t i = 0; i < f->capture_count; i++) {
        if (str_equal(f->captures[i].name, name->text)) {
            *value = f->captures[i].text;
            return value->len > 0;
        }
    }
    if (name->field != FIELD_COUNT && f->fields.text[name->field].ptr)
        *value = f->fields.text[name->field];
    else if (!s->subject || !test_subject_value(s->subject, name->text, name->field, value))
        return false;
    return value->len > 0;
}

/* A ratio counts all records by what they say themselves, so its matches are too. */
static bool own_value_of(const struct use_source *s, const struct name *name, struct str *value) {
    const struct fields *fields = s->subject ? s->subject->fields : &s->finding->fields;
    *value = fields->text[name->field];
    return value->len > 0;
}

static bool take_key(const struct use_source *s, const struct correlation *c, const struct correlation_on *on,
                     struct match_use *use) {
    struct str *values = arena_new(s->arena, c->by_count, sizeof *values);
    for (size_t i = 0; i < c->by_count; i++) {
        bool found = c->kind == CORRELATE_RATIO ? own_value_of(s, &on->by[i], &values[i])
                                                : value_of(s, &on->by[i], &values[i]);
        if (!found)
            return false;
    }
    use->key = match_key(s->hash, values, c->by_count);
    for (size_t i = 0; i < c->by_count; i++) {
        struct str text = s->secrets ? secrets_redact(s->secrets, values[i], s->arena) : values[i];
        values[i] = arena_copy(s->arena, str_slice(text, 0, utf8_cut(text, MAX_KEY_VALUE)));
    }
    use->by = values;
    return true;
}

static bool take_number(const struct use_source *s, const struct name *name, double *number) {
    struct str text;
    return value_of(s, name, &text) && str_to_double(text, number) && match_number_counts(*number);
}

/* A weight that is no number above 0 is like a field that is absent. */
static bool take_counted(const struct use_source *s, const struct correlation *c, struct match_use *use) {
    struct str text;
    use->weight = 1;
    if (c->weight.text.len && (!take_number(s, &c->weight, &use->weight) || use->weight <= 0))
        return false;
    if (c->kind == CORRELATE_VALUE)
        return take_number(s, &c->field, &use->number);
    if (c->kind != CORRELATE_DISTINCT)
        return true;
    if (!value_of(s, &c->field, &text))
        return false;
    use->distinct = hash64_of(text);
    return true;
}

void match_uses_take(struct found_finding *match, const struct use_source *s) {
    struct match_use *uses = arena_new(s->arena, s->takers->count, sizeof *uses);
    for (size_t i = 0; i < s->takers->count; i++) {
        const struct taker *t = &s->takers->items[i];
        const struct correlation *c = s->rs->rules[t->correlation].correlate;
        const struct correlation_on *on = &c->on[t->on];
        uses[i] = (struct match_use){ .correlation = t->correlation, .steps = on->steps };
        uses[i].missing = !take_key(s, c, on, &uses[i]) || !take_counted(s, c, &uses[i]);
    }
    match->uses = uses;
    match->use_count = s->takers->count;
}
