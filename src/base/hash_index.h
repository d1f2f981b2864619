/* Finds the places of items in a caller's array by a 64-bit hash of what identifies them. Open addressing,
 * never more than half full; a zeroed index is empty. */
#ifndef HASH_INDEX_H
#define HASH_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash_index {
    struct hash_slot *slots;
    size_t count, slot_count; /* slot_count: 0 or a power of two */
};

/* The next item that was added with this hash; the caller compares, and starts with *probe = 0. False: no
 * more. */
bool hash_index_next(const struct hash_index *x, uint64_t hash, size_t *probe, uint32_t *place);

/* Adds the item at this place; the same hash may come more than once. */
void hash_index_add(struct hash_index *x, uint64_t hash, uint32_t place);
void hash_index_fini(struct hash_index *x);

#endif
