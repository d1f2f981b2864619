#include "ranked.h"

#include "check.h"
#include "mem.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Against a sorted array, over a window that slides. */
static void check_sliding(size_t total, size_t window, unsigned values) {
    double *all = mem_new(total, sizeof *all), *sorted = mem_new(window, sizeof *sorted);
    struct ranked r = { 0 };
    unsigned seed = 7;
    bool same = true;
    for (size_t i = 0; i < total; i++) {
        seed = seed * 1664525u + 1013904223u;
        all[i] = (seed >> 8) % values;
        if (r.count == window)
            ranked_remove(&r, all[i - window]);
        ranked_add(&r, all[i]);
        if (i % 997 && i + 1 < total)
            continue;
        memcpy(sorted, all + i + 1 - r.count, r.count * sizeof *sorted);
        mem_sort(sorted, r.count, sizeof *sorted, by_value);
        for (size_t k = 0; k < r.count; k++)
            same = same && !by_value(&(double){ ranked_at(&r, k) }, &sorted[k]);
    }
    CHECK(same);
    CHECK_INT(r.count, total < window ? total : window);
    while (r.count)
        ranked_remove(&r, all[total - r.count]);
    ranked_add(&r, 3);
    CHECK(ranked_at(&r, 0) > 2.9);
    ranked_fini(&r);
    free(all);
    free(sorted);
}

int main(void) {
    check_sliding(10, 3, 100);
    check_sliding(5000, 5000, 1000000);
    check_sliding(20000, 3000, 1000000);
    check_sliding(20000, 3000, 5); /* repeats over many blocks */
    return check_report();
}
