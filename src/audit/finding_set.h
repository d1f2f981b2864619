/* Kinds of findings, told apart by their fingerprint, with how often each was on two sides: a baseline and a
 * run, or two results that are compared. */
#ifndef FINDING_SET_H
#define FINDING_SET_H

#include "fault.h"
#include "finding.h"
#include "source.h"

enum finding_side { SIDE_OLD, SIDE_NEW, SIDE_COUNT };

/* More kinds than this are not told apart: the set is then full. */
enum { FINDING_SET_MAX = 200 * 1000 };

/* What the findings of a kind are called on one side. */
struct finding_face {
    enum severity severity; /* the highest */
    char *type, *title;     /* of the first one; NULL: the side has none, or it does not say */
};

struct finding_kind {
    struct hash fingerprint;
    enum severity severity; /* the highest on the side that was added last: the new one, where it has any */
    char *rule_id, *title, *sample, *source; /* of the first one seen */
    uint64_t line;
    uint64_t count[SIDE_COUNT];
    struct finding_face face[SIDE_COUNT];
};

struct finding_set;

/* Empty. finding_set_free takes NULL. */
struct finding_set *finding_set_new(void);
void finding_set_free(struct finding_set *s);

/* Counts a finding. */
void finding_set_add(struct finding_set *s, enum finding_side side, const struct finding *f);

/* Counts all findings of a stored result or of a baseline. */
bool finding_set_read(struct finding_set *s, enum finding_side side, struct source *source,
                      struct fault *fault);

/* Whether the old side has the kind; the new side then counts one more of it. */
bool finding_set_known(struct finding_set *s, struct hash fingerprint);

/* Whether kinds were left out. */
bool finding_set_full(const struct finding_set *s);

/* What a kind is called, as members of the object at hand. */
void finding_kind_put(struct json_writer *w, const struct finding_kind *k);

/* The kinds, the most severe first, then by rule and fingerprint; *count of them. Valid until the next
 * change. */
const struct finding_kind *const *finding_set_kinds(struct finding_set *s, size_t *count);

/* Adds which kinds the old side has to a digest. */
void finding_set_hash(struct finding_set *s, struct hash_state *h);

/* The new side as a baseline: a result that has one finding for each kind, a line each, in the order of their
 * fingerprints, and `occurrences` in each. */
void finding_set_put(struct finding_set *s, struct buf *out);

#endif
