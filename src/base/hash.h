/* XXH3, 128 bits: for identifiers that must be stable and well spread (finding_id, fingerprint, audit_id,
 * cache keys). It is not a cryptographic hash and nothing here relies on it being one. */
#ifndef HASH_H
#define HASH_H

#include "str.h"

struct hash_state;

struct hash {
    uint64_t high, low;
};

/* Length of a printed hash without the NUL. */
enum { HASH_HEX = 32 };

/* What is hashed piece by piece; after hash_reset as new. hash_get may be asked in between. */
struct hash_state *hash_new(void);
void hash_free(struct hash_state *h);
void hash_reset(struct hash_state *h);

/* Adds the length and the bytes, so that ("ab", "c") and ("a", "bc") differ. */
void hash_add(struct hash_state *h, struct str s);
/* The bytes alone: pieces of one stream come to the same however it was cut. */
void hash_add_bytes(struct hash_state *h, struct str s);
void hash_add_int(struct hash_state *h, int64_t value);
struct hash hash_get(const struct hash_state *h);

static inline bool hash_equal(struct hash a, struct hash b) {
    return a.high == b.high && a.low == b.low;
}

/* Of these bytes alone. */
struct hash hash_of(struct str s);
uint64_t hash64_of(struct str s);

/* Lower-case hexadecimal, NUL-terminated. */
void hash_print(struct hash h, char out[HASH_HEX + 1]);
/* The hash that was printed; false when the text is none. */
bool hash_read(struct str text, struct hash *out);

#endif
