/* What correlations take from a match: the key, and the value or weight that they count by. */
#ifndef MATCH_USE_H
#define MATCH_USE_H

#include "findings.h"
#include "redact.h"
#include "test_field.h"

/* A value of a key that is longer is cut, after redaction. */
enum { MAX_KEY_VALUE = 1024 };

/* A number beyond it, infinity or NaN is none: in a sum it would swallow all others, and stay when it has
 * left the window. Nanoseconds since 1970 and bytes of any store are below. */
#define MAX_COUNTED 1e18
static inline bool match_number_counts(double number) {
    return number >= -MAX_COUNTED && number <= MAX_COUNTED;
}

/* The key of some values, whoever counts by them. */
struct hash match_key(struct hash_state *scratch, const struct str *values, size_t count);

struct use_source {
    const struct ruleset *rs;
    const struct takers *takers;        /* of the rule */
    const struct finding *finding;      /* its captures and fields come first */
    const struct test_subject *subject; /* the record; NULL: the finding is all there is */
    const struct secrets *secrets;      /* of the record; NULL: none */
    struct hash_state *hash;
    struct arena *arena; /* of what is given back */
};

/* Fills `uses` and `use_count`. The finding is not redacted yet. Keys are made of the values as they stand in
 * the record, so that secrets are told apart; `by` has them redacted. */
void match_uses_take(struct found_finding *match, const struct use_source *source);

#endif
