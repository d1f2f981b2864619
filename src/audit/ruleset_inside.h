/* The making of a ruleset, step by step, for ruleset*.c. */
#ifndef RULESET_INSIDE_H
#define RULESET_INSIDE_H

#include "ruleset.h"

/* The compiled form of some thousand rules; a larger document is an accident. */
enum { RULESET_MAX_DOCUMENT = 256 << 20 };

/* ---- ruleset_files.c ---- */

/* Reads all files that the options name. */
bool ruleset_read_files(struct ruleset *rs, const struct ruleset_options *o, struct fault *fault);

/* The digest names what the rules say; the key also what they were compiled by and for. Each has room for
 * HASH_HEX + 1. */
bool ruleset_keys(const struct ruleset_options *o, const struct ruleset *rs, char *digest, char *key,
                  struct fault *fault);

/* ---- ruleset_load.c ---- */

/* Fills in what the files are compiled to, from the cache or afresh. */
bool ruleset_load(struct ruleset *rs, const struct ruleset_options *o, const char *key, struct fault *fault);

/* ---- ruleset_plan.c ---- */

void ruleset_link_correlations(struct ruleset *rs);

/* Which records each rule must see. Without `prefilter` every rule sees all. */
void ruleset_plan_candidates(struct ruleset *rs, bool prefilter);

/* ---- ruleset.c ---- */

/* Everything but the files: what a failed load from the cache leaves behind. */
void ruleset_clear(struct ruleset *rs);

#endif
