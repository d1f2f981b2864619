/* The places that the arguments of a verb stand for, in order. */
#ifndef URIS_H
#define URIS_H

#include "place.h"

#include <stddef.h>

struct uris {
    char **items;
    bool *listed; /* found in a folder or below a prefix, not named itself */
    size_t count, capacity, listed_capacity;
    const char *spec; /* what is being listed */
};

void uris_fini(struct uris *u);

/* What `spec` stands for, as place_list has it. */
bool uris_list_one(struct uris *u, struct places *places, const char *spec, struct fault *fault);
/* One of what is being listed; for place_list, `uris` is a struct uris. */
void uris_add(void *uris, const char *uri);

/* Lists what each of the specs stands for; one that is given again is listed again only with `again`. What is
 * not there is kept, to be reported like what cannot be read; a word that is no place, or an `output` (NULL:
 * none) that is one of them, is a fault.
 */
bool uris_list(struct uris *u, struct places *places, const char *const *specs, size_t count, bool again,
               const char *output, struct fault *fault);

#endif
