#include "check.h"
#include "hash_index.h"

/* The places that were added with this hash, as a bit each. */
static unsigned places_of(const struct hash_index *x, uint64_t hash) {
    unsigned found = 0;
    uint32_t place;
    for (size_t probe = 0; hash_index_next(x, hash, &probe, &place);)
        found |= 1u << place;
    return found;
}

static void test_same_hash(void) {
    struct hash_index x = { 0 };
    CHECK_INT(places_of(&x, 7), 0);
    hash_index_add(&x, 7, 0);
    hash_index_add(&x, 7 + 256, 1); /* the same slot at first */
    hash_index_add(&x, 7, 2);
    CHECK_INT(places_of(&x, 7), 1 | 4);
    CHECK_INT(places_of(&x, 7 + 256), 2);
    CHECK_INT(places_of(&x, 8), 0);
    hash_index_fini(&x);
}

static void test_growth(void) {
    struct hash_index x = { 0 };
    enum { MANY = 100000 };
    static const uint64_t GOLDEN = 0x9E3779B97F4A7C15;
    for (uint32_t i = 0; i < MANY; i++)
        hash_index_add(&x, i * GOLDEN, i);
    for (uint32_t i = 0; i < MANY; i++) {
        size_t probe = 0;
        uint32_t place = MANY;
        CHECK(hash_index_next(&x, i * GOLDEN, &probe, &place));
        CHECK_INT(place, i);
        CHECK(!hash_index_next(&x, i * GOLDEN, &probe, &place));
    }
    hash_index_fini(&x);
}

int main(void) {
    test_same_hash();
    test_growth();
    return check_report();
}
