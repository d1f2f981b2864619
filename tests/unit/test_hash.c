#include "hash.h"

#include "check.h"

static struct hash hash_two(const char *a, const char *b) {
    struct hash_state *h = hash_new();
    hash_add(h, str_c(a));
    hash_add(h, str_c(b));
    struct hash got = hash_get(h);
    hash_free(h);
    return got;
}

static bool same(struct hash a, struct hash b) {
    return a.high == b.high && a.low == b.low;
}

static void test_boundaries_count(void) {
    CHECK(same(hash_two("ab", "c"), hash_two("ab", "c")));
    CHECK(!same(hash_two("ab", "c"), hash_two("a", "bc")));
    CHECK(!same(hash_two("", "abc"), hash_two("abc", "")));
}

static void test_state(void) {
    struct hash_state *h = hash_new();
    struct hash empty = hash_get(h);
    hash_add_int(h, -1);
    struct hash one = hash_get(h);
    CHECK(same(one, hash_get(h))); /* asking changes nothing */
    CHECK(!same(one, empty));
    hash_reset(h);
    CHECK(same(hash_get(h), empty));
    hash_add_int(h, -1);
    CHECK(same(hash_get(h), one));
    hash_free(h);
    hash_free(NULL);
}

/* Short and long ones alike: however it was cut, it is the hash of the whole. */
static void test_pieces(void) {
    char bytes[600];
    struct hash_state *h = hash_new();
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 31);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        struct hash whole = hash_of(str_of(bytes, len));
        for (size_t piece = 1; piece <= sizeof bytes; piece = piece * 3 + 1) {
            hash_reset(h);
            for (size_t at = 0; at < len; at += piece)
                hash_add_bytes(h, str_slice(str_of(bytes, len), at, piece));
            CHECK(same(hash_get(h), whole));
        }
    }
    hash_free(h);
}

/* Stored identifiers must mean the same tomorrow and on any machine. */
static void test_stable(void) {
    char text[HASH_HEX + 1];
    hash_print((struct hash){ 0x1, 0xABCDEF }, text);
    CHECK_STR(str_c(text), "00000000000000010000000000abcdef");
    hash_print(hash_of(str_c("logaudit")), text);
    CHECK_STR(str_c(text), "1207c8a07d5f1111ccb98fc6db768cd4");
    CHECK(hash64_of(str_c("a")) != hash64_of(str_c("b")));
    CHECK(same(hash_of((struct str){ 0 }), hash_of(str_c(""))));
}

static void test_read(void) {
    struct hash h;
    CHECK(hash_read(str_c("1207c8a07d5f1111ccb98fc6db768cd4"), &h));
    CHECK(same(h, hash_of(str_c("logaudit"))));
    CHECK(!hash_read(str_c("1207c8a07d5f1111ccb98fc6db768cd"), &h));
    CHECK(!hash_read(str_c("1207c8a07d5f1111ccb98fc6db768cdg"), &h));
    CHECK(!hash_read(str_c("1207C8A07D5F1111CCB98FC6DB768CD4"), &h));
    CHECK(!hash_read((struct str){ 0 }, &h));
}

int main(void) {
    test_boundaries_count();
    test_state();
    test_pieces();
    test_stable();
    test_read();
    return check_report();
}
