/* One rule on one record: the exact answer. Pure but for the scratch it is given. */
#ifndef EVALUATE_H
#define EVALUATE_H

#include "findings.h"
#include "match_runner.h"
#include "parse.h"
#include "redact.h"

/* A record with all that rules may ask about it. Most candidates come to nothing, so the fields are read when
 * the first rule's patterns hold, and secrets are looked for when the first finding is made. */
struct subject {
    struct str source, version, log_stream;
    const struct record *record;
    const struct source_event *event; /* NULL: the record is of none */
    struct str raw;
    const struct time_rules *time;
    const bool *secret_hits;     /* by pattern of the first ruleset, what the candidate scan saw */
    const struct census *census; /* NULL: none, or one that is not to be relied on */

    struct parsed parsed;
    struct str raw_text; /* valid UTF-8 */
    bool has_fields, has_secrets;
    struct secrets secrets;
};

/* A subject with nothing read yet. */
void subject_init(struct subject *s, const struct record *record, struct str raw, const struct origin *origin,
                  const bool *secret_hits);
/* First of all when rules are to be evaluated. */
void subject_read_texts(struct subject *s, struct parser *parser);
const struct fields *subject_fields(struct subject *s, struct parser *parser);

struct evaluator;
/* What is secret in the record: searched for once. After subject_read_texts. */
const struct secrets *subject_secrets(struct subject *s, const struct evaluator *e, struct arena *arena);

/* The record as people read it: without its secrets, then at most `max` bytes. After subject_read_texts. */
struct str subject_shown(struct subject *s, const struct evaluator *e, size_t max, struct arena *arena);

struct place;
struct explain;

/* Named groups and keys that one finding may have. */
enum { MAX_CAPTURES = 128 };

/* One per thread. */
struct evaluator {
    const struct audit_options *options;
    struct regex_scratch *scratch;
    struct parser *parser;
    struct match_runner *runner;
    struct hash_state *hash;
    struct explain *explain; /* told about the rules on the record at hand (explain.h); NULL: nobody is */
    size_t first_finding;    /* of the record at hand, in the batch */
    struct place *places;    /* of the rule at hand */
    size_t place_capacity;
    struct capture captures[MAX_CAPTURES];    /* of the rule at hand */
    struct regex_span spans[REGEX_MAX_SPANS]; /* of the search at hand */
};

/* Frees all but the parser and what it was told about. */
void evaluator_fini(struct evaluator *e);

/* Appends the findings of the rule on the subject, or a trip when it failed. `hits`: by pattern, what the
 * candidate scan saw in this record. */
void evaluate(struct evaluator *e, uint32_t set, uint32_t rule, const bool *hits, struct subject *subject,
              struct batch_findings *out);

#endif
