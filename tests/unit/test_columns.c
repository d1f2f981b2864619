#include "columns.h"

#include "check.h"
#include "frame.h"
#include "memory_source.h"
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

/* The records of a source, "line+lines bytes" each, with line ends as |; *malformed of all batches. */
static void read_source(struct str text, size_t step, struct buf *out, uint64_t *malformed) {
    struct memory_source source = memory_source(text, step);
    struct column_reader *reader = column_reader_new(v);
    struct inflate *in = inflate_new(&source.source);
    struct framer *f = framer_new(in, FRAME_AUTO);
    struct batch b;
    batch_init(&b);
    framer_columns(f, reader);
    *malformed = 0;
    for (bool end = false; !end;) {
        struct fault fault;
        CHECK(framer_fill(f, &b, &end, &fault));
        column_reader_mark(reader, &b);
        *malformed += b.malformed;
        for (size_t i = 0; i < b.count; i++) {
            struct str bytes = record_bytes(&b, &b.records[i]);
            buf_printf(out, "%d+%u ", (int)b.records[i].line, b.records[i].lines);
            for (size_t k = 0; k < bytes.len; k++)
                buf_add_byte(out, bytes.ptr[k] == '\n' ? '|' : bytes.ptr[k]);
            buf_add_byte(out, '\n');
        }
    }
    batch_fini(&b);
    framer_free(f);
    inflate_free(in);
    column_reader_free(reader);
}

static void check_rows(struct str text, const char *want, uint64_t malformed) {
    static const size_t steps[] = { 1, 65536 };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct buf got;
        uint64_t got_malformed;
        buf_init(&got, 1 << 24);
        read_source(text, steps[i], &got, &got_malformed);
        if (want)
            CHECK_STR(buf_str(&got), want);
        CHECK_INT(got_malformed, malformed);
        buf_fini(&got);
    }
}

#define NAMES "Time,Level,Error\n"

/* Line ends in quoted values belong to the row (RFC 4180). */
static void test_rows(void) {
    static const struct lines cases[] = {
        { NAMES "1,2,\"a\nb\"\n1,2,3\n", "2+2 1,2,\"a|b\"\n4+1 1,2,3\n", 0 },
        { "\xef\xbb\xbf\n" NAMES "1,2,3\n1,\"a\r\n\r\n{\"\"b\"\": 1}\r\n\",\"c\nd\"\r\n1,2,3\r\n",
          "3+1 1,2,3\n4+5 1,\"a\r|\r|{\"\"b\"\": 1}\r|\",\"c|d\"\n9+1 1,2,3\n", 0 },
        { NAMES "1,2,\"a\n  b\"\n1,2,\"c\nd\"", "2+2 1,2,\"a|  b\"\n4+2 1,2,\"c|d\"\n", 0 },
        { NAMES "1,2,\"a\nb,\n1,2,3\n", "2+1 1,2,\"a\n3+1 b,\n4+1 1,2,3\n", 1 },
        { NAMES "1,2,\"a\nb\"c\n1,2,3\n", "2+1 1,2,\"a\n3+1 b\"c\n4+1 1,2,3\n", 1 },
        { NAMES "1,2,3\n1,2,\"a\nb\",4\n1,2,3\n", "2+1 1,2,3\n3+1 1,2,\"a\n4+1 b\",4\n5+1 1,2,3\n", 1 },
        { NAMES "1,2,\"a\"b\n1,x\"y,3\n", "2+1 1,2,\"a\"b\n3+1 1,x\"y,3\n", 0 },
        { "Colour,Level,Error\n1,2,\"a\nb\"\n", "1+1 Colour,Level,Error\n2+1 1,2,\"a\n3+1 b\"\n", 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_rows(str_c(cases[i].text), cases[i].want, cases[i].skipped);
}

/* Rows go on from batch to batch; one that would be too long stays lines. */
static void test_long_rows(void) {
    struct buf text, got;
    uint64_t malformed;
    buf_init(&text, 1 << 24);
    buf_init(&got, 1 << 24);
    buf_add_c(&text, NAMES);
    for (int i = 0; i < 30000; i++)
        buf_add_c(&text, "1,2,\"one\ntwo\nthree\"\n");
    read_source(buf_str(&text), 65536, &got, &malformed);
    size_t records = 0;
    for (struct str rest = buf_str(&got); rest.len; records++) {
        size_t len = str_find_byte(rest, '\n');
        CHECK(str_ends(str_slice(rest, 0, len), (struct str)STR("+3 1,2,\"one|two|three\"")));
        rest = str_slice(rest, len + 1, rest.len);
    }
    CHECK_INT(records, 30000);
    CHECK_INT(malformed, 0);
    for (int wide = 0; wide < 2; wide++) {
        buf_reset(&text);
        buf_add_c(&text, NAMES "1,2,3\n1,2,\"");
        for (int i = 0; i < 1100; i++)
            buf_printf(&text, "x%*s\n", wide ? 70 : 1, "");
        buf_add_c(&text, "\"\n1,2,3\n");
        check_rows(buf_str(&text), NULL, 2); /* the last quote opens a value too */
    }
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
        test_rows();
        test_long_rows();
    }
    vocabulary_free(v);
    return check_report();
}
