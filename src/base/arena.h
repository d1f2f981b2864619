/* Memory that lives until the next reset: what belongs to one batch of records is freed in one step.
 * Small blocks are cut from large ones; nothing in an arena is freed alone. */
#ifndef ARENA_H
#define ARENA_H

#include "str.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* the newest first */
    size_t used;                /* of the newest block */
};

/* Embedded; empty. arena_fini frees all that came from it. */
void arena_init(struct arena *a);
void arena_fini(struct arena *a);

/* Forgets everything; keeps the newest block for the next round. */
void arena_reset(struct arena *a);

/* Zeroed, aligned for any type; never NULL. Valid until arena_reset. */
void *arena_new(struct arena *a, size_t count, size_t size);

/* Room for `len` bytes, not zeroed, not aligned. */
char *arena_bytes(struct arena *a, size_t len);

/* A copy with a NUL behind it. */
struct str arena_copy(struct arena *a, struct str s);

#endif
