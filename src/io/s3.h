/* Amazon S3, or what speaks its protocol: reading and listing objects, and storing them. A bucket in another
 * region is found once and remembered. Every fault names the object, the action and the cause. */
#ifndef S3_H
#define S3_H

#include "aws.h"

struct s3;

/* Reads the settings; nothing is asked yet. NULL and a fault. s3_aws: its client, a view. */
struct s3 *s3_new(struct fault *fault);
void s3_free(struct s3 *s);
struct aws *s3_aws(const struct s3 *s);

/* s3://BUCKET/KEY taken apart; views. False: it is none. */
struct s3_name {
    const char *uri; /* for messages */
    struct str bucket, key;
    const char *version; /* what is read of the object; NULL: the newest. s3_name leaves it so */
};
bool s3_name(const char *uri, struct s3_name *out, struct fault *fault);

enum { S3_MAX_ETAG = 128 };

struct s3_info {
    char etag[S3_MAX_ETAG]; /* without quotes */
    int64_t size;           /* of the whole object */
    int64_t modified;       /* microseconds since 1970 */
    bool own;               /* logaudit stored it */
    bool same;              /* it is the one that `unless` names, and nothing came */
};

/* Appends the bytes from `from` on, at most `length` of them, to `into`, going on where a connection broke.
 * With an etag the object must still be the one it names. info is of the answer. An empty object, and a range
 * behind the end of it, has no bytes: true. */
struct s3_range {
    int64_t from, length;
    const char *etag;        /* NULL: whatever is there */
    const struct stop *stop; /* NULL, or ends the reading */
    const char *unless;      /* NULL, or the etag of what the caller has: it is not sent again */
};
bool s3_get(struct s3 *s, struct http *h, const struct s3_name *name, const struct s3_range *range,
            struct buf *into, struct s3_info *info, struct fault *fault);

/* What the object is, without its bytes. */
bool s3_head(struct s3 *s, struct http *h, const struct s3_name *name, struct s3_info *info,
             struct fault *fault);

/* Calls `visit` for each object whose key begins with the name's key, in the order of the keys, page by page:
 * a page's objects are all known before the first of them is visited (`page` is called with it). */
struct s3_listed {
    struct str key;
    struct s3_info info;
};
struct s3_visitor {
    void (*page)(void *context, const struct s3_listed *objects, size_t count);
    void *context;
    const struct stop *stop;
    /* NULL, or is told the last key of a page, when more follow, and appends a later one: all up to that is
     * left out, and not asked for. Nothing appended: all is wanted. */
    void (*skip)(void *context, struct str last, struct buf *after);
};
bool s3_list(struct s3 *s, struct http *h, const struct s3_name *name, const struct s3_visitor *visitor,
             struct fault *fault);

/* ---- storing: the object appears whole or not at all ---- */

/* With one request. */
bool s3_put(struct s3 *s, struct http *h, const struct s3_name *name, struct str body, struct fault *fault);

enum { S3_MAX_PARTS = 10000 };
/* What the server says of a part that it has. */
struct s3_part {
    char etag[S3_MAX_ETAG];
    char checksum[SHA256_BASE64 + 1]; /* "": it keeps none */
};
/* In parts: begin, each part, then complete or abort. *upload is to be freed. */
bool s3_upload_begin(struct s3 *s, struct http *h, const struct s3_name *name, char **upload,
                     struct fault *fault);
/* `number` from 1 on; all parts but the last have 5 MiB or more. */
bool s3_upload_part(struct s3 *s, struct http *h, const struct s3_name *name, const char *upload, int number,
                    struct str body, struct s3_part *part, struct fault *fault);
bool s3_upload_complete(struct s3 *s, struct http *h, const struct s3_name *name, const char *upload,
                        const struct s3_part *parts, int count, int64_t size, struct fault *fault);
void s3_upload_abort(struct s3 *s, struct http *h, const struct s3_name *name, const char *upload);

#endif
