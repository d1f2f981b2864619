/* What a JSON record says: one walk over its members with the key table. It goes down only where a known key
 * may be, so a large payload costs no more than its measuring. */
#include "parse_inside.h"

struct walk {
    struct reading *reading;
    size_t key_count; /* so far */
    struct key key;   /* of the place, folded */
    struct json_texts *texts;
};

static void walk_object(struct walk *w, struct json object, struct str place);

static struct str joined(struct walk *w, struct str place, struct str name) {
    if (place.len == 0)
        return name;
    char *path = arena_bytes(&w->reading->parser->arena, place.len + 1 + name.len);
    memcpy(path, place.ptr, place.len);
    path[place.len] = '.';
    if (name.len)
        memcpy(path + place.len + 1, name.ptr, name.len);
    return str_of(path, place.len + 1 + name.len);
}

/* The first element of a list, anything else itself. */
static struct json first_of(struct json value) {
    struct json key, item;
    if (value.kind != JSON_ARRAY)
        return value;
    struct json_iter i = json_iter(value);
    return json_next(&i, &key, &item) ? item : (struct json){ 0 };
}

static void offer_value(struct reading *r, const struct role *role, struct json value) {
    double number;
    value = first_of(value);
    bool scalar = value.kind == JSON_STRING || value.kind == JSON_NUMBER || value.kind == JSON_BOOL;
    if (role->kind == ROLE_TIME && value.kind == JSON_NUMBER) {
        if (json_to_double(value, &number))
            offer_epoch(r, role, value.raw, number);
    } else if (scalar) {
        offer(r, role, value.escaped ? json_text(value, &r->parser->arena) : value.raw);
    }
}

/* A text may hold an object of its own or a line of text; they are read when the keys are done. */
static void keep_text(struct walk *w, struct json value, struct str place, struct str name) {
    struct json_texts *t = w->texts;
    if (value.kind != JSON_STRING || value.raw.len == 0 || t->count == PARSED_TEXTS_MAX)
        return;
    if (t->count && t->values[t->count - 1].raw.ptr == value.raw.ptr)
        return; /* two spellings of the table are this key */
    t->names[t->count] = joined(w, place, name);
    t->values[t->count++] = value;
}

/* Whether a value of this role could change anything; decided before it is decoded. */
static bool wanted(const struct reading *r, const struct role *role) {
    if (role->kind == ROLE_TEXT || role->kind == ROLE_CONTAINER)
        return true;
    if (r->texts_only)
        return false;
    if (role->kind == ROLE_TIME)
        return r->base + role->rank < r->time_rank;
    return r->base + role->rank < r->rank[role->field] && (r->asked & field_bit(role->field));
}

static void trace_key(struct walk *w, struct str place, struct str name) {
    struct parse_trace *trace = w->reading->parser->trace;
    if (trace)
        trace_here(trace, trace->columns ? "column" : "key", joined(w, place, name));
}

static void take(struct walk *w, const struct role *role, struct json value, struct str place,
                 struct str name) {
    if (role->own)
        w->reading->named |= field_bit(role->field);
    if (!wanted(w->reading, role) || (role->exact && !str_equal_c(name, role->exact)))
        return;
    if (role->kind == ROLE_TEXT) {
        keep_text(w, value, place, name);
    } else if (role->kind == ROLE_CONTAINER) {
        struct json inside = first_of(value);
        if (inside.kind == JSON_OBJECT)
            walk_object(w, inside, joined(w, place, name));
    } else {
        trace_key(w, place, name);
        offer_value(w->reading, role, value);
    }
}

static void keep_known(struct known_key *known, uint32_t parent, struct str name, const struct role *roles,
                       size_t count) {
    known->len = 0;
    if (!name.len || name.len > KNOWN_KEY_MAX)
        return;
    for (size_t i = 0; i < count; i++)
        if (roles[i].kind == ROLE_CONTAINER) /* what is in it needs the folded key */
            return;
    known->parent = parent;
    known->len = (uint32_t)name.len;
    known->roles = roles;
    known->role_count = count;
    memcpy(known->name, name.ptr, name.len);
}

/* What the key means; w->key is its folded form where that matters. `parent`: where it stands. */
static const struct role *roles_of(struct walk *w, uint32_t parent, struct str name, size_t *count) {
    static const struct str dot = STR(".");
    struct parser *p = w->reading->parser;
    struct known_key *known = w->key_count < KNOWN_KEYS ? &p->known[w->key_count++] : NULL;
    if (known && known->len == name.len && known->len && known->parent == parent &&
        memcmp(known->name, name.ptr, name.len) == 0) {
        *count = known->role_count;
        return known->roles;
    }
    if (w->key.len)
        key_add(&w->key, dot);
    key_add(&w->key, name);
    const struct role *roles = vocabulary_roles(p->vocabulary, &w->key, count);
    if (known)
        keep_known(known, parent, name, roles, *count);
    return roles;
}

static void walk_object(struct walk *w, struct json object, struct str place) {
    struct json key, value;
    size_t len = w->key.len, count;
    uint32_t hash = w->key.hash;
    struct json_iter i = json_iter(object);
    while (json_next(&i, &key, &value)) {
        struct str name = key.escaped ? json_text(key, &w->reading->parser->arena) : key.raw;
        const struct role *roles = roles_of(w, hash, name, &count);
        for (size_t k = 0; k < count; k++)
            take(w, &roles[k], value, place, name);
        w->key.len = len;
        w->key.hash = hash;
    }
    w->reading->broken |= i.broken;
}

static bool object_inside(struct str text, struct json *object) {
    text = str_trim(text);
    if (text.len < 2 || text.ptr[0] != '{')
        return false;
    *object = json_parse(text);
    return object->kind == JSON_OBJECT;
}

static void read_inside(struct reading *r, struct str text) {
    struct json object;
    uint16_t base = r->base;
    if (r->nesting == NESTING_MAX)
        return;
    r->nesting++;
    r->base = (uint16_t)(base + RANK_NESTED);
    if (object_inside(text, &object))
        read_json(r, object);
    else
        read_text(r, valid_text(r, text));
    r->base = base;
    r->nesting--;
}

static void walk(struct reading *r, struct json object, struct json_texts *texts) {
    struct walk w;
    w.reading = r;
    w.key_count = r->nesting ? KNOWN_KEYS : 0; /* of the record itself */
    w.key.len = 0;
    w.key.hash = 0;
    w.texts = texts;
    texts->of = census(r) ? object.raw.ptr : NULL;
    texts->count = 0;
    walk_object(&w, object, str_of("", 0));
}

static void add_texts(struct reading *r, const struct json_texts *texts) {
    for (size_t i = 0; i < texts->count; i++)
        add_text(r, texts->names[i], json_text(texts->values[i], &r->parser->arena));
}

static void read_insides(struct reading *r, const struct json_texts *texts) {
    struct str text[PARSED_TEXTS_MAX];
    for (size_t i = 0; i < texts->count; i++)
        text[i] = json_text(texts->values[i], &r->parser->arena);
    for (size_t i = 0; i < texts->count; i++)
        read_inside(r, text[i]);
}

void read_json(struct reading *r, struct json object) {
    struct json_texts inner, *texts = r->nesting ? &inner : &r->parser->texts;
    uint32_t asked = r->asked;
    if (census(r)) /* they are cheap to have here, and most objects name a user */
        r->asked |= vocabulary_facts(r->parser->vocabulary);
    if (r->nesting || !r->texts_only || texts->of != object.raw.ptr)
        walk(r, object, texts);
    if (!(r->present & field_bit(FIELD_USER_ID)))
        r->asked = asked;
    if (r->texts_only)
        add_texts(r, texts);
    else if (!census(r) || !r->fields->has_time || missing(r, r->asked))
        read_insides(r, texts);
}
