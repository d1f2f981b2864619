#include "ranked.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

/* Of a block: with some 100,000 numbers as long as the list of blocks. */
enum { BLOCK = 512 };

struct ranked_block {
    size_t count;
    double numbers[BLOCK];
};

void ranked_fini(struct ranked *r) {
    for (size_t i = 0; i < r->block_count; i++)
        free(r->blocks[i]);
    free(r->blocks);
    *r = (struct ranked){ 0 };
}

/* The first block whose last number is not below `number`; the last block when there is none. */
static size_t block_of(const struct ranked *r, double number) {
    size_t low = 0, high = r->block_count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct ranked_block *b = r->blocks[middle];
        if (b->numbers[b->count - 1] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first place in the block whose number is not below `number`. */
static size_t place_in(const struct ranked_block *b, double number) {
    size_t low = 0, high = b->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (b->numbers[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct ranked_block *insert_block(struct ranked *r, size_t at) {
    mem_grow(&r->blocks, &r->block_capacity, r->block_count, sizeof(struct ranked_block *));
    memmove(&r->blocks[at + 1], &r->blocks[at], (r->block_count - at) * sizeof(struct ranked_block *));
    r->block_count++;
    return r->blocks[at] = mem_new(1, sizeof(struct ranked_block));
}

static void split(struct ranked *r, size_t at) {
    struct ranked_block *upper = insert_block(r, at + 1), *lower = r->blocks[at];
    lower->count = BLOCK / 2;
    upper->count = BLOCK - BLOCK / 2;
    memcpy(upper->numbers, lower->numbers + BLOCK / 2, upper->count * sizeof(double));
}

void ranked_add(struct ranked *r, double number) {
    if (!r->block_count)
        insert_block(r, 0);
    size_t at = r->count ? block_of(r, number) : 0;
    if (r->blocks[at]->count == BLOCK) {
        split(r, at);
        at = block_of(r, number);
    }
    struct ranked_block *b = r->blocks[at];
    size_t place = place_in(b, number);
    memmove(&b->numbers[place + 1], &b->numbers[place], (b->count - place) * sizeof(double));
    b->numbers[place] = number;
    b->count++;
    r->count++;
}

void ranked_remove(struct ranked *r, double number) {
    size_t at = block_of(r, number);
    struct ranked_block *b = r->blocks[at];
    size_t place = place_in(b, number);
    memmove(&b->numbers[place], &b->numbers[place + 1], (b->count - place - 1) * sizeof(double));
    r->count--;
    if (--b->count)
        return;
    free(b);
    memmove(&r->blocks[at], &r->blocks[at + 1], (r->block_count - at - 1) * sizeof(struct ranked_block *));
    r->block_count--;
}

double ranked_at(const struct ranked *r, size_t place) {
    size_t at = 0;
    while (place >= r->blocks[at]->count)
        place -= r->blocks[at++]->count;
    return r->blocks[at]->numbers[place];
}
