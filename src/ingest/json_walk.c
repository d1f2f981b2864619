#include "json_walk.h"

#include "json_scan.h"

enum state {
    VALUE,        /* a value must come */
    VALUE_OR_END, /* behind [ */
    KEY_OR_END,   /* behind { */
    KEY,          /* behind a comma in an object */
    COLON,
    AFTER, /* behind a value: a comma or the closing bracket */
    STRING,
    ESCAPE,
    WORD, /* a number, true, false, null */
};

static void enter(struct json_walk *w, bool object) {
    uint64_t bit = (uint64_t)1 << (w->depth % 64);
    uint64_t *word = &w->objects[w->depth / 64];
    *word = object ? *word | bit : *word & ~bit;
    w->depth++;
    w->state = object ? KEY_OR_END : VALUE_OR_END;
}

static bool in_object(const struct json_walk *w) {
    unsigned level = w->depth - 1u;
    return w->depth && (w->objects[level / 64] >> (level % 64) & 1);
}

static inline bool is_blank(char c) {
    return (unsigned char)c <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t');
}

static bool is_word(char c) {
    return ascii_alpha(c) || ascii_digit(c) || c == '-' || c == '+' || c == '.';
}

static bool starts_word(char c) {
    return ascii_digit(c) || c == '-' || c == 't' || c == 'f' || c == 'n' || c == 'N' || c == 'I';
}

size_t json_blanks(struct str bytes) {
    size_t i = 0;
    while (i < bytes.len && is_blank(bytes.ptr[i]))
        i++;
    return i;
}

static bool start_value(struct json_walk *w, char c) {
    if (c == '{' || c == '[') {
        if (w->depth == JSON_MAX_DEPTH)
            return false;
        enter(w, c == '{');
    } else if (c == '"') {
        w->key = false;
        w->state = STRING;
    } else {
        w->state = WORD;
        return starts_word(c);
    }
    return true;
}

static bool start_key(struct json_walk *w, char c) {
    w->key = true;
    w->state = STRING;
    return c == '"';
}

static bool leave(struct json_walk *w) {
    w->depth--;
    w->state = AFTER;
    return true;
}

static bool after_value(struct json_walk *w, char c) {
    if (c == ',')
        w->state = in_object(w) ? KEY : VALUE;
    else
        return c == (in_object(w) ? '}' : ']') && leave(w);
    return true;
}

/* Takes the byte outside of strings and words that is no blank. */
static bool take(struct json_walk *w, char c) {
    switch ((enum state)w->state) {
    case VALUE_OR_END:
        return c == ']' ? leave(w) : start_value(w, c);
    case KEY_OR_END:
        return c == '}' ? leave(w) : start_key(w, c);
    case KEY:
        return start_key(w, c);
    case COLON:
        w->state = VALUE;
        return c == ':';
    case AFTER:
        return after_value(w, c);
    default:
        return start_value(w, c);
    }
}

/* Skips a string's plain bytes; NULL when there is a raw line end, which JSON strings cannot hold. Other
 * control characters are for the reader to refuse. */
static inline const char *string_plain(struct json_sight *sight, const char *p, const char *end) {
    for (;; p++) {
        p = json_sight_plain_end(sight, p, end);
        if (p == end || *p == '"' || *p == '\\')
            return p;
        if (*p == '\n')
            return NULL;
    }
}

static inline const char *walk_string(struct json_walk *w, struct json_sight *sight, const char *p,
                                      const char *end) {
    if (w->state == ESCAPE) {
        w->state = STRING;
        return *p == '\n' ? NULL : p + 1;
    }
    p = string_plain(sight, p, end);
    if (!p || p == end)
        return p;
    w->state = *p == '\\' ? ESCAPE : w->key ? COLON : AFTER;
    return p + 1;
}

static inline const char *walk_word(struct json_walk *w, const char *p, const char *end) {
    while (p < end && is_word(*p))
        p++;
    if (p < end)
        w->state = AFTER;
    return p;
}

static inline const char *walk_one(struct json_walk *w, struct json_sight *sight, const char *p,
                                   const char *end) {
    if (w->state == STRING || w->state == ESCAPE)
        return walk_string(w, sight, p, end);
    if (w->state == WORD)
        return walk_word(w, p, end);
    return is_blank(*p) || take(w, *p) ? p + 1 : NULL;
}

enum walk_result json_walk(struct json_walk *w, struct str bytes, size_t *used) {
    const char *p = bytes.ptr, *end = bytes.ptr + bytes.len;
    struct json_sight sight = json_sight(bytes);
    while (p < end) {
        p = walk_one(w, &sight, p, end);
        if (!p)
            return WALK_BROKEN;
        if (w->state == AFTER && w->depth == 0) {
            *used = (size_t)(p - bytes.ptr);
            return WALK_DONE;
        }
    }
    *used = bytes.len;
    return WALK_MORE;
}
