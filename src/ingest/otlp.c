#include "otlp.h"

#include "json.h"
#include "mem.h"

#include <stdlib.h>

enum { MAX_NESTING = 16 }; /* of values in values; deeper ones stay as OTLP spells them */

/* The records of one object, on their way into the new bytes. */
struct unpacking {
    struct batch *to;
    const struct record *from;
    struct str bytes;
    struct json resource, scope;
    size_t seen;    /* up to where the line ends of `bytes` are counted */
    uint64_t lines; /* in front of it */
    bool odd;       /* something is not as OTLP has it */
};

/* ---------------------------------------------------------------- values */

static void put_value(struct json_writer *w, struct json value, int nesting);

/* A key as the log spells it. */
static void put_key(struct json_writer *w, struct json key) {
    if (w->comma)
        buf_add_byte(w->out, ',');
    buf_add(w->out, json_bytes(key));
    buf_add_byte(w->out, ':');
    w->comma = false;
}

/* [{"key":k,"value":v}, ...] as {k: v, ...}. */
static void put_attributes(struct json_writer *w, struct json list, int nesting) {
    struct json none, pair;
    struct json_iter i = json_iter(list);
    json_begin(w, '{');
    while (json_next(&i, &none, &pair)) {
        struct json key = json_get_c(pair, "key");
        if (key.kind != JSON_STRING)
            continue;
        put_key(w, key);
        put_value(w, json_get_c(pair, "value"), nesting);
    }
    json_end(w, '}');
}

static void put_array(struct json_writer *w, struct json list, int nesting) {
    struct json none, item;
    struct json_iter i = json_iter(list);
    json_begin(w, '[');
    while (json_next(&i, &none, &item))
        put_value(w, item, nesting);
    json_end(w, ']');
}

/* Integers of 64 bits are strings in OTLP. */
static struct str number_of(struct json value) {
    struct json number = value.kind == JSON_STRING ? json_parse(value.raw) : value;
    return number.kind == JSON_NUMBER ? number.raw : json_bytes(value);
}

/* {"intValue":"503"} as 503. */
static void put_value(struct json_writer *w, struct json value, int nesting) {
    struct json name, inner;
    struct json_iter i = json_iter(value);
    bool any = value.kind == JSON_OBJECT && json_next(&i, &name, &inner);
    if (!any)
        json_put_raw(w, (struct str)STR("null"));
    else if (nesting < MAX_NESTING && str_equal_c(name.raw, "kvlistValue"))
        put_attributes(w, json_get_c(inner, "values"), nesting + 1);
    else if (nesting < MAX_NESTING && str_equal_c(name.raw, "arrayValue"))
        put_array(w, json_get_c(inner, "values"), nesting + 1);
    else
        json_put_raw(w, str_equal_c(name.raw, "intValue") ? number_of(inner) : json_bytes(inner));
}

/* ---------------------------------------------------------------- a record */

static bool is_zero(struct json value) {
    return str_equal_c(value.raw, "0");
}

/* The short names of the severity's numbers, four of each. */
static const char *severity_name(struct json log) {
    static const char *const names[] = { "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL" };
    int64_t number;
    struct json text = json_get_c(log, "severityText");
    if ((text.kind == JSON_STRING && text.raw.len) ||
        !json_to_int(json_get_c(log, "severityNumber"), &number) || number < 1 || number > 24)
        return NULL;
    return names[(number - 1) / 4];
}

static void put_member(struct json_writer *w, struct json key, struct json value) {
    bool time = str_equal_c(key.raw, "timeUnixNano") || str_equal_c(key.raw, "observedTimeUnixNano");
    if ((time && is_zero(value)) || (str_equal_c(key.raw, "severityText") && !value.raw.len))
        return;
    put_key(w, key);
    if (str_equal_c(key.raw, "body") && value.kind == JSON_OBJECT)
        put_value(w, value, 0);
    else if (str_equal_c(key.raw, "attributes") && value.kind == JSON_ARRAY)
        put_attributes(w, value, 0);
    else
        json_put_raw(w, json_bytes(value));
}

/* A scope has a name, a version, attributes. */
static void put_around(struct json_writer *w, const struct unpacking *u) {
    struct json attributes = json_get_c(u->resource, "attributes");
    if (attributes.kind == JSON_ARRAY) {
        json_key(w, "resource");
        put_attributes(w, attributes, 0);
    }
    if (u->scope.kind == JSON_OBJECT)
        json_add_raw(w, "scope", u->scope.raw);
}

static void put_record(const struct unpacking *u, struct json log) {
    struct json_writer w = { .out = &u->to->bytes };
    struct json key, value;
    struct json_iter i = json_iter(log);
    json_begin(&w, '{');
    while (json_next(&i, &key, &value))
        put_member(&w, key, value);
    json_add_c(&w, "severityText", severity_name(log));
    put_around(&w, u);
    json_end(&w, '}');
}

static uint32_t count_lines(struct str bytes) {
    uint32_t lines = 0;
    for (size_t i = 0; (i += str_find_byte(str_slice(bytes, i, bytes.len), '\n')) < bytes.len; i++)
        lines++;
    return lines;
}

static void take_log(struct unpacking *u, struct json log) {
    size_t start = u->to->bytes.len, at = (size_t)(log.raw.ptr - u->bytes.ptr);
    u->odd |= log.kind != JSON_OBJECT || start > OTLP_MAX_BATCH;
    if (u->odd)
        return;
    u->lines += count_lines(str_of(u->bytes.ptr + u->seen, at - u->seen));
    u->seen = at;
    put_record(u, log);
    struct record r = *u->from;
    r.start = (uint32_t)start;
    r.len = (uint32_t)(u->to->bytes.len - start);
    r.lines = 1 + count_lines(log.raw);
    r.line += u->lines;
    r.offset += at;
    batch_add(u->to, r);
    buf_add_byte(&u->to->bytes, '\n');
}

/* ---------------------------------------------------------------- the lists in each other */

static void each(struct unpacking *u, struct json list, void (*take)(struct unpacking *, struct json)) {
    struct json none, item;
    struct json_iter i = json_iter(list);
    u->odd |= list.kind != JSON_ARRAY && list.kind != JSON_NONE;
    while (list.kind == JSON_ARRAY && !u->odd && json_next(&i, &none, &item))
        take(u, item);
    u->odd |= i.broken;
}

static void take_scope(struct unpacking *u, struct json scope) {
    u->scope = json_get_c(scope, "scope");
    u->odd |= scope.kind != JSON_OBJECT;
    each(u, json_get_c(scope, "logRecords"), take_log);
}

static void take_resource(struct unpacking *u, struct json resource) {
    u->resource = json_get_c(resource, "resource");
    u->odd |= resource.kind != JSON_OBJECT;
    each(u, json_get_c(resource, "scopeLogs"), take_scope);
}

/* {"resourceLogs": and nothing that is cut. */
static bool is_otlp(const struct batch *b, const struct record *r) {
    static const struct str name = STR("\"resourceLogs\"");
    if (r->kind != RECORD_JSON || r->truncated)
        return false;
    struct str inside = str_trim(str_slice(record_bytes(b, r), 1, r->len));
    return str_starts(inside, name);
}

/* False: the object is not what it seemed, and nothing was added. */
static bool unpack(const struct batch *from, const struct record *r, struct batch *to) {
    struct unpacking u = { .to = to, .from = r, .bytes = record_bytes(from, r) };
    struct json object = json_parse(u.bytes), key, value;
    struct json_iter i = json_iter(object);
    size_t count = to->count, len = to->bytes.len;
    bool alone = object.kind == JSON_OBJECT && json_next(&i, &key, &value) && !json_next(&i, &key, &key);
    if (alone)
        each(&u, value, take_resource);
    if (alone && !u.odd && to->count > count)
        return true;
    to->count = count;
    to->bytes.len = len;
    return false;
}

static void keep(const struct batch *from, const struct record *r, struct batch *to) {
    struct record copy = *r;
    copy.start = (uint32_t)to->bytes.len;
    buf_add(&to->bytes, record_bytes(from, r));
    batch_add(to, copy);
    buf_add_byte(&to->bytes, '\n');
}

static void put_in_place(struct batch *batch, struct batch *made) {
    buf_reset(&batch->bytes);
    buf_add(&batch->bytes, buf_str(&made->bytes));
    batch->count = 0;
    for (size_t i = 0; i < made->count; i++)
        batch_add(batch, made->records[i]);
}

void otlp_unpack(struct batch *batch) {
    size_t first = 0;
    while (first < batch->count && !is_otlp(batch, &batch->records[first]))
        first++;
    if (first == batch->count)
        return;
    struct batch made;
    batch_init(&made);
    for (size_t i = 0; i < batch->count; i++)
        if (!is_otlp(batch, &batch->records[i]) || !unpack(batch, &batch->records[i], &made))
            keep(batch, &batch->records[i], &made);
    put_in_place(batch, &made);
    batch_fini(&made);
}
