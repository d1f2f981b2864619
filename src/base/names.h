/* Distinct strings, each with a number: the first is 0, the next 1 ... */
#ifndef NAMES_H
#define NAMES_H

#include "arena.h"
#include "hash_index.h"

struct names {
    struct str *items; /* by number; with a NUL behind each */
    size_t count, capacity;
    struct hash_index index;
    struct arena bytes;
};

/* A zeroed one is empty. */
void names_fini(struct names *n);

/* The number of `name`, which is copied when it is new. */
uint32_t names_add(struct names *n, struct str name);
/* False when it is not there. */
bool names_find(const struct names *n, struct str name, uint32_t *number);

/* For each number its place in the order of str_compare; to be freed by the caller. */
uint32_t *names_ranks(const struct names *n);

#endif
