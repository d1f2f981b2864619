#include "cri.h"

#include "framing.h"

#include <stdlib.h>

#define T1 "2024-11-26T10:30:18.123456789Z "
#define T2 "2024-11-26T10:30:19.123456789+01:00 "

/* One line per record: "line+lines text", line ends in the text as |. */
static void list_joined(void *list, struct batch *batch) {
    cri_join(batch);
    for (size_t i = 0; i < batch->count; i++) {
        const struct record *r = &batch->records[i];
        buf_printf(list, "%d+%u%s ", (int)r->line, r->lines, r->truncated ? " cut" : "");
        add_on_one_line(list, str_slice(record_bytes(batch, r), 0, 200));
    }
}

static void check_records(const char *input, enum frame_mode mode, const char *want) {
    static const size_t steps[] = { 1, 7, 65536 };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct buf got;
        buf_init(&got, 1 << 20);
        frame_each(str_c(input), mode, steps[i], list_joined, &got);
        CHECK_STR(buf_str(&got), want);
        buf_fini(&got);
    }
}

static void test_joining(void) {
    static const struct {
        const char *input, *want;
    } cases[] = {
        { T1 "stdout F one\n" T1 "stdout F two\n", "1+1 " T1 "stdout F one\n2+1 " T1 "stdout F two\n" },
        { T1 "stdout P ab\n" T2 "stdout P cd\n" T2 "stdout F ef\nnext\n",
          "1+3 " T1 "stdout P abcdef\n4+1 next\n" },
        { T1 "stdout P {\"a\":\r\n" T2 "stdout F 1}\r\n", "1+2 " T1 "stdout P {\"a\":1}\n" },
        { T1 "stdout P ab\n" T1 "stderr F cd\n", "1+1 " T1 "stdout P ab\n2+1 " T1 "stderr F cd\n" },
        { T1 "stdout P ab\nstdout F cd\n", "1+1 " T1 "stdout P ab\n2+1 stdout F cd\n" },
        { T1 "stdout P ab", "1+1 " T1 "stdout P ab\n" },
        { T1 "stdout P a\n" T1 "stdout F \n", "1+2 " T1 "stdout P a\n" },
        { T1 "stdout P a\n" T1 "stdout F b\n  more\n", "1+3 " T1 "stdout P ab|  more\n" },
        { T1 "stdout X a\n" T1 "stdout F b\n", "1+1 " T1 "stdout X a\n2+1 " T1 "stdout F b\n" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_records(cases[i].input, FRAME_AUTO, cases[i].want);
    check_records(T1 "stdout P a\n" T1 "stdout F b\n", FRAME_LINES,
                  "1+1 " T1 "stdout P a\n2+1 " T1 "stdout F b\n");
}

/* A line of more parts than a record may have lines, and one longer than a record, are cut. */
static void test_limits(void) {
    struct buf input, got;
    buf_init(&input, 4 << 20);
    buf_init(&got, 1 << 20);
    for (int i = 0; i <= MAX_RECORD_LINES; i++)
        buf_add_c(&input, T1 "stdout P \n");
    frame_each(buf_str(&input), FRAME_AUTO, 65536, list_joined, &got);
    CHECK(str_starts(buf_str(&got), (struct str)STR("1+1000 cut ")));
    buf_reset(&input);
    buf_reset(&got);
    for (int i = 0; i < 80; i++)
        buf_printf(&input, T1 "stdout P %016000d\n", i);
    frame_each(buf_str(&input), FRAME_AUTO, 65536, list_joined, &got);
    CHECK(str_starts(buf_str(&got), (struct str)STR("1+66 cut ")));
    buf_fini(&input);
    buf_fini(&got);
}

int main(void) {
    test_joining();
    test_limits();
    return check_report();
}
