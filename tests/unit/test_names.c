#include "names.h"

#include "check.h"

#include <stdio.h>
#include <stdlib.h>

static void test_numbers(void) {
    struct names n = { 0 };
    uint32_t number;
    CHECK_INT(names_add(&n, str_c("b")), 0);
    CHECK_INT(names_add(&n, str_c("a")), 1);
    CHECK_INT(names_add(&n, str_c("b")), 0);
    CHECK_INT(names_add(&n, str_of("a\0x", 3)), 2);
    CHECK_INT(names_add(&n, str_c("")), 3);
    CHECK(names_find(&n, str_c("a"), &number) && number == 1);
    CHECK(!names_find(&n, str_c("c"), &number));
    CHECK_STR(n.items[1], "a");
    uint32_t *ranks = names_ranks(&n); /* "", a, a\0x, b */
    CHECK(ranks[3] == 0 && ranks[1] == 1 && ranks[2] == 2 && ranks[0] == 3);
    free(ranks);
    names_fini(&n);
    CHECK(!names_find(&n, str_c("a"), &number));
}

static void test_many(void) {
    struct names n = { 0 };
    char text[32];
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 5000; i++) {
            int len = snprintf(text, sizeof text, "name %u", i * 7919 % 5000);
            if (names_add(&n, str_of(text, (size_t)len)) != i)
                CHECK(!"another number");
        }
    CHECK_INT(n.count, 5000);
    names_fini(&n);
}

int main(void) {
    test_numbers();
    test_many();
    return check_report();
}
