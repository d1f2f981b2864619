#include "sorter.h"

#include "check.h"

#include <stdlib.h>

struct item {
    uint32_t key, number;
};

static int by_key(const void *a, const void *b, void *context) {
    const struct item *x = a, *y = b;
    (*(size_t *)context)++;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static void check_sorted(uint32_t count, size_t memory) {
    struct fault fault = { 0 };
    size_t compared = 0;
    struct sorter *s = sorter_new(sizeof(struct item), memory, by_key, &compared);
    uint32_t key = 1;
    for (uint32_t i = 0; i < count; i++) {
        key = key * 1664525u + 1013904223u;
        CHECK(sorter_add(s, &(struct item){ key >> 24, i }, &fault));
    }
    CHECK(sorter_start(s, &fault));
    struct item last = { 0, 0 };
    uint32_t given = 0;
    bool ordered = true;
    for (const struct item *item; (item = sorter_next(s)); given++) {
        ordered = ordered &&
                  (!given || last.key < item->key || (last.key == item->key && last.number < item->number));
        last = *item;
    }
    CHECK(ordered);
    CHECK_INT(given, count);
    CHECK(!sorter_failed(s));
    CHECK(!sorter_next(s));
    sorter_free(s);
}

int main(void) {
    check_sorted(0, 1024);
    check_sorted(1, 1024);
    check_sorted(128, 1024); /* just fits */
    check_sorted(129, 1024);
    check_sorted(5000, 1024); /* many runs */
    check_sorted(100000, 300000);
    check_sorted(10, 1); /* runs of one item */
    sorter_free(NULL);
    return check_report();
}
