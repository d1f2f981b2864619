#include "hash.h"

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

static void print_digits(uint64_t value, char *out) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = HASH_HEX / 2; i-- > 0; value >>= 4)
        out[i] = digits[value & 15];
}

void hash_print(struct hash h, char out[HASH_HEX + 1]) {
    print_digits(h.high, out);
    print_digits(h.low, out + HASH_HEX / 2);
    out[HASH_HEX] = '\0';
}

static bool read_digits(struct str text, uint64_t *out) {
    *out = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!ascii_digit(c) && !(c >= 'a' && c <= 'f'))
            return false;
        *out = *out << 4 | (uint64_t)(ascii_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return true;
}

bool hash_read(struct str text, struct hash *out) {
    return text.len == HASH_HEX && read_digits(str_slice(text, 0, HASH_HEX / 2), &out->high) &&
           read_digits(str_slice(text, HASH_HEX / 2, HASH_HEX), &out->low);
}
