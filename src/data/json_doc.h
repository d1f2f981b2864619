/* JSON documents: events, configuration, the compiled ruleset. Read whole into a tree by cJSON, which no
 * other file includes. Keys are compared with case. */
#ifndef JSON_DOC_H
#define JSON_DOC_H

#include "buf.h"
#include "fault.h"
#include "str.h"

struct json_doc;  /* owns the tree */
struct json_node; /* a value of it; lives as long as the document */

/* NULL and a fault of `kind` naming `name`, line and column when the text is no JSON. Text after the value
 * and a NUL anywhere are errors. */
struct json_doc *json_doc_parse(struct str text, const char *name, enum fault_kind kind, struct fault *fault);
/* The same of what is for a person's eyes: a NUL in it, which logs may hold, becomes U+2400, its symbol. */
struct json_doc *json_doc_parse_shown(struct str text, const char *name, enum fault_kind kind,
                                      struct fault *fault);
/* Whether json_doc_parse would take the text, but for NUL in strings: for text that goes on to others. */
bool json_doc_check(struct str text, const char *name, enum fault_kind kind, struct fault *fault);
/* The stored form of a document (the cache), for this machine: read with a sixth of the instructions that its
 * text takes. Loading gives NULL for what is none. Its strings are not copied: `stored` must stay as long as
 * the document. */
void json_doc_store(const struct json_doc *doc, struct buf *out);
struct json_doc *json_doc_load(struct str stored);
void json_doc_free(struct json_doc *doc);
const struct json_node *json_doc_root(const struct json_doc *doc);

/* All of these take NULL for a node and then answer as for a missing value. */
const struct json_node *json_member(const struct json_node *object, const char *key);
const struct json_node *json_first(const struct json_node *container); /* first member or element */
const struct json_node *json_after(const struct json_node *item);      /* the next one, NULL at the end */
size_t json_count(const struct json_node *container);
const char *json_name(const struct json_node *member); /* its key; NULL for an element */
/* The member, unless it is null: for optional ones, which many producers write as null. */
const struct json_node *json_optional(const struct json_node *object, const char *key);
bool json_is_object(const struct json_node *n);
bool json_is_array(const struct json_node *n);
bool json_is_string(const struct json_node *n);
bool json_is_number(const struct json_node *n);
bool json_is_true(const struct json_node *n);
bool json_is_bool(const struct json_node *n);
const char *json_kind_name(const struct json_node *n); /* "an object", "a string", "nothing" ... */
/* The text of a string, else `otherwise`. */
const char *json_c(const struct json_node *n, const char *otherwise);
struct str json_str(const struct json_node *n);
double json_number(const struct json_node *n, double otherwise);
int64_t json_integer(const struct json_node *n, int64_t otherwise);
/* The value as compact JSON text, to be freed by the caller. */
char *json_print(const struct json_node *n);

#endif
