#include "base64.h"
#include "inflate.h"
#include "json.h"
#include "mem.h"
#include "source_events.h"
#include "source_memory.h"
#include "trigger_inside.h"

#include <stdio.h>
#include <stdlib.h>

/* A subscription's payload, unpacked: far above what AWS sends, far below what would hurt. */
enum { MAX_PACKED = 8 << 20, MAX_PAYLOAD = 64 << 20, MAX_NAME = 1024 };

static struct item_part *add_part(struct item *item, const char *uri) {
    mem_grow(&item->parts, &item->part_capacity, item->part_count, sizeof *item->parts);
    struct item_part *part = &item->parts[item->part_count++];
    *part = (struct item_part){ .uri = mem_copy(uri, strlen(uri)) };
    buf_init(&part->bytes, MAX_PAYLOAD);
    return part;
}

static bool unpack(struct str packed, struct buf *out, struct fault *fault) {
    struct source *source = source_memory_new("awslogs.data", packed);
    struct inflate *inflate = inflate_new(source);
    size_t got = 1;
    bool ok = true;
    while (ok && got) {
        enum { STEP = 64 << 10 };
        char *room = buf_room(out, STEP);
        ok = room ? inflate_read(inflate, room, STEP, &got, fault)
                  : fault_set(fault, FAULT_USAGE, "it unpacks to more than %d bytes", MAX_PAYLOAD);
        out->len += ok ? got : 0;
    }
    inflate_free(inflate);
    source->close(source);
    return ok;
}

/* ---- a subscription's payload ---- */

static struct str text_of(struct json payload, const char *key) {
    struct json value = json_get_c(payload, key);
    return value.kind == JSON_STRING ? value.raw : (struct str){ NULL, 0 };
}

/* The time of the last event: the date under which the result is stored. */
static int64_t latest_of(struct json events) {
    struct json_iter i = json_iter(events);
    struct json key, event;
    int64_t latest = 0, millis;
    while (json_next(&i, &key, &event))
        if (json_to_int(json_get_c(event, "timestamp"), &millis) && millis > latest &&
            millis < INT64_MAX / 1000)
            latest = millis;
    return latest * 1000;
}

char *trigger_logs_folder(struct str group) {
    char out[MAX_NAME];
    snprintf(out, MAX_NAME, "cloudwatch-%.*s", STR_ARG(group));
    for (char *c = out; *c; c++)
        *c = *c == '/' ? '-' : *c;
    return mem_copy(out, strlen(out));
}

static bool is_payload(struct json payload) {
    return payload.kind == JSON_OBJECT && text_of(payload, "messageType").len;
}

/* Adds the events of a payload, or only looks whether that can be done (`into` is NULL). */
static bool take_events(struct json payload, struct source_events *into, struct fault *fault) {
    struct arena arena;
    struct json_iter i = json_iter(json_get_c(payload, "logEvents"));
    struct json key, event;
    bool ok = true;
    arena_init(&arena);
    for (size_t at = 0; ok && json_next(&i, &key, &event); at++, arena_reset(&arena)) {
        struct json message = json_get_c(event, "message");
        int64_t time;
        if (message.kind != JSON_STRING || !json_to_int(json_get_c(event, "timestamp"), &time) || time < 0 ||
            time >= INT64_MAX / 1000)
            ok = fault_set(fault, FAULT_USAGE,
                           "logEvents[%zu]: an event with timestamp and message was expected", at);
        else if (into)
            ok = source_events_add(into, text_of(payload, "logStream"), time, text_of(event, "id"),
                                   json_text(message, &arena), fault);
    }
    arena_fini(&arena);
    return ok;
}

struct source *trigger_part_open(const struct item_part *part, struct fault *fault) {
    if (!part->payload) {
        struct source *source = source_memory_new(part->uri, buf_str(&part->bytes));
        source->version = part->version;
        source->modified = part->modified;
        return source;
    }
    struct source_events *events = source_events_new(part->uri, "", part->modified);
    if (take_events(json_value(buf_str(&part->bytes)), events, fault))
        return source_events_open(events, NULL, fault);
    source_events_free(events);
    return NULL;
}

static bool add_payload(struct trigger *t, struct buf *bytes, struct place_in_event at, struct fault *fault) {
    struct json payload = json_value(buf_str(bytes));
    struct str group = text_of(payload, "logGroup");
    if (str_equal_c(text_of(payload, "messageType"), "CONTROL_MESSAGE")) {
        struct item *item = trigger_add(t, at);
        item->name = mem_copy("CONTROL_MESSAGE", strlen("CONTROL_MESSAGE"));
        item->nothing = "a message of CloudWatch Logs about the subscription";
        return true;
    }
    if (!str_equal_c(text_of(payload, "messageType"), "DATA_MESSAGE"))
        return fault_set(fault, FAULT_USAGE,
                         "event: %s: messageType: DATA_MESSAGE or CONTROL_MESSAGE was expected, got \"%.*s\"",
                         at.where, STR_ARG(text_of(payload, "messageType")));
    if (!group.len || json_get_c(payload, "logEvents").kind != JSON_ARRAY)
        return fault_set(fault, FAULT_USAGE, "event: %s: logGroup and a list logEvents were expected",
                         at.where);
    if (!take_events(payload, NULL, fault))
        return fault_context(fault, "event: %s", at.where);
    char name[MAX_NAME];
    struct item *item = trigger_add(t, at);
    item->kind = ITEM_LOGS;
    snprintf(name, sizeof name, "cloudwatch:%.*s", STR_ARG(group));
    item->name = mem_copy(name, strlen(name));
    struct item_part *part = add_part(item, name);
    item->folder = trigger_logs_folder(group);
    part->payload = true;
    part->modified = latest_of(json_get_c(payload, "logEvents"));
    buf_add(&part->bytes, buf_str(bytes));
    return true;
}

bool trigger_read_subscription(struct trigger *t, const struct json_node *event, struct place_in_event at,
                               struct fault *fault) {
    const struct json_node *data = json_member(json_member(event, "awslogs"), "data");
    struct buf packed, bytes;
    at.where = "awslogs.data";
    if (!json_is_string(data))
        return trigger_wrong(fault, at, "", "base64 of gzip", data);
    buf_init(&packed, MAX_PACKED);
    buf_init(&bytes, MAX_PAYLOAD);
    bool ok = base64_decode(json_str(data), &packed) ||
              fault_set(fault, FAULT_USAGE, "event: awslogs.data: base64 of gzip was expected");
    if (ok && !unpack(buf_str(&packed), &bytes, fault)) {
        fault->kind = FAULT_USAGE;
        ok = fault_context(fault, "event");
    }
    if (ok && json_parse(buf_str(&bytes)).kind != JSON_OBJECT)
        ok = fault_set(fault, FAULT_USAGE, "event: awslogs.data: a JSON object was expected inside");
    ok = ok && add_payload(t, &bytes, at, fault);
    buf_fini(&packed);
    buf_fini(&bytes);
    return ok;
}

/* ---- Kinesis ---- */

/* The name behind "stream/" of an ARN. */
static struct str stream_name(const struct json_node *record) {
    struct str arn = json_str(json_member(record, "eventSourceARN")), mark = STR("stream/");
    size_t at = str_find(arn, mark);
    struct str name = str_slice(arn, at + mark.len, arn.len);
    name.len = str_find_byte(name, '/'); /* a consumer's name follows */
    return name.len ? name : (struct str)STR("stream");
}

/* Records that are no payloads of subscriptions are parts of one item, as long as nothing comes between. */
static struct item *raw_item(struct trigger *t, struct str stream, struct place_in_event at) {
    char name[MAX_NAME];
    struct item *last = t->item_count ? &t->items[t->item_count - 1] : NULL;
    snprintf(name, sizeof name, "kinesis:%.*s", STR_ARG(stream));
    if (last && last->kind == ITEM_LOGS && strcmp(last->name, name) == 0)
        return last;
    struct item *item = trigger_add(t, at);
    item->kind = ITEM_LOGS;
    item->name = mem_copy(name, strlen(name));
    name[strlen("kinesis")] = '-';
    item->folder = mem_copy(name, strlen(name));
    return item;
}

static void add_raw(struct trigger *t, const struct json_node *record, struct str packed,
                    struct place_in_event at) {
    char uri[MAX_NAME];
    struct str stream = stream_name(record);
    snprintf(uri, sizeof uri, "kinesis:%.*s/%s", STR_ARG(stream), at.id);
    struct item_part *part = add_part(raw_item(t, stream, at), uri);
    double arrival =
        json_number(json_member(json_member(record, "kinesis"), "approximateArrivalTimestamp"), 0);
    part->modified = arrival > 0 && arrival < 1e11 ? (int64_t)(arrival * 1e6) : 0;
    part->version = mem_copy(at.id, strlen(at.id));
    buf_add(&part->bytes, packed);
}

/* Data that is damaged goes the way of raw data, whose audit says what is wrong with it. */
static void add_data(struct trigger *t, const struct json_node *record, struct str packed,
                     struct place_in_event at) {
    struct buf bytes;
    struct fault fault = { .kind = FAULT_NONE };
    buf_init(&bytes, MAX_PAYLOAD);
    bool payload = str_starts(packed, (struct str)STR("\x1f\x8b")) && unpack(packed, &bytes, &fault) &&
                   is_payload(json_parse(buf_str(&bytes)));
    if (!payload)
        add_raw(t, record, packed, at);
    else if (!add_payload(t, &bytes, at, &fault))
        trigger_add(t, at)->fault = fault;
    buf_fini(&bytes);
}

bool trigger_read_kinesis(struct trigger *t, const struct json_node *record, struct place_in_event at,
                          struct fault *fault) {
    const struct json_node *kinesis = json_member(record, "kinesis"), *data = json_member(kinesis, "data");
    char where[300];
    snprintf(where, sizeof where, "%s.kinesis", at.where);
    at.where = where;
    at.id = trigger_text(kinesis, "sequenceNumber", at, fault);
    if (!at.id)
        return false;
    t->ordered = true; /* what follows the first failure comes again with it */
    struct buf packed;
    buf_init(&packed, MAX_PACKED);
    if (json_is_string(data) && base64_decode(json_str(data), &packed))
        add_data(t, record, buf_str(&packed), at);
    else
        trigger_wrong(&trigger_add(t, at)->fault, at, "data", "base64", data);
    buf_fini(&packed);
    return true;
}
