#include "uris.h"

#include "cli.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

void uris_fini(struct uris *u) {
    cli_free_list(u->items, u->count);
    free(u->listed);
}

void uris_add(void *uris, const char *uri) {
    struct uris *u = uris;
    mem_grow(&u->items, &u->capacity, u->count, sizeof *u->items);
    mem_grow(&u->listed, &u->listed_capacity, u->count, sizeof *u->listed);
    u->listed[u->count] = strcmp(uri, u->spec) != 0;
    u->items[u->count++] = mem_copy(uri, strlen(uri));
}

bool uris_list_one(struct uris *u, struct places *places, const char *spec, struct fault *fault) {
    u->spec = spec;
    return place_list(places, spec, uris_add, u, fault);
}

static bool given_before(const char *const *specs, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (strcmp(specs[i], specs[index]) == 0)
            return true;
    return false;
}

bool uris_list(struct uris *u, struct places *places, const char *const *specs, size_t count, bool again,
               const char *output, struct fault *fault) {
    for (size_t i = 0; i < count; i++) {
        if ((!again && given_before(specs, i)) || uris_list_one(u, places, specs[i], fault))
            continue;
        if (fault->kind == FAULT_USAGE)
            return false;
        uris_add(u, specs[i]);
    }
    for (size_t i = 0; output && i < u->count; i++)
        if (place_same(places, u->items[i], output))
            return fault_set(fault, FAULT_USAGE, "--output: %s is one of the sources", output);
    return true;
}
