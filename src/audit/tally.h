/* What all batches of an audit come to, taken over in the order of the input: counts, groups, users, sources,
 * what was incomplete. The memory of each list is bounded; what did not fit is counted and said. */
#ifndef TALLY_H
#define TALLY_H

#include "detect.h"
#include "findings.h"
#include "groups.h"
#include "names.h"
#include "overview.h"

/* Users and the names in all lists of users kept apart; a further one, as a further group, is counted in
 * `evicted` and makes the result incomplete. */
enum { MAX_USERS = 200 * 1000, MAX_USER_NAMES = 1000 * 1000 };
/* Sources listed in the result; every one is counted. */
enum { MAX_SOURCES = 5000 };
/* Different things that went wrong, each with its count: a flood of one kind is one entry. Of further ones
 * the number is said. */
enum { MAX_NOTES = 200 };

struct counts {
    uint64_t bytes, lines, records, json, text, multiline, malformed, truncated, skipped, invalid_utf8,
        filtered, suppressed;
};

struct clock_counts {
    bool any;
    int64_t earliest, latest;
    uint64_t without_time, out_of_order;
};

struct source_entry {
    char *uri, *version;
    uint64_t records, bytes;
    bool complete;
};

struct incomplete {
    char *reason; /* read, truncated, deadline, rule_failed, rule_over_budget, evicted, malformed */
    char *source, *rule_id, *detail;
    uint64_t count;
};

struct diagnostic {
    char *code, *level, *message, *rule_id, *source;
    uint64_t line, count;
};

struct type_count {
    char *name;
    uint64_t count;
};

/* A failure of a rule that was still on, for `merge`: it decides anew which one was too many. */
struct noted_trip {
    uint32_t set, rule;
    enum trip_kind kind;
    const char *source; /* its uri */
    uint64_t line, offset;
    char *reason;
};

/* Findings of a rule that an exception, or the baseline, keeps out of the result. */
struct suppression {
    const struct rule *rule;
    const struct exception *exception; /* NULL: the baseline */
    uint64_t count;
};

struct user_table;
struct request_table;

struct correlator;

struct tally {
    const struct audit_options *options;
    struct rule_switches *switches;
    struct correlator *correlator;
    struct names correlations;    /* ids of those whose findings are reported */
    uint64_t correlated_filtered; /* ... but for their severity: counted in `filtered` too */
    struct counts counts;
    struct clock_counts clock;
    uint64_t findings, by_severity[SEVERITY_COUNT], performance_alerts;
    uint64_t counting[SEVERITY_COUNT]; /* the findings of rules that are not experimental: what --fail-on asks
                                          for */
    struct type_count *types;
    size_t type_count, type_capacity;
    uint64_t *by_rule[MAX_RULESETS];
    struct type_count
        *earlier; /* by id, the findings of rules that were in use before (tally_change_rules) */
    size_t earlier_count, earlier_capacity;
    struct suppression *suppressions;
    size_t suppression_count, suppression_capacity;
    uint32_t *trips[MAX_RULESETS];
    enum trip_kind *trip_kinds[MAX_RULESETS];
    struct noted_trip *noted_trips;
    size_t noted_trip_count, noted_trip_capacity;
    size_t rules_loaded;
    struct hash rules_digest;
    struct group_table *groups;
    struct overview overview;
    struct user_table *users;
    struct request_table *requests;
    struct source_entry *sources;
    size_t source_count, source_capacity;
    struct incomplete *incomplete;
    size_t incomplete_count, incomplete_capacity;
    struct diagnostic *diagnostics;
    size_t diagnostic_count, diagnostic_capacity;
    uint64_t incomplete_more, diagnostics_more; /* different ones that were not kept */
    uint64_t evicted_groups, evicted_users;
    int64_t last_time; /* of the source at hand, for out_of_order */
    bool has_last_time;
    size_t last_source;
};

/* The correlator gets the matches that correlations are on. */
void tally_init(struct tally *t, const struct audit_options *options, struct rule_switches *switches,
                struct correlator *correlator);
void tally_fini(struct tally *t);

/* A source that is about to be read; its index goes into the origin of its batches. */
size_t tally_add_source(struct tally *t, const char *uri, const char *version);
/* The end of a source: how much was read, and what was wrong with it (NULL: nothing; FAULT_DEADLINE is a
 * reason of its own). */
void tally_end_source(struct tally *t, size_t index, uint64_t bytes, uint64_t lines,
                      const struct fault *fault);

/* The time of the last record of the source that has one; false: none yet. To continue a source, it is set.
 */
bool tally_last_time(const struct tally *t, size_t source, int64_t *time);
void tally_set_last_time(struct tally *t, size_t source, int64_t time);

/* Takes over a batch. Calls `emit` (NULL: nobody) for each finding that is reported, in order. */
void tally_add_batch(struct tally *t, const struct batch *batch, const struct origin *origin,
                     const struct batch_findings *found, void (*emit)(void *context, const struct finding *f),
                     void *context);

/* The pieces of that, for `merge`: a finding that is reported, a failure of a rule (`source` must outlive the
 * tally; nothing happens when the rule is off already), whether it is off; findings that an exception (NULL:
 * the baseline) kept out. */
void tally_add_finding(struct tally *t, const struct found_finding *found);
void tally_add_trip(struct tally *t, const struct trip *trip, const char *source);
bool tally_rule_off(const struct tally *t, uint32_t set, uint32_t rule);
void tally_add_suppressed(struct tally *t, const struct rule *rule, const struct exception *exception,
                          uint64_t count);
/* Takes over a finding of a correlation of the first ruleset: counts and emits it when it is reported. */
void tally_add_correlated(struct tally *t, const struct finding *f, uint32_t rule,
                          void (*emit)(void *context, const struct finding *f), void *context);

/* Adds an entry to `incomplete` or `diagnostics` (docs/result.md), or counts it again. NULL: it concerns no
 * source, no rule. Texts are copied; `line` 0: none. */
void tally_add_incomplete(struct tally *t, const char *reason, const char *source, const char *rule_id,
                          const char *detail);
void tally_add_diagnostic(struct tally *t, const char *code, const char *level, const char *rule_id,
                          const char *source, uint64_t line, const char *message);

/* The same, having happened `count` times. */
void tally_carry_incomplete(struct tally *t, const char *reason, const char *source, const char *rule_id,
                            const char *detail, uint64_t count);
void tally_carry_diagnostic(struct tally *t, const char *code, const char *level, const char *rule_id,
                            const char *source, uint64_t line, const char *message, uint64_t count);
/* Other rules from now on: what was counted stays, failures are forgotten. */
void tally_change_rules(struct tally *t, const struct audit_options *options, struct correlator *correlator);

/* Adds a diagnostic for each rule with an exception that has ended, and for each correlation that the
 * overrides leave without what it is on. */
void tally_note_overrides(struct tally *t);

#endif
