#include "streams.h"

#include "cri.h"
#include "framing.h"

#include <stdlib.h>

#define T                 "2024-11-26T10:30:18.123456789Z "
#define OUT               T "stdout F "
#define ERR               T "stderr F "
#define LOG(text, stream) "{\"log\":\"" text "\",\"stream\":\"" stream "\",\"time\":\"" T "\"}"

/* One line per record: "line+lines text", line ends in the text as |. */
static void list_joined(void *list, struct batch *batch) {
    size_t bytes = batch->bytes.len;
    streams_join(batch);
    CHECK_INT(batch->bytes.len, bytes);
    cri_join(batch);
    for (size_t i = 0; i < batch->count; i++) {
        const struct record *r = &batch->records[i];
        CHECK(r->start + r->len <= bytes);
        CHECK(!i || r[-1].start + r[-1].len <= r->start);
        buf_printf(list, "%d+%u ", (int)r->line, r->lines);
        add_on_one_line(list, str_slice(record_bytes(batch, r), 0, 400));
    }
}

static void check_records(const char *input, const char *want) {
    static const size_t steps[] = { 1, 65536 };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct buf got;
        buf_init(&got, 1 << 20);
        frame_each(str_c(input), FRAME_AUTO, steps[i], list_joined, &got);
        CHECK_STR(buf_str(&got), want);
        buf_fini(&got);
    }
}

static void test_cri(void) {
    check_records(OUT "one\n" ERR "two\n" OUT "three\n",
                  "1+1 " OUT "one\n2+1 " ERR "two\n3+1 " OUT "three\n");
    check_records(T "stdout P ab\n" ERR "x\n" T "stdout P cd\n" ERR "y\n" OUT "ef\n" OUT "next\n",
                  "1+3 " T "stdout P abcdef\n2+1 " ERR "x\n4+1 " ERR "y\n6+1 " OUT "next\n");
    check_records(ERR "Traceback (most recent call last):\n" OUT "up\n" ERR
                      "  File \"a.py\", line 1, in f\n" ERR "    g()\n" OUT "still up\n" ERR
                      "ValueError: no\n" ERR "next\n",
                  "1+4 " ERR "Traceback (most recent call last):|" ERR "  File \"a.py\", line 1, in f|" ERR
                  "    g()|" ERR "ValueError: no\n2+1 " OUT "up\n5+1 " OUT "still up\n7+1 " ERR "next\n");
    check_records(T "stdout P ab\n" ERR "x\nanother log\n" OUT "cd\n",
                  "1+1 " T "stdout P ab\n2+1 " ERR "x\n3+1 another log\n4+1 " OUT "cd\n");
}

#define SPACED(text, stream) "{\"log\": \"" text "\", \"stream\": \"" stream "\", \"time\": \"" T "\"}"

/* The same as other writers of JSON set it: with blanks. */
static void test_docker_blanks(void) {
    check_records(
        SPACED("Traceback (most recent call last):\\n", "stderr") "\n" SPACED(
            "  File \\\"a.py\\\", line 1\\n",
            "stderr") "\n" SPACED("up\\n", "stdout") "\n" SPACED("KeyError: 'x'\\n", "stderr") "\n",
        "1+3 " SPACED("Traceback (most recent call last):\\n  File \\\"a.py\\\", line 1\\nKeyError: "
                      "'x'\\n",
                      "stderr") "\n3+1 " SPACED("up\\n", "stdout") "\n");
    check_records("{ \"log\" : \"a li\" , \"stream\" : \"stdout\" }\n" SPACED("ne\\n", "stdout") "\n",
                  "1+2 { \"log\" : \"a line\\n\" , \"stream\" : \"stdout\" }\n");
    check_records(SPACED("a li", "file") "\n" SPACED("ne\\n", "file") "\n",
                  "1+1 " SPACED("a li", "file") "\n2+1 " SPACED("ne\\n", "file") "\n");
}

static void test_docker(void) {
    check_records(LOG("up\\n", "stdout") "\n" LOG("down\\n", "stdout") "\n",
                  "1+1 " LOG("up\\n", "stdout") "\n2+1 " LOG("down\\n", "stdout") "\n");
    check_records(
        LOG("Traceback (most recent call last):\\n", "stderr") "\n" LOG("  File \\\"a.py\\\", line 1\\n",
                                                                        "stderr")
            LOG("up\\n", "stdout") "\n" LOG("\\n", "stderr") "\n" LOG(
                "KeyError: 'x'\\r\\n", "stderr") "\n" LOG("2024-11-26T10:30:18Z next\\n", "stderr") "\n",
        "1+4 " LOG(
            "Traceback (most recent call last):\\n  File \\\"a.py\\\", line 1\\n\\nKeyError: 'x'\\r\\n",
            "stderr") "\n2+1 " LOG("up\\n", "stdout") "\n5+1 " LOG("2024-11-26T10:30:18Z next\\n",
                                                                   "stderr") "\n");
    check_records(LOG("a li", "stdout") "\n" LOG("ne, in p", "stdout") "\n" LOG("arts\\n", "stdout") "\n" LOG(
                      "next\\n", "stdout") "\n",
                  "1+3 " LOG("a line, in parts\\n", "stdout") "\n4+1 " LOG("next\\n", "stdout") "\n");
    check_records("{\"log\":\"up\\n\"}\n{\"log\":\"  at x\\n\",\"n\":1}\n",
                  "1+1 {\"log\":\"up\\n\"}\n2+1 {\"log\":\"  at x\\n\",\"n\":1}\n");
}

/* A record does not grow beyond what one may have. */
static void test_limits(void) {
    struct buf text, got;
    buf_init(&text, 1 << 24);
    buf_init(&got, 1 << 24);
    for (int i = 0; i < 1200; i++)
        buf_add_c(&text, i ? LOG("\\tat a.B.c(D.java:1)\\n", "stderr") "\n" : LOG("E\\n", "stderr") "\n");
    frame_each(buf_str(&text), FRAME_AUTO, 65536, list_joined, &got);
    CHECK(str_starts(buf_str(&got), (struct str)STR("1+1000 ")));
    CHECK(str_find(buf_str(&got), (struct str)STR("\n1001+200 ")) < got.len);
    buf_fini(&text);
    buf_fini(&got);
}

int main(void) {
    test_cri();
    test_docker();
    test_docker_blanks();
    test_limits();
    return check_report();
}
