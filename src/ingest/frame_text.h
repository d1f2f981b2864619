/* Which lines belong to the text record before them: indented lines, stack traces of the common languages,
 * statement blocks of databases. The knowledge is one table of rules in frame_text.c. */
#ifndef FRAME_TEXT_H
#define FRAME_TEXT_H

#include "str.h"

/* What kind of block the record is in; decides which rules its next line is tried against. */
enum { TEXT_AHEAD = 256 };

enum text_state {
    TEXT_PLAIN = 1 << 0,
    TEXT_TRACE = 1 << 1,      /* at least one line of a stack trace was seen */
    TEXT_PYTHON = 1 << 2,     /* inside a traceback whose last line is still to come */
    TEXT_GO = 1 << 3,         /* goroutines */
    TEXT_OPEN = 1 << 4,       /* any line without a timestamp of its own belongs to it */
    TEXT_MYSQL_TIME = 1 << 5, /* behind "# Time:", in front of "# User@Host:" */
    TEXT_MYSQL = 1 << 6,      /* header lines and statements of a slow query log */
};

struct text {
    enum text_state state;
    struct str head; /* the record's first line; empty when its bytes are gone */
    uint32_t lines;
};

/* A record that begins with `head` (without line end; the view must stay valid while `t` is used). */
struct text text_begin(struct str head);

/* Whether `line` (without line end, not blank) continues the record; if so, it is counted and the state
 * follows it. */
bool text_continues(struct text *t, struct str line);

/* Quick tests that spare most lines the look at the rules; false is certain, true is not. */

/* A record whose first line begins with `byte` may be something else than TEXT_PLAIN. */
static inline bool text_may_begin_block(char byte) {
    return memchr("TUfgp#", byte, 6) != NULL;
}

/* A line that begins with `byte` may continue a TEXT_PLAIN record, or (a line end) hide one that does. */
static inline bool text_may_begin_continuation(char byte) {
    return ascii_alpha(byte) || ascii_space(byte) || memchr(".-#_})]", byte, 7) != NULL;
}

/* The line that `ahead` begins with may continue the record. It may hold more lines, or only the first
 * TEXT_AHEAD bytes of one. */
bool text_may_continue(const struct text *t, struct str ahead);

#endif
