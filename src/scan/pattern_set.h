/* The candidate engine: one Vectorscan block database for all patterns, scanned in one pass over many
 * records.
 *
 * A hit says that a record may match a pattern: the expressions are weaker forms made by
 * lua/logaudit/regex.lua and find too much, never too little. */
#ifndef PATTERN_SET_H
#define PATTERN_SET_H

#include "fault.h"
#include "str.h"

struct pattern_set;  /* immutable, shared by threads */
struct scan_scratch; /* one per thread, for any number of sets */

struct weak_pattern {
    const char *expression; /* for Vectorscan without flags; (?i) in front ignores case */
    uint32_t id;            /* several expressions may have the same; ids are small, they index a table */
};

/* The id of an expression whose hits mean nothing. lua/logaudit/regex.lua says what those are for. */
#define DECOY_ID UINT32_MAX

/* The version of the library and the instruction set: databases are only good for the same. */
void pattern_set_platform(char *out, size_t size);

/* Whether the expression compiles alone. */
bool weak_pattern_check(const struct weak_pattern *p, struct fault *fault);

/* NULL and a fault when one of them does not compile. An empty set is fine: it never hits. */
struct pattern_set *pattern_set_new(const struct weak_pattern *patterns, size_t count, struct fault *fault);

/* From bytes that pattern_set_bytes gave; NULL when this machine or library cannot use them. Only for bytes
 * that this user wrote: the library trusts them. */
struct pattern_set *pattern_set_load(struct str bytes);
/* The set in a form for pattern_set_load; *bytes is to be freed by the caller. */
bool pattern_set_bytes(const struct pattern_set *set, char **bytes, size_t *len);
void pattern_set_free(struct pattern_set *set);

/* One per thread; it fits no set yet. */
struct scan_scratch *scan_scratch_new(void);
void scan_scratch_free(struct scan_scratch *s);
/* Makes room for a set; once per thread and set, before the first scan. */
void scan_scratch_fit(struct scan_scratch *s, const struct pattern_set *set);

struct hit {
    uint32_t record; /* index of the record that holds the byte before the match's end */
    uint32_t id;
};

/* Scans `bytes` (at most UINT32_MAX of them), of which record i begins at starts[i] (ascending). The hits
 * come in the order of records; a (record, id) may come more than once. The list belongs to the scratch and
 * is valid until the next scan. */
const struct hit *pattern_set_scan(const struct pattern_set *set, struct scan_scratch *s, struct str bytes,
                                   const uint32_t *starts, size_t record_count, size_t *hit_count);

#endif
