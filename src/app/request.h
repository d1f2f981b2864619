/* One audit of an invocation: an item in, a stored result and what is to be answered out. */
#ifndef REQUEST_H
#define REQUEST_H

#include "event.h"
#include "merging.h"
#include "output.h"

struct shelf;

/* What outlives a request. */
struct request_context {
    const struct cli *cli;
    const char *account_id; /* for the stored findings; NULL: not known */
    struct shelf *shelf;    /* rulesets in use again; NULL: none are kept */
    struct places *places;  /* what is known of AWS, kept too; NULL: each request finds out itself */
    int64_t deadline; /* microseconds since 1970: what is not read by then is left out, and said; 0: none */
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
    bool read_any;
    size_t own_results, older; /* objects left out: results of ours; unchanged since modified_since */
    int64_t modified;          /* the latest of the objects: the date of the stored result */
    struct places *places;
    const char *account_id;
    struct hash_state *hash;
    char audit_id[HASH_HEX + 1], options[HASH_HEX + 1];
    struct buf location;
};

/* Audits the item and stores the result. False: see the fault; nothing was stored then, or not all of it.
 * request_fini in any case. */
bool request_run(struct request *r, const struct request_context *context, const struct item *item,
                 struct fault *fault);
void request_fini(struct request *r);

/* Whether the key is one under which results are stored, so that what logaudit wrote is never audited. */
bool request_is_result(const char *key);

/* Why nothing is to be done for the item; NULL: there is something to do. */
const char *request_nothing(const struct item *item);

#endif
