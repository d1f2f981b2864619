/* Where logs and results live: local paths, standard input, and S3 objects under a local root that stands in
 * for AWS (DIR/s3/BUCKET/KEY). One way to name a place, one to list, open and write it. */
#ifndef PLACE_H
#define PLACE_H

#include "sink.h"
#include "source.h"

/* What stands in for AWS; NULL: nothing does, and an s3:// place is an error that says so. */
struct places {
    const char *local_root;
};

/* Calls `visit` with the uri of each source that `spec` stands for: a file, every file below a folder, "-",
 * an s3:// object, every object whose key begins with an s3:// prefix (which ends in a slash, or in the "*"
 * that an event's prefix gets). False: the spec names nothing that exists (FAULT_INPUT), or is no place at
 * all (FAULT_USAGE). */
bool place_list(const struct places *places, const char *spec, void (*visit)(void *context, const char *uri),
                void *context, struct fault *fault);

/* NULL and a fault (FAULT_INPUT) when it cannot be opened. The uri is copied. */
struct source *place_open(const struct places *places, const char *uri, struct fault *fault);

/* Whether both name the same file. */
bool place_same(const struct places *places, const char *uri, const char *other);

/* A sink for a file, an s3:// object or "-"; NULL and a fault. */
struct sink *place_create(const struct places *places, const char *uri, struct fault *fault);

/* When the place was last changed (microseconds since 1970) and its version; false when it is not there. */
bool place_stat(const struct places *places, const char *uri, int64_t *modified, char version[64]);

#endif
