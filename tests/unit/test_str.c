#include "check.h"
#include "str.h"

static void test_numbers(void) {
    int64_t value = 7;
    CHECK(str_to_int(str_c("-9223372036854775808"), &value));
    CHECK_INT(value, INT64_MIN);
    CHECK(str_to_int(str_c("9223372036854775807"), &value));
    CHECK_INT(value, INT64_MAX);
    CHECK(!str_to_int(str_c("9223372036854775808"), &value));
    CHECK(!str_to_int(str_c(""), &value));
    CHECK(!str_to_int(str_c("12x"), &value));
    double number = 0;
    CHECK(str_to_double(str_c("1.5e3"), &number));
    CHECK(number == 1500.0);
    CHECK(!str_to_double(str_c("nan"), &number));
    CHECK(!str_to_double(str_c("1.5 "), &number));
}

static int order_of(const char *a, const char *b) {
    int order = 99;
    return str_compare_whole(str_c(a), str_c(b), &order) ? (order > 0) - (order < 0) : 99;
}

static void test_whole_numbers(void) {
    CHECK_INT(order_of("9007199254740993", "9007199254740992"), 1);
    CHECK_INT(order_of("-9007199254740993", "-9007199254740992"), -1);
    CHECK_INT(order_of("99999999999999999999", "100000000000000000000"), -1);
    CHECK_INT(order_of("007", "+7"), 0);
    CHECK_INT(order_of("-0", "0"), 0);
    CHECK_INT(order_of("-1", "0"), -1);
    CHECK_INT(order_of("1", "-2"), 1);
    CHECK_INT(order_of("5.0", "5"), 99);
    CHECK_INT(order_of("-", "5"), 99);
    CHECK_INT(order_of("", "5"), 99);
}

static void test_find(void) {
    struct str text = STR("one two three");
    CHECK_INT(str_find(text, str_c("two")), 4);
    CHECK_INT(str_find(text, str_c("four")), text.len);
    CHECK_INT(str_find_nocase(text, str_c("THREE")), 8);
    CHECK(str_equal_nocase(str_c("aZ-9"), str_c("Az-9")));
    /* As far apart as A and a, but no letters. */
    CHECK(!str_equal_nocase(str_c("@"), str_c("`")) && !str_equal_nocase(str_c("{"), str_c("[")));
    CHECK(!str_equal_nocase(str_c("\xC1"), str_c("\xE1")));
    CHECK_STR(str_slice(text, 4, 3), "two");
    CHECK_STR(str_slice(text, 99, 3), "");
    CHECK_STR(str_trim(str_c(" \t x y \r\n")), "x y");
    CHECK(str_compare(str_c("a"), str_c("ab")) < 0);
    CHECK_STR(str_without_cr(str_c("x\r\r")), "x\r");
    CHECK_STR(str_without_cr(str_c("")), "");
    CHECK(ascii_hex('9') == 9 && ascii_hex('a') == 10 && ascii_hex('F') == 15);
    CHECK(ascii_hex('g') < 0 && ascii_hex('@') < 0 && ascii_hex(':') < 0);
}

int main(void) {
    test_numbers();
    test_whole_numbers();
    test_find();
    return check_report();
}
