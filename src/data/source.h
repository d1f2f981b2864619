/* Where logs come from: the seam between the audit and the outside world. io/ makes sources, ingest/ reads
 * them, neither knows the other. */
#ifndef SOURCE_H
#define SOURCE_H

#include "fault.h"
#include "str.h"

/* A byte stream (a file, an S3 object): read until it ends. */
struct source {
    const char *uri;     /* what findings name: a path, s3://bucket/key, "-" */
    const char *version; /* an ETag or version id; NULL when there is none */
    int64_t modified;    /* microseconds since 1970; the reference for year-less stamps */
    /* Up to `capacity` bytes into `into`. *got is 0 at the end. False: could not be read, see the fault. */
    bool (*read)(struct source *s, char *into, size_t capacity, size_t *got, struct fault *fault);
    void (*close)(struct source *s); /* frees the source */
};

#endif
