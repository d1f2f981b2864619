#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void out_of_memory(void) {
    fputs("logaudit: out of memory\n", stderr);
    abort();
}

void *mem_new(size_t count, size_t size) {
    void *ptr = calloc(count ? count : 1, size ? size : 1);
    if (!ptr)
        out_of_memory();
    return ptr;
}

void *mem_resize(void *ptr, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        out_of_memory();
    void *grown = realloc(ptr, total ? total : 1);
    if (!grown)
        out_of_memory();
    return grown;
}

void mem_grow(void *items_ptr, size_t *capacity, size_t count, size_t size) {
    if (count < *capacity)
        return;
    void *items;
    memcpy(&items, items_ptr, sizeof items);
    *capacity = *capacity ? *capacity * 2 : 8;
    items = mem_resize(items, *capacity, size);
    memcpy(items_ptr, &items, sizeof items);
}

char *mem_copy(const char *ptr, size_t len) {
    char *copy = mem_new(len + 1, 1);
    if (len)
        memcpy(copy, ptr, len);
    return copy;
}

void mem_sort(void *items, size_t count, size_t size, int (*compare)(const void *a, const void *b)) {
    if (count > 1)
        qsort(items, count, size, compare);
}
