/* What the first bytes of a text say about the formats (formats.lua), remembered.
 *
 * The lines of a log begin in a few ways: a time, a level, the name of a service. Most formats are told by
 * that: they match with the same groups, or cannot match, whatever follows. So texts that begin alike, but
 * for their digits, need not be asked about again. Formats for which this holds are marked by the Lua side
 * (`decides`, lua/logaudit/regex/start.lua); PCRE2 tells, once, whether a start is enough. */
#ifndef KNOWN_STARTS_H
#define KNOWN_STARTS_H

#include "vocabulary.h"

enum { START_MAX = 64, KNOWN_STARTS_BITS = 10, KNOWN_STARTS = 1 << KNOWN_STARTS_BITS };

struct known_start {
    uint8_t len, seen;    /* 0: nothing known */
    bool cut;             /* what follows differs from line to line */
    char text[START_MAX]; /* digits as '0', zeros behind */
    struct marks open;    /* the formats that texts which begin so may match, as far as is known */
    struct marks asked;   /* formats about which the start was asked */
    size_t match;         /* the number of the format that all of them match; MARKS_MAX: none is known */
    uint8_t spans[PATTERN_SPANS_MAX][2]; /* its groups; start UNSET: took no part */
};

/* What is known of the start of `text`; NULL when such a start was not seen often of late. Valid until the
 * next call. */
struct known_start *known_start_of(struct known_start starts[KNOWN_STARTS], const struct vocabulary *v,
                                   struct str text);

/* The same for what begins at `offset` of a text, whose own start is `known`, or NULL. */
struct known_start *known_start_behind(struct known_start starts[KNOWN_STARTS], const struct vocabulary *v,
                                       const struct known_start *known, struct str text, size_t offset);

/* Asks, if nobody did, what the start says about format `number`, which then may be no longer open, or match.
 */
void known_start_ask(struct known_start *known, const struct vocabulary *v, size_t number, struct str text,
                     struct regex_scratch *scratch);

/* Once the start has been met so often that it pays, the same for every format that is open: those that never
 * had a reason to be tried are then out of the way. For each text that begins so. */
void known_start_settle(struct known_start *known, const struct vocabulary *v, struct str text,
                        struct regex_scratch *scratch);

/* The groups of the format that matches. */
void known_start_spans(const struct known_start *known, struct regex_span *spans, size_t span_count);

#endif
