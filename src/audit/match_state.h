/* Matches and totals as JSON: the entries of a result's `state` (correlator.h has their form). */
#ifndef MATCH_STATE_H
#define MATCH_STATE_H

#include "match_pack.h"

/* The finding's source and version must be filled. */
void match_state_put(struct json_writer *w, const struct packed_match *m, const struct ruleset *rs);
void total_state_put(struct json_writer *w, const struct record_total *t, const struct ruleset *rs);

enum state_kind { STATE_BAD, STATE_MATCH, STATE_TOTAL, STATE_LOST, STATE_FOREIGN };

/* What an entry holds, in the arena. STATE_FOREIGN: its rule is none of the ruleset's, or has no correlation.
 * Uses of correlations that are not there are left out. */
struct state_entry {
    enum state_kind kind;
    struct packed_match match;
    struct record_total total;
    uint32_t rule; /* STATE_LOST: the correlation that lost so many matches: */
    uint64_t lost;
};
void state_entry_read(struct json entry, const struct ruleset *rs, struct arena *arena,
                      struct state_entry *out);

#endif
