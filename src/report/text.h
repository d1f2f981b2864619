/* The result for a person at a terminal: what matters first, each thing once. Made from the result's JSON, so
 * that a stored result can be shown the same way. */
#ifndef TEXT_H
#define TEXT_H

#include "buf.h"
#include "finding.h"
#include "json_doc.h"

struct text_options {
    bool color;
    size_t width;      /* columns; longer lines are cut */
    size_t max_groups; /* shown; 0: all */
};

/* At most `width` bytes of a text, shown as shown.h says. */
void text_add_line(struct buf *out, struct str s, size_t width);

/* A finding on its own, as it comes: a line that says what it is, and one with its message. */
void report_finding(const struct finding *f, const struct text_options *options, struct buf *out);

/* Appends the groups of a result, the figures, and what is incomplete. */
void report_text(const struct json_node *result, const struct text_options *options, struct buf *out);

#endif
