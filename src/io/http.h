/* HTTP on libcurl: one exchange at a time. What is sent is what the caller gives, byte for byte: paths are
 * not normalised, redirects not followed, nothing is signed, decoded or tried again here. No header and no
 * body ever gets into a message. */
#ifndef HTTP_H
#define HTTP_H

#include "buf.h"
#include "fault.h"
#include "sign.h"

/* Whether someone wants the work to end; NULL: nobody can. */
struct stop {
    bool (*asked)(const void *context);
    const void *context;
};

static inline bool stop_asked(const struct stop *s) {
    return s && s->asked(s->context);
}

struct http_options {
    const char *ca_file; /* certificates that are trusted; NULL: what libcurl was built with */
    unsigned connect_ms; /* until there is a connection */
    unsigned stall_ms;   /* without a byte in either direction; 0: for ever */
};

struct http_request {
    const char *method, *url; /* percent-encoded */
    const struct header *headers;
    size_t header_count;
    struct str body;
    struct buf *into;        /* NULL, or where the body of an answer with 2xx is appended */
    unsigned total_ms;       /* of the whole exchange; 0: no limit */
    bool no_proxy;           /* services of the machine itself are never asked through a proxy */
    const struct stop *stop; /* NULL, or ends the exchange */
};

/* What went wrong when there was no whole answer. */
enum http_failure { HTTP_NONE, HTTP_UNREACHABLE, HTTP_TIMEOUT, HTTP_BROKEN, HTTP_REFUSED, HTTP_STOPPED };

enum { HTTP_MAX_HEADERS = 64 * 1024, HTTP_MAX_BODY = 8 << 20 };

struct http_response {
    int status;         /* 0: not even a first line */
    struct buf headers; /* "Name: value\r\n" and so on */
    struct buf body;    /* unless it went into the request's own buffer */
    enum http_failure failure;
};

/* Embedded; each exchange fills it anew. */
void http_response_init(struct http_response *r);
void http_response_fini(struct http_response *r);

/* The first header of that name, without case; empty when there is none. A view. */
struct str http_header(const struct http_response *r, const char *name);

struct http; /* a connection that is kept alive; for one thread at a time */

/* Loads libcurl when it is the first. NULL and a fault. */
struct http *http_new(const struct http_options *options, struct fault *fault);
void http_free(struct http *h);

/* False: no whole answer; failure and fault say why, and what came of the body is there. Any status is an
 * answer.
 */
bool http_send(struct http *h, const struct http_request *request, struct http_response *response,
               struct fault *fault);

/* The first readable of the files that systems keep their certificates in; `named` (may be NULL or empty)
 * before all. NULL when there is none. */
const char *http_ca_file(const char *named);

#endif
