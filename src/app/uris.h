/* The places that the arguments of a verb stand for, in order. */
#ifndef URIS_H
#define URIS_H

#include "hash_index.h"
#include "place.h"

#include <stddef.h>

struct uris {
    char **items;
    bool *listed; /* found in a folder or below a prefix, not named itself */
    size_t count, capacity, listed_capacity;
    const char *spec;        /* what is being listed */
    struct hash_index known; /* of uris_add_new */
    char **repeated;         /* what was left out because it is there already */
    size_t repeated_count, repeated_capacity;
    const struct places *once; /* where each source counts once; NULL: as often as it is named */
};

/* A zeroed one is empty. */
void uris_fini(struct uris *u);

/* One of what is being listed; for place_list, `uris` is a struct uris. */
void uris_add(void *uris, const char *uri);

/* Adds a source, unless it is one of those that were added so: false. */
bool uris_add_new(struct uris *u, const struct places *places, const char *uri);

/* Lists what each of the specs stands for; without `again` what comes again, also by another name, goes to
 * `repeated`. What is not there is kept, to be reported like what cannot be read; a word that is no place, or
 * an `output` (NULL: none) that is one of them, is a fault.
 */
bool uris_list(struct uris *u, struct places *places, const char *const *specs, size_t count, bool again,
               const char *output, struct fault *fault);

#endif
