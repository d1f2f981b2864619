/* What the files of merging share.
 *
 *   merge_read.c     parts are read, and taken in or left out
 *   merge_pieces.c   ... what is taken in of them, but for findings
 *   merge.c          the rest, in its order: rules as the parts name them, the tally, ids
 *   merge_sources.c  parts of one run, sources
 *   merge_replay.c   findings, failures of rules, correlations
 *   merge_notes.c    what is incomplete, diagnostics */
#ifndef MERGE_INSIDE_H
#define MERGE_INSIDE_H

#include "correlator.h"
#include "finding_runs.h"
#include "merge.h"
#include "names.h"
#include "result.h"
#include "result_read.h"
#include "users.h"

struct merged_source {
    struct str uri, version;
    uint64_t records, bytes;
    bool complete;
};

/* An entry of `incomplete` or `diagnostics`. */
struct merged_note {
    bool diagnostic;
    struct str code, level, rule_id, source, text;
    uint64_t line, count;
    bool has_rule, has_source;
};

struct merged_trip {
    uint32_t rule, source; /* numbers */
    enum trip_kind kind;
    uint64_t line, offset;
    struct str reason;
};

struct merged_suppression {
    uint32_t rule;                     /* number */
    const struct exception *exception; /* its reason, owner and last day; NULL: the baseline */
    uint64_t count;
};

/* A finding of a correlation that an earlier merging reported. */
struct reported {
    struct hash id;
    uint32_t by; /* number in `reporters` */
};

/* One end of a join between two parts (struct audit_link). */
struct merged_link {
    struct audit_link link;
    bool joined; /* the other end is here too */
};
struct merged_links {
    struct merged_link *items;
    size_t count, capacity;
};

/* A part that was taken. */
struct merged_part {
    struct str uri;      /* what it was read from */
    struct hash content; /* of its findings and its state */
};

/* Rules are named by id and set (of packs, of conditions): "id", NUL, "0" or "1". Every part that is read has
 * a number, those that come to nothing included. */
struct merge {
    struct merge_options wanted;
    struct finding_runs *runs;
    struct names rules, sources, digests, options;
    bool *experimental; /* by number of the rule */
    size_t rules_known, experimental_capacity;
    struct names ids, leaves;  /* audit_id of each part taken; of each that no merging made */
    struct merged_part *parts; /* by number in `ids` */
    size_t part_capacity;
    struct merged_part *leaf_parts; /* by number in `leaves`: the part that holds it */
    size_t leaf_capacity;
    uint32_t *id_of; /* by number of the part */
    size_t reading_count, id_capacity;
    uint64_t repeated;   /* parts that were given again */
    struct names held;   /* versions of sources that a part has whole; of what is new only */
    uint64_t superseded; /* parts that have nothing but such versions */

    struct names correlations;    /* whose findings are reported */
    struct names rulesets;        /* digests of the rules that they are of */
    struct finding_runs *matches; /* what they counted, in order too */
    struct correlator *correlator;
    struct names notified;  /* audit_id of those whose findings were told */
    struct names reporters; /* audit_id of earlier merging, which was left out */
    struct reported *reported;
    size_t reported_count, reported_capacity;
    struct hash_index reported_ids;
    uint64_t reported_before;   /* findings that were left out for that */
    enum severity min_severity; /* of the parts; for what is made anew */
    uint64_t correlated_filtered;
    struct merge_news news;

    struct arena texts; /* of the lists below */
    struct counts counts;
    struct clock_counts clock;
    uint64_t loaded, incomplete_more, diagnostics_more;
    struct user_table *users;
    bool users_evicted;
    struct merged_source *source_list;
    size_t source_count, source_capacity;
    struct merged_note *notes;
    size_t note_count, note_capacity;
    struct merged_trip *trips;
    size_t trip_count, trip_capacity;
    struct merged_suppression *suppressions;
    size_t suppression_count, suppression_capacity;
    struct merged_links continues, nexts;
    struct audit_link *open_continues, *open_nexts; /* those that are not joined */
    size_t open_continues_count, open_nexts_count;
    struct failed_file *failed;
    size_t failed_count, failed_capacity;

    struct audit_options audit_options;
    struct ruleset *sets[MAX_RULESETS];
    struct rule_switches switches;
    struct tally tally;
    bool has_tally;
    const char **part_ids;
    char options_digest[HASH_HEX + 1], audit_id[HASH_HEX + 1];
};

/* A member of a part that is taken over by and by: its number, for the two below. */
enum { MERGE_NO_PIECE = UINT8_MAX };
uint8_t merge_piece_find(enum result_part part, struct str key);
/* Whether the value is of the kind that it must be. */
bool merge_piece_fits(uint8_t piece, struct json value);
bool merge_piece_apply(struct merge *m, uint8_t piece, struct str json, struct fault *fault);

/* Values of stored results: a time (microseconds since 1970), and a count that is added when it is one. */
bool merge_instant(struct json object, const char *key, int64_t *out);
void merge_add_to(uint64_t *sum, struct json value);

/* The number of a rule, or of a condition, by its id, and back (a view). `arena`: scratch. */
uint32_t merge_rule_number(struct merge *m, struct str id, bool condition, struct arena *arena);
struct str merge_rule_id(const struct merge *m, uint32_t rule);

/* Puts the sources into the tally, those that were read in several parts as one. */
void merge_add_sources(struct merge *m);

/* Where the rule with this number stands: its set, and its index there. */
struct rule_place {
    uint32_t set, index;
};

/* Who gets the findings as JSON; false ends the merging with a fault. */
struct merge_emit {
    bool (*emit)(void *context, struct str json, enum severity severity, struct fault *fault);
    void *context;
};

/* Counts and emits all findings. `places`: by number of the rule. `rules`: for correlations; NULL: none are
 * run. */
bool merge_replay(struct merge *m, const struct rule_place *places, const struct finding_order *order,
                  const struct ruleset *rules, struct merge_emit to, struct fault *fault);

/* Puts what is incomplete, and diagnostics, into the tally. After merge_replay, which tells some itself. */
void merge_add_notes(struct merge *m);

#endif
