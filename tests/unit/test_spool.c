#include "spool.h"

#include "check.h"

/* Entry i is its number, then bytes that follow from it. */
static struct str entry(size_t i, char *room, size_t size) {
    memset(room, 'a' + (int)(i % 26), size);
    memcpy(room, &i, sizeof i);
    return str_of(room, size);
}

struct reading {
    size_t next, stop; /* stop: the number of entries after which to end */
    bool as_written;
};

static bool visit(void *context, struct str got, uint8_t mark) {
    struct reading *r = context;
    static char room[4096];
    struct str want = entry(r->next, room, sizeof(size_t) + r->next % 4000);
    r->as_written = r->as_written && str_equal(got, want) && mark == (uint8_t)r->next;
    return ++r->next < r->stop;
}

static void check_all(struct spool *s, size_t count) {
    struct fault fault = { 0 };
    struct reading r = { 0, SIZE_MAX, true };
    CHECK(spool_each(s, visit, &r, &fault));
    CHECK(r.as_written);
    CHECK_INT(r.next, count);
}

static void add(struct spool *s, size_t first, size_t end) {
    static char room[4096];
    struct fault fault = { 0 };
    for (size_t i = first; i < end; i++)
        if (!spool_add(s, entry(i, room, sizeof(size_t) + i % 4000), (uint8_t)i, &fault))
            CHECK(!"spool_add failed");
}

/* Over 256 KiB the entries move to a file, and reading does not end the writing. */
static void test_memory_and_file(void) {
    static const size_t steps[] = { 0, 1, 1000, 12000, 12001, 25000 };
    struct spool *s = spool_new();
    for (size_t i = 1; i < sizeof steps / sizeof *steps; i++) {
        add(s, steps[i - 1], steps[i]);
        check_all(s, steps[i]);
        check_all(s, steps[i]);
    }
    struct fault fault = { 0 };
    struct reading r = { 0, 3, true };
    CHECK(!spool_each(s, visit, &r, &fault)); /* stopped in the file */
    CHECK_INT(r.next, 3);
    check_all(s, steps[sizeof steps / sizeof *steps - 1]);
    spool_free(s);
    spool_free(NULL);
}

/* Entries are found again by their places, in the file and in memory, also between two that are added. */
static void test_places(void) {
    enum { COUNT = 12000 };
    static char room[4096];
    static uint64_t places[COUNT];
    struct fault fault = { 0 };
    struct spool *s = spool_new();
    struct buf got;
    buf_init(&got, 1 << 20);
    bool same = true;
    for (size_t i = 0; i < COUNT; i++) {
        places[i] = spool_end(s);
        add(s, i, i + 1);
        CHECK_INT(spool_end(s), spool_after(places[i], sizeof i + i % 4000));
        size_t other = i * 7919 % (i + 1);
        struct str want = entry(other, room, sizeof other + other % 4000);
        same = same && spool_read(s, places[other], &got, &fault) && str_equal(buf_str(&got), want);
    }
    CHECK(same);
    buf_fini(&got);
    spool_free(s);
}

/* What is cut off is gone, in the file and in memory, and writing goes on there. */
static void test_cut(void) {
    static const size_t kept[] = { 11999, 5000, 1, 0 };
    struct fault fault = { 0 };
    struct spool *s = spool_new();
    uint64_t ends[12001] = { 0 };
    for (size_t i = 0; i < 12000; i++) {
        add(s, i, i + 1);
        ends[i + 1] = spool_end(s);
    }
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        CHECK(spool_cut(s, ends[kept[i]], &fault));
        CHECK_INT(spool_end(s), ends[kept[i]]);
        check_all(s, kept[i]);
        add(s, kept[i], kept[i] + 300);
        check_all(s, kept[i] + 300);
    }
    spool_free(s);
}

static bool never(void *context, struct str got, uint8_t mark) {
    (void)got;
    (void)mark;
    *(bool *)context = true;
    return true;
}

static void test_empty(void) {
    struct fault fault = { 0 };
    bool called = false;
    struct spool *s = spool_new();
    CHECK(spool_each(s, never, &called, &fault));
    CHECK(!called);
    CHECK(spool_add(s, (struct str){ 0 }, 7, &fault));
    CHECK(spool_each(s, never, &called, &fault));
    CHECK(called);
    spool_free(s);
}

int main(void) {
    test_memory_and_file();
    test_places();
    test_cut();
    test_empty();
    return check_report();
}
