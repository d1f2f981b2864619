#include "newest.h"

#include "check.h"

static void add(struct newest *n, const char *uri, int64_t modified) {
    newest_add(n, uri, &(struct s3_info){ .modified = modified, .size = modified * 2 });
}

static void test_order(void) {
    struct newest n = { 0 };
    newest_sort(&n);
    add(&n, "s3://b/old", 5);
    add(&n, "s3://b/y", 7);
    add(&n, "s3://b/new", 9);
    add(&n, "s3://b/x", 7);
    add(&n, "s3://b/unknown", 0);
    newest_sort(&n);
    static const char *const order[] = { "s3://b/new", "s3://b/x", "s3://b/y", "s3://b/old",
                                         "s3://b/unknown" };
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        CHECK_STR(str_c(n.items[i].uri), order[i]);
    CHECK_INT(n.items[0].info.size, 18);
    newest_fini(&n);
    CHECK_INT(n.count, 0);
}

int main(void) {
    test_order();
    return check_report();
}
