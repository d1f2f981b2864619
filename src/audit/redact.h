/* Secrets of one record: found once, then replaced in everything that leaves the record. */
#ifndef REDACT_H
#define REDACT_H

#include "options.h"
#include "parse.h"

struct secret {
    const char *kind;
    struct str context;   /* the match: the secret with what showed it to be one */
    size_t start, length; /* of the secret in it */
    const char *token;    /* NULL: none */
};

/* Texts that are searched for the secrets of one record: those of the parser, raw, and raw without escapes.
 */
enum { MAX_SEARCHED_TEXTS = PARSED_TEXTS_MAX + 2 };

struct secrets {
    struct secret *items; /* in the arena */
    size_t count, capacity;
    bool more;            /* there are others, which are not in the list */
    struct str *searched; /* in the arena: what was searched for them */
    size_t searched_count;
};

/* Card numbers have no literal to gate their pattern, but no text holds one without 13 digits with nothing
 * but blanks, dashes, dots, underscores and %20 between them. */
bool secrets_card_possible(struct str text);

/* Adds the secrets in `text` (valid UTF-8). `hits`: by pattern, whether the candidate scan saw it; NULL: it
 * has not seen the text. */
void secrets_find(struct secrets *s, const struct audit_options *o, const bool *hits,
                  struct regex_scratch *scratch, struct str text, struct arena *arena);

/* Adds the secrets as they look with their JSON escapes decoded; their tokens are those of the same secrets.
 */
void secrets_decode(struct secrets *s, const struct tokens *tokens, struct arena *arena);

/* The text without the secrets: itself when there is none in it, else a copy in the arena. Of a text that was
 * cut out of one that was searched, what it has of a secret there goes too, be it the middle or the end of
 * one. */
struct str secrets_redact(const struct secrets *s, struct str text, struct arena *arena);

/* The same, and then at most `max` bytes of it: what came from the log, as it may leave. */
struct str secrets_clean(const struct secrets *s, struct str text, size_t max, struct arena *arena);

#endif
