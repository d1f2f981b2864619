#include "utf8.h"

#include "check.h"

#define FFFD "\xEF\xBF\xBD"

/* Every byte that belongs to no well-formed character is one U+FFFD. */
static void test_validity_and_repair(void) {
    static const struct {
        struct str bytes;
        const char *repaired; /* NULL: valid as it is */
    } cases[] = {
        { STR(""), NULL },
        { STR("plain"), NULL },
        { STR("caf\xC3\xA9 \xE6\x97\xA5 \xF0\x9F\x98\x80"), NULL },
        { STR("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"), NULL }, /* around the surrogates, the last one */
        { STR("eight by\xC3\xA9tes and more"), NULL },
        { STR("\xFF"), FFFD },
        { STR("a\x80z"), "a" FFFD "z" },
        { STR("\xC3"), FFFD },
        { STR("\xC3("), FFFD "(" },
        { STR("\xE2\x82"), FFFD FFFD },
        { STR("\xF0\x9F\x98!"), FFFD FFFD FFFD "!" },
        { STR("\xC0\xAF"), FFFD FFFD },                   /* overlong */
        { STR("\xC1\xBF"), FFFD FFFD },                   /* overlong */
        { STR("\xE0\x9F\xBF"), FFFD FFFD FFFD },          /* overlong */
        { STR("\xF0\x8F\xBF\xBF"), FFFD FFFD FFFD FFFD }, /* overlong */
        { STR("\xED\xA0\x80"), FFFD FFFD FFFD },          /* a surrogate */
        { STR("\xF4\x90\x80\x80"), FFFD FFFD FFFD FFFD }, /* over U+10FFFF */
        { STR("\xF5\x80\x80\x80"), FFFD FFFD FFFD FFFD },
        { STR("twelve bytes\xFE"), "twelve bytes" FFFD },
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_INT(utf8_valid(cases[i].bytes), cases[i].repaired == NULL);
        struct str repaired = utf8_repair(cases[i].bytes, &arena);
        CHECK(utf8_valid(repaired));
        if (cases[i].repaired)
            CHECK_STR(repaired, cases[i].repaired);
        else
            CHECK(str_equal(repaired, cases[i].bytes));
    }
    arena_fini(&arena);
}

/* A byte that is no ASCII is found wherever it stands in a text of any length. */
static void test_every_place(void) {
    enum { LONGEST = 50 };
    char text[LONGEST];
    int wrong = 0;
    for (size_t len = 1; len <= LONGEST; len++)
        for (size_t at = 0; at < len; at++) {
            memset(text, 'a', sizeof text);
            wrong += !utf8_valid(str_of(text, len));
            text[at] = '\xC3';
            wrong += utf8_valid(str_of(text, len));
            if (at + 1 == len)
                continue;
            text[at + 1] = '\xA9';
            wrong += !utf8_valid(str_of(text, len));
        }
    CHECK_INT(wrong, 0);
}

static void test_original_offset(void) {
    struct str bytes = STR("a\xFF"
                           "b\xC3\xA9\xE2\x82"
                           "c");
    static const struct {
        size_t repaired, original;
    } cases[] = {
        { 0, 0 }, { 1, 1 }, { 4, 2 }, { 5, 3 }, { 7, 5 }, { 10, 6 }, { 13, 7 }, { 14, 8 }, { 99, 8 }
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_INT(utf8_original_offset(bytes, cases[i].repaired), cases[i].original);
}

static void test_encode(void) {
    static const struct {
        uint32_t code;
        const char *want;
    } cases[] = {
        { 'a', "a" },
        { 0x7F, "\x7F" },
        { 0x80, "\xC2\x80" },
        { 0x7FF, "\xDF\xBF" },
        { 0x800, "\xE0\xA0\x80" },
        { 0xFFFF, "\xEF\xBF\xBF" },
        { 0x10000, "\xF0\x90\x80\x80" },
        { 0xD800, FFFD },
        { 0xDFFF, FFFD },
        { 0x10FFFF, "\xF4\x8F\xBF\xBF" },
        { 0x110000, FFFD },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[4];
        size_t len = utf8_encode(cases[i].code, out);
        CHECK_STR(str_of(out, len), cases[i].want);
        CHECK_INT(utf8_char_len(str_of(out, len)), len);
    }
}

static void test_cut(void) {
    struct str s = STR("ab\xC3\xA9\xE6\x97\xA5z");
    static const size_t wants[] = { 0, 1, 2, 2, 4, 4, 4, 7, 8, 8 };
    for (size_t max = 0; max < sizeof wants / sizeof *wants; max++)
        CHECK_INT(utf8_cut(s, max), wants[max]);
    CHECK_INT(utf8_cut((struct str){ 0 }, 5), 0);
}

int main(void) {
    test_validity_and_repair();
    test_every_place();
    test_original_offset();
    test_encode();
    test_cut();
    return check_report();
}
