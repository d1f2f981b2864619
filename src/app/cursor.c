#include "cursor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CURSOR_VERSION = 3 };

/* ---- what was asked ---- */

static const char *const ASKED[] = { "source_config", "custom_conditions", "rules", "min_severity" };
enum { ASKED_COUNT = CURSOR_ASKED / CURSOR_DIGEST };
_Static_assert(sizeof ASKED / sizeof *ASKED == ASKED_COUNT, "each has its digest");

/* The same for members in any order. */
static uint64_t hash_json(const struct json_node *n) {
    struct hash_state *h = hash_new();
    uint64_t members = 0;
    bool object = json_is_object(n), list = json_is_array(n);
    hash_add(h, str_c(json_kind_name(n)));
    for (const struct json_node *m = object || list ? json_first(n) : NULL; m; m = json_after(m))
        if (object)
            members += hash64_of(str_c(json_name(m))) * 31 ^ hash_json(m);
        else
            hash_add_int(h, (int64_t)hash_json(m));
    hash_add_int(h, (int64_t)members);
    char *text = n && !object && !list ? json_print(n) : NULL;
    hash_add(h, str_c(text));
    free(text);
    uint64_t hash = hash_get(h).high;
    hash_free(h);
    return hash;
}

void cursor_asked(const struct json_node *options, struct str source_config, char out[CURSOR_ASKED + 1]) {
    struct fault ignored;
    struct json_doc *doc = json_doc_parse(source_config, "", FAULT_USAGE, &ignored);
    for (size_t i = 0; i < ASKED_COUNT; i++) {
        const struct json_node *n = i ? json_optional(options, ASKED[i]) : doc ? json_doc_root(doc) : NULL;
        snprintf(out + i * CURSOR_DIGEST, CURSOR_DIGEST + 1, "%016llx", (unsigned long long)hash_json(n));
    }
    json_doc_free(doc);
}

bool cursor_fits(const struct cursor *c, const struct json_node *options, struct str source_config,
                 struct fault *fault) {
    char asked[CURSOR_ASKED + 1];
    if (!c->source)
        return true;
    cursor_asked(options, source_config, asked);
    for (size_t i = 0; i < ASKED_COUNT; i++)
        if (strncmp(c->options + i * CURSOR_DIGEST, asked + i * CURSOR_DIGEST, CURSOR_DIGEST) != 0)
            return fault_set(fault, FAULT_USAGE,
                             "event: cursor: %s is not what it was in the event of the part that it is from",
                             ASKED[i]);
    return true;
}

/* ---- there and back ---- */

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
    if (str_c(c->options).len != CURSOR_ASKED)
        return is_none("options are missing", fault);
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
