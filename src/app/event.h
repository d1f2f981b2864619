/* What one audit of an invocation is to do, from the event or from an item of a trigger, checked
 * (docs/deploy.md). A wrong field is a fault that names it and what was expected. */
#ifndef APP_EVENT_H
#define APP_EVENT_H

#include "cursor.h"
#include "job.h"
#include "json_doc.h"
#include "trigger.h"

struct lambda_event {
    const char *source_type;
    struct buf source_config; /* JSON, for the result */
    char *folder;             /* of the stored result: "s3-bucket-NAME", "cloudwatch-GROUP" */
    const char *bucket;
    char **uris; /* s3:// places; a prefix ends in "*"; cloudwatch: log groups */
    size_t uri_count;
    bool merge;          /* the places hold stored results */
    bool prefix;         /* ... among other things */
    char *manifest;      /* of a merge: s3:// place of what a Distributed Map says of its run; NULL: none */
    int64_t since;       /* of a merge: results of the last so many microseconds (merge.h); 0: all */
    const char *version; /* of the one object; NULL: the newest */
    const struct json_node *include, *exclude; /* lists of globs on keys; NULL: none */
    bool has_modified_since;
    int64_t modified_since;
    const struct item_part *parts; /* logs in the event itself, in place of uris */
    size_t part_count;
    const char *output_bucket, *output_prefix;
    struct cursor cursor;  /* where to begin; without a source: at the start */
    uint64_t max_findings; /* UINT64_MAX: no limit */
    bool summary_only;
};

/* Reads the item and puts what it asks for into the job. What it points to belongs to the item, which must
 * outlive it. */
bool event_read(struct lambda_event *e, struct job *job, const struct item *item, struct fault *fault);
void event_fini(struct lambda_event *e);

/* The event that goes on from a cursor (JSON), with all that this one asks for. False: its logs are nowhere
 * but in it, so that there is none. */
bool event_put_continuation(const struct lambda_event *e, const struct job *job, const struct item *item,
                            struct str next, struct buf *out);

/* Whether include and exclude leave the object with this key in. */
bool event_wants(const struct lambda_event *e, const char *key);

#endif
