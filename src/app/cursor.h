/* Where an audit that ran out of time is to be taken up: the `next` of its result, the `cursor` of the event
 * that goes on. For others it is opaque; it names no place that is opened, only which of the event's objects
 * it is. */
#ifndef CURSOR_H
#define CURSOR_H

#include "audit.h"
#include "json.h"
#include "json_doc.h"

struct cursor {
    const char *source;  /* uri; those before it in the event's order are done. NULL: there is no cursor */
    const char *version; /* of the source as it was read; NULL: it was not begun, or has none */
    const char *options; /* digest of the rules and options that it was read with */
    struct audit_mark mark;
    char check[HASH_HEX + 1]; /* digest of all of it */
};

/* Fills `check`. */
void cursor_seal(struct cursor *c);

void cursor_put(struct json_writer *w, const struct cursor *c);

/* A missing node gives no cursor. False: it is none that this version wrote, or was changed. What is read are
 * views of the document. */
bool cursor_read(struct cursor *c, const struct json_node *n, struct fault *fault);

#endif
