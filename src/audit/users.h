/* Who did what across services: one entry per user named by a record, and one per user in findings. */
#ifndef USERS_H
#define USERS_H

#include "findings.h"

struct name_count {
    struct str name; /* owned */
    uint64_t count;
};

/* A short list of distinct names with counts; further names are only counted. */
struct name_list {
    struct name_count *items;
    size_t count, capacity;
    uint64_t more;
};
enum { MAX_NAMES = 20 };

struct user {
    struct str name; /* owned */
    uint64_t records, findings;
    struct name_list services, actions, outcomes, ips;
    bool has_time;
    int64_t first, last;
};

struct user_table;

struct user_table *user_table_new(void);
void user_table_free(struct user_table *t);
/* False when the table is full and the user is not in it. */
bool user_table_add(struct user_table *t, const struct user_fact *fact);
/* A user that only a finding names (a captured group) is added, without records of its own. */
void user_table_add_finding(struct user_table *t, struct str user);
size_t user_table_count(const struct user_table *t);
/* All users, the busiest first, then by name; count = user_table_count. To be freed by the caller. */
const struct user **user_table_sorted(const struct user_table *t);

#endif
