/* Who did what across services: one entry per user named by a record, and one per user in findings. A user is
 * a name as the record has it, whatever the key was called; names are compared byte by byte (docs/result.md
 * says why). Bounded by the number of users and of all their names; the tally says what did not fit. */
#ifndef USERS_H
#define USERS_H

#include "findings.h"
#include "name_lists.h"

enum user_list { USER_SERVICES, USER_ACTIONS, USER_OUTCOMES, USER_IPS, USER_LISTS };

struct user {
    struct str name;
    uint64_t records, findings;
    struct name_list lists[USER_LISTS];
    bool has_time;
    int64_t first, last; /* microseconds since 1970 */
};

struct user_table;

/* Empty. */
struct user_table *user_table_new(void);
void user_table_free(struct user_table *t);
/* The user of this name, made when it is new; NULL when the table is full. Valid until the next one is made.
 */
struct user *user_table_get(struct user_table *t, struct str name);
/* A name in one of the user's lists, `count` times more; an empty one is none. False when the table is full.
 */
bool user_table_add_name(struct user_table *t, struct user *user, enum user_list list, struct str name,
                         uint64_t count);
/* A record of the user at this time, microseconds since 1970: first and last. */
void user_add_time(struct user *user, int64_t time);

/* A record that names a user. False when something of it did not fit. */
bool user_table_add(struct user_table *t, const struct user_fact *fact);
/* A user that only a finding names (a captured group) is added, without records of its own. */
bool user_table_add_finding(struct user_table *t, struct str user);

/* All users, the busiest first, then by name; user_table_count of them. To be freed by the caller. */
size_t user_table_count(const struct user_table *t);
const struct user **user_table_sorted(const struct user_table *t);
/* The names of a list, the most frequent first, then by name. Valid until the next call. */
const struct name_count *user_table_names(struct user_table *t, const struct user *user, enum user_list list,
                                          size_t *count);
/* The key of a list in results. */
const char *user_list_name(enum user_list list);

#endif
