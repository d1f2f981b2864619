/* What an audit tells about single records: how each was read, and why the rules that came near it did or did
 * not fire. Written by the code that decides, while it decides; scans have no explain and pay nothing.
 *
 * One JSON object for each record; docs/explain.md has its keys. What came from the log is redacted and cut
 * as in findings. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "evaluate.h"
#include "json.h"
#include "nearest.h"

struct explain {
    uint64_t line;  /* tell of the record that holds it; 0: of each */
    bool all_rules; /* also of rules that nothing in the record brought near */
    /* The object, valid during the call. `cut`: it was too long, the text is no JSON. */
    void (*tell)(void *context, struct str json, bool cut);
    void *context;
    struct nearest
        *nearest; /* says how near a pattern that does not match comes to its texts; NULL: nobody does */

    /* Its own. */
    struct buf out;
    struct json_writer w;
    const struct parsed *parsed;   /* of the record at hand */
    const struct secrets *secrets; /* of the record at hand */
    struct arena *arena;
    const struct ruleset *rules; /* of the rule at hand */
    enum severity severity;
    bool near;
    const char *part;
    size_t number;
    uint64_t told;
};

/* Embedded; the caller has set what is above "Its own". */
void explain_init(struct explain *x);
void explain_fini(struct explain *x);

/* Whether the record is one of those to explain. */
bool explain_wants(const struct explain *x, const struct record *r);

/* A record: begins, its rules one after the other, ends. The subject's texts and fields are read, `trace`
 * says where from. */
void explain_record(struct explain *x, const struct subject *s, const struct parse_trace *trace,
                    const struct secrets *secrets, struct arena *arena);
void explain_end(struct explain *x);

/* A rule: begins, its steps, ends. */
void explain_rule(struct explain *x, const struct ruleset *rs, const struct rule *r);
void explain_part(struct explain *x, const char *part);

/* A pattern of the part at hand was asked; `match`: where it matched, NULL: it did not. */
enum explained_answer { ANSWER_MATCH, ANSWER_NO_MATCH, ANSWER_NOT_SEARCHED, ANSWER_OVER_BUDGET };
void explain_pattern(struct explain *x, uint32_t pattern, enum explained_answer answer,
                     const struct found *match);

/* A test of the part at hand was asked; `value`: what it was decided on, no pointer when the field is absent.
 */
void explain_map(struct explain *x, size_t number);
void explain_test(struct explain *x, const struct test *t, struct str value, bool holds);

/* What it came to: its findings, which a correlation counts and an exception keeps from being reported; why
 * it failed (empty: it did not). Without both the part at hand decided. */
void explain_verdict(struct explain *x, const struct found_finding *findings, size_t count,
                     struct str reason);

#endif
