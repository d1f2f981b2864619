/* Kinds of findings: those of one fingerprint are a group, and the groups of one rule and severity are a
 * family, which a report shows in one line when they are many. */
#ifndef GROUPS_H
#define GROUPS_H

#include "finding.h"

/* Groups kept apart; and, so that no rule disappears because others have filled the table, how many more each
 * rule may have that has fewer than so many. */
enum { MAX_GROUPS = 20 * 1000, GROUPS_OF_EACH_RULE = 20 };
/* Groups whose sample is kept with its context. */
enum { MAX_GROUP_CONTEXTS = 1000 };
/* Of each family so many come before those of others that are more frequent. */
enum { FIRST_OF_FAMILY = 3 };

/* What the findings of a group have in this field: one value, by its hash, or several. */
struct group_value {
    uint64_t hash; /* 0: none */
    bool several;
};

struct group {
    struct hash fingerprint;
    const struct rule *rule;
    uint32_t rule_number; /* of the table: the same id is the same rule */
    enum severity severity;
    bool correlated;
    struct str title, sample; /* owned; a NUL may stand in them */
    char *sample_source;
    char *service; /* of the sample; NULL: none */
    char *context; /* of the sample, as JSON; NULL: none */
    uint64_t sample_line;
    size_t sample_at; /* in the sample: where the match stands, in bytes; 0 also: not known */
    uint64_t count;
    struct group_value user, address;
    bool has_time;
    int64_t first, last;
    size_t rank; /* in its family, from 0; set by group_table_families */
};

struct family {
    const struct group *const *groups; /* the most frequent first */
    size_t kinds;
    uint64_t count;
    uint64_t users, addresses; /* 0: none, or not known */
    bool has_time;
    int64_t first, last;
};

struct group_table;

/* Empty. */
struct group_table *group_table_new(void);
void group_table_free(struct group_table *t);

/* Counts the finding in its group. False when it is of a kind that has no room. */
bool group_table_add(struct group_table *t, const struct finding *f);

size_t group_table_count(const struct group_table *t);
/* All groups: the most severe first, of these those of correlations, then the most frequent. Valid until the
 * next change. */
const struct group *const *group_table_sorted(struct group_table *t);
/* The first `most` of them, in the same order, so chosen that each family has its share; `most` is at most
 * group_table_count. Valid as above. */
const struct group *const *group_table_chosen(struct group_table *t, size_t most);
/* All families in the order of groups; *count of them. Valid as above. */
const struct family *group_table_families(struct group_table *t, size_t *count);

/* The words that the titles of a family have in common, "..." for the others. */
struct str family_title(const struct family *f, struct arena *arena);

#endif
