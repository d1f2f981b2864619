/* A client of AWS: settings, credentials that are renewed in time, the clock of the other side, and requests
 * that are signed anew for every attempt. Shared by all threads; each has its own connection (struct http).
 */
#ifndef AWS_H
#define AWS_H

#include "endpoint.h"
#include "http.h"
#include "retry.h"

struct aws;

/* Reads the settings; nothing is asked yet. NULL and a fault. */
struct aws *aws_new(struct fault *fault);
void aws_free(struct aws *a);

/* Views; valid as long as the client. */
const struct settings *aws_settings(const struct aws *a);
const struct crypto *aws_crypto(const struct aws *a);

/* A connection for the calling thread. */
struct http *aws_connect(const struct aws *a, struct fault *fault);

struct aws_request {
    const char *action; /* "s3:GetObject": what messages name */
    const char *on;     /* the object or log group: what messages name too */
    const char *service, *region, *method;
    struct str base;        /* scheme, host and what stands in front of every path; no slash at its end */
    struct str path, query; /* encoded; a path begins with a slash */
    const struct header *headers; /* besides those that every request has */
    size_t header_count;
    struct str body;
    struct buf *into;        /* see http.h */
    const struct stop *stop; /* see http.h */
};

/* One attempt. False: no whole answer. */
bool aws_attempt(struct aws *a, struct http *h, const struct aws_request *request,
                 struct http_response *response, struct fault *fault);

/* Attempts so far for one aim. Zeroed. */
struct aws_tries {
    unsigned count; /* repetitions since there was progress */
    bool clock, credentials;
    int taken; /* of the quota */
};
/* After an attempt that did not do: waits and says whether there may be another one. */
bool aws_again(struct aws *a, struct aws_tries *tries, const struct aws_request *request,
               const struct http_response *response);
/* After an attempt that did. */
void aws_done(struct aws *a, const struct aws_tries *tries);

/* Attempts until there is an answer that another attempt would not better: true, whatever its status is.
 * False: there is none; the fault names action and object. */
bool aws_send(struct aws *a, struct http *h, const struct aws_request *request,
              struct http_response *response, struct fault *fault);

/* What an answer calls its error, from its headers, XML or JSON; empty when it says nothing. */
void aws_error_code(const struct http_response *response, struct buf *code);

/* A fault out of a refusal: the action, what it was on, code and message of the answer, and what to do about
 * it where that is known. Returns false. */
bool aws_refused(const struct aws_request *request, const struct http_response *response,
                 struct fault *fault);

#endif
