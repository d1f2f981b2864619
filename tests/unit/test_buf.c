#include "buf.h"
#include "check.h"

static void test_growth(void) {
    struct buf b;
    buf_init(&b, 1 << 20);
    CHECK_STR(str_c(buf_c(&b)), "");
    for (int i = 0; i < 1000; i++)
        CHECK(buf_add_byte(&b, (char)('a' + i % 26)));
    CHECK_INT(b.len, 1000);
    CHECK_INT(b.ptr[999], 'a' + 999 % 26);
    CHECK(buf_add(&b, (struct str){ 0 }));
    CHECK_INT(strlen(buf_c(&b)), 1000);
    buf_reset(&b);
    CHECK_INT(b.len, 0);
    CHECK(buf_add_c(&b, "again"));
    CHECK_STR(buf_str(&b), "again");
    buf_fini(&b);
}

/* An append that would pass the maximum is dropped whole, and so is everything after it. */
static void test_maximum(void) {
    struct buf b;
    buf_init(&b, 8);
    CHECK(buf_add_c(&b, "12345678"));
    CHECK(!b.full);
    CHECK(!buf_add_c(&b, "9"));
    CHECK(b.full);
    CHECK_STR(buf_str(&b), "12345678");
    buf_reset(&b);
    CHECK(!buf_printf(&b, "%s", "123456789"));
    CHECK_STR(buf_str(&b), "");
    CHECK(!buf_add_c(&b, "1")); /* a hole in the middle would be worse than an end */
    buf_reset(&b);
    CHECK(buf_room(&b, 9) == NULL);
    CHECK(b.full);
    buf_reset(&b);
    CHECK(buf_room(&b, SIZE_MAX) == NULL);
    buf_fini(&b);
}

static void test_numbers(void) {
    static const struct {
        int64_t value;
        const char *want;
    } cases[] = {
        { 0, "0" },
        { -1, "-1" },
        { 1234567890123, "1234567890123" },
        { INT64_MAX, "9223372036854775807" },
        { INT64_MIN, "-9223372036854775808" },
    };
    struct buf b;
    buf_init(&b, 64);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_reset(&b);
        CHECK(buf_add_int(&b, cases[i].value));
        CHECK_STR(buf_str(&b), cases[i].want);
    }
    buf_fini(&b);
}

static void test_printf(void) {
    struct buf b;
    char long_text[300];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    buf_init(&b, 1024);
    CHECK(buf_printf(&b, "%d-%s;", 7, "seven"));
    CHECK(buf_printf(&b, "%s", long_text));
    CHECK(buf_printf(&b, "%s", ""));
    CHECK_INT(b.len, strlen("7-seven;") + strlen(long_text));
    CHECK(str_starts(buf_str(&b), str_c("7-seven;xxx")));
    CHECK(str_ends(buf_str(&b), str_c("xxx")));
    buf_fini(&b);
}

int main(void) {
    test_growth();
    test_maximum();
    test_numbers();
    test_printf();
    return check_report();
}
