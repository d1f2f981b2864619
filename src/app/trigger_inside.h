/* What the files of trigger.h share. Each reader adds items; `where` is the path of the node in the event,
 * for messages; `id` becomes the items' id. */
#ifndef TRIGGER_INSIDE_H
#define TRIGGER_INSIDE_H

#include "trigger.h"

struct place_in_event {
    const char *where; /* "Records[0].body"; "": the event itself */
    const char *id;
    int depth; /* events around this one */
};

/* "event: WHERE.FIELD: EXPECTED was expected, got KIND" */
bool trigger_wrong(struct fault *fault, struct place_in_event at, const char *field, const char *expected,
                   const struct json_node *got);
/* A string that must be there; NULL and a fault. */
const char *trigger_text(const struct json_node *object, const char *key, struct place_in_event at,
                         struct fault *fault);

/* A new item, ITEM_NOTHING until its reader fills it in; valid until the next one. */
struct item *trigger_add(struct trigger *t, struct place_in_event at);
/* An event in text inside the event. False: it is none, see the fault. */
bool trigger_add_inner(struct trigger *t, struct str text, struct place_in_event at, struct fault *fault);
/* The same; what is wrong with it concerns this message only and becomes an item. */
void trigger_add_message(struct trigger *t, const struct json_node *text, struct place_in_event at);

/* One of Records[]; `source` is its eventSource. */
bool trigger_read_s3(struct trigger *t, const struct json_node *record, struct place_in_event at,
                     struct fault *fault);
bool trigger_read_sns(struct trigger *t, const struct json_node *record, struct place_in_event at,
                      struct fault *fault);
bool trigger_read_sqs(struct trigger *t, const struct json_node *record, struct place_in_event at,
                      struct fault *fault);
bool trigger_read_kinesis(struct trigger *t, const struct json_node *record, struct place_in_event at,
                          struct fault *fault);

/* Whole events. */
bool trigger_read_object_created(struct trigger *t, const struct json_node *event, struct place_in_event at,
                                 struct fault *fault);
bool trigger_read_batch(struct trigger *t, const struct json_node *event, struct place_in_event at,
                        struct fault *fault);
bool trigger_read_batch_item(struct trigger *t, const struct json_node *event, struct place_in_event at,
                             struct fault *fault);
bool trigger_read_subscription(struct trigger *t, const struct json_node *event, struct place_in_event at,
                               struct fault *fault);
bool trigger_read_http(struct trigger *t, const struct json_node *event, struct place_in_event at,
                       struct fault *fault);

#endif
