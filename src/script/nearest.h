/* How near a pattern that does not match comes to a text: the longest text that a beginning of it matches,
 * and the rest of the pattern, which does not follow there (lua/logaudit/regex/nearest.lua). For
 * explanations. */
#ifndef NEAREST_H
#define NEAREST_H

#include "rule_tools.h"

struct nearest;

/* The tools must outlive it. It keeps what it made of each pattern. */
struct nearest *nearest_new(struct rule_tools *tools);
void nearest_free(struct nearest *n);

struct nearest_match {
    size_t start, end; /* in the text; not empty */
    struct str rest;   /* of the pattern; lives as long as `n` */
};

/* False: no beginning of it matches, or the pattern is too long to be cut. `text` is valid UTF-8. */
bool nearest_find(struct nearest *n, struct str pattern, struct str text, struct nearest_match *out);

#endif
