/* What all audits of an invocation come to: for the answer to a batch and for the metrics. */
#ifndef TOTALS_H
#define TOTALS_H

#include "json.h"
#include "merge.h"
#include "tally.h"
#include "users.h"

struct totals {
    uint64_t audits, failed, incomplete; /* failed: items, whose error or missing part was said */
    uint64_t told_incomplete; /* mergings that miss nothing but what their parts missed; among `incomplete` */
    uint64_t continued;       /* audits whose rest another invocation does */
    uint64_t records, bytes, findings, by_severity[SEVERITY_COUNT], performance_alerts, errors;
    uint64_t rule_errors, over_budget; /* rules that raised; rules that ran over a budget */
    uint64_t rules_rejected;           /* what lies in S3 as rules is not what is in use */
    bool has_latest;
    int64_t latest; /* time of the last record, microseconds since 1970 */
    struct type_count *types;
    size_t type_count, type_capacity;
    struct user_table *users;
};

/* Embedded. totals_add: one audit more; nothing of the tally is kept. */
void totals_init(struct totals *t);
void totals_fini(struct totals *t);
void totals_add(struct totals *t, const struct tally *tally);
/* A merging more: what its parts had was told when they were audited. */
void totals_add_merging(struct totals *t, const struct tally *tally, const struct merge_news *news);

/* processed_logs, findings (none), summary, critical_findings_count: as members of the object at hand. */
void totals_put(const struct totals *t, struct json_writer *w);

#endif
