/* Where JSON records begin and end: an object on a line, an object over several lines, the elements of a
 * document that holds an array of objects. Pure functions of the bytes they are given. */
#ifndef FRAME_JSON_H
#define FRAME_JSON_H

#include "str.h"

enum object_is {
    OBJECT_MORE,      /* goes on behind these bytes */
    OBJECT_WHOLE,     /* one record */
    OBJECT_CONTAINER, /* its array's elements are the records, as far as it is JSON */
    OBJECT_BROKEN,    /* no JSON */
};

struct object {
    size_t len;       /* OBJECT_WHOLE: with both braces */
    size_t array;     /* offset of the container's '[', when it is one as far as seen; else 0 */
    size_t open;      /* OBJECT_MORE: offset of the value in whose middle the bytes end; 0: no value's */
    bool like_record; /* has a message, level or time of its own, as far as seen */
};

/* Looks at the object that `bytes` begin with ('{').
 *
 * It is a container when it is only an envelope: no member, in front of its array or behind it, is a message,
 * a level or a time of its own (whatever is so named and is no list and no null), and the array holds
 * records. That an array of objects does when it is called Records or logEvents; under the other names
 * (frame_json.c) when its first element has such a member itself, within FRAME_LOOK_AHEAD bytes. */
enum object_is json_object(struct str bytes, struct object *object);

/* What follows a member's value in an object too long to be looked at as a whole. */
enum member_is {
    MEMBER_MORE,   /* goes on behind these bytes */
    MEMBER_NONE,   /* the object's closing brace */
    MEMBER_VALUE,  /* a member with any value */
    MEMBER_LIST,   /* a member whose value is a container's array */
    MEMBER_BROKEN, /* no JSON */
};

/* *len: up to the value, with the brace that closes. `like_record` as of the object. */
enum member_is json_next_member(struct str bytes, bool like_record, size_t *len);

/* The quick look at a line (without line end and blanks around it): true when it begins and ends like an
 * object and nothing inside looks like a second object or like a container. */
bool json_line_is_object(struct str line);

/* Whether `bytes` ('[' first) begin an array of objects. Looks at the first bytes only. */
bool json_is_array_of_objects(struct str bytes);

/* Whether the line, which begins with such an array, is text all the same: "[{x}] done" and "[{x} y". A line
 * that is whole as far as it goes, or breaks behind the first element's comma, is not. */
bool json_array_then_text(struct str line);

#endif
