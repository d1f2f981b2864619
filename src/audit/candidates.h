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

struct candidate {
    uint32_t set, rule;
};

struct candidates *candidates_new(const struct audit_options *options);
void candidates_free(struct candidates *c);

/* Scans a batch; then candidates_of answers for its records, which must be asked in order, each at most once.
 */
void candidates_scan(struct candidates *c, const struct batch *batch);

/* The rules to evaluate on record `index`, *count of them in no order; valid until the next call. */
const struct candidate *candidates_of(struct candidates *c, size_t index, size_t *count);

/* By pattern of a set, whether it hit in the record asked for last. */
const bool *candidates_hits(const struct candidates *c, size_t set);

/* The text with all that looks like a JSON escape decoded; other backslashes stay. */
struct str decode_escapes(struct str s, struct arena *arena);

#endif
