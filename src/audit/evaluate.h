/* One rule on one record: the exact answer. Pure but for the scratch it is given. */
#ifndef EVALUATE_H
#define EVALUATE_H

#include "findings.h"
#include "match_runner.h"
#include "parse.h"
#include "redact.h"

/* A record with all that rules may ask about it. */
struct subject {
    struct str source, version;
    const struct record *record;
    struct str raw;
    struct str raw_text; /* valid UTF-8 */
    struct parsed parsed;
    struct secrets secrets;
};

struct place;

/* Named groups and keys that one finding may have. */
enum { MAX_CAPTURES = 64 };

/* One per thread. */
struct evaluator {
    const struct audit_options *options;
    struct regex_scratch *scratch;
    struct parser *parser;
    struct match_runner *runner;
    struct hash_state *hash;
    struct place *places; /* of the rule at hand */
    size_t place_capacity;
    struct capture captures[MAX_CAPTURES]; /* of the rule at hand */
};

void evaluator_fini(struct evaluator *e);

/* Appends the findings of the rule on the subject, or a trip when it failed. `hits`: by pattern, what the
 * candidate scan saw in this record. */
void evaluate(struct evaluator *e, uint32_t set, uint32_t rule, const bool *hits,
              const struct subject *subject, struct batch_findings *out);

#endif
