#include "hash.h"

#include <stdio.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* The header keeps the library's type out of its users' sight: a hash_state is an XXH3_state_t. */
static XXH3_state_t *inside(const struct hash_state *h) {
    return (XXH3_state_t *)(uintptr_t)h;
}

struct hash_state *hash_new(void) {
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        abort();
    XXH3_128bits_reset(state);
    return (struct hash_state *)state;
}

void hash_free(struct hash_state *h) {
    if (h)
        XXH3_freeState(inside(h));
}

void hash_reset(struct hash_state *h) {
    XXH3_128bits_reset(inside(h));
}

void hash_add(struct hash_state *h, struct str s) {
    hash_add_int(h, (int64_t)s.len);
    hash_add_bytes(h, s);
}

void hash_add_bytes(struct hash_state *h, struct str s) {
    if (s.len)
        XXH3_128bits_update(inside(h), s.ptr, s.len);
}

void hash_add_int(struct hash_state *h, int64_t value) {
    XXH3_128bits_update(inside(h), &value, sizeof value);
}

struct hash hash_get(const struct hash_state *h) {
    XXH128_hash_t digest = XXH3_128bits_digest(inside(h));
    return (struct hash){ digest.high64, digest.low64 };
}

struct hash hash_of(struct str s) {
    XXH128_hash_t digest = XXH3_128bits(s.ptr, s.len);
    return (struct hash){ digest.high64, digest.low64 };
}

uint64_t hash64_of(struct str s) {
    return XXH3_64bits(s.ptr, s.len);
}

void hash_print(struct hash h, char out[HASH_HEX + 1]) {
    snprintf(out, HASH_HEX + 1, "%016llx%016llx", (unsigned long long)h.high, (unsigned long long)h.low);
}

static int hex_digit(char c) {
    if (ascii_digit(c))
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hash_read(struct str text, struct hash *out) {
    uint64_t half[2] = { 0, 0 };
    if (text.len != HASH_HEX)
        return false;
    for (size_t i = 0; i < HASH_HEX; i++) {
        int digit = hex_digit(text.ptr[i]);
        if (digit < 0)
            return false;
        half[i / 16] = half[i / 16] << 4 | (uint64_t)digit;
    }
    *out = (struct hash){ half[0], half[1] };
    return true;
}
