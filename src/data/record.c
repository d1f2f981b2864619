#include "record.h"

#include "mem.h"

#include <stdlib.h>

void batch_init(struct batch *b) {
    *b = (struct batch){ 0 };
    buf_init(&b->bytes, UINT32_MAX);
}

void batch_fini(struct batch *b) {
    buf_fini(&b->bytes);
    free(b->records);
    *b = (struct batch){ 0 };
}

void batch_reset(struct batch *b) {
    buf_reset(&b->bytes);
    b->count = 0;
    b->skipped_lines = 0;
    b->malformed = 0;
    b->cut_short = false;
}

void batch_add(struct batch *b, struct record r) {
    mem_grow(&b->records, &b->capacity, b->count, sizeof *b->records);
    b->records[b->count++] = r;
}
