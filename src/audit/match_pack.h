/* A match as bytes, as the correlator keeps it. */
#ifndef MATCH_PACK_H
#define MATCH_PACK_H

#include "findings.h"

/* What is kept of a match. */
struct packed_match {
    struct finding finding; /* of a match without title, description, captures and match */
    uint32_t rule, source;  /* index into the ruleset's rules; the correlator's number of the source */
    const struct match_use *uses;
    size_t use_count;
};

/* Appends the match. The source's name is not in it. A finding with `correlated` is packed with what only it
 * has.
 */
void match_pack(struct buf *out, const struct packed_match *m, const struct ruleset *rs);

/* Views into `bytes`, lists in `arena`. The finding's source is empty. */
void match_unpack(struct str bytes, const struct ruleset *rs, struct arena *arena, struct packed_match *out);

#endif
