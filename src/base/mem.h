/* Heap memory. Running out of it ends the process in one place, so callers read straight on. What can be
 * large because of its input never comes from here without a stated maximum (buf.h, arena.h). */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

/* Zeroed memory; never NULL. The caller frees it with free(). */
void *mem_new(size_t count, size_t size);

/* Like realloc, never NULL; new bytes are not zeroed. */
void *mem_resize(void *ptr, size_t count, size_t size);

/* Makes room for one more element in the array *items that has `count` of them: doubles *capacity when it
 * is full. items_ptr is the address of the array pointer. */
void mem_grow(void *items_ptr, size_t *capacity, size_t count, size_t size);

/* qsort, which does not take a NULL array even when it is empty. */
void mem_sort(void *items, size_t count, size_t size, int (*compare)(const void *a, const void *b));

/* A NUL-terminated copy. */
char *mem_copy(const char *ptr, size_t len);

#endif
