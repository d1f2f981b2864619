#include "base64.h"
#include "trigger_inside.h"

#include <stdio.h>

/* API Gateway takes 10 MB, a function 6. */
enum { MAX_BODY = 8 << 20 };

bool trigger_read_sns(struct trigger *t, const struct json_node *record, struct place_in_event at,
                      struct fault *fault) {
    (void)fault;
    char where[300];
    snprintf(where, sizeof where, "%s.Sns.Message", at.where);
    at.where = where;
    trigger_add_message(t, json_member(json_member(record, "Sns"), "Message"), at);
    return true;
}

/* Without the id of a message nobody could be told that it failed: the batch fails as a whole. */
bool trigger_read_sqs(struct trigger *t, const struct json_node *record, struct place_in_event at,
                      struct fault *fault) {
    const char *id = trigger_text(record, "messageId", at, fault);
    if (!id)
        return false;
    char where[300];
    snprintf(where, sizeof where, "%s.body", at.where);
    struct str queue = json_str(json_member(record, "eventSourceARN"));
    t->ordered = t->ordered || str_ends(queue, (struct str)STR(".fifo"));
    trigger_add_message(t, json_member(record, "body"), (struct place_in_event){ where, id, at.depth });
    return true;
}

/* ---- requests ---- */

static bool read_body(struct trigger *t, const struct json_node *event, struct fault *fault) {
    struct place_in_event at = { .where = "body" };
    const struct json_node *body = json_optional(event, "body");
    if (!json_is_string(body))
        return trigger_wrong(fault, at, "", "an event as JSON", body);
    if (!json_is_true(json_member(event, "isBase64Encoded")))
        return trigger_add_inner(t, json_str(body), at, fault);
    struct buf decoded;
    buf_init(&decoded, MAX_BODY);
    bool ok =
        base64_decode(json_str(body), &decoded)
            ? trigger_add_inner(t, buf_str(&decoded), at, fault)
            : fault_set(fault, FAULT_USAGE, "event: body: base64 was expected, as isBase64Encoded says");
    buf_fini(&decoded);
    return ok;
}

/* Whatever is wrong with the body is told to the one who sent it. */
bool trigger_read_http(struct trigger *t, const struct json_node *event, struct place_in_event at,
                       struct fault *fault) {
    struct fault wrong = { .kind = FAULT_NONE };
    if (!read_body(t, event, &wrong))
        trigger_add(t, at)->fault = wrong;
    else if (t->item_count != 1 || t->items[0].kind != ITEM_EVENT)
        fault_set(&t->items[0].fault, FAULT_USAGE,
                  "event: body: an object with source_type and source_config was expected");
    (void)fault;
    return true;
}
