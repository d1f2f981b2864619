#include "arena.h"
#include "check.h"

#include <stdalign.h>

static bool all_zero(const char *bytes, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (bytes[i])
            return false;
    return true;
}

static void test_blocks_are_zeroed_and_aligned(void) {
    static const size_t sizes[] = { 1, 3, 16, 1000, 64 * 1024, 64 * 1024 + 1, 1 << 20 };
    struct arena arena;
    arena_init(&arena);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            arena_bytes(&arena, 1); /* puts the next one off alignment */
            char *block = arena_new(&arena, 1, sizes[i]);
            CHECK_INT((uintptr_t)block % alignof(max_align_t), 0);
            CHECK(all_zero(block, sizes[i]));
            memset(block, 0xFF, sizes[i]); /* what a reset leaves behind must not show */
        }
        arena_reset(&arena);
    }
    arena_fini(&arena);
}

static void test_copies_live_until_reset(void) {
    enum { COUNT = 20 * 1000 };
    static struct str copies[COUNT];
    struct arena arena;
    char text[16];
    arena_init(&arena);
    for (int i = 0; i < COUNT; i++) {
        int len = snprintf(text, sizeof text, "copy %d", i);
        copies[i] = arena_copy(&arena, str_of(text, (size_t)len));
    }
    for (int i = 0; i < COUNT; i += 97) {
        snprintf(text, sizeof text, "copy %d", i);
        CHECK_STR(copies[i], text);
        CHECK_INT(copies[i].ptr[copies[i].len], '\0');
    }
    struct str empty = arena_copy(&arena, (struct str){ 0 });
    CHECK(empty.ptr != NULL && empty.len == 0 && empty.ptr[0] == '\0');
    arena_fini(&arena);
}

static void test_reset_keeps_one_small_block(void) {
    struct arena arena;
    arena_init(&arena);
    arena_reset(&arena); /* of nothing */
    const char *first = arena_bytes(&arena, 10);
    arena_reset(&arena);
    CHECK(arena_bytes(&arena, 10) == first);
    arena_bytes(&arena, 1 << 20);
    arena_reset(&arena);
    CHECK(arena.blocks == NULL); /* a huge record does not hold its memory */
    arena_fini(&arena);
}

int main(void) {
    test_blocks_are_zeroed_and_aligned();
    test_copies_live_until_reset();
    test_reset_keeps_one_small_block();
    return check_report();
}
