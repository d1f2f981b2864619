/* Which rules may fire on which records of a batch: one pass of the candidate sets over all of its bytes.
 *
 * Text that the raw bytes hide is scanned a second time in the form that rules will see: JSON records (and
 * lines of text that may carry a JSON object) with a backslash, and records with a letter whose other case is
 * ASCII (U+0130, U+0131, U+017F, U+212A). The line that names a record's columns is scanned for it too. */
#ifndef CANDIDATES_H
#define CANDIDATES_H

#include "options.h"
#include "record.h"

struct candidates;

/* A rule to evaluate: its set, and its index there. */
struct candidate {
    uint32_t set, rule;
};

/* One per thread. The options and their rulesets must outlive it. */
struct candidates *candidates_new(const struct audit_options *options);
void candidates_free(struct candidates *c);

/* Scans a batch; then candidates_find answers for its records, which must be asked in order, each at most
 * once. */
void candidates_scan(struct candidates *c, const struct batch *batch);

/* Goes on to record `index`: what is asked below is about it. */
void candidates_find(struct candidates *c, size_t index);

/* Adds a rule that the scan could not find; twice is once. */
void candidates_add(struct candidates *c, uint32_t set, uint32_t rule);

/* The rules to evaluate, *count of them in no order; the caller may change the list. Valid until the next
 * candidates_find. */
struct candidate *candidates_list(struct candidates *c, size_t *count);

/* Which gates of the first set's census stand open in the record. */
const struct marks *candidates_gates(const struct candidates *c);

/* Whether the record may hold a secret that is to be redacted, other than a card number (redact.h). */
bool candidates_secret(const struct candidates *c);

/* By pattern of a set, whether it hit in the record. */
const bool *candidates_hits(const struct candidates *c, size_t set);

/* The text with all that looks like a JSON escape decoded; other backslashes stay. */
struct str decode_escapes(struct str s, struct arena *arena);

#endif
