#include "hash.h"
#include "hash_index.h"
#include "mem.h"
#include "trigger_inside.h"

#include <stdio.h>
#include <stdlib.h>

/* SNS in SQS is two; a message that wraps itself again and again ends here. */
enum { MAX_INSIDE = 3 };

/* ---- shared by the readers ---- */

bool trigger_wrong(struct fault *fault, struct place_in_event at, const char *field, const char *expected,
                   const struct json_node *got) {
    return fault_set(fault, FAULT_USAGE, "event: %s%s%s: %s was expected, got %s", at.where,
                     *at.where && *field ? "." : "", field, expected, json_kind_name(got));
}

const char *trigger_text(const struct json_node *object, const char *key, struct place_in_event at,
                         struct fault *fault) {
    const struct json_node *n = json_member(object, key);
    if (json_is_string(n))
        return json_c(n, NULL);
    trigger_wrong(fault, at, key, "a string", n);
    return NULL;
}

struct item *trigger_add(struct trigger *t, struct place_in_event at) {
    mem_grow(&t->items, &t->item_capacity, t->item_count, sizeof *t->items);
    struct item *item = &t->items[t->item_count++];
    *item = (struct item){ .kind = ITEM_NOTHING, .id = at.id ? mem_copy(at.id, strlen(at.id)) : NULL };
    return item;
}

/* ---- shapes ---- */

static bool has(const struct json_node *event, const char *key, const char *value) {
    return str_equal_c(json_str(json_member(event, key)), value);
}

static bool is_own(const struct json_node *event) {
    return json_member(event, "source_type") != NULL;
}

static bool read_own(struct trigger *t, const struct json_node *event, struct place_in_event at,
                     struct fault *fault) {
    (void)fault;
    struct item *item = trigger_add(t, at);
    item->kind = ITEM_EVENT;
    item->event = event;
    return true;
}

/* S3 sends it once, when a notification is set up. */
static bool is_test(const struct json_node *event) {
    return has(event, "Event", "s3:TestEvent");
}

static bool read_test(struct trigger *t, const struct json_node *event, struct place_in_event at,
                      struct fault *fault) {
    (void)event, (void)fault;
    struct item *item = trigger_add(t, at);
    item->name = mem_copy("s3:TestEvent", strlen("s3:TestEvent"));
    item->nothing = "a test message of S3";
    return true;
}

static bool is_records(const struct json_node *event) {
    return json_is_array(json_member(event, "Records"));
}

static const struct record_source {
    const char *name;
    bool (*read)(struct trigger *t, const struct json_node *record, struct place_in_event at,
                 struct fault *fault);
    bool inside; /* also in a message */
    bool failures;
} RECORD_SOURCES[] = {
    { "aws:s3", trigger_read_s3, true, false },
    { "aws:sns", trigger_read_sns, true, false },
    { "aws:sqs", trigger_read_sqs, false, true },
    { "aws:kinesis", trigger_read_kinesis, false, true },
};

/* SNS alone writes it with a capital letter. */
static const struct record_source *source_of(const struct json_node *record, struct place_in_event at,
                                             struct fault *fault) {
    const struct json_node *n = json_member(record, "eventSource");
    n = n ? n : json_member(record, "EventSource");
    for (size_t i = 0; i < sizeof RECORD_SOURCES / sizeof *RECORD_SOURCES; i++)
        if (str_equal_c(json_str(n), RECORD_SOURCES[i].name) && (RECORD_SOURCES[i].inside || !at.depth))
            return &RECORD_SOURCES[i];
    fault_set(fault, FAULT_USAGE, "event: %s.eventSource: %s was expected, got \"%s\"", at.where,
              at.depth ? "aws:s3 or aws:sns" : "one of aws:s3, aws:sns, aws:sqs, aws:kinesis",
              json_c(n, json_kind_name(n)));
    return NULL;
}

static bool read_records(struct trigger *t, const struct json_node *event, struct place_in_event at,
                         struct fault *fault) {
    size_t index = 0;
    const struct json_node *records = json_member(event, "Records");
    for (const struct json_node *r = json_first(records); r; r = json_after(r), index++) {
        char where[256];
        snprintf(where, sizeof where, "%s%sRecords[%zu]", at.where, *at.where ? "." : "", index);
        struct place_in_event record = { where, at.id, at.depth };
        const struct record_source *source = source_of(r, record, fault);
        if (!source)
            return false;
        if (!at.depth)
            t->answer = source->failures ? ANSWER_FAILURES : ANSWER_RESULTS;
        if (!source->read(t, r, record, fault))
            return false;
    }
    return true;
}

/* What SNS puts around a message that it sends to a queue. */
static bool is_notification(const struct json_node *event) {
    return has(event, "Type", "Notification") && json_member(event, "Message");
}

static bool read_notification(struct trigger *t, const struct json_node *event, struct place_in_event at,
                              struct fault *fault) {
    const char *message = trigger_text(event, "Message", at, fault);
    char where[256];
    snprintf(where, sizeof where, "%s%sMessage", at.where, *at.where ? "." : "");
    at.where = where;
    return message && trigger_add_inner(t, str_c(message), at, fault);
}

static bool is_object_created(const struct json_node *event) {
    return has(event, "source", "aws.s3") && json_member(event, "detail-type");
}

static bool is_schedule(const struct json_node *event) {
    return has(event, "source", "aws.events") || has(event, "source", "aws.scheduler");
}

/* A schedule says what to audit in its detail, or leaves it to the function's configuration. */
static bool read_schedule(struct trigger *t, const struct json_node *event, struct place_in_event at,
                          struct fault *fault) {
    const struct json_node *detail = json_member(event, "detail");
    const char *configured = getenv("LOGAUDIT_SCHEDULED_EVENT");
    size_t before = t->item_count;
    if (is_own(detail))
        read_own(t, detail, at, fault);
    else if (!configured || !*configured)
        return fault_set(fault, FAULT_USAGE,
                         "event: %s%sdetail: an event with source_type was expected (or one in "
                         "LOGAUDIT_SCHEDULED_EVENT)",
                         at.where, *at.where ? "." : "");
    else if (!trigger_add_inner(t, str_c(configured),
                                (struct place_in_event){ "LOGAUDIT_SCHEDULED_EVENT", at.id, at.depth },
                                fault))
        return false;
    struct item *item = &t->items[before];
    if (t->item_count != before + 1 || item->kind != ITEM_EVENT)
        return fault_set(fault, FAULT_USAGE,
                         "event: LOGAUDIT_SCHEDULED_EVENT: an object with source_type and source_config was "
                         "expected");
    item->time = json_c(json_member(event, "time"), NULL);
    t->scheduled = true;
    return true;
}

/* What Lambda tells a destination of an asynchronous invocation that it has given up: the event is in it. */
static bool is_given_up(const struct json_node *event) {
    return json_member(event, "requestPayload") && json_is_object(json_member(event, "requestContext"));
}

static bool read_event(struct trigger *t, const struct json_node *event, struct place_in_event at,
                       struct fault *fault);

static bool read_given_up(struct trigger *t, const struct json_node *event, struct place_in_event at,
                          struct fault *fault) {
    const struct json_node *payload = json_member(event, "requestPayload");
    char where[256];
    snprintf(where, sizeof where, "%s%srequestPayload", at.where, *at.where ? "." : "");
    at.where = where;
    if (is_given_up(payload))
        return trigger_wrong(fault, at, "", "an event without a requestPayload of its own", payload);
    return read_event(t, payload, at, fault);
}

static bool is_subscription(const struct json_node *event) {
    return json_is_object(json_member(event, "awslogs"));
}

static bool is_batch(const struct json_node *event) {
    return json_is_array(json_member(event, "Items"));
}

static bool is_batch_item(const struct json_node *event) {
    return json_is_object(json_member(event, "item"));
}

static bool is_http(const struct json_node *event) {
    return json_is_object(json_member(event, "requestContext")) || json_member(event, "httpMethod");
}

/* The first that fits is taken. */
static const struct shape {
    bool (*is)(const struct json_node *event);
    bool (*read)(struct trigger *t, const struct json_node *event, struct place_in_event at,
                 struct fault *fault);
    int answer;
    bool inside; /* also in a message */
} SHAPES[] = {
    { is_own, read_own, ANSWER_RESULT, true },
    { is_given_up, read_given_up, ANSWER_RESULT, true },
    { is_test, read_test, ANSWER_RESULTS, true },
    { is_records, read_records, ANSWER_RESULTS, true },
    { is_notification, read_notification, ANSWER_RESULTS, true },
    { is_object_created, trigger_read_object_created, ANSWER_RESULTS, true },
    { is_schedule, read_schedule, ANSWER_RESULT, true },
    { is_subscription, trigger_read_subscription, ANSWER_RESULTS, false },
    { is_batch, trigger_read_batch, ANSWER_RESULTS, false },
    { is_batch_item, trigger_read_batch_item, ANSWER_RESULTS, false },
    { is_http, trigger_read_http, ANSWER_HTTP, false },
};

static bool unknown_shape(const struct json_node *event, struct place_in_event at, struct fault *fault) {
    struct buf keys;
    buf_init(&keys, 512);
    for (const struct json_node *m = json_first(event); m; m = json_after(m))
        buf_printf(&keys, "%s%s", keys.len ? ", " : "", json_name(m));
    fault_set(
        fault, FAULT_USAGE,
        "event: %s%san object with source_type and source_config was expected, or the event of a trigger "
        "that logaudit knows; the keys are: %s",
        at.where, *at.where ? ": " : "", keys.len ? buf_c(&keys) : "none");
    buf_fini(&keys);
    return false;
}

static bool read_event(struct trigger *t, const struct json_node *event, struct place_in_event at,
                       struct fault *fault) {
    if (!json_is_object(event))
        return trigger_wrong(fault, at, "", "an object", event);
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
        if (!SHAPES[i].is(event) || (at.depth && !SHAPES[i].inside))
            continue;
        if (!at.depth)
            t->answer = SHAPES[i].answer;
        return SHAPES[i].read(t, event, at, fault);
    }
    return unknown_shape(event, at, fault);
}

/* ---- events in text ---- */

static const struct json_node *parse(struct trigger *t, struct str text, const char *name,
                                     struct fault *fault) {
    struct json_doc *document = json_doc_parse(text, name, FAULT_USAGE, fault);
    if (!document)
        return NULL;
    mem_grow(&t->documents, &t->document_capacity, t->document_count, sizeof(struct json_doc *));
    t->documents[t->document_count++] = document;
    return json_doc_root(document);
}

bool trigger_add_inner(struct trigger *t, struct str text, struct place_in_event at, struct fault *fault) {
    if (++at.depth > MAX_INSIDE)
        return fault_set(fault, FAULT_USAGE, "event: %s: more than %d messages in each other", at.where,
                         MAX_INSIDE);
    const struct json_node *event = parse(t, text, at.where, fault);
    if (!event)
        return fault_context(fault, "event");
    return read_event(t, event, at, fault);
}

void trigger_add_message(struct trigger *t, const struct json_node *text, struct place_in_event at) {
    struct fault fault = { .kind = FAULT_NONE };
    if (json_is_string(text) ? trigger_add_inner(t, json_str(text), at, &fault)
                             : trigger_wrong(&fault, at, "", "a string", text))
        return;
    struct item *item = trigger_add(t, at); /* beside those that could be read of it */
    item->name = mem_copy(at.where, strlen(at.where));
    item->fault = fault;
}

static bool same_object(const struct item *a, const struct item *b) {
    const char *versions[] = { a->version ? a->version : "", b->version ? b->version : "" };
    return strcmp(a->name, b->name) == 0 && strcmp(versions[0], versions[1]) == 0;
}

/* Whether it is there already; else it is known from now on. */
static bool is_known(const struct trigger *t, size_t index, struct hash_index *known) {
    uint64_t hash = hash64_of(str_c(t->items[index].name));
    uint32_t at;
    for (size_t probe = 0; hash_index_next(known, hash, &probe, &at);)
        if (same_object(&t->items[at], &t->items[index]))
            return true;
    hash_index_add(known, hash, (uint32_t)index);
    return false;
}

/* The same object again is the same audit with the same result, which would be told and counted twice. Where
 * one is taken up in the middle they are not the same. */
static void skip_repeated(struct trigger *t) {
    struct hash_index known = { 0 };
    for (size_t i = 0; i < t->item_count; i++) {
        struct item *item = &t->items[i];
        if (item->kind != ITEM_OBJECT || item->cursor || !is_known(t, i, &known))
            continue;
        item->kind = ITEM_NOTHING;
        item->nothing = "it is named more than once";
    }
    hash_index_fini(&known);
}

bool trigger_read(struct trigger *t, struct str text, const char *name, struct fault *fault) {
    *t = (struct trigger){ .answer = ANSWER_RESULT };
    const struct json_node *event = parse(t, text, name, fault);
    struct place_in_event top = { .where = "" };
    bool ok =
        event &&
        (json_is_object(event) || fault_set(fault, FAULT_USAGE, "event: %s: an object was expected, got %s",
                                            name, json_kind_name(event))) &&
        read_event(t, event, top, fault);
    skip_repeated(t);
    return ok;
}

static void item_fini(struct item *item) {
    for (size_t i = 0; i < item->part_count; i++) {
        free(item->parts[i].uri);
        free(item->parts[i].version);
        buf_fini(&item->parts[i].bytes);
    }
    free(item->parts);
    free(item->name);
    free(item->id);
    free(item->bucket);
    free(item->key);
    free(item->version);
    free(item->folder);
}

void trigger_fini(struct trigger *t) {
    for (size_t i = 0; i < t->item_count; i++)
        item_fini(&t->items[i]);
    free(t->items);
    for (size_t i = 0; i < t->document_count; i++)
        json_doc_free(t->documents[i]);
    free(t->documents);
}
