/* The knowledge of blocks, as two tables in frame_rules.c: how a record begins that has several lines, and
 * which lines continue it. A block of a new kind is a row or two there, and a sample in
 * tests/unit/test_frame_text.c. */
#ifndef FRAME_RULES_H
#define FRAME_RULES_H

#include "str.h"

/* What kind of block the record is in; decides which rules its next line is tried against. */
enum text_state {
    TEXT_PLAIN = 1 << 0,
    TEXT_TRACE = 1 << 1,      /* at least one line of a stack trace was seen */
    TEXT_PYTHON = 1 << 2,     /* inside a traceback whose last line is still to come */
    TEXT_GO = 1 << 3,         /* goroutines */
    TEXT_OPEN = 1 << 4,       /* any line without a timestamp or a level in front belongs to it */
    TEXT_STAMPED = 1 << 5,    /* any line without a timestamp of its own */
    TEXT_MYSQL_TIME = 1 << 6, /* behind "# Time:", in front of "# User@Host:" */
    TEXT_MYSQL = 1 << 7,      /* header lines and statements of a slow query log */
    TEXT_CSV = 1 << 8,        /* inside a quoted field */
    TEXT_KERNEL = 1 << 9,     /* an oops */
    TEXT_NODE = 1 << 10,      /* a place in a source file was named, the error is still to come */
    TEXT_MESSAGE = 1 << 11,   /* the next line is the message, whatever it looks like */
    TEXT_FENCE = 1 << 12,     /* behind a line of =, which may open a report */
    TEXT_SUMMARY = 1 << 13,   /* behind the summary of a sanitizer */
    TEXT_DONE = 1 << 14,      /* the block's last line was seen */
    TEXT_PEM = 1 << 15,       /* inside a key or a certificate: redaction must see it whole */
    TEXT_JAVA = 1 << 16,      /* behind the first line of java.util.logging, in front of the level */
};

/* The tables by first byte, so that a line meets only the few rules that it may fit. */
struct frame_rules;
struct frame_rules *frame_rules_new(void);
void frame_rules_free(struct frame_rules *r);

/* What a record is in that begins with `head` (not empty). `prefixed`: it was behind a transport's prefix. */
enum text_state frame_rules_head(const struct frame_rules *r, struct str head, bool prefixed);

/* A row of the table of lines that continue a record. */
struct join;

/* What it is in behind `line` (not empty); 0 when the line does not continue it. *by: the row that decided;
 * NULL: none fits. */
unsigned frame_rules_next(const struct frame_rules *r, enum text_state state, struct str head,
                          struct str line, bool prefixed, const struct join **by);

/* What the line is like that the row let continue a record, as the rest of a sentence; *begins: what it
 * begins with, empty when that did not matter. `by` may be NULL. */
const char *join_reason(const struct join *by, struct str *begins);

#endif
