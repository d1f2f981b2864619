#include "uris.h"

#include "cli.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

void uris_fini(struct uris *u) {
    cli_free_list(u->items, u->count);
    cli_free_list(u->repeated, u->repeated_count);
    free(u->listed);
    hash_index_fini(&u->known);
}

static void append(struct uris *u, const char *uri) {
    mem_grow(&u->items, &u->capacity, u->count, sizeof *u->items);
    mem_grow(&u->listed, &u->listed_capacity, u->count, sizeof *u->listed);
    u->listed[u->count] = u->spec && strcmp(uri, u->spec) != 0;
    u->items[u->count++] = mem_copy(uri, strlen(uri));
}

bool uris_add_new(struct uris *u, const struct places *places, const char *uri) {
    uint64_t hash = place_hash(places, uri);
    uint32_t at;
    for (size_t probe = 0; hash_index_next(&u->known, hash, &probe, &at);)
        if (strcmp(u->items[at], uri) == 0 || place_same(places, u->items[at], uri))
            return false;
    hash_index_add(&u->known, hash, (uint32_t)u->count);
    append(u, uri);
    return true;
}

static void note_repeated(struct uris *u, const char *uri) {
    mem_grow(&u->repeated, &u->repeated_capacity, u->repeated_count, sizeof *u->repeated);
    u->repeated[u->repeated_count++] = mem_copy(uri, strlen(uri));
}

void uris_add(void *uris, const char *uri) {
    struct uris *u = uris;
    if (!u->once)
        append(u, uri);
    else if (!uris_add_new(u, u->once, uri))
        note_repeated(u, uri);
}

static bool list_one(struct uris *u, struct places *places, const char *spec, struct fault *fault) {
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
    u->once = again ? NULL : places;
    for (size_t i = 0; i < count; i++) {
        bool before = !again && given_before(specs, i);
        if (before)
            note_repeated(u, specs[i]);
        if (before || list_one(u, places, specs[i], fault))
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
