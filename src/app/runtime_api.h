/* The client of the Lambda Runtime API (2018-06-01): where a custom runtime gets its events from and takes
 * its answers to. Plain HTTP on this machine, never through a proxy. One exchange at a time. */
#ifndef RUNTIME_API_H
#define RUNTIME_API_H

#include "buf.h"
#include "fault.h"

struct runtime_api;

/* Longer than what AWS takes as one. */
enum { RUNTIME_NAME_MAX = 512 };

struct invocation {
    struct buf event;
    char request_id[RUNTIME_NAME_MAX];
    char trace_id[RUNTIME_NAME_MAX]; /* "": not traced */
    char account_id[16];             /* of the function's owner; "": not known */
    int64_t deadline;                /* microseconds since 1970; 0: not said */
};

/* Embedded; filled anew by each runtime_api_next. */
void invocation_init(struct invocation *i);
void invocation_fini(struct invocation *i);

/* `address`: host and port, as AWS_LAMBDA_RUNTIME_API has them. NULL and a fault. */
struct runtime_api *runtime_api_new(const char *address, struct fault *fault);
void runtime_api_free(struct runtime_api *api);

/* Waits for the next event, however long it takes: the process is frozen in here. What is wrong with a
 * connection that has become stale meanwhile is tried again. False: the process should end, see the fault. */
bool runtime_api_next(struct runtime_api *api, struct invocation *invocation, struct fault *fault);

enum posted {
    POSTED,  /* taken */
    REFUSED, /* not taken, see the fault; the next event can be asked for */
    BROKEN,  /* the process should end, see the fault */
};

/* The answer to the invocation. */
enum posted runtime_api_respond(struct runtime_api *api, const struct invocation *invocation,
                                struct str answer, struct fault *fault);
/* The invocation failed; `type` is the errorType, `error` the body. */
enum posted runtime_api_fail(struct runtime_api *api, const struct invocation *invocation, const char *type,
                             struct str error, struct fault *fault);
/* The process cannot work at all and is about to end. */
enum posted runtime_api_fail_init(struct runtime_api *api, const char *type, struct str error,
                                  struct fault *fault);

#endif
