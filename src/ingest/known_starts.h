/* What the first bytes of a text say about the formats (formats.lua), remembered.
 *
 * The lines of a log begin in a few ways: a time, a level, the name of a service. Most formats are told by that:
 * they match with the same groups, or cannot match, whatever follows. So texts that begin alike, but for their
 * digits, need not be asked about again. Formats for which this holds are marked by the Lua side (`decides`,
 * lua/logaudit/regex/start.lua); PCRE2 tells, once, whether a start is enough. */
#ifndef KNOWN_STARTS_H
#define KNOWN_STARTS_H

#include "vocabulary.h"

enum { START_MAX = 64, KNOWN_STARTS_BITS = 10, KNOWN_STARTS = 1 << KNOWN_STARTS_BITS };

struct known_start {
    uint8_t len;          /* 0: nothing known */
    char text[START_MAX]; /* digits as '0', zeros behind */
    struct marks asked;   /* formats of which is known what the start says */
    struct marks fails;   /* of them, those that no text matches that begins so */
    size_t match;         /* 1 + the number of the format that all of them match; 0: none is known */
    uint8_t spans[PATTERN_SPANS_MAX][2]; /* its groups; start UNSET: took no part */
};

/* What is known of the start of `text`; NULL when such a start was not seen lately. Valid until the next call. */
struct known_start *known_start_of(struct known_start starts[KNOWN_STARTS], struct str text);

enum start_answer { START_OPEN, START_FAILS, START_MATCHES };

/* What the start says about format `number`, which is `p`: START_OPEN when it depends on the rest of the text.
 * Fills p->span_count spans when it matches. */
enum start_answer known_start_ask(struct known_start *start, const struct vocabulary *v, size_t number,
                                  struct pattern *p, struct str text, struct regex_scratch *scratch,
                                  struct regex_span *spans);

#endif
