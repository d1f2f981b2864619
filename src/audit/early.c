#include "early.h"

#include "mem.h"

#include <stdlib.h>

void early_fini(struct early_findings *e) {
    free(e->items);
    hash_index_fini(&e->index);
}

bool early_has(const struct early_findings *e, const struct finding *f) {
    uint32_t place;
    for (size_t probe = 0; hash_index_next(&e->index, f->id.low, &probe, &place);) {
        const struct early *other = &e->items[place];
        if (other->id.low == f->id.low && other->id.high == f->id.high && other->time == f->fields.time)
            return true;
    }
    return false;
}

bool early_add(struct early_findings *e, const struct finding *f) {
    if (e->count == MAX_EARLY)
        return false;
    mem_grow(&e->items, &e->capacity, e->count, sizeof *e->items);
    hash_index_add(&e->index, f->id.low, (uint32_t)e->count);
    e->items[e->count++] = (struct early){ f->id, f->fields.time };
    return true;
}
