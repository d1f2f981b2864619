/* CloudWatch Logs as a source: the events of a log group in a range of time, from FilterLogEvents or from a
 * folder that stands in for it. */
#ifndef CLOUDWATCH_H
#define CLOUDWATCH_H

#include "aws.h"
#include "source.h"

/* Which events of a group. */
struct logs_query {
    int64_t from, to; /* microseconds since 1970; `to` is excluded */
    const char *const *streams;
    size_t stream_count;       /* 0: all */
    const char *filter;        /* a filter pattern of CloudWatch Logs; NULL: none */
    _Atomic uint64_t *fetched; /* NULL, or counts the events that come, for another thread to look at */
};

/* "cloudwatch:GROUP" or "cloudwatch:ARN". Views of the uri. */
struct logs_group {
    const char *uri;
    struct str name;   /* of the group */
    struct str arn;    /* without ":*" at its end; empty: it was not given */
    struct str region; /* of the arn */
};
bool is_cloudwatch(const char *uri);
/* False and a FAULT_USAGE: it is no such name. */
bool logs_group(const char *uri, struct logs_group *out, struct fault *fault);

/* A client of the service: one for a run, since all its requests share one rate. Zeroed but for the first
 * three. */
struct logs_client {
    struct aws *aws;
    struct http *http;
    const struct stop *stop;
    int64_t next; /* when the next request may be sent, monotonic milliseconds */
};

/* Reads all events before it returns: they wait in a temporary file. NULL and a fault when there are none to
 * be had; a failure on the way is said by the source, behind what came before it. */
struct source *cloudwatch_open(struct logs_client *client, const struct logs_group *group,
                               const struct logs_query *query, struct fault *fault);

/* The same from ROOT/cloudwatch/GROUP/STREAM.log, each line "<epoch milliseconds> <message>" with \n and \\
 * for a line end and a backslash in the message. */
struct source *cloudwatch_open_local(const char *root, const struct logs_group *group,
                                     const struct logs_query *query, struct fault *fault);

/* What the stand-ins and the service share: the source to fill. */
struct source_events *cloudwatch_events(const struct logs_group *group, const struct logs_query *query);

#endif
