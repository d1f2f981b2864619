#include "name_lists.h"

#include "hash.h"
#include "hash_index.h"
#include "mem.h"
#include "utf8.h"

#include <stdlib.h>

/* The names of all lists are in one array, each list a chain through it from the newest to the oldest, and
 * one index finds any of them. */
struct entry {
    struct str name;
    uint64_t count, owner;
    uint32_t older; /* place + 1; 0: the oldest */
};

struct name_lists {
    struct entry *entries;
    size_t count, capacity, max;
    struct hash_index index;
    struct arena bytes;
    struct arena scratch; /* a name that is being repaired */
    struct name_count *sorted;
    size_t sorted_capacity;
};

struct name_lists *name_lists_new(size_t max) {
    struct name_lists *n = mem_new(1, sizeof *n);
    n->max = max;
    arena_init(&n->bytes);
    arena_init(&n->scratch);
    return n;
}

void name_lists_free(struct name_lists *n) {
    if (!n)
        return;
    free(n->entries);
    free(n->sorted);
    hash_index_fini(&n->index);
    arena_fini(&n->bytes);
    arena_fini(&n->scratch);
    free(n);
}

static uint64_t entry_hash(uint64_t owner, struct str name) {
    return hash64_of(name) ^ (owner + 1) * 0x9E3779B97F4A7C15;
}

static struct entry *find(const struct name_lists *n, uint64_t owner, struct str name, uint64_t hash) {
    uint32_t place;
    for (size_t probe = 0; hash_index_next(&n->index, hash, &probe, &place);) {
        struct entry *e = &n->entries[place];
        if (e->owner == owner && str_equal(e->name, name))
            return e;
    }
    return NULL;
}

static bool add(struct name_lists *n, struct name_list *list, struct entry entry, uint64_t hash) {
    if (n->count >= n->max)
        return false;
    mem_grow(&n->entries, &n->capacity, n->count, sizeof *n->entries);
    entry.name = arena_copy(&n->bytes, entry.name);
    entry.older = list->latest;
    hash_index_add(&n->index, hash, (uint32_t)n->count);
    n->entries[n->count++] = entry;
    list->latest = (uint32_t)n->count;
    return true;
}

bool name_lists_add(struct name_lists *n, struct name_list *list, uint64_t owner, struct str name,
                    uint64_t count) {
    if (!name.len)
        return true;
    struct entry *latest = list->latest ? &n->entries[list->latest - 1] : NULL;
    bool same = latest && str_equal(latest->name, name); /* most often */
    uint64_t hash = same ? 0 : entry_hash(owner, name);
    struct entry *entry = same ? latest : find(n, owner, name, hash);
    if (entry) {
        entry->count += count;
        return true;
    }
    if (utf8_valid(name))
        return add(n, list, (struct entry){ name, count, owner, 0 }, hash);
    arena_reset(&n->scratch);
    return name_lists_add(n, list, owner, utf8_repair(name, &n->scratch), count);
}

static int most_frequent_first(const void *a, const void *b) {
    const struct name_count *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return str_compare(x->name, y->name);
}

const struct name_count *name_lists_sorted(struct name_lists *n, const struct name_list *list,
                                           size_t *count) {
    *count = 0;
    for (uint32_t at = list->latest; at; at = n->entries[at - 1].older) {
        mem_grow(&n->sorted, &n->sorted_capacity, *count, sizeof *n->sorted);
        n->sorted[(*count)++] = (struct name_count){ n->entries[at - 1].name, n->entries[at - 1].count };
    }
    mem_sort(n->sorted, *count, sizeof *n->sorted, most_frequent_first);
    return n->sorted;
}

bool name_lists_several(const struct name_lists *n, const struct name_list *list) {
    return list->latest && n->entries[list->latest - 1].older;
}
