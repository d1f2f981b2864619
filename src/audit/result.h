/* The result of an audit as JSON (docs/result.md). The findings are not held here: the caller writes
 * them between the head and the tail. */
#ifndef RESULT_H
#define RESULT_H

#include "json.h"
#include "tally.h"

/* What joins two parts of one run: the same in the `next` of the one and the `continues` of the other. */
struct audit_link {
    const char *cursor; /* digest of the cursor */
    const char *source; /* the uri of the source in which the one ends and the other begins */
};

struct result_info {
    const char *audit_id;
    int64_t started, finished;    /* microseconds since 1970 */
    uint64_t findings_omitted;    /* not written because of a limit */
    const char *storage_location; /* NULL: not stored */
    const char *source_type;      /* of an event; NULL on the command line */
    struct str source_config;     /* JSON of the event; empty: none */
    bool status_code;             /* of an event: say 200 */
    bool with_state;              /* the object stays open for result_write_state (result_state.h) */
    const char *options;          /* digest of the rules and of all that changes findings, for the state */
    bool merged;                  /* the result of a merging: */
    const char *const *parts;     /* ... the audit_id of each part */
    size_t part_count;
    const struct audit_link *continues; /* where other parts ended that this one goes on from */
    const struct audit_link *next;      /* where it ended because of the deadline */
    size_t continues_count, next_count;
    struct str next_json; /* the cursor for whoever continues */
    enum {
        TELL_NOBODY,
        TELL_LATER, /* of a merging: someone is to be notified of its findings, and was not yet */
        TELL_DONE,
    } tell;
    size_t shown; /* at most so many items of each list; 0: what is usual */
};

/* {"processed_logs": N, "findings": [ */
void result_put_head(struct json_writer *w, const struct tally *t);
/* ], and everything else, } */
void result_put_tail(struct json_writer *w, struct tally *t, const struct result_info *info);
/* The whole without `findings`, as the last line of ndjson. */
void result_put_closing(struct json_writer *w, struct tally *t, const struct result_info *info);

/* One of `sources`. */
void result_put_source(struct json_writer *w, const struct source_entry *s);
/* The members of one of `summary.suppressed`. */
void result_put_suppression(struct json_writer *w, const struct suppression *s);
/* What a batch says of one of its audits, as members of the object at hand: the figures without the lists. */
void result_put_brief(struct json_writer *w, struct tally *t, const struct result_info *info);

/* Whether everything was read and every rule ran. */
bool result_complete(const struct tally *t);

#endif
