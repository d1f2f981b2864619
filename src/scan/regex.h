/* The exact engine: PCRE2 with JIT, for the text of one record. The pattern text comes from the translator
 * (lua/logaudit/regex.lua), which gives it Python's meaning; nothing else is passed to PCRE2. */
#ifndef REGEX_H
#define REGEX_H

#include "fault.h"
#include "str.h"

struct regex;         /* compiled; immutable, may be used by many threads at once */
struct regex_scratch; /* what a match needs to write to; one per thread */

/* Byte offsets in the subject. A group that took no part has start == REGEX_UNSET. */
struct regex_span {
    size_t start, end;
};
#define REGEX_UNSET ((size_t)-1)
/* Spans that a search can tell of; groups with a higher number still match. */
enum { REGEX_MAX_SPANS = 1024 };

enum regex_answer { REGEX_NO, REGEX_YES, REGEX_OVER_BUDGET, REGEX_OPEN };

/* NULL and a fault when PCRE2 refuses the pattern. */
struct regex *regex_new(struct str pattern, struct fault *fault);
void regex_free(struct regex *r);

/* One per thread, for any regex. */
struct regex_scratch *regex_scratch_new(void);
void regex_scratch_free(struct regex_scratch *s);

/* Searches the leftmost match at or after `from` in `subject`, which must be valid UTF-8 (utf8.h). Fills
 * spans[0..span_count) with group 0, 1 ... The cost of one call is bounded: a pattern that needs more steps
 * than the limit answers REGEX_OVER_BUDGET. */
enum regex_answer regex_find(const struct regex *r, struct regex_scratch *s, struct str subject, size_t from,
                             struct regex_span *spans, size_t span_count);

/* The match that begins at `at`, not behind it: cheap where it is known that few places come into question.
 * REGEX_OVER_BUDGET here means that regex_find may know more. */
enum regex_answer regex_find_at(const struct regex *r, struct regex_scratch *s, struct str subject, size_t at,
                                struct regex_span *spans, size_t span_count);

/* What regex_find from 0 answers on every text that begins with `start`, which must not be empty: REGEX_NO,
 * REGEX_YES with these spans, or REGEX_OPEN, it depends on the rest. For patterns that match at the start of
 * a text only. Slow: its answer is meant to be kept. */
enum regex_answer regex_find_start(const struct regex *r, struct regex_scratch *s, struct str start,
                                   struct regex_span *spans, size_t span_count);

#endif
