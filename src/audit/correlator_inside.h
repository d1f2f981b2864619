/* What the parts of the correlator share: correlator.c keeps, correlator_reduce.c sorts and reduces,
 * correlator_finding.c says what came of it. */
#ifndef CORRELATOR_INSIDE_H
#define CORRELATOR_INSIDE_H

#include "correlator.h"
#include "hash_index.h"
#include "match_pack.h"
#include "sorter.h"
#include "spool.h"
#include "window.h"

/* MAX_EVIDENCE entries are far shorter. */
enum { MAX_EVIDENCE_JSON = 1 << 20 };

/* Marks in the spool. */
enum { MARK_MATCH, MARK_TOTAL, MARK_FINDING };

enum { MICROS = 1000000 };

struct source_name {
    char *uri, *version;
};

struct correlator {
    const struct ruleset *rs;
    struct spool *spool;
    struct sorter *levels[MAX_LEVELS], *fired; /* while finishing */
    struct source_name *sources;
    size_t source_count, source_capacity;
    struct hash_index source_index;
    struct str last_uri, last_version; /* views of the caller's: the source of the last match */
    uint32_t last_source;
    struct correlation_notes *notes; /* by rule */
    struct window_best *best;        /* by rule */
    uint64_t *lost;                  /* by rule: matches that were not kept when they came */
    struct hash_state *hash;
    struct buf packed, read, evidence; /* scratch */
    struct arena arena;                /* of the match or finding at hand */
    struct fault fault;                /* the first failure of a temporary file */
    uint64_t max_kept;                 /* bytes of the spool */
    bool wanted;
};

/* Keeps what is in `packed`; false: it does not fit. */
bool correlator_keep(struct correlator *c, uint8_t mark);
/* The match that is kept at a place, in the arena. False: it cannot be read. */
bool correlator_read(struct correlator *c, uint64_t place, struct packed_match *m);
/* Turns the match that completed a window into the finding of the rule. `by`: the values of the key. */
void correlator_describe(struct correlator *c, const struct rule *rule, const struct str *by,
                         const struct window_firing *firing, struct finding *f);

#endif
