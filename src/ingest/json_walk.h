/* Walks over one JSON value, in as many pieces as its bytes arrive in, and finds where it ends. Strict about
 * structure (what may follow what), so that text which only begins like JSON is told apart early; it does
 * not look at what strings and numbers say. */
#ifndef JSON_WALK_H
#define JSON_WALK_H

#include "json.h"

enum walk_result {
    WALK_MORE,   /* all bytes belong to the value so far */
    WALK_DONE,   /* the value ended */
    WALK_BROKEN, /* these bytes are no JSON */
};

/* Embedded; starts as { 0 }, in front of a value. State and depth are words, and apart: side by side they
 * would be read as one number right after one of them was written, and the processor waits then. */
struct json_walk {
    unsigned state;
    bool key; /* the string at hand is a member's name */
    unsigned depth;
    uint64_t objects[JSON_MAX_DEPTH / 64]; /* one bit per level: object or array */
};

/* Takes bytes until the value ends or they do; *used says how many belong to the value. A number or word at
 * depth 0 ends in front of the byte that cannot belong to it. */
enum walk_result json_walk(struct json_walk *w, struct str bytes, size_t *used);

/* Length of the blanks (line ends too) at the start. */
size_t json_blanks(struct str bytes);

#endif
