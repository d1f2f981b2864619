#include "users.h"

#include "hash_index.h"
#include "mem.h"
#include "tally.h"
#include "utf8.h"

#include <stdlib.h>

struct user_table {
    struct user *users;
    size_t count, capacity;
    struct hash_index by_name;
    struct name_lists *lists;
    struct arena names;
    struct arena scratch; /* a name that is being repaired */
};

struct user_table *user_table_new(void) {
    struct user_table *t = mem_new(1, sizeof *t);
    t->lists = name_lists_new(MAX_USER_NAMES);
    arena_init(&t->names);
    arena_init(&t->scratch);
    return t;
}

void user_table_free(struct user_table *t) {
    if (!t)
        return;
    free(t->users);
    hash_index_fini(&t->by_name);
    name_lists_free(t->lists);
    arena_fini(&t->names);
    arena_fini(&t->scratch);
    free(t);
}

/* As results have it: what was read from a stored one must be the same user. */
static struct str repaired(struct user_table *t, struct str name) {
    arena_reset(&t->scratch);
    return utf8_repair(name, &t->scratch);
}

/* ---- users ---- */

static struct user *find(const struct user_table *t, struct str name, uint64_t hash) {
    uint32_t place;
    for (size_t probe = 0; hash_index_next(&t->by_name, hash, &probe, &place);)
        if (str_equal(name, t->users[place].name))
            return &t->users[place];
    return NULL;
}

static struct user *add(struct user_table *t, struct str name, uint64_t hash) {
    if (t->count >= MAX_USERS)
        return NULL;
    mem_grow(&t->users, &t->capacity, t->count, sizeof *t->users);
    t->users[t->count] = (struct user){ .name = arena_copy(&t->names, name) };
    hash_index_add(&t->by_name, hash, (uint32_t)t->count);
    return &t->users[t->count++];
}

struct user *user_table_get(struct user_table *t, struct str name) {
    uint64_t hash = hash64_of(name);
    struct user *user = find(t, name, hash);
    if (user)
        return user;
    return utf8_valid(name) ? add(t, name, hash) : user_table_get(t, repaired(t, name));
}

void user_add_time(struct user *user, int64_t time) {
    user->first = !user->has_time || time < user->first ? time : user->first;
    user->last = !user->has_time || time > user->last ? time : user->last;
    user->has_time = true;
}

/* ---- their names ---- */

bool user_table_add_name(struct user_table *t, struct user *user, enum user_list list, struct str name,
                         uint64_t count) {
    uint64_t owner = (uint64_t)(user - t->users) * USER_LISTS + list;
    return name_lists_add(t->lists, &user->lists[list], owner, name, count);
}

const struct name_count *user_table_names(struct user_table *t, const struct user *user, enum user_list list,
                                          size_t *count) {
    return name_lists_sorted(t->lists, &user->lists[list], count);
}

const char *user_list_name(enum user_list list) {
    static const char *const names[USER_LISTS] = { "services", "actions", "outcomes", "ips" };
    return names[list];
}

/* ---- records and findings ---- */

bool user_table_add(struct user_table *t, const struct user_fact *fact) {
    struct user *u = user_table_get(t, fact->user);
    if (!u)
        return false;
    u->records++;
    if (fact->has_time)
        user_add_time(u, fact->time);
    const struct str names[USER_LISTS] = { fact->service, fact->action, fact->outcome, fact->ip };
    bool all = true;
    for (int list = 0; list < USER_LISTS; list++)
        all = user_table_add_name(t, u, (enum user_list)list, names[list], 1) && all;
    return all;
}

bool user_table_add_finding(struct user_table *t, struct str user) {
    struct user *u = user_table_get(t, user);
    if (u)
        u->findings++;
    return u != NULL;
}

size_t user_table_count(const struct user_table *t) {
    return t->count;
}

static int busiest_first(const void *a, const void *b) {
    const struct user *const *x = a, *const *y = b;
    if ((*x)->records != (*y)->records)
        return (*x)->records > (*y)->records ? -1 : 1;
    return str_compare((*x)->name, (*y)->name);
}

const struct user **user_table_sorted(const struct user_table *t) {
    const struct user **list = mem_new(t->count, sizeof *list);
    for (size_t i = 0; i < t->count; i++)
        list[i] = &t->users[i];
    mem_sort(list, t->count, sizeof *list, busiest_first);
    return list;
}
