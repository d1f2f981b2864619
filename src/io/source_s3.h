/* S3 objects as sources. While one is read, the next parts of it and the objects after it are fetched in the
 * background, by a few threads, into a bounded amount of memory; they come out in order. */
#ifndef SOURCE_S3_H
#define SOURCE_S3_H

#include "s3.h"
#include "source.h"

struct s3_reader;

/* Both must outlive it. `stop` may be NULL. NULL and a fault: LOGAUDIT_S3_CONNECTIONS is none. */
struct s3_reader *s3_reader_new(struct s3 *s3, const struct stop *stop, struct fault *fault);
void s3_reader_free(struct s3_reader *r);

/* For the next invocation: nothing is expected any more, and a reader that was stopped reads again. Its
 * connections are kept unless it was. No source is open. */
void s3_reader_renew(struct s3_reader *r);

/* Says which objects will be opened, in this order. What a listing said of one spares a request; NULL:
 * nothing is known. */
void s3_reader_expect(struct s3_reader *r, const char *uri, const struct s3_info *info);

/* `version`: NULL, or the one of its versions that is read. NULL and a fault when it cannot be
 * read. One source is open at a time. */
struct source *s3_reader_open(struct s3_reader *r, const char *uri, const char *version, struct fault *fault);

/* The same of a rest (not all) of what has this etag. */
struct source *s3_reader_open_rest(struct s3_reader *r, const char *uri, const char *version,
                                   const char *etag, const struct source_rest *rest, struct fault *fault);

#endif
