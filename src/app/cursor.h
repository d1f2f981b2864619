/* Where an audit that ran out of time is to be taken up: the `next` of its result, the `cursor` of the event
 * that goes on. For others it is opaque; it names no place that is opened, only which of the event's objects
 * it is. */
#ifndef CURSOR_H
#define CURSOR_H

#include "audit.h"
#include "json.h"
#include "json_doc.h"

/* Lengths of a digest and of all that cursor_asked prints. */
enum { CURSOR_DIGEST = 16, CURSOR_ASKED = 4 * CURSOR_DIGEST };

struct cursor {
    const char *source;  /* uri; those before it in the event's order are done. NULL: there is no cursor */
    const char *version; /* of the source as it was read; NULL: it was not begun, or has none */
    const char *options; /* digests of what was asked, see cursor_asked */
    struct audit_mark mark;
    char check[HASH_HEX + 1]; /* digest of all of it */
};

/* Fills `check`. */
void cursor_seal(struct cursor *c);
/* Writes a sealed cursor as a value: an object. */
void cursor_put(struct json_writer *w, const struct cursor *c);

/* A missing node gives no cursor. False: it is none that this version wrote, or was changed. What is read are
 * views of the document. */
bool cursor_read(struct cursor *c, const struct json_node *n, struct fault *fault);

/* Digests of what an event and the one that goes on must both say: source_config (JSON) and the options that
 * decide what is found; the order of members does not count. The rules that are deployed are not among it: an
 * edit between two parts must not lose the rest, and `merge` says that the parts had other rules. */
void cursor_asked(const struct json_node *options, struct str source_config, char out[CURSOR_ASKED + 1]);

/* Whether the event asks what the cursor's did; the fault names what differs. Without a cursor: true. */
bool cursor_fits(const struct cursor *c, const struct json_node *options, struct str source_config,
                 struct fault *fault);

#endif
