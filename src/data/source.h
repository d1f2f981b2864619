/* Where logs come from: the seam between the audit and the outside world. io/ makes sources, ingest/ reads
 * them, neither knows the other. */
#ifndef SOURCE_H
#define SOURCE_H

#include "fault.h"
#include "str.h"

/* What a service says of bytes that it has as an event (CloudWatch Logs). */
enum { EVENT_ID_MAX = 64 };
struct source_event {
    uint64_t start; /* of its bytes among all that the source gave */
    int64_t time;   /* microseconds since 1970 */
    char id[EVENT_ID_MAX];
};

/* What is read of a byte stream that is taken up again; zeroed: all of it. */
struct source_rest {
    uint64_t head, head_len; /* bytes that are read once more, before the others */
    uint64_t from;           /* then all from here on */
};

/* A byte stream (a file, an S3 object): read until it ends. Or events, line after line, of several streams
 * one after the other: no record goes over the end of a stream. Its three last members are set then, and its
 * bytes are never taken for something compressed. */
struct source {
    const char *uri;         /* what findings name: a path, s3://bucket/key, "-" */
    const char *version;     /* an ETag or version id; NULL when there is none */
    int64_t modified;        /* microseconds since 1970; the reference for year-less stamps */
    int64_t size;            /* bytes that read will give; 0: not known */
    struct source_rest rest; /* what `read` gives */
    bool own;                /* logaudit stored it: a result */
    /* Up to `capacity` bytes into `into`. *got is 0 at the end. False: could not be read, see the fault. */
    bool (*read)(struct source *s, char *into, size_t capacity, size_t *got, struct fault *fault);
    void (*close)(struct source *s); /* frees the source */

    const char *log_stream; /* the name of the stream that is read; NULL: there is none */
    /* At the end of a stream: on to the next one. False: that was the last. */
    bool (*next_stream)(struct source *s);
    /* The event of the byte with this offset, valid until the next call; NULL: nothing was read yet. Offsets
     * of calls do not go back: what the source remembers of the events before is forgotten. */
    const struct source_event *(*event_at)(struct source *s, uint64_t offset);
};

#endif
