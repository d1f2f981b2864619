/* Where logs and results live: local paths, standard input, S3 objects and log groups of CloudWatch, of AWS
 * or under a local root that stands in for it (DIR/s3/BUCKET/KEY, DIR/cloudwatch/GROUP/STREAM.log). One way
 * to name a place, one to list, open and write it. */
#ifndef PLACE_H
#define PLACE_H

#include "buf.h"
#include "cloudwatch.h"
#include "sink.h"
#include "source.h"

#include <signal.h>

/* The world outside of this process. The caller sets all but the last, which is zeroed and made when AWS is
 * first asked. */
struct places {
    const char *local_root;            /* what stands in for AWS; NULL: nothing does */
    const volatile sig_atomic_t *stop; /* NULL, or ends what is read from AWS when it is set */
    int64_t deadline; /* microseconds since 1970, after which the same happens; 0: none. Audits move it */
    struct logs_query logs;   /* what is read of log groups */
    _Atomic uint64_t *listed; /* NULL, or counts the objects of S3 that lists have named so far */
    struct remote *remote;
};
void places_fini(struct places *places);

/* Between two invocations of a function that stays warm: what was listed is forgotten, a deadline that has
 * passed stops nothing any more. Settings, credentials and connections are kept. */
void places_renew(struct places *places);

/* Calls `visit` with the uri of each source that `spec` stands for: a file, every file below a folder, "-",
 * a log group ("cloudwatch:GROUP"),
 * an s3:// object, every object whose key begins with an s3:// prefix (which ends in a slash, or in the "*"
 * that an event's prefix gets). False: the spec names nothing that exists (FAULT_INPUT), or is no place at
 * all (FAULT_USAGE). */
bool place_list(struct places *places, const char *spec, void (*visit)(void *context, const char *uri),
                void *context, struct fault *fault);

/* The same of those that were written at `since` (microseconds since 1970, not 0) or later, which lists tell:
 * the others cost nothing more. The newest come first. That there is none is no fault. `skip` is told a key
 * and may append a later one, when nothing that is wanted lies between the two: a long list leaves that out.
 */
bool place_list_since(struct places *places, const char *spec, int64_t since,
                      void (*visit)(void *context, const char *uri),
                      void (*skip)(void *context, struct str key, struct buf *after), void *context,
                      struct fault *fault);

/* NULL and a fault (FAULT_INPUT) when it cannot be opened; with FAULT_NONE it is not to be read, and the text
 * says why. The uri is copied. Objects of AWS are opened one at a time, best in the order in which they were
 * listed: what is behind them is fetched meanwhile. */
struct source *place_open(struct places *places, const char *uri, struct fault *fault);

/* The same of one version of an S3 object; NULL: the newest. A local root has one version of each object,
 * which is taken for any. */
struct source *place_open_version(struct places *places, const char *uri, const char *version,
                                  struct fault *fault);

/* The same of a rest of it. NULL also when only the whole can be read, or its ETag is another one now. */
struct source *place_open_rest(struct places *places, const char *uri, const char *version, const char *etag,
                               const struct source_rest *rest, struct fault *fault);

/* The same, also of what logaudit stored, which place_open does not give: NULL is a fault always. */
struct source *place_open_stored(struct places *places, const char *uri, struct fault *fault);

/* All of what that would give, appended. False also when it is longer than the buffer may be. */
bool place_read_stored(struct places *places, const char *uri, struct buf *out, struct fault *fault);

/* Whether both name the same file. */
bool place_same(const struct places *places, const char *uri, const char *other);
/* The same for all names of a file; of what is none, for the uri. */
uint64_t place_hash(const struct places *places, const char *uri);

bool is_s3(const char *uri); /* s3://...; NULL is none */

/* A sink for a file, an s3:// object or "-"; NULL and a fault. */
struct sink *place_create(struct places *places, const char *uri, struct fault *fault);

/* Writes the text there, whole or not at all. */
bool place_write(struct places *places, const char *uri, struct str text, struct fault *fault);

#endif
