/* Between s3.c and s3_store.c. */
#ifndef S3_INSIDE_H
#define S3_INSIDE_H

#include "s3.h"

enum { S3_MAX_QUERY = 8192, S3_MAX_ENCODED = 16 * 1024 };

/* A request about an object or a bucket (then without a key) while it is being made. */
struct s3_request {
    struct aws_request aws;
    struct header headers[16];
    struct str bucket;
    struct buf base, path, query;
    char region[64];
    size_t own_headers; /* the first ones, which every request of this user has */
};

/* About the bucket, or `with_key` about the object. The name must outlive it; a header's value too, at most
 * as many as there is room for. */
void s3_request_init(const struct s3 *s, struct s3_request *r, const struct s3_name *name, const char *action,
                     const char *method, bool with_key);
void s3_request_fini(struct s3_request *r);
void s3_request_header(struct s3_request *r, const char *name, struct str value);

/* aws_send, once more when the bucket is in another region. True: an answer with 2xx. */
bool s3_send(struct s3 *s, struct http *h, struct s3_request *r, struct http_response *response,
             struct fault *fault);

/* Of the environment; NULL: not set, or blank. */
const char *s3_variable(const struct s3 *s, const char *name);

/* The headers of an answer. */
void s3_read_info(const struct http_response *response, struct s3_info *info);

#endif
