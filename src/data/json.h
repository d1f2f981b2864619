/* Reading JSON in place and writing it: nothing is built, a value is a view of the bytes it stands in.
 *
 * The reader is for log records: lazy (only what is asked for is looked at), tolerant of nothing (a value
 * that is not well-formed where it was read is JSON_NONE) and safe on any bytes. Views live as long as the
 * bytes they were read from. Documents (events, configuration) are read by json_doc.h. */
#ifndef JSON_H
#define JSON_H

#include "arena.h"
#include "buf.h"
#include "hash.h"

/* Deeper values are refused: no log record nests like that, and every reader of it would recurse. */
enum { JSON_MAX_DEPTH = 128 };

enum json_kind { JSON_NONE, JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_kind kind;
    bool escaped;   /* JSON_STRING: there is a backslash in it */
    struct str raw; /* the value's bytes; of a string those between the quotes */
};

/* The value's bytes as they stand there, those of a string with its quotes. */
static inline struct str json_bytes(struct json value) {
    return value.kind == JSON_STRING ? str_of(value.raw.ptr - 1, value.raw.len + 2) : value.raw;
}

/* The value at the start of `bytes` after blanks; its end is raw.ptr + raw.len (+ 1 for a string).
 * Objects and arrays are measured (strings and brackets are matched), their insides are not checked yet. */
struct json json_value(struct str bytes);

/* The value that `bytes` is, the whole of it, blanks around it allowed; checked all the way down. */
struct json json_parse(struct str bytes);

/* Which bytes of a window of 64 stand for something else than themselves in a string: what a reader that goes
 * on from string to string has already seen (json_scan.h). */
struct json_sight {
    const char *upto; /* the end of the window; none yet where the bytes begin */
    const char *last; /* where the last window starts; NULL: the bytes are too few for one */
    uint64_t special;
};

/* Walks the members of an object or the elements of an array (key is then JSON_NONE):
 *   struct json_iter i = json_iter(value);
 *   while (json_next(&i, &key, &item)) ...
 * json_next returns false at the end; i.broken says whether the end was a syntax error. */
struct json_iter {
    struct str rest;
    struct json_sight sight; /* the reader's own */
    bool object;
    bool first;
    bool broken;
};
struct json_iter json_iter(struct json container);
bool json_next(struct json_iter *i, struct json *key, struct json *item);

/* The member named `key` (the first, when repeated); JSON_NONE when there is none. Keys are compared decoded,
 * with case. */
struct json json_get(struct json object, struct str key);
static inline struct json json_get_c(struct json object, const char *key) {
    return json_get(object, str_c(key));
}

/* The text of the member, decoded; no pointer when it is absent or no string. */
struct str json_get_text(struct json object, const char *key, struct arena *arena);

/* The value at a dotted path such as a.b[0].c. At every object the rest of the path is tried as a literal key
 * first ("http.status" may be a key). JSON_NONE when there is none. */
struct json json_path(struct json root, struct str path);

/* Calls `visit` for each value the path leads to; an array on the way or at the end stands for each of its
 * elements (an empty one at the end for itself, so that it can be told from an absent one); "a[].b" says so
 * and means the same as "a.b".
 * Stops and returns true as soon as visit returns true. */
bool json_path_any(struct json root, struct str path, bool (*visit)(void *context, struct json value),
                   void *context);

/* Calls `visit` for each value in an object or array, and in those inside of it, that is neither. Stops and
 * returns true as soon as visit returns true. */
bool json_any_value(struct json root, bool (*visit)(void *context, struct json value), void *context);

/* A string's text with the escapes decoded (lone surrogates become U+FFFD); the raw view itself when there
 * are none. For every other kind the value's bytes as they stand. */
struct str json_text(struct json value, struct arena *arena);

/* A number that is an integer and fits; a string is not a number. */
bool json_to_int(struct json value, int64_t *out);
bool json_to_double(struct json value, double *out);

/* ---- writing ---- */

/* Appends `s` as a JSON string with its quotes; what is not UTF-8 is written as U+FFFD. */
void json_put_text(struct buf *out, struct str s);

/* Writes one JSON value piece by piece and puts the commas. The depth is bounded by JSON_MAX_DEPTH.
 *   json_begin(&w, '{'); json_key(&w, "id"); json_put(&w, id); json_end(&w, '}'); */
struct json_writer {
    struct buf *out;
    bool comma; /* a value stands before this place */
};
void json_begin(struct json_writer *w, char bracket);
void json_end(struct json_writer *w, char bracket);
void json_key(struct json_writer *w, const char *key);
void json_key_str(struct json_writer *w, struct str key);
void json_put(struct json_writer *w, struct str text);
void json_put_c(struct json_writer *w, const char *c_string);
void json_put_int(struct json_writer *w, int64_t value);
/* Shortest form that reads back as the same double; integers without a fraction; not finite: null. */
void json_put_double(struct json_writer *w, double value);
void json_put_bool(struct json_writer *w, bool value);
/* Bytes that are already one JSON value. */
void json_put_raw(struct json_writer *w, struct str value);

/* Members: a key and its value. Nothing is written for NULL and for texts that are empty. */
void json_add_text(struct json_writer *w, const char *key, struct str text);
void json_add_c(struct json_writer *w, const char *key, const char *c_string);
void json_add_int(struct json_writer *w, const char *key, int64_t value);
void json_add_count(struct json_writer *w, const char *key, uint64_t count);
void json_add_double(struct json_writer *w, const char *key, double value);
void json_add_bool(struct json_writer *w, const char *key, bool value);
void json_add_raw(struct json_writer *w, const char *key, struct str json);
/* In hexadecimal; microseconds since 1970 as ISO 8601. */
void json_add_hash(struct json_writer *w, const char *key, struct hash hash);
void json_add_time(struct json_writer *w, const char *key, int64_t micros);

#endif
