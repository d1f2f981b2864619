#include "users.h"

#include "hash_index.h"
#include "mem.h"
#include "tally.h"

#include <stdlib.h>

struct user_table {
    struct user *users;
    size_t count, capacity;
    struct hash_index names;
};

struct user_table *user_table_new(void) {
    return mem_new(1, sizeof(struct user_table));
}

static struct str owned(struct str s) {
    return str_of(mem_copy(s.ptr, s.len), s.len);
}

static void free_owned(struct str s) {
    free((char *)(uintptr_t)s.ptr);
}

static void free_names(struct name_list *list) {
    for (size_t i = 0; i < list->count; i++)
        free_owned(list->items[i].name);
    free(list->items);
}

void user_table_free(struct user_table *t) {
    if (!t)
        return;
    for (size_t i = 0; i < t->count; i++) {
        struct user *u = &t->users[i];
        free_owned(u->name);
        free_names(&u->services);
        free_names(&u->actions);
        free_names(&u->outcomes);
        free_names(&u->ips);
    }
    free(t->users);
    hash_index_fini(&t->names);
    free(t);
}

static struct user *get(struct user_table *t, struct str name) {
    uint64_t hash = hash64_of(name);
    uint32_t place;
    for (size_t probe = 0; hash_index_next(&t->names, hash, &probe, &place);)
        if (str_equal(name, t->users[place].name))
            return &t->users[place];
    if (t->count >= MAX_USERS)
        return NULL;
    mem_grow(&t->users, &t->capacity, t->count, sizeof *t->users);
    t->users[t->count] = (struct user){ .name = owned(name) };
    hash_index_add(&t->names, hash, (uint32_t)t->count);
    return &t->users[t->count++];
}

/* Most names differ in length or at an end, which costs no call. */
static inline bool same_name(struct str a, struct str b) {
    return a.len == b.len && a.ptr[0] == b.ptr[0] && a.ptr[a.len - 1] == b.ptr[a.len - 1] && str_equal(a, b);
}

static void count_name(struct name_list *list, struct str name) {
    if (!name.len)
        return;
    for (size_t i = 0; i < list->count; i++) {
        if (same_name(name, list->items[i].name)) {
            list->items[i].count++;
            return;
        }
    }
    if (list->count == MAX_NAMES) {
        list->more++;
        return;
    }
    mem_grow(&list->items, &list->capacity, list->count, sizeof *list->items);
    list->items[list->count++] = (struct name_count){ owned(name), 1 };
}

bool user_table_add(struct user_table *t, const struct user_fact *fact) {
    struct user *u = get(t, fact->user);
    if (!u)
        return false;
    u->records++;
    count_name(&u->services, fact->service);
    count_name(&u->actions, fact->action);
    count_name(&u->outcomes, fact->outcome);
    count_name(&u->ips, fact->ip);
    if (fact->has_time) {
        u->first = !u->has_time || fact->time < u->first ? fact->time : u->first;
        u->last = !u->has_time || fact->time > u->last ? fact->time : u->last;
        u->has_time = true;
    }
    return true;
}

void user_table_add_finding(struct user_table *t, struct str user) {
    struct user *u = get(t, user);
    if (u)
        u->findings++;
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
