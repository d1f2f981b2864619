/* One audit of an invocation: an item in, a stored result and what is to be answered out. */
#ifndef REQUEST_H
#define REQUEST_H

#include "event.h"
#include "merging.h"
#include "notify.h"
#include "output.h"

struct shelf;

/* What outlives a request. */
struct request_context {
    const struct cli *cli;
    const char *account_id; /* for the stored findings; NULL: not known */
    struct shelf *shelf;    /* rulesets in use again; NULL: none are kept */
    struct places *places;  /* what is known of AWS, kept too; NULL: each request finds out itself */
    struct mirror *mirror;  /* copies of rules in S3, kept too; NULL: each request makes its own */
    int64_t deadline; /* microseconds since 1970: what is not read by then is left out, and said; 0: none */
    bool logs_incomplete; /* what is missing is logged too: nobody watches metrics */
};

struct request {
    struct job job;
    struct lambda_event event;
    struct audit *audit;
    struct tally *tally; /* of the audit, once it has ended */
    struct kept_findings kept;
    struct result_info info;
    struct merging merging; /* of a merge, in place of the audit */
    struct uris results;    /* ... what is merged */
    size_t failed_files;    /* of the rules */
    struct uris sources;    /* of several places: what was read, or is done */
    bool read_any;
    size_t begun; /* sources that were read, or would have been */
    struct notify notify;
    bool over, changed; /* the time; the cursor's source, as `change` says */
    struct fault change;
    bool taken_up;      /* the cursor's source was met */
    struct cursor next; /* of a source: where it is to be taken up, because the time was over */
    char *next_source, *next_version;
    struct buf next_json;
    struct audit_link link, continues; /* the ends of this part */
    size_t own_results, older;         /* objects left out: results of ours; unchanged since modified_since */
    bool notified;                     /* S3 told of the object: one of ours is nothing to do, no mistake */
    int64_t modified;                  /* the latest of the objects: the date of the stored result */
    struct places *places;
    const char *account_id;
    struct hash_state *hash;
    char audit_id[HASH_HEX + 1], options[HASH_HEX + 1];
    char asked[CURSOR_ASKED + 1];
    struct buf location;
};

/* Audits the item and stores the result. False: see the fault; nothing was stored then, or not all of it.
 * FAULT_NONE: there was nothing to do, its text says why. request_fini in any case. */
bool request_run(struct request *r, const struct request_context *context, const struct item *item,
                 struct fault *fault);
void request_fini(struct request *r);

/* Whether the deadline ended it, and another invocation can go on: sends the event for that to
 * LOGAUDIT_CONTINUE_QUEUE. False: it did not, there is no such queue (FAULT_NONE), or it did not take the
 * event (see the fault). */
bool request_send_on(struct request *r, const struct item *item, struct fault *fault);

/* Why nothing is to be done for the item; NULL: there is something to do. */
const char *request_nothing(const struct item *item);

#endif
