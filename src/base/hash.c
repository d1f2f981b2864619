#include "hash.h"

#include "mem.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* What is hashed is short, mostly: it is collected and hashed in one step, which gives what a stream gives.
 */
enum { SHORT_BYTES = 240 };

struct hash_state {
    XXH3_state_t *stream;
    bool streams; /* `stream` has all of it */
    size_t len;   /* else these bytes are all */
    char bytes[SHORT_BYTES];
};

struct hash_state *hash_new(void) {
    struct hash_state *h = mem_new(1, sizeof *h);
    h->stream = XXH3_createState();
    if (!h->stream)
        abort();
    return h;
}

void hash_free(struct hash_state *h) {
    if (h)
        XXH3_freeState(h->stream);
    free(h);
}

void hash_reset(struct hash_state *h) {
    h->streams = false;
    h->len = 0;
}

void hash_add(struct hash_state *h, struct str s) {
    hash_add_int(h, (int64_t)s.len);
    hash_add_bytes(h, s);
}

static void begin_stream(struct hash_state *h) {
    XXH3_128bits_reset(h->stream);
    XXH3_128bits_update(h->stream, h->bytes, h->len);
    h->streams = true;
}

void hash_add_bytes(struct hash_state *h, struct str s) {
    if (!h->streams && s.len > SHORT_BYTES - h->len)
        begin_stream(h);
    if (h->streams && s.len) {
        XXH3_128bits_update(h->stream, s.ptr, s.len);
    } else if (s.len) {
        memcpy(h->bytes + h->len, s.ptr, s.len);
        h->len += s.len;
    }
}

void hash_add_int(struct hash_state *h, int64_t value) {
    hash_add_bytes(h, str_of((const char *)&value, sizeof value));
}

struct hash hash_get(const struct hash_state *h) {
    XXH128_hash_t digest = h->streams ? XXH3_128bits_digest(h->stream) : XXH3_128bits(h->bytes, h->len);
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
