#include "mem.h"
#include "trigger_inside.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>

/* S3 itself takes keys up to 1,024 bytes. */
enum { MAX_KEY = 4096, MAX_OBJECT_NAME = 8192 };

static char *copy(struct str s) {
    return mem_copy(s.len ? s.ptr : "", s.len);
}

static bool add_object(struct trigger *t, struct str bucket, struct str key, const char *version,
                       struct place_in_event at, struct fault *fault) {
    if (!bucket.len || !key.len)
        return fault_set(fault, FAULT_USAGE,
                         "event: %s: the name of a bucket and a key were expected, got \"%.*s\" and "
                         "\"%.*s\"",
                         at.where, STR_ARG(bucket), STR_ARG(key));
    struct buf name;
    buf_init(&name, MAX_OBJECT_NAME);
    buf_printf(&name, "s3://%.*s/%.*s", STR_ARG(bucket), STR_ARG(key));
    struct item *item = trigger_add(t, at);
    item->kind = ITEM_OBJECT;
    item->bucket = copy(bucket);
    item->key = copy(key);
    item->version = version && *version ? mem_copy(version, strlen(version)) : NULL;
    item->name = copy(buf_str(&name));
    buf_fini(&name);
    if (str_ends(key, (struct str)STR("/"))) {
        item->kind = ITEM_NOTHING;
        item->nothing = "a folder marker";
    }
    return true;
}

static void add_nothing(struct trigger *t, const char *name, const char *why, struct place_in_event at) {
    struct item *item = trigger_add(t, at);
    item->name = mem_copy(name, strlen(name));
    item->nothing = why;
}

/* ---- notifications ---- */

/* Keys come form-encoded: "+" is a blank. A "%" without two digits stands for itself. */
static bool decode_key(const char *encoded, struct buf *key) {
    for (const char *c = encoded; *c; c++) {
        int high = *c == '%' ? ascii_hex(c[1]) : -1, low = high >= 0 ? ascii_hex(c[2]) : -1;
        char byte = low >= 0 ? (char)(high * 16 + low) : *c == '+' ? ' ' : *c;
        if (low >= 0)
            c += 2;
        if (!byte || !buf_add_byte(key, byte))
            return false;
    }
    return utf8_valid(buf_str(key));
}

bool trigger_read_s3(struct trigger *t, const struct json_node *record, struct place_in_event at,
                     struct fault *fault) {
    const char *name = trigger_text(record, "eventName", at, fault);
    if (!name)
        return false;
    if (!str_starts(str_c(name), (struct str)STR("ObjectCreated:"))) {
        add_nothing(t, name, "no object was created", at);
        return true;
    }
    const struct json_node *s3 = json_member(record, "s3"), *object = json_member(s3, "object");
    const struct json_node *bucket = json_member(json_member(s3, "bucket"), "name"),
                           *key = json_member(object, "key");
    if (!json_is_string(bucket))
        return trigger_wrong(fault, at, "s3.bucket.name", "the name of a bucket", bucket);
    if (!json_is_string(key))
        return trigger_wrong(fault, at, "s3.object.key", "a key", key);
    struct buf decoded;
    buf_init(&decoded, MAX_KEY);
    bool ok = decode_key(json_c(key, ""), &decoded) ||
              fault_set(fault, FAULT_USAGE,
                        "event: %s.s3.object.key: a form-encoded key in UTF-8 was expected, got \"%s\"",
                        at.where, json_c(key, ""));
    ok = ok && add_object(t, json_str(bucket), buf_str(&decoded),
                          json_c(json_member(object, "versionId"), NULL), at, fault);
    buf_fini(&decoded);
    return ok;
}

/* EventBridge: the key as it is. */
bool trigger_read_object_created(struct trigger *t, const struct json_node *event, struct place_in_event at,
                                 struct fault *fault) {
    const char *type = trigger_text(event, "detail-type", at, fault);
    if (!type)
        return false;
    if (strcmp(type, "Object Created") != 0) {
        add_nothing(t, type, "no object was created", at);
        return true;
    }
    const struct json_node *detail = json_member(event, "detail"), *object = json_member(detail, "object");
    const struct json_node *bucket = json_member(json_member(detail, "bucket"), "name");
    const struct json_node *key = json_member(object, "key");
    if (!json_is_string(bucket))
        return trigger_wrong(fault, at, "detail.bucket.name", "the name of a bucket", bucket);
    if (!json_is_string(key))
        return trigger_wrong(fault, at, "detail.object.key", "a key", key);
    return add_object(t, json_str(bucket), json_str(key), json_c(json_member(object, "version-id"), NULL), at,
                      fault);
}

/* ---- batches of a Distributed Map ---- */

/* The first of the spellings that is there. */
static const struct json_node *any_of(const struct json_node *object, const char *const *keys, size_t count) {
    const struct json_node *n = NULL;
    for (size_t i = 0; i < count && !n; i++)
        n = json_optional(object, keys[i]);
    return n;
}
#define ANY_OF(object, ...)                                                                                  \
    any_of(object, (const char *const[]){ __VA_ARGS__ },                                                     \
           sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* What listObjectsV2 says of an object, alone or as `item` beside the bucket. */
static bool read_listed(struct trigger *t, const struct json_node *entry, const struct json_node *around,
                        struct place_in_event at, struct fault *fault) {
    const struct json_node *inner = json_member(entry, "item");
    const struct json_node *object = json_is_object(inner) ? inner : entry;
    const struct json_node *key = ANY_OF(object, "Key", "key", "object_key");
    const struct json_node *bucket = ANY_OF(entry, "bucket", "Bucket", "bucket_name");
    bucket = bucket ? bucket : ANY_OF(around, "bucket", "Bucket", "bucket_name");
    if (!json_is_string(key))
        return trigger_wrong(fault, at, "Key", "a key", key);
    if (!json_is_string(bucket))
        return trigger_wrong(fault, at, "bucket", "the name of a bucket, here or in BatchInput", bucket);
    if (!add_object(t, json_str(bucket), json_str(key),
                    json_c(ANY_OF(object, "VersionId", "version_id"), NULL), at, fault))
        return false;
    struct item *item = &t->items[t->item_count - 1];
    item->event = around;
    item->entry = entry;
    item->cursor = json_optional(entry, "cursor");
    return true;
}

/* Of an event that trigger_put_next made. */
static bool read_round(struct trigger *t, const struct json_node *event, struct place_in_event at,
                       struct fault *fault) {
    const struct json_node *round = json_optional(event, "round");
    t->step_functions = true;
    t->round = round ? json_integer(round, 0) : 1;
    if (t->round >= 1)
        return true;
    return json_is_number(round)
               ? fault_set(fault, FAULT_USAGE, "event: round: a whole number from 1 on was expected, got %g",
                           json_number(round, 0))
               : trigger_wrong(fault, at, "round", "a whole number from 1 on", round);
}

bool trigger_read_batch(struct trigger *t, const struct json_node *event, struct place_in_event at,
                        struct fault *fault) {
    const struct json_node *around = json_optional(event, "BatchInput");
    if (around && !json_is_object(around))
        return trigger_wrong(fault, at, "BatchInput", "an object", around);
    if (!read_round(t, event, at, fault))
        return false;
    size_t index = 0;
    for (const struct json_node *e = json_first(json_member(event, "Items")); e; e = json_after(e), index++) {
        char where[64];
        snprintf(where, sizeof where, "Items[%zu]", index);
        struct place_in_event entry = { where, NULL, at.depth };
        if (!json_is_object(e))
            return trigger_wrong(fault, entry, "", "an object", e);
        if (!read_listed(t, e, around, entry, fault))
            return false;
    }
    return true;
}

/* A map without batches: one item, with the options beside it. */
bool trigger_read_batch_item(struct trigger *t, const struct json_node *event, struct place_in_event at,
                             struct fault *fault) {
    return read_round(t, event, at, fault) && read_listed(t, event, event, at, fault);
}

static void put_node(struct json_writer *w, const char *key, const struct json_node *n) {
    char *text = json_print(n);
    json_add_raw(w, key, str_c(text));
    free(text);
}

static void put_entry(struct json_writer *w, const struct item *item, const char *cursor) {
    json_begin(w, '{');
    for (const struct json_node *m = json_first(item->entry); m; m = json_after(m))
        if (!cursor || strcmp(json_name(m), "cursor") != 0)
            put_node(w, json_name(m), m);
    json_add_raw(w, "cursor", str_c(cursor));
    json_end(w, '}');
}

void trigger_put_next(const struct trigger *t, const bool *left, char *const *cursors, const bool *failed,
                      struct json_writer *w) {
    json_begin(w, '{');
    if (t->items[0].event)
        put_node(w, "BatchInput", t->items[0].event);
    json_key(w, "Items");
    json_begin(w, '[');
    for (size_t i = 0; i < t->item_count; i++)
        if (left[i])
            put_entry(w, &t->items[i], cursors[i]);
    for (size_t i = 0; i < t->item_count; i++)
        if (failed[i])
            put_entry(w, &t->items[i], NULL);
    json_end(w, ']');
    json_add_int(w, "round", t->round + 1);
    json_end(w, '}');
}
