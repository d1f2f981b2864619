/* Which findings of correlations were emitted before the end. */
#include "early.h"

#include "check.h"

static void test_once(void) {
    struct early_findings e = { .items = NULL };
    struct finding f = { .id = { 1, 2 }, .fields = { .time = 5, .has_time = true } };
    struct finding later = f, other = f;
    later.fields.time = 6; /* a file that was made anew */
    other.id.high = 7;
    CHECK(!early_has(&e, &f));
    CHECK(early_add(&e, &f));
    CHECK(early_has(&e, &f) && !early_has(&e, &later) && !early_has(&e, &other));
    CHECK(early_add(&e, &later) && early_add(&e, &other));
    CHECK(early_has(&e, &f) && early_has(&e, &later) && early_has(&e, &other));
    early_fini(&e);
}

static void test_full(void) {
    struct early_findings e = { .items = NULL };
    struct finding f = { .fields = { .has_time = true } };
    size_t added = 0;
    for (uint64_t i = 0; i < MAX_EARLY; i++) {
        f.id.low = i;
        added += early_add(&e, &f);
    }
    CHECK_INT(added, MAX_EARLY);
    CHECK(early_has(&e, &f));
    f.id.low = MAX_EARLY;
    CHECK(!early_add(&e, &f) && !early_has(&e, &f));
    early_fini(&e);
}

int main(void) {
    test_once();
    test_full();
    return check_report();
}
