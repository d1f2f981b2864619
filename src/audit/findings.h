/* What the detection of one batch came to: plain data in the batch's arena, to be taken over in the order of
 * batches by the tally. */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "finding.h"
#include "options.h"
#include "timestamp.h"

/* Which source a batch came from. */
struct origin {
    struct str uri, version;
    struct str log_stream;  /* empty: none */
    struct time_rules time; /* with the source's own reference for year-less stamps */
    size_t index;           /* in the tally's list of sources */
};

/* Rules are switched off for the job after this many failures. */
enum { MAX_TRIPS = 5 };

enum trip_kind { TRIP_RAISED, TRIP_OVER_BUDGET };

/* A rule that failed on a record. */
struct trip {
    uint32_t set, rule;
    enum trip_kind kind;
    uint64_t line, offset;
    struct str reason;
    size_t before; /* it happened before the finding with this index */
};

/* What one correlation takes from a match of a rule that it is on (correlator.h). */
struct match_use {
    uint32_t correlation;  /* the rule that has it: index into the first ruleset's rules */
    uint32_t steps;        /* which of its steps the match is, as bits; `sequence` and `together` */
    bool missing;          /* a field of `by`, or the one that is counted, is absent: it is not counted */
    struct hash key;       /* of the values of `by` */
    const struct str *by;  /* these values, redacted; as many as the correlation has */
    double number, weight; /* of `value`; of `weight`, else 1 */
    uint64_t distinct;     /* hash of the value that `distinct` counts */
};

/* How many records there were of one key of a `ratio`, in one second. */
struct record_total {
    uint32_t correlation;
    struct hash key;
    int64_t second; /* since 1970 */
    uint64_t records;
};

struct found_finding {
    struct finding finding;
    uint32_t set, rule;
    uint32_t record;                   /* its index in the batch */
    const struct exception *exception; /* why it is not reported; NULL: it is */
    struct match_use *uses;
    size_t use_count;
};

/* A record that names a user. */
struct user_fact {
    struct str user, service, action, outcome, ip;
    bool has_time;
    int64_t time;
};

struct batch_findings {
    struct arena arena;
    struct found_finding *findings;
    size_t finding_count, finding_capacity;
    struct trip *trips;
    size_t trip_count, trip_capacity;
    struct user_fact *users;
    size_t user_count, user_capacity;
    struct record_total *totals; /* a key and second may be there more than once */
    size_t total_count, total_capacity;

    uint64_t records, json, malformed, multiline, truncated, invalid_utf8, lines, skipped;
    uint64_t without_time, out_of_order, has_time;
    int64_t earliest, latest, first_time, last_time; /* of the `has_time` records */
};

/* Embedded. Reset: empty again, with its memory. */
void batch_findings_init(struct batch_findings *f);
void batch_findings_fini(struct batch_findings *f);
void batch_findings_reset(struct batch_findings *f);

#endif
