#include "hash_index.h"

#include "mem.h"

#include <stdlib.h>

struct hash_slot {
    uint64_t hash;
    uint32_t next_place; /* place + 1; 0: free */
};

enum { FIRST_SLOTS = 256 };

bool hash_index_next(const struct hash_index *x, uint64_t hash, size_t *probe, uint32_t *place) {
    if (x->slot_count == 0)
        return false;
    for (;;) {
        const struct hash_slot *slot = &x->slots[(hash + (*probe)++) & (x->slot_count - 1)];
        if (!slot->next_place)
            return false;
        if (slot->hash == hash) {
            *place = slot->next_place - 1;
            return true;
        }
    }
}

static void put(struct hash_index *x, struct hash_slot item) {
    size_t at = item.hash & (x->slot_count - 1);
    while (x->slots[at].next_place)
        at = (at + 1) & (x->slot_count - 1);
    x->slots[at] = item;
}

static void grow(struct hash_index *x) {
    struct hash_slot *old = x->slots;
    size_t old_count = x->slot_count;
    x->slot_count = old_count ? 2 * old_count : FIRST_SLOTS;
    x->slots = mem_new(x->slot_count, sizeof *x->slots);
    for (size_t i = 0; i < old_count; i++)
        if (old[i].next_place)
            put(x, old[i]);
    free(old);
}

void hash_index_add(struct hash_index *x, uint64_t hash, uint32_t place) {
    if (2 * (x->count + 1) > x->slot_count)
        grow(x);
    put(x, (struct hash_slot){ hash, place + 1 });
    x->count++;
}

void hash_index_fini(struct hash_index *x) {
    free(x->slots);
    *x = (struct hash_index){ 0 };
}
