/* The explanation of a record (audit/explain.h has its shape) for a person: how it was read, then the rules
 * that fired and those that did not, each with what decided. */
#ifndef EXPLANATION_H
#define EXPLANATION_H

#include "text.h"

struct explanation_options {
    bool color;
    bool all;                 /* every step of every rule, not only what decided */
    const char *const *named; /* ... of these rules; patterns as of fnmatch */
    size_t named_count;
};

/* Appends the whole, several lines. */
void report_explanation(const struct json_node *record, const struct explanation_options *options,
                        struct buf *out);

/* The rules only, each line behind `indent` blanks; what decided. For the failures of tests. */
void report_explained_rules(const struct json_node *record, const struct explanation_options *options,
                            int indent, struct buf *out);

#endif
