#include "names.h"

#include "hash.h"
#include "mem.h"

#include <stdlib.h>

void names_fini(struct names *n) {
    free(n->items);
    hash_index_fini(&n->index);
    arena_fini(&n->bytes);
    *n = (struct names){ 0 };
}

static bool find(const struct names *n, struct str name, uint64_t hash, uint32_t *number) {
    for (size_t probe = 0; hash_index_next(&n->index, hash, &probe, number);)
        if (str_equal(n->items[*number], name))
            return true;
    return false;
}

bool names_find(const struct names *n, struct str name, uint32_t *number) {
    return find(n, name, hash64_of(name), number);
}

uint32_t names_add(struct names *n, struct str name) {
    uint64_t hash = hash64_of(name);
    uint32_t number;
    if (find(n, name, hash, &number))
        return number;
    mem_grow(&n->items, &n->capacity, n->count, sizeof *n->items);
    hash_index_add(&n->index, hash, (uint32_t)n->count);
    n->items[n->count] = arena_copy(&n->bytes, name);
    return (uint32_t)n->count++;
}

struct numbered {
    struct str name;
    uint32_t number;
};

static int by_name(const void *a, const void *b) {
    return str_compare(((const struct numbered *)a)->name, ((const struct numbered *)b)->name);
}

uint32_t *names_ranks(const struct names *n) {
    struct numbered *sorted = mem_new(n->count, sizeof *sorted);
    uint32_t *ranks = mem_new(n->count, sizeof *ranks);
    for (size_t i = 0; i < n->count; i++)
        sorted[i] = (struct numbered){ n->items[i], (uint32_t)i };
    mem_sort(sorted, n->count, sizeof *sorted, by_name);
    for (size_t i = 0; i < n->count; i++)
        ranks[sorted[i].number] = (uint32_t)i;
    free(sorted);
    return ranks;
}
