#include "cursor.h"

#include <string.h>

enum { CURSOR_VERSION = 2 };

void cursor_seal(struct cursor *c) {
    struct hash_state *h = hash_new();
    hash_add_int(h, CURSOR_VERSION);
    hash_add(h, str_c(LOGAUDIT_VERSION));
    hash_add(h, str_c(c->source));
    hash_add(h, str_c(c->version));
    hash_add(h, str_c(c->options));
    hash_add_int(h, (int64_t)c->mark.offset);
    hash_add_int(h, (int64_t)c->mark.lines);
    hash_add_int(h, c->mark.has_time ? c->mark.time : INT64_MIN);
    hash_add_int(h, c->mark.alone);
    hash_add_int(h, (int64_t)c->mark.head);
    hash_add_int(h, (int64_t)c->mark.head_len);
    hash_print(hash_get(h), c->check);
    hash_free(h);
}

static void put_text(struct json_writer *w, const char *key, const char *value) {
    if (!value)
        return;
    json_key(w, key);
    json_put_c(w, value);
}

static void put_number(struct json_writer *w, const char *key, int64_t value) {
    json_key(w, key);
    json_put_int(w, value);
}

void cursor_put(struct json_writer *w, const struct cursor *c) {
    json_begin(w, '{');
    put_number(w, "version", CURSOR_VERSION);
    put_text(w, "engine", LOGAUDIT_VERSION);
    put_text(w, "source", c->source);
    put_text(w, "source_version", c->version);
    put_text(w, "options", c->options);
    put_number(w, "offset", (int64_t)c->mark.offset);
    put_number(w, "lines", (int64_t)c->mark.lines);
    if (c->mark.has_time)
        put_number(w, "time", c->mark.time);
    if (c->mark.alone) {
        put_number(w, "head", (int64_t)c->mark.head);
        put_number(w, "head_len", (int64_t)c->mark.head_len);
    }
    put_text(w, "check", c->check);
    json_end(w, '}');
}

static bool is_none(const char *why, struct fault *fault) {
    return fault_set(fault, FAULT_USAGE, "event: cursor: the next of an incomplete result was expected: %s",
                     why);
}

bool cursor_read(struct cursor *c, const struct json_node *n, struct fault *fault) {
    *c = (struct cursor){ 0 };
    if (!n)
        return true;
    if (!json_is_object(n))
        return fault_set(fault, FAULT_USAGE, "event: cursor: an object was expected, got %s",
                         json_kind_name(n));
    if (json_integer(json_optional(n, "version"), 0) != CURSOR_VERSION ||
        !str_equal_c(json_str(json_optional(n, "engine")), LOGAUDIT_VERSION))
        return is_none("this one is of another version of logaudit (start anew, without it)", fault);
    const struct json_node *time = json_optional(n, "time"), *head = json_optional(n, "head");
    int64_t offset = json_integer(json_optional(n, "offset"), -1),
            lines = json_integer(json_optional(n, "lines"), -1), at = json_integer(head, 0),
            len = json_integer(json_optional(n, "head_len"), 0);
    c->source = json_c(json_optional(n, "source"), NULL);
    c->version = json_c(json_optional(n, "source_version"), NULL);
    c->options = json_c(json_optional(n, "options"), NULL);
    if (!c->source || offset < 0 || lines < 0)
        return is_none("source, offset or lines is missing", fault);
    if (at < 0 || len < 0 || at > offset || len > offset - at)
        return is_none("head is not in front of offset", fault);
    c->mark = (struct audit_mark){ .offset = (uint64_t)offset,
                                   .lines = (uint64_t)lines,
                                   .has_time = time != NULL,
                                   .time = json_integer(time, 0),
                                   .alone = head != NULL,
                                   .head = (uint64_t)at,
                                   .head_len = (uint64_t)len };
    cursor_seal(c);
    return strcmp(c->check, json_c(json_optional(n, "check"), "")) == 0 || is_none("it was changed", fault);
}
