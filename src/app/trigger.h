/* What an invocation brought, whatever sent it: recognised by its shape and taken apart into items, each of
 * which is one audit with one stored result.
 *
 *   trigger.c           the shapes
 *   trigger_objects.c   notifications of S3, EventBridge, Step Functions' batches
 *   trigger_messages.c  SNS, SQS, API Gateway and function URLs: other events inside
 *   trigger_streams.c   CloudWatch Logs subscriptions, Kinesis: the logs themselves */
#ifndef TRIGGER_H
#define TRIGGER_H

#include "buf.h"
#include "fault.h"
#include "json.h"
#include "json_doc.h"
#include "source.h"

/* Logs that came in the event itself. */
struct item_part {
    char *uri;
    char *version;    /* NULL: none */
    int64_t modified; /* microseconds since 1970; 0: not known */
    struct buf bytes;
    bool payload; /* the bytes are a subscription's payload, with events of one stream */
};

struct item {
    enum { ITEM_EVENT, ITEM_OBJECT, ITEM_LOGS, ITEM_NOTHING } kind;
    /* ITEM_EVENT: the event; the others: an object with the options of one (no source), NULL: none. */
    const struct json_node *event;
    char *name;       /* what the answer and messages call it: s3://BUCKET/KEY; NULL for an ITEM_EVENT */
    const char *time; /* ITEM_EVENT: the event's own time; NULL: now */
    char *id;         /* what batchItemFailures would name; NULL: nothing */
    char *bucket, *key, *version; /* ITEM_OBJECT, ITEM_NOTHING; version: NULL for the newest */
    char *folder;                 /* ITEM_LOGS: where its result is stored */
    struct item_part *parts;      /* ITEM_LOGS */
    size_t part_count, part_capacity;
    const char *nothing;            /* ITEM_NOTHING: why there is nothing to do */
    const struct json_node *entry;  /* of a state machine's batch: the item as it came; NULL: of none */
    const struct json_node *cursor; /* ... where an earlier round has come to in it; NULL: at its start */
    struct fault fault;             /* of a kind: the message that brought it cannot be understood */
};

struct trigger {
    enum {
        ANSWER_RESULT,   /* the result of the one item */
        ANSWER_RESULTS,  /* results[] of summaries */
        ANSWER_FAILURES, /* batchItemFailures */
        ANSWER_HTTP,     /* {statusCode, headers, body} around the result */
    } answer;
    bool ordered;        /* after an item that failed the others are not tried: they come again with it */
    bool scheduled;      /* by an event bus: nobody reads the answer */
    bool step_functions; /* its answers are shorter */
    int64_t round;       /* ... which of them this is for the same batch, from 1 on */
    struct item *items;
    size_t item_count, item_capacity;
    struct json_doc **documents; /* the event and those inside it */
    size_t document_count, document_capacity;
};

/* `name` is what messages call the event. False and a FAULT_USAGE when the whole of it cannot be understood;
 * a message inside a queue's batch that cannot is an item with a fault. */
bool trigger_read(struct trigger *t, struct str text, const char *name, struct fault *fault);
void trigger_fini(struct trigger *t);

/* The event for the next round of a state machine's batch: of those items for which `left` says so, in their
 * order; `cursors` (JSON) is where those that were read in part are to be taken up, NULL: as they came. Those
 * in `failed` are behind them, to be tried once more. */
void trigger_put_next(const struct trigger *t, const bool *left, char *const *cursors, const bool *failed,
                      struct json_writer *w);

/* What is to be audited of a part. NULL and a fault. The part must outlive it. */
struct source *trigger_part_open(const struct item_part *part, struct fault *fault);

/* The folder of the results of a log group, "cloudwatch-GROUP" with its slashes as dashes; to be freed. */
char *trigger_logs_folder(struct str group);

#endif
