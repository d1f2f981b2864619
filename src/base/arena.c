#include "arena.h"

#include "mem.h"

#include <stdalign.h>
#include <stdlib.h>

enum { BLOCK_SIZE = 64 * 1024 };

struct arena_block {
    struct arena_block *older;
    size_t size;
    alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *a) {
    *a = (struct arena){ 0 };
}

static void free_blocks(struct arena_block *block) {
    while (block) {
        struct arena_block *older = block->older;
        free(block);
        block = older;
    }
}

void arena_fini(struct arena *a) {
    free_blocks(a->blocks);
    arena_init(a);
}

void arena_reset(struct arena *a) {
    a->used = 0;
    if (!a->blocks)
        return;
    free_blocks(a->blocks->older);
    a->blocks->older = NULL;
    if (a->blocks->size > BLOCK_SIZE) { /* one huge record must not hold its memory for the whole job */
        free(a->blocks);
        a->blocks = NULL;
    }
}

static char *take(struct arena *a, size_t size, size_t alignment) {
    size_t start = (a->used + alignment - 1) & ~(alignment - 1);
    if (!a->blocks || start > a->blocks->size || size > a->blocks->size - start) {
        size_t block_size = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        struct arena_block *block = mem_resize(NULL, sizeof *block + block_size, 1);
        block->older = a->blocks;
        block->size = block_size;
        a->blocks = block;
        start = 0;
    }
    a->used = start + size;
    return a->blocks->bytes + start;
}

void *arena_new(struct arena *a, size_t count, size_t size) {
    char *ptr = take(a, count * size, alignof(max_align_t));
    memset(ptr, 0, count * size);
    return ptr;
}

char *arena_bytes(struct arena *a, size_t len) {
    return take(a, len, 1);
}

struct str arena_copy(struct arena *a, struct str s) {
    char *ptr = take(a, s.len + 1, 1);
    if (s.len)
        memcpy(ptr, s.ptr, s.len);
    ptr[s.len] = '\0';
    return str_of(ptr, s.len);
}
