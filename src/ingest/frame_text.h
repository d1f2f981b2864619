/* Which lines belong to the text record before them: indented lines, stack traces of the common languages,
 * statement blocks of databases, dumps of the kernel (frame_rules.h); also when a transport writes its prefix
 * in front of each line (transport.h). */
#ifndef FRAME_TEXT_H
#define FRAME_TEXT_H

#include "frame_rules.h"

enum {
    TEXT_ORIGIN_MAX = 64,
    TEXT_AHEAD = 256, /* a longer prefix of a transport is none */
};

/* A record, as far as it was seen. Views into its first line. */
struct text {
    const struct frame_rules *rules;
    struct str head; /* what stands behind the transport's prefix; empty when its bytes are gone */
    struct str
        origin; /* of that prefix, at most TEXT_ORIGIN_MAX bytes: a line with one continues only its like */
    enum text_state state;
    uint32_t lines;
    bool goes_on;          /* the transport says that the next line belongs to this one */
    const struct join *by; /* the row of the table for the last line asked about; NULL: none decided */
};

/* A record that begins with `head` (without line end, not empty; the view must stay valid while `t` is used).
 */
struct text text_begin(const struct frame_rules *rules, struct str head);

/* Whether `line` (without line end, not blank) continues the record; if so, it is counted and the state
 * follows it. */
bool text_continues(struct text *t, struct str line);

/* The quick look that spares most lines all of the above; true is certain, false is not: the line that `next`
 * begins with does not continue a record whose first line `head` begins with. Looks at TEXT_AHEAD bytes at
 * most; both may hold more than their line. */
bool text_stands_alone(struct str head, struct str next);

#endif
