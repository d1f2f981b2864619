/* The Lambda event, checked (contract, section 2). A wrong field is a fault that names it and what was
 * expected. */
#ifndef APP_EVENT_H
#define APP_EVENT_H

#include "job.h"
#include "json_doc.h"

struct lambda_event {
    struct json_doc *document;
    const struct json_node *source_config;
    const char *bucket;
    char **uris; /* s3:// places; a prefix ends in "*" */
    size_t uri_count;
    bool merge;    /* the places hold stored results */
    bool prefix;   /* ... among other things */
    int64_t since; /* of a merge: results with a record in the last so many microseconds; 0: all */
    const char *output_bucket, *output_prefix;
    uint64_t max_findings; /* UINT64_MAX: no limit */
    bool summary_only;
};

/* Reads the event and puts what it asks for into the job. */
bool event_read(struct lambda_event *e, struct job *job, struct str text, const char *name,
                struct fault *fault);
void event_fini(struct lambda_event *e);

#endif
