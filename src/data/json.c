/* The lazy reader. It looks at bytes in three ways: a string is read to its closing quote sixteen bytes at a
 * time, a container is measured by its quotes and brackets alone, and json_check reads everything.
 *
 * A string is always checked whole (escapes, control characters), so what decodes it later cannot fail. Bytes
 * that are not UTF-8 are let through: a broken character in one value must not hide the record. */
#include "json.h"

#include "json_scan.h"
#include "utf8.h"

#include <math.h>

static const struct json none = { 0 };

static inline bool is_blank(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* One comparison tells most bytes that are no blank. */
static inline const char *skip_blanks(const char *at, const char *end) {
    while (at < end && (unsigned char)*at <= ' ' && is_blank(*at))
        at++;
    return at;
}

/* ---------------------------------------------------------------- strings and their escapes */

/* The value of four hexadecimal digits, -1 when they are none. */
static int32_t hex4(const char *at, const char *end) {
    if (end - at < 4)
        return -1;
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        int digit = ascii_hex(at[i]);
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* Length of the escape that starts with the backslash at `at`, 0 when it is none. */
static size_t escape_len(const char *at, const char *end) {
    if (end - at < 2)
        return 0;
    switch (at[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return 2;
    case 'u':
        return hex4(at + 2, end) < 0 ? 0 : 6;
    default:
        return 0;
    }
}

/* From behind the opening quote to the closing one; NULL and *wrong when there is none. */
static inline const char *string_end(struct json_sight *sight, const char *at, const char *end, bool *escaped,
                                     const char **wrong) {
    for (;;) {
        at = json_sight_plain_end(sight, at, end);
        if (at < end && *at == '"')
            return at;
        size_t len = at < end && *at == '\\' ? escape_len(at, end) : 0;
        if (len == 0) {
            *wrong = at;
            return NULL;
        }
        *escaped = true;
        at += len;
    }
}

/* Decodes the well-formed escape at `at`; returns its length in the source. A pair of surrogates is one. */
static size_t decode_escape(const char *at, const char *end, char out[4], size_t *out_len) {
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    if (at[1] != 'u') {
        const char *named = strchr(from, at[1]);
        out[0] = named ? to[named - from] : at[1];
        *out_len = 1;
        return 2;
    }
    int32_t code = hex4(at + 2, end);
    size_t used = 6;
    bool high = code >= 0xD800 && code < 0xDC00;
    if (high && end - at >= 12 && at[6] == '\\' && at[7] == 'u') {
        int32_t low = hex4(at + 8, end);
        if (low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            used = 12;
        }
    }
    *out_len = utf8_encode((uint32_t)code, out);
    return used;
}

struct str json_text(struct json value, struct arena *arena) {
    if (!value.escaped)
        return value.raw;
    /* No escape is shorter than what it stands for. */
    char *text = arena_bytes(arena, value.raw.len);
    size_t used = 0;
    const char *at = value.raw.ptr, *end = at + value.raw.len;
    while (at < end) {
        const char *escape = memchr(at, '\\', (size_t)(end - at));
        size_t plain = (size_t)((escape ? escape : end) - at);
        memcpy(text + used, at, plain);
        used += plain;
        at += plain;
        if (escape) {
            char decoded[4];
            size_t len;
            at += decode_escape(at, end, decoded, &len);
            memcpy(text + used, decoded, len);
            used += len;
        }
    }
    return str_of(text, used);
}

/* Whether the key is `want`; decodes as it goes, so that nothing is allocated. */
static bool key_is(struct json key, struct str want) {
    if (!key.escaped)
        return str_equal(key.raw, want);
    const char *at = key.raw.ptr, *end = at + key.raw.len;
    size_t matched = 0;
    while (at < end) {
        char decoded[4] = { *at };
        size_t len = 1, used = 1;
        if (*at == '\\')
            used = decode_escape(at, end, decoded, &len);
        if (want.len - matched < len || memcmp(want.ptr + matched, decoded, len) != 0)
            return false;
        matched += len;
        at += used;
    }
    return matched == want.len;
}

/* ---------------------------------------------------------------- one value */

static const char *digits_end(const char *at, const char *end) {
    while (at < end && ascii_digit(*at))
        at++;
    return at;
}

/* The end of the number at `at`, NULL when it is none. */
static const char *number_end(const char *at, const char *end) {
    if (at < end && *at == '-')
        at++;
    const char *digits = at;
    at = digits_end(at, end);
    if (at == digits || (*digits == '0' && at - digits > 1))
        return NULL;
    if (at < end && *at == '.') {
        digits = ++at;
        at = digits_end(at, end);
        if (at == digits)
            return NULL;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        digits = at;
        at = digits_end(at, end);
        if (at == digits)
            return NULL;
    }
    return at;
}

/* Readers of values store what they read and return where it ends, NULL when there is nothing: whoever walks
 * on waits for the end alone. */

static inline const char *store(struct json *out, enum json_kind kind, const char *start, const char *stop) {
    *out = (struct json){ kind, false, { start, (size_t)(stop - start) } };
    return stop;
}

/* NaN and Infinity, which Python and others write: there, and no number. */
static const char *read_no_number(const char *at, const char *end, struct json *out) {
    static const struct str words[] = { STR("NaN"), STR("Infinity"), STR("-Infinity") };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_starts(str_of(at, (size_t)(end - at)), words[i]))
            return store(out, JSON_NULL, at, at + words[i].len);
    return NULL;
}

static const char *read_number(const char *at, const char *end, struct json *out) {
    const char *stop = number_end(at, end);
    return stop ? store(out, JSON_NUMBER, at, stop) : read_no_number(at, end, out);
}

static const char *read_word(const char *at, const char *end, struct str word, enum json_kind kind,
                             struct json *out) {
    bool is = str_starts(str_of(at, (size_t)(end - at)), word);
    return is ? store(out, kind, at, at + word.len) : NULL;
}

/* `at` is the opening quote. */
static inline const char *read_string(struct json_sight *sight, const char *at, const char *end,
                                      struct json *out) {
    bool escaped = false;
    const char *wrong;
    const char *quote = string_end(sight, at + 1, end, &escaped, &wrong);
    if (!quote)
        return NULL;
    *out = (struct json){ JSON_STRING, escaped, { at + 1, (size_t)(quote - at - 1) } };
    return quote + 1;
}

/* Measures by strings and brackets; what lies between them is for whoever walks the container. */
static const char *read_container(struct json_sight *sight, const char *at, const char *end,
                                  struct json *out) {
    const char *start = at;
    char closers[JSON_MAX_DEPTH];
    size_t depth = 0;
    do {
        if (*at == '"') {
            bool escaped;
            const char *wrong;
            at = string_end(sight, at + 1, end, &escaped, &wrong);
            if (!at)
                return NULL;
        } else if (*at == '{' || *at == '[') {
            if (depth == JSON_MAX_DEPTH)
                return NULL;
            closers[depth++] = *at == '{' ? '}' : ']';
        } else if (*at != closers[--depth]) { // NOLINT(clang-analyzer-core.*): the first byte opens
            return NULL;
        }
        at++;
        if (depth == 0)
            return store(out, *start == '{' ? JSON_OBJECT : JSON_ARRAY, start, at);
        at = json_bracket(at, end);
    } while (at < end);
    return NULL;
}

/* A value that is no string. */
static const char *read_unquoted(struct json_sight *sight, const char *at, const char *end,
                                 struct json *out) {
    static const struct str true_word = STR("true"), false_word = STR("false"), null_word = STR("null");
    switch (*at) {
    case '{':
    case '[':
        return read_container(sight, at, end, out);
    case 't':
        return read_word(at, end, true_word, JSON_BOOL, out);
    case 'f':
        return read_word(at, end, false_word, JSON_BOOL, out);
    case 'n':
        return read_word(at, end, null_word, JSON_NULL, out);
    default:
        return read_number(at, end, out);
    }
}

/* `at` is at the value's first byte. Most values are strings, which are read without a call. */
static inline const char *read_value(struct json_sight *sight, const char *at, const char *end,
                                     struct json *out) {
    if (at == end)
        return NULL;
    return *at == '"' ? read_string(sight, at, end, out) : read_unquoted(sight, at, end, out);
}

struct json json_value(struct str bytes) {
    struct json value = none;
    struct json_sight sight = json_sight(bytes);
    if (bytes.len == 0)
        return none;
    const char *end = bytes.ptr + bytes.len;
    read_value(&sight, skip_blanks(bytes.ptr, end), end, &value);
    return value;
}

/* ---------------------------------------------------------------- checking all of it */

static const char *check_value(struct json_sight *sight, const char *at, const char *end, size_t depth,
                               const char **wrong);

/* The quotes, the key, the colon and the blanks around it; returns where the value starts. */
static const char *check_key(struct json_sight *sight, const char *at, const char *end, const char **wrong) {
    bool escaped;
    *wrong = at;
    if (at == end || *at != '"')
        return NULL;
    at = string_end(sight, at + 1, end, &escaped, wrong);
    if (!at)
        return NULL;
    at = skip_blanks(at + 1, end);
    *wrong = at;
    return at < end && *at == ':' ? skip_blanks(at + 1, end) : NULL;
}

static const char *check_container(struct json_sight *sight, const char *at, const char *end, size_t depth,
                                   const char **wrong) {
    bool object = *at == '{';
    char closer = object ? '}' : ']';
    at = skip_blanks(at + 1, end);
    if (at < end && *at == closer)
        return at + 1;
    for (;;) {
        if (object && !(at = check_key(sight, at, end, wrong)))
            return NULL;
        if (!(at = check_value(sight, at, end, depth, wrong)))
            return NULL;
        at = skip_blanks(at, end);
        *wrong = at;
        if (at == end || (*at != ',' && *at != closer))
            return NULL;
        if (*at++ == closer)
            return at;
        at = skip_blanks(at, end);
    }
}

/* Returns the value's end, NULL when it is none. Recursion is bounded by JSON_MAX_DEPTH. */
static const char *check_value(struct json_sight *sight, const char *at, const char *end, size_t depth,
                               const char **wrong) {
    *wrong = at;
    if (at < end && *at == '"') {
        bool escaped;
        at = string_end(sight, at + 1, end, &escaped, wrong);
        return at ? at + 1 : NULL;
    }
    if (at < end && (*at == '{' || *at == '['))
        return depth < JSON_MAX_DEPTH ? check_container(sight, at, end, depth + 1, wrong) : NULL;
    struct json scalar;
    return read_value(sight, at, end, &scalar);
}

bool json_check(struct str bytes, const char **wrong) {
    static const char nothing[] = "";
    const char *start = bytes.ptr ? bytes.ptr : nothing, *end = start + bytes.len;
    struct json_sight sight = json_sight(str_of(start, bytes.len));
    const char *at = check_value(&sight, skip_blanks(start, end), end, 0, wrong);
    if (!at)
        return false;
    *wrong = skip_blanks(at, end);
    return *wrong == end;
}

struct json json_parse(struct str bytes) {
    const char *wrong;
    if (!json_check(bytes, &wrong))
        return none;
    const char *start = skip_blanks(bytes.ptr, bytes.ptr + bytes.len), *end = bytes.ptr + bytes.len;
    if (*start != '{' && *start != '[')
        return json_value(bytes);
    while (*(end - 1) != '}' && *(end - 1) != ']') /* blanks */
        end--;
    return (struct json){ *start == '{' ? JSON_OBJECT : JSON_ARRAY, false, { start, (size_t)(end - start) } };
}

/* ---------------------------------------------------------------- walking */

struct json_iter json_iter(struct json c) {
    if ((c.kind != JSON_OBJECT && c.kind != JSON_ARRAY) || c.raw.len < 2)
        return (struct json_iter){ .rest = { "", 0 }, .first = true };
    struct str inside = { c.raw.ptr + 1, c.raw.len - 2 };
    return (struct json_iter){
        .rest = inside, .sight = json_sight(inside), .object = c.kind == JSON_OBJECT, .first = true
    };
}

static bool broken(struct json_iter *i) {
    i->broken = true;
    return false;
}

bool json_next(struct json_iter *i, struct json *key, struct json *item) {
    if (i->broken)
        return false;
    const char *end = i->rest.ptr + i->rest.len;
    const char *at = skip_blanks(i->rest.ptr, end);
    if (at == end)
        return false;
    if (!i->first) {
        if (*at != ',')
            return broken(i);
        at = skip_blanks(at + 1, end);
    }
    *key = none;
    if (i->object) {
        at = at < end && *at == '"' ? read_string(&i->sight, at, end, key) : NULL;
        at = at ? skip_blanks(at, end) : end;
        if (at == end || *at != ':')
            return broken(i);
        at = skip_blanks(at + 1, end);
    }
    at = read_value(&i->sight, at, end, item);
    if (!at)
        return broken(i);
    i->first = false;
    i->rest = str_of(at, (size_t)(end - at));
    return true;
}

struct json json_get(struct json object, struct str key) {
    struct json name, item;
    if (object.kind != JSON_OBJECT)
        return none;
    for (struct json_iter i = json_iter(object); json_next(&i, &name, &item);)
        if (key_is(name, key))
            return item;
    return none;
}

struct str json_get_text(struct json object, const char *key, struct arena *arena) {
    struct json value = json_get_c(object, key);
    return value.kind == JSON_STRING ? json_text(value, arena) : (struct str){ NULL, 0 };
}

static struct json element(struct json array, uint64_t index) {
    struct json key, item;
    if (array.kind != JSON_ARRAY)
        return none;
    for (struct json_iter i = json_iter(array); json_next(&i, &key, &item);)
        if (index-- == 0)
            return item;
    return none;
}

/* ---------------------------------------------------------------- paths */

/* One step of a path: a name up to the next dot or bracket, or an index in brackets. */
struct step {
    struct str name;
    bool indexed;
    uint64_t index;
    struct str rest; /* the path behind it */
};

static bool index_step(struct str path, struct step *step) {
    size_t close = str_find_byte(path, ']');
    int64_t index;
    if (close == path.len || !str_to_int(str_slice(path, 1, close - 1), &index) || index < 0)
        return false;
    *step = (struct step){ .indexed = true, .index = (uint64_t)index };
    step->rest = str_slice(path, close + 1, path.len);
    return true;
}

static bool next_step(struct str path, struct step *step) {
    if (path.len && path.ptr[0] == '.')
        path = str_slice(path, 1, path.len);
    if (path.len && path.ptr[0] == '[')
        return index_step(path, step);
    size_t len = 0;
    while (len < path.len && path.ptr[len] != '.' && path.ptr[len] != '[')
        len++;
    *step = (struct step){ .name = str_slice(path, 0, len), .rest = str_slice(path, len, path.len) };
    return len > 0;
}

/* The rest of the path as a literal key, without the dot that led to it. */
static struct json literal(struct json object, struct str path) {
    if (path.len && path.ptr[0] == '.')
        path = str_slice(path, 1, path.len);
    return path.len ? json_get(object, path) : none;
}

struct json json_path(struct json root, struct str path) {
    struct json at = root;
    struct step step;
    while (path.len && at.kind) {
        if (!next_step(path, &step))
            return none;
        struct json whole = step.rest.len ? literal(at, path) : none;
        if (whole.kind)
            return whole;
        at = step.indexed ? element(at, step.index) : json_get(at, step.name);
        path = step.rest;
    }
    return at;
}

static const struct str every_element = STR("[]");

static bool any_element(struct json array, struct str path, bool (*visit)(void *, struct json),
                        void *context) {
    struct json key, item;
    for (struct json_iter i = json_iter(array); json_next(&i, &key, &item);)
        if (json_path_any(item, path, visit, context))
            return true;
    return false;
}

static bool empty(struct json c) {
    struct json key, item;
    struct json_iter i = json_iter(c);
    return !json_next(&i, &key, &item);
}

bool json_path_any(struct json root, struct str path, bool (*visit)(void *context, struct json value),
                   void *context) {
    struct step step;
    if (!root.kind)
        return false;
    if (str_starts(path, every_element)) /* as any array stands for its elements */
        return json_path_any(root, str_slice(path, every_element.len, path.len), visit, context);
    bool array = root.kind == JSON_ARRAY;
    if (path.len == 0)
        return array && !empty(root) ? any_element(root, path, visit, context) : visit(context, root);
    if (!next_step(path, &step))
        return false;
    struct json whole = step.rest.len ? literal(root, path) : none;
    if (whole.kind)
        return json_path_any(whole, str_of("", 0), visit, context);
    if (array && !step.indexed)
        return any_element(root, path, visit, context);
    struct json next = step.indexed ? element(root, step.index) : json_get(root, step.name);
    return json_path_any(next, step.rest, visit, context);
}

bool json_any_value(struct json root, bool (*visit)(void *context, struct json value), void *context) {
    struct json key, item;
    if (root.kind != JSON_ARRAY && root.kind != JSON_OBJECT)
        return visit(context, root);
    for (struct json_iter i = json_iter(root); json_next(&i, &key, &item);) /* at most JSON_MAX_DEPTH deep */
        if (json_any_value(item, visit, context))
            return true;
    return false;
}

/* ---------------------------------------------------------------- numbers */

/* Integers up to here are exact as doubles. */
static const double EXACT_DOUBLE = 9007199254740992.0;

bool json_to_int(struct json value, int64_t *out) {
    double number;
    if (value.kind != JSON_NUMBER)
        return false;
    if (str_to_int(value.raw, out))
        return true;
    if (!str_to_double(value.raw, &number) || number != trunc(number) || fabs(number) > EXACT_DOUBLE)
        return false;
    *out = (int64_t)number;
    return true;
}

bool json_to_double(struct json value, double *out) {
    return value.kind == JSON_NUMBER && str_to_double(value.raw, out);
}
