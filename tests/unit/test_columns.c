#include "columns.h"

#include "check.h"
#include "vocabulary_sample.h"

/* One entry of each kind: with a title, by known names, by shape. */
static const char formats[] =
    "{\"formats\":[],\"events\":[],\"extras\":[],\"columns\":["
    "{\"name\":\"titled\",\"header\":\"#Fields:\",\"separator\":\" "
    "\",\"absent\":\"-\",\"notes\":[\"#Date:\"],"
    "\"time\":[\"day\",\"hour\"],\"zone\":\"Z\",\"as\":{\"took\":\"request_time\"},\"percent\":[\"agent\"],"
    "\"sample\":\"x\",\"expect\":{}},"
    "{\"name\":\"shaped\",\"has\":[\"src\"],\"separator\":\" \",\"shape\":\"2 00 \",\"always\":\"v n src\","
    "\"sample\":\"x\",\"expect\":{}},"
    "{\"name\":\"comma\",\"separator\":\",\",\"absent\":\"\",\"sample\":\"x\",\"expect\":{}}]}";

static struct vocabulary *v;

/* Another reader goes on from where this one is, if that is a place for it. */
static struct column_reader *taken_up(struct column_reader *r, struct str text) {
    uint64_t at, len;
    if (!column_reader_place(r, &at, &len))
        return r;
    column_reader_free(r);
    r = column_reader_new(v);
    column_reader_resume(r, at, str_slice(text, at, len));
    return r;
}

/* The lines of `text` as records, `each` of them to a batch; what they come to, one line each: the object, or
 * "text" in front of the record. *skipped: lines that are none. `anew`: each batch by another reader. */
static void read_lines(const char *text, size_t each, bool anew, struct buf *out, uint64_t *skipped) {
    struct column_reader *reader = column_reader_new(v);
    struct arena arena;
    struct batch b;
    arena_init(&arena);
    batch_init(&b);
    *skipped = 0;
    for (struct str rest = str_c(text); rest.len;) {
        batch_reset(&b);
        for (size_t i = 0; i < each && rest.len; i++) {
            size_t len = str_find_byte(rest, '\n');
            struct record r = { .start = (uint32_t)b.bytes.len,
                                .len = (uint32_t)len,
                                .lines = 1,
                                .offset = (uint64_t)(rest.ptr - text) };
            buf_add(&b.bytes, str_slice(rest, 0, len + 1));
            batch_add(&b, r);
            rest = str_slice(rest, len + 1, rest.len);
        }
        column_reader_mark(reader, &b);
        *skipped += b.skipped_lines;
        for (size_t i = 0; i < b.count; i++) {
            struct str line = record_bytes(&b, &b.records[i]);
            struct json object;
            bool named = b.records[i].columns && columns_object(b.records[i].columns, line, &arena, &object);
            buf_add_c(out, named ? "" : "text ");
            buf_add(out, named ? object.raw : line);
            buf_add_byte(out, '\n');
        }
        reader = anew ? taken_up(reader, str_c(text)) : reader;
    }
    column_reader_free(reader);
    batch_fini(&b);
    arena_fini(&arena);
}

struct lines {
    const char *text, *want;
    uint64_t skipped;
};

/* In batches of `least` to `most` lines. */
static void check_lines(const struct lines *l, size_t least, size_t most) {
    for (size_t each = least * 2; each < most * 2 + 2; each++) {
        struct buf got;
        uint64_t got_skipped;
        buf_init(&got, 1 << 20);
        read_lines(l->text, each / 2, each % 2, &got, &got_skipped);
        CHECK_STR(buf_str(&got), l->want);
        CHECK_INT(got_skipped, l->skipped);
        buf_fini(&got);
    }
}

static void test_lines(void) {
    static const struct lines cases[] = {
        { "a b c\n", "text a b c\n", 0 },
        { "#Fields: a b c\n1 - 3\n", "{\"a\":\"1\",\"c\":\"3\"}\n", 1 },
        { "#Date: x\n", "text #Date: x\n", 0 },
        { "up\n#Date: x\n#Date: y\ndown\n", "text up\ntext #Date: x\ntext #Date: y\ntext down\n", 0 },
        { "#Fields: a\n#Date: x\n1\n#Dates\n", "{\"a\":\"1\"}\n{\"a\":\"#Dates\"}\n", 2 },
        { "#Fields: a b\n1 2\n#fields: b a\n1 2\n#Fields: a b\n1 2\n#Fields:\n",
          "{\"a\":\"1\",\"b\":\"2\"}\n{\"b\":\"1\",\"a\":\"2\"}\n{\"a\":\"1\",\"b\":\"2\"}\n"
          "text #Fields:\n",
          3 },
        { "#Fields: hour took day agent\n10:00 0.5 2024-11-26 a%20b%2\n10:00 - - %zz\n",
          "{\"timestamp\":\"2024-11-26T10:00Z\",\"hour\":\"10:00\",\"request_time\":\"0.5\",\"took\":\"0.5\","
          "\"day\":\"2024-11-26\",\"agent\":\"a b%2\"}\n"
          "{\"hour\":\"10:00\",\"agent\":\"%zz\"}\n",
          1 },
        { "#Fields: a b\n\"x y\" 2\n\"x y 2\n\"x\"y 2\n\"\" \"\"\n",
          "{\"a\":\"x y\",\"b\":\"2\"}\ntext \"x y 2\n{\"a\":\"\\\"x\\\"y\",\"b\":\"2\"}\n{}\n", 1 },
        { "2 12 192.0.2.1\n2024 x\n2 12 x y\n",
          "{\"v\":\"2\",\"n\":\"12\",\"src\":\"192.0.2.1\"}\ntext 2024 x\ntext 2 12 x y\n", 0 },
        { "n src to\n1 2 3\nn src to\n", "{\"n\":\"1\",\"src\":\"2\",\"to\":\"3\"}\n", 2 },
        { "x\nn src to\n", "text x\ntext n src to\n", 0 },
        { "Error,Level,Time\n", "text Error,Level,Time\n", 0 },
        { "Time,Level\n1,2\n", "text Time,Level\ntext 1,2\n", 0 },
        { "Time,Colour,Form\n1,2,3\n", "text Time,Colour,Form\ntext 1,2,3\n", 0 },
        { "Time,Level,10:30\n", "text Time,Level,10:30\n", 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_lines(&cases[i], 1, 7);
}

/* What a line is, the lines behind it tell. */
static void test_together(void) {
    static const struct lines together[] = {
        { "before\n#Date: x\n#Fields: a\tb  c \n1 2 3\n1 2\n1 2 3 4\n# 2 3\n",
          "text before\n{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}\ntext 1 2\ntext 1 2 3 4\n"
          "{\"a\":\"#\",\"b\":\"2\",\"c\":\"3\"}\n",
          2 },
        { "Time,Level,\"Error Message\"\n1,,\"a, \"\"b\"\"\"\n\"1\",\"2\",\"\n",
          "{\"Time\":\"1\",\"Error Message\":\"a, \\\"b\\\"\"}\n{\"Time\":\"1\",\"Level\":\"2\",\"Error "
          "Message\":\"\\\"\"}\n",
          1 },
        { "error, level, time\nup\n", "text error, level, time\ntext up\n", 0 },
        { "error, level, time\nup, and 1, away\n", "text error, level, time\ntext up, and 1, away\n", 0 },
    };
    static const struct lines alone[] = {
        { "Time,Level,Error\n1,2,3\n",
          "text Time,Level,Error\n{\"Time\":\"1\",\"Level\":\"2\",\"Error\":\"3\"}\n", 0 },
    };
    for (size_t i = 0; i < sizeof together / sizeof *together; i++)
        check_lines(&together[i], 7, 12);
    check_lines(alone, 1, 1);
}

/* More names than there is room for are no names, and the source's own count is bounded. */
static void test_limits(void) {
    struct buf text, got;
    uint64_t skipped;
    buf_init(&text, 1 << 20);
    buf_init(&got, 1 << 20);
    buf_add_c(&text, "#Fields:");
    for (int i = 0; i < 257; i++)
        buf_printf(&text, " c%d", i);
    buf_add_c(&text, "\nx\n");
    read_lines(buf_c(&text), 1, false, &got, &skipped);
    CHECK_INT(skipped, 0);
    buf_reset(&text);
    for (int i = 0; i < 300; i++)
        buf_printf(&text, "#Fields: c%d\n", i);
    read_lines(buf_c(&text), 7, false, &got, &skipped);
    CHECK(skipped > 200 && skipped < 300);
    buf_fini(&text);
    buf_fini(&got);
}

int main(void) {
    struct fault fault = { 0 };
    v = sample_vocabulary(NULL, formats, &fault);
    CHECK_STR(str_c(fault.text), "");
    if (v) {
        test_lines();
        test_together();
        test_limits();
    }
    vocabulary_free(v);
    return check_report();
}
