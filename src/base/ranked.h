/* Numbers in their order, with repeats: adding, removing and the n-th of them in about the square root of
 * their count. For percentiles over a window. */
#ifndef RANKED_H
#define RANKED_H

#include <stdbool.h>
#include <stddef.h>

struct ranked_block;

/* A zeroed one is empty. */
struct ranked {
    struct ranked_block **blocks; /* in order, none of them empty */
    size_t block_count, block_capacity, count;
};

void ranked_fini(struct ranked *r);

/* The number must not be NaN. */
void ranked_add(struct ranked *r, double number);
/* One number of this value must be there. */
void ranked_remove(struct ranked *r, double number);
/* The number at a place from 0, which must be less than the count. */
double ranked_at(const struct ranked *r, size_t place);

#endif
