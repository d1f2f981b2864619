/* AWS Signature Version 4: what makes a request ours. Pure functions of what they are given; who sends the
 * request gives the header `Authorization` to it, signs every attempt anew, and logs neither. */
#ifndef SIGN_H
#define SIGN_H

#include "buf.h"
#include "crypto.h"

struct header {
    struct str name, value;
};

struct sign_request {
    struct str method;
    struct str path;              /* as it goes over the wire, percent-encoded; "" is "/" */
    struct str query;             /* without the '?' */
    const struct header *headers; /* all of them are signed; host and x-amz-date among them */
    size_t header_count;
    struct str payload_hash; /* SHA-256 of the body in hex, or what stands for it */
    /* S3 signs the path as it is. All others sign it encoded a second time, and (normalize) without empty and
     * dot segments. */
    bool encode_path, normalize;
};

struct sign_scope {
    const char *region, *service;
    char stamp[17]; /* 20150830T123600Z: the value of x-amz-date */
};

struct sign_keys {
    struct str id, secret;
};

enum { SIGN_MAX_HEADERS = 32 };

/* Prints a time (seconds since 1970) as x-amz-date has it. */
void sign_print_stamp(int64_t seconds, char out[17]);

/* The pieces, for the tests: canonical request, and the text that its hash goes into. */
void sign_canonical(const struct sign_request *r, struct buf *out);
void sign_text(const struct crypto *c, const struct sign_scope *scope, struct str canonical, struct buf *out);
void sign_signature(const struct crypto *c, const struct sign_scope *scope, struct str secret,
                    struct str text, char out[SHA256_HEX + 1]);

/* Appends the value of the header Authorization. */
void sign_authorization(const struct crypto *c, const struct sign_request *r, const struct sign_scope *scope,
                        struct sign_keys keys, struct buf *out);

#endif
