/* What the files of event.h share.
 *
 *   event.c        the event, its options, items of triggers
 *   event_s3.c     source_config of each source_type
 *   event_logs.c
 *   event_merge.c */
#ifndef EVENT_INSIDE_H
#define EVENT_INSIDE_H

#include "event.h"

/* Each reads its source_config, all keys of it, into the event and the job; a fault (FAULT_USAGE) names the
 * field. */
bool event_read_s3(struct lambda_event *e, struct job *job, const struct json_node *config,
                   struct fault *fault);
bool event_read_cloudwatch(struct lambda_event *e, struct job *job, const struct json_node *config,
                           struct fault *fault);
bool event_read_merge(struct lambda_event *e, struct job *job, const struct json_node *config,
                      struct fault *fault);

/* After all options, of any event: whether what stands beside a merge goes with it. Adds where all stored
 * results are, when no place was named. */
bool event_check_merge(struct lambda_event *e, const struct json_node *root, struct fault *fault);

/* "event: FIELD: EXPECTED was expected, got KIND". Returns false. */
bool event_wrong(struct fault *fault, const char *field, const char *expected, const struct json_node *got);

/* Every key must be one of `known`: a misspelled one would be ignored in silence. `where`: in front of the
 * key in the fault ("rules."). */
bool event_check_keys(const struct json_node *object, const char *where, const char *const *known,
                      size_t count, struct fault *fault);
#define EVENT_CHECK_KEYS(object, where, known, fault)                                                        \
    event_check_keys(object, where, known, sizeof(known) / sizeof *(known), fault)

/* An optional string: a view into the event. *out stays when it is absent. */
bool event_text(const struct json_node *object, const char *key, const char *field, const char **out,
                struct fault *fault);

/* A time (microseconds since 1970) as text or as a number of milliseconds; "-15m" is before the event's own
 * time. */
bool event_time(const struct json_node *n, const char *field, const struct job *job, int64_t *out,
                struct fault *fault);

/* Whether it is the name of a bucket. */
bool event_check_bucket(const char *field, const char *bucket, struct fault *fault);

/* Adds a place to read; a copy. */
void event_add_place(struct lambda_event *e, struct str uri);
/* Adds s3://BUCKET/KEY, or all below it; false unless it is among LOGAUDIT_ALLOWED_INPUTS. */
bool event_add_uri(struct lambda_event *e, const char *field, const char *key, bool prefix,
                   struct fault *fault);

/* Of the stored result: KIND-NAME. */
void event_set_folder(struct lambda_event *e, const char *kind, const char *name);

#endif
