#include "frame.h"

#include "framing.h"

#include <stdlib.h>

/* ---------------------------------------------------------------- running the framer */

struct framed {
    struct str input;
    size_t limit;    /* at most so many bytes of each record are listed */
    struct buf list; /* one line per record: "line+lines@offset kind text", line ends in the text as | */
    uint64_t skipped, malformed, batches, largest;
    bool cut_short;
};

static void note_record(struct framed *all, const struct batch *b, const struct record *r) {
    CHECK(str_equal(record_bytes(b, r), str_slice(all->input, r->offset, r->len)));
    CHECK(r->start + r->len <= b->bytes.len);
    buf_printf(&all->list, "%llu+%u@%llu %s%s ", (unsigned long long)r->line, r->lines,
               (unsigned long long)r->offset, r->kind == RECORD_JSON ? "json" : "text",
               r->truncated ? " cut" : "");
    add_on_one_line(&all->list, str_slice(record_bytes(b, r), 0, all->limit));
}

static void note_batch(void *context, struct batch *b) {
    struct framed *all = context;
    uint64_t behind = 0;
    for (size_t i = 0; i < b->count; i++) {
        CHECK(b->records[i].start >= behind);
        behind = (uint64_t)b->records[i].start + b->records[i].len;
        note_record(all, b, &b->records[i]);
    }
    all->skipped += b->skipped_lines;
    all->malformed += b->malformed;
    all->cut_short |= b->cut_short;
    all->batches++;
    all->largest = b->bytes.capacity > all->largest ? b->bytes.capacity : all->largest;
}

/* At most `limit` bytes of each record are listed. */
static struct framed frame(struct str input, enum frame_mode mode, size_t step, size_t limit) {
    struct framed all = { .input = input, .limit = limit };
    buf_init(&all.list, 1 << 28);
    frame_each(input, mode, step, note_batch, &all);
    return all;
}

static const size_t steps[] = { 1, 2, 7, 65536 };

static void check_frames(const char *name, enum frame_mode mode, struct str input, const char *want,
                         uint64_t skipped, uint64_t malformed, bool cut_short) {
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct framed got = frame(input, mode, steps[i], SIZE_MAX);
        int failed = checks_failed;
        CHECK_STR(buf_str(&got.list), want);
        CHECK_INT(got.skipped, skipped);
        CHECK_INT(got.malformed, malformed);
        CHECK_INT(got.cut_short, cut_short);
        if (failed != checks_failed)
            fprintf(stderr, "    in case \"%s\", read in steps of %zu\n", name, steps[i]);
        buf_fini(&got.list);
    }
}

/* ---------------------------------------------------------------- small cases */

struct frame_case {
    const char *name;
    enum frame_mode mode;
    struct str input;
    const char *want;
    uint64_t skipped, malformed;
};

static const struct frame_case cases[] = {
    { "nothing", FRAME_AUTO, STR(""), "", 0, 0 },
    { "blank lines", FRAME_AUTO, STR("\n \n\t\r\n  "), "", 4, 0 },
    { "lines", FRAME_AUTO, STR("one\n\ntwo\r\n\r\n3"), "1+1@0 text one\n3+1@5 text two\n5+1@12 text 3\n", 2,
      0 },
    { "byte order mark", FRAME_AUTO, STR("\xef\xbb\xbf{\"a\":1}\n"), "1+1@3 json {\"a\":1}\n", 0, 0 },
    { "files one after the other", FRAME_AUTO, STR("\xef\xbb\xbfone\n\xef\xbb\xbf{\"a\":1}\n\xef\xbb\xbf\n"),
      "1+1@3 text one\n2+1@10 json {\"a\":1}\n", 1, 0 },
    { "a mark in lines as they are", FRAME_LINES, STR("one\n\xef\xbb\xbftwo\n"),
      "1+1@0 text one\n2+1@4 text \xef\xbb\xbftwo\n", 0, 0 },
    { "only a byte order mark", FRAME_AUTO, STR("\xef\xbb\xbf"), "", 0, 0 },
    { "bad bytes", FRAME_AUTO, STR("a\xff\n\xc3\n"), "1+1@0 text a\xff\n2+1@3 text \xc3\n", 0, 0 },

    { "JSON lines", FRAME_AUTO, STR("{\"a\":1}\n  {\"b\":{\"c\":2}} \r\n{}"),
      "1+1@0 json {\"a\":1}\n2+1@10 json {\"b\":{\"c\":2}}\n3+1@26 json {}\n", 0, 0 },
    { "no separators", FRAME_AUTO, STR("{\"a\":1}{\"b\":\"}{\"} {\"c\":3}\n{\"d\":4}"),
      "1+1@0 json {\"a\":1}\n1+1@7 json {\"b\":\"}{\"}\n1+1@18 json {\"c\":3}\n2+1@26 json {\"d\":4}\n", 0,
      0 },
    { "braces in strings", FRAME_AUTO, STR("{\"m\":\"x {y} [{z\",\"n\":\"\\\"{\"}\n"),
      "1+1@0 json {\"m\":\"x {y} [{z\",\"n\":\"\\\"{\"}\n", 0, 0 },
    { "pretty", FRAME_AUTO, STR("{\n  \"a\": 1,\n\n  \"b\": [\n    2]\n}\n{\n}\n"),
      "1+6@0 json {|  \"a\": 1,||  \"b\": [|    2]|}\n7+2@31 json {|}\n", 0, 0 },
    { "like JSON", FRAME_AUTO, STR("{\"a\":1\n{user} came\n{\"a\":1} text\n{\"a\":\"b\n{\"c\":3}\n"),
      "1+1@0 text {\"a\":1\n2+1@7 text {user} came\n3+1@19 text {\"a\":1} text\n4+1@32 text {\"a\":\"b\n"
      "5+1@40 json {\"c\":3}\n",
      0, 4 },
    { "scalars and arrays are text", FRAME_AUTO, STR("42\n[1,2]\n[INFO] x\n[{x}] y\n\"s\"\n[]\n"),
      "1+1@0 text 42\n2+1@3 text [1,2]\n3+1@9 text [INFO] x\n4+1@18 text [{x}] y\n5+1@26 text \"s\"\n"
      "6+1@30 text []\n",
      0, 0 },
    { "fragments of an array", FRAME_AUTO, STR("{\"a\":{\"x\":1}},\n{\"b\":[{}]},\n"),
      "1+1@0 json {\"a\":{\"x\":1}}\n2+1@15 json {\"b\":[{}]}\n", 0, 0 },

    { "a JSON sequence", FRAME_AUTO,
      STR("\x1e{\"a\":1}\n\x1e{\"b\":\n2}\n\x1e{\"c\":NaN}\x1e{}\n\x1e\n\x1etext\n"),
      "1+1@1 json {\"a\":1}\n2+2@10 json {\"b\":|2}\n4+1@20 json {\"c\":NaN}\n4+1@30 json {}\n"
      "6+1@35 text \x1etext\n",
      1, 0 },
    { "syslog behind its length", FRAME_AUTO,
      STR("11 <34>1 a|b c11 <34>1 a\nb c\n12 <34>Feb c|d\n\n99 <3>1 wrong\n30 <34>x\n5 <3\n"),
      "1+1@3 text <34>1 a|b c\n1+2@17 text <34>1 a|b c\n3+1@32 text <34>Feb c|d\n5+1@48 text <3>1 wrong\n"
      "6+1@62 text <34>x\n7+1@68 text 5 <3\n",
      1, 0 },
    { "a length in lines as they are", FRAME_LINES, STR("11 <34>1 a|b c11 <34>1 a\n"),
      "1+1@0 text 11 <34>1 a|b c11 <34>1 a\n", 0, 0 },

    { "array", FRAME_AUTO, STR("[{\"a\":1}, {\"b\":2},\n {\"c\":3}]\n"),
      "1+1@1 json {\"a\":1}\n1+1@10 json {\"b\":2}\n2+1@20 json {\"c\":3}\n", 0, 0 },
    { "pretty array", FRAME_AUTO, STR("[\n  {\n    \"a\": 1\n  },\n  {\"b\": 2}\n]\n"),
      "2+3@4 json {|    \"a\": 1|  }\n5+1@24 json {\"b\": 2}\n", 2, 0 },
    { "Records", FRAME_AUTO, STR("{\"Records\":[{\"a\":1},{\"b\":[{}]}]}{\"Records\":[{\"c\":1}]}\n"),
      "1+1@12 json {\"a\":1}\n1+1@20 json {\"b\":[{}]}\n1+1@44 json {\"c\":1}\n", 0, 0 },
    { "logEvents behind members", FRAME_AUTO,
      STR("{\"owner\":\"1\",\"f\":[\"x\"],\"logEvents\":[{\"id\":1}],\"n\":{\"m\":[2]}}\nx\n"),
      "1+1@36 json {\"id\":1}\n2+1@61 text x\n", 0, 0 },
    { "two arrays in an envelope", FRAME_AUTO,
      STR("{\"Records\":[{\"a\":1}],\"n\":{\"x\":[{\"y\":1}]},\n\"logEvents\" : "
          "[{\"b\":1},\n{\"c\":1}],\"o\":[1],"
          "\"items\":[{\"id\":1}]}\n{\"d\":1}\n"),
      "1+1@12 json {\"a\":1}\n2+1@57 json {\"b\":1}\n3+1@66 json {\"c\":1}\n4+1@103 json {\"d\":1}\n", 0, 0 },
    { "pretty envelope", FRAME_AUTO, STR("{\n \"events\": [\n  {\"t\": 1}\n ],\n \"next\": null\n}\n"),
      "3+1@17 json {\"t\": 1}\n", 5, 0 },
    { "a record with items", FRAME_AUTO,
      STR("{\"time\":1,\"items\":[{\"a\":1}]}\n{\"items\":[{\"a\":1}],\"level\":\"info\"}\n"),
      "1+1@0 json {\"time\":1,\"items\":[{\"a\":1}]}\n2+1@29 json "
      "{\"items\":[{\"a\":1}],\"level\":\"info\"}\n",
      0, 0 },
    { "a record with Records", FRAME_AUTO,
      STR("{\"level\":\"e\",\"Records\":[{\"t\":1}]}\n{\"Records\":[{\"t\":1}],\"Message\":\"m\"}\n"
          "{\"log_level\":1,\"records\":[{\"t\":1}]}\n{\"logEvents\":[{\"t\":1}],\"error\":{\"kind\":1}}\n"),
      "1+1@0 json {\"level\":\"e\",\"Records\":[{\"t\":1}]}\n2+1@34 json "
      "{\"Records\":[{\"t\":1}],\"Message\":\"m\"}\n3+1@70 json "
      "{\"log_level\":1,\"records\":[{\"t\":1}]}\n4+1@106 json "
      "{\"logEvents\":[{\"t\":1}],\"error\":{\"kind\":1}}\n",
      0, 0 },
    { "what only looks like a record's member", FRAME_AUTO,
      STR("{\"message\":null,\"Records\":[{\"a\":1}],\"error\":[]}\n"), "1+1@27 json {\"a\":1}\n", 0, 0 },
    { "an envelope of items", FRAME_AUTO,
      STR("{\"items\":[{\"a\":1,\"@timestamp\":2}],\"count\":1}\n{\"items\":[{\"id\":{\"time\":1}}]}\n"),
      "1+1@10 json {\"a\":1,\"@timestamp\":2}\n2+1@55 json {\"id\":{\"time\":1}}\n", 0, 0 },
    { "items that are no records", FRAME_AUTO,
      STR("{\"items\":[{\"a\":1}],\"count\":1}\n{\"records\":[{\"id\":1},{\"time\":2}],\"user\":\"u\"}\n"
          "{\"data\":[{\"items\":[{\"t\":1}]}]}\n"),
      "1+1@0 json {\"items\":[{\"a\":1}],\"count\":1}\n2+1@30 json "
      "{\"records\":[{\"id\":1},{\"time\":2}],\"user\":\"u\"}\n3+1@75 json "
      "{\"data\":[{\"items\":[{\"t\":1}]}]}\n",
      0, 0 },
    { "other arrays are fields", FRAME_AUTO, STR("{\"spans\":[{\"a\":1}]}\n{\"events\":[1]}\n"),
      "1+1@0 json {\"spans\":[{\"a\":1}]}\n2+1@20 json {\"events\":[1]}\n", 0, 0 },
    { "a broken element", FRAME_AUTO, STR("[{\"a\":1},\n{\"b\" oops},\n{\"c\":3}\n]\n"),
      "1+1@1 json {\"a\":1}\n2+1@10 text {\"b\" oops},\n3+1@22 json {\"c\":3}\n4+1@30 text ]\n", 0, 1 },
    { "a cut array in the middle", FRAME_AUTO, STR("[{\"a\":1},{\"b\":\"x\nnext\n"),
      "1+1@1 json {\"a\":1}\n1+1@9 text {\"b\":\"x\n2+1@17 text next\n", 0, 1 },
    { "a cut line at the end", FRAME_AUTO, STR("x\n{\"a\":\n \n"), "1+1@0 text x\n2+1@2 text {\"a\":\n", 1,
      1 },
    { "text behind an array", FRAME_AUTO, STR("[{\"a\":1}] done\n[{\"a\" b\n[{\"a\":1} b\n"),
      "1+1@0 text [{\"a\":1}] done\n2+1@15 text [{\"a\" b\n3+1@23 text [{\"a\":1} b\n", 0, 0 },
    { "text behind an array and an object", FRAME_AUTO, STR("[{\"a\":1},]{\"x\":1} junk\n"),
      "1+1@1 json {\"a\":1}\n1+1@10 text {\"x\":1} junk\n", 0, 1 },

    { "indented", FRAME_AUTO, STR("  first\nx\n\ty\n z\n\nw\n"),
      "1+1@0 text   first\n2+3@8 text x|\ty| z\n6+1@17 text w\n", 1, 0 },
    { "behind JSON nothing is joined", FRAME_AUTO, STR("{\"a\":1}\n\tx\n\ty\n"),
      "1+1@0 json {\"a\":1}\n2+2@8 text \tx|\ty\n", 0, 0 },
    { "indented records", FRAME_AUTO, STR("x\n\tts=2026-01-02T03:04:05Z a\n [s][2026-01-02 03:04:05] b\n"),
      "1+1@0 text x\n2+1@2 text \tts=2026-01-02T03:04:05Z a\n3+1@29 text  [s][2026-01-02 03:04:05] b\n", 0,
      0 },
    { "java", FRAME_AUTO,
      STR("10:00:00 ERROR x\na.b.CException: m\n\tat a.b(C.java:1)\n\t... 3 more\nCaused by: a.D: n\n"
          "... 2 more\n10:00:01 INFO y\n"),
      "1+6@0 text 10:00:00 ERROR x|a.b.CException: m|\tat a.b(C.java:1)|\t... 3 more|Caused by: a.D: n|... 2 "
      "more\n7+1@94 text 10:00:01 INFO y\n",
      0, 0 },
    { "an exception behind no error", FRAME_AUTO, STR("10:00:00 INFO x\nCException: m\n\tat a\n"),
      "1+1@0 text 10:00:00 INFO x\n2+2@16 text CException: m|\tat a\n", 0, 0 },
    { "python", FRAME_AUTO,
      STR("ERROR a\nTraceback (most recent call last):\n  File \"x\", line 1\n    y\nValueError: z\n\n"
          "During handling of the above exception, another exception occurred:\n\n"
          "Traceback (most recent call last):\n  File \"q\", line 2\nmod.KeyError\nINFO b\n"),
      "1+11@0 text ERROR a|Traceback (most recent call last):|  File \"x\", line 1|    y|ValueError: "
      "z||During "
      "handling of the above exception, another exception occurred:||Traceback (most recent call last):|  "
      "File "
      "\"q\", line 2|mod.KeyError\n12+1@219 text INFO b\n",
      0, 0 },
    { "go", FRAME_AUTO,
      STR("panic: oh\n[signal SIGSEGV]\n\ngoroutine 1 [running]:\nmain.f(0x1)\n\t/x.go:1 +0x2\ncreated by "
          "main.main\n\t/x.go:3\nexit status 2\n2026/01/02 next\n"),
      "1+9@0 text panic: oh|[signal SIGSEGV]||goroutine 1 [running]:|main.f(0x1)|\t/x.go:1 +0x2|created by "
      "main.main|\t/x.go:3|exit status 2\n10+1@121 text 2026/01/02 next\n",
      0, 0 },
    { "numbered frames and closers", FRAME_AUTO,
      STR("Fatal x\n#0 /a.php(1): f()\n#1 {main}\nE {\n  a: 1\n}\n"),
      "1+3@0 text Fatal x|#0 /a.php(1): f()|#1 {main}\n4+3@36 text E {|  a: 1|}\n", 0, 0 },
    { "postgres", FRAME_AUTO, STR("1 ERROR:  a\nDETAIL:  b\nHINT:  c\nSTATEMENT:  d\n\te\n2 LOG:  f\n"),
      "1+5@0 text 1 ERROR:  a|DETAIL:  b|HINT:  c|STATEMENT:  d|\te\n6+1@49 text 2 LOG:  f\n", 0, 0 },
    { "syslog escapes", FRAME_AUTO,
      STR("Feb 11 13:15:40 h p[1]: [7-1] LOG:  SELECT\nFeb 11 13:15:40 h p[1]: [7-2] #011FROM\n"
          "Feb 11 13:15:40 h p[1]: [8-1] #1 x\n"),
      "1+2@0 text Feb 11 13:15:40 h p[1]: [7-1] LOG:  SELECT|Feb 11 13:15:40 h p[1]: [7-2] #011FROM\n"
      "3+1@82 text Feb 11 13:15:40 h p[1]: [8-1] #1 x\n",
      0, 0 },
    { "mysql", FRAME_AUTO,
      STR("# Time: 1\n# User@Host: a\n# Query_time: 2\nuse b;\nSELECT\n\n 1;\n# User@Host: c\nq;\n"
          "# Time: 2 # User@Host: d\nr;\n# User@Host: e\ns\n"),
      "1+7@0 text # Time: 1|# User@Host: a|# Query_time: 2|use b;|SELECT|| 1;\n8+2@60 text # User@Host: "
      "c|q;\n"
      "10+2@78 text # Time: 2 # User@Host: d|r;\n12+2@106 text # User@Host: e|s\n",
      0, 0 },

    { "open blocks", FRAME_AUTO,
      STR("Unhandled exception:\nBad: x\n\n#0 f (a:1)\n<asynchronous suspension>\nnext\n"
          "a.XException: b\n  nested exception is:\nc.d: e\n\n\tat f\n10:00:00 g\n"),
      "1+5@0 text Unhandled exception:|Bad: x||#0 f (a:1)|<asynchronous suspension>\n6+1@66 text next\n"
      "7+5@71 text a.XException: b|  nested exception is:|c.d: e||\tat f\n12+1@124 text 10:00:00 g\n",
      0, 0 },
    { "only JSON", FRAME_JSON, STR("{\"a\":1}\nERROR x\n\tat y\n[{\"b\":2}]\n42\n"),
      "1+1@0 json {\"a\":1}\n2+1@8 text ERROR x\n3+1@16 text \tat y\n4+1@23 json {\"b\":2}\n5+1@32 text 42\n",
      0, 3 },
    { "only text", FRAME_TEXT, STR("{\"a\":1}\n  x\n[{\"b\":2}]\n"),
      "1+2@0 text {\"a\":1}|  x\n3+1@12 text [{\"b\":2}]\n", 0, 0 },
    { "lines as they are", FRAME_LINES, STR(" a \r\n\n\tb\n {\"c\":1} \n{\"d\":1}{\n{\"Records\":[{}]}\n"),
      "1+1@0 text  a \n3+1@6 text \tb\n4+1@9 json  {\"c\":1} \n5+1@19 text {\"d\":1}{\n"
      "6+1@28 json {\"Records\":[{}]}\n",
      1, 0 },
};

/* The input ends in the middle of a document. */
static const struct frame_case cut_documents[] = {
    { "a cut document", FRAME_AUTO, STR("{\"Records\":[{\"a\":1},{\"b\":"),
      "1+1@12 json {\"a\":1}\n1+1@20 text {\"b\":\n", 0, 1 },
    { "a document that ends early", FRAME_AUTO, STR("[{\"a\":1},"), "1+1@1 json {\"a\":1}\n", 0, 1 },
    { "a cut array", FRAME_AUTO, STR("[{\"a\":1},{\"b\":\"x"),
      "1+1@1 json {\"a\":1}\n1+1@9 text {\"b\":\"x\n", 0, 1 },
    { "an array cut in its first element", FRAME_AUTO, STR("x\n[{\"a\":\"b"),
      "1+1@0 text x\n2+1@3 text {\"a\":\"b\n", 0, 1 },
    { "a cut envelope", FRAME_AUTO, STR("{\"Records\":[{\"a\":1}]\n"), "1+1@12 json {\"a\":1}\n", 0, 1 },
    { "an envelope cut behind a member", FRAME_AUTO, STR("{\"Records\":[{\"a\":1}],\"n\":1,\"lo"),
      "1+1@12 json {\"a\":1}\n", 0, 1 },
    { "an envelope cut in a member", FRAME_AUTO, STR("{\"Records\":[{\"a\":1}],\"n\":[1,\n2"),
      "1+1@12 json {\"a\":1}\n", 1, 1 },
    { "a cut object over lines", FRAME_AUTO, STR("{\n \"a\": {\n"), "1+2@0 text {| \"a\": {\n", 0, 1 },
};

static void nul_bytes_stay(void) {
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct framed got = frame((struct str)STR("a\0b\n\0\n"), FRAME_AUTO, steps[i], SIZE_MAX);
        CHECK(str_equal(buf_str(&got.list), (struct str)STR("1+1@0 text a\0b\n2+1@4 text \0\n")));
        buf_fini(&got.list);
    }
}

/* ---------------------------------------------------------------- large input */

static void add_many(struct buf *out, const char *text, size_t count) {
    for (size_t i = 0; i < count; i++)
        buf_add_c(out, text);
}

/* Frames in two ways of reading, which must agree; the caller frees the list. */
static struct framed frame_large(const struct buf *input, enum frame_mode mode, size_t limit) {
    struct framed a = frame(buf_str(input), mode, 997, limit),
                  b = frame(buf_str(input), mode, 1 << 20, limit);
    CHECK(str_equal(buf_str(&a.list), buf_str(&b.list)));
    CHECK_INT(a.skipped, b.skipped);
    CHECK_INT(a.malformed, b.malformed);
    CHECK_INT(a.batches, b.batches);
    CHECK(a.largest <= 4 * MAX_RECORD_BYTES);
    buf_fini(&b.list);
    return a;
}

static size_t count_of(struct str text, const char *part) {
    size_t count = 0, at;
    while ((at = str_find(text, str_c(part))) < text.len) {
        count++;
        text = str_slice(text, at + strlen(part), text.len);
    }
    return count;
}

static void long_lines_are_cut(void) {
    struct buf input;
    buf_init(&input, 1 << 26);
    buf_add_c(&input, "first\n");
    add_many(&input, "0123456789abcde\xc3\xa9", 200000); /* 3.4 MB */
    buf_add_c(&input, "\n  rest\nlast\n");
    struct framed got = frame_large(&input, FRAME_AUTO, 4);
    CHECK_STR(buf_str(&got.list), "1+1@0 text firs\n2+1@6 text cut 0123\n4+1@3400014 text last\n");
    CHECK_INT(got.skipped, 1);
    buf_fini(&got.list);
    got = frame_large(&input, FRAME_LINES, 4);
    CHECK_STR(buf_str(&got.list),
              "1+1@0 text firs\n2+1@6 text cut 0123\n3+1@3400007 text   re\n4+1@3400014 text last\n");
    buf_fini(&got.list);
    buf_fini(&input);
}

static void long_blocks_are_cut(void) {
    struct buf input;
    buf_init(&input, 1 << 26);
    buf_add_c(&input, "head\n");
    add_many(&input, "\tat x\n", MAX_RECORD_LINES - 1);
    struct framed got = frame_large(&input, FRAME_AUTO, 4);
    CHECK_STR(buf_str(&got.list), "1+1000@0 text head\n");
    buf_fini(&got.list);
    add_many(&input, "\tat x\n", 700);
    buf_add_c(&input, "next\n");
    got = frame_large(&input, FRAME_AUTO, 4);
    CHECK_STR(buf_str(&got.list), "1+1000@0 text cut head\n1701+1@10199 text next\n");
    CHECK_INT(got.skipped, 700);
    buf_fini(&got.list);
    buf_fini(&input);
}

static void documents_stream(void) {
    struct buf input;
    buf_init(&input, 1 << 26);
    buf_add_c(&input, "{\"owner\":\"x\",\"Records\":[{\"a\":0}");
    add_many(&input, ",{\"eventName\":\"Get{Object\",\"n\":[1,{\"x\":null}]}", 60000); /* 2.8 MB, one line */
    buf_add_c(&input, "],\"tail\":\"");
    add_many(&input, "long ", 500000);
    buf_add_c(&input, "\"}\nlast\n");
    struct framed got = frame_large(&input, FRAME_AUTO, 8);
    CHECK_INT(count_of(buf_str(&got.list), "json"), 60001);
    CHECK_INT(count_of(buf_str(&got.list), "text"), 1);
    CHECK(str_ends(buf_str(&got.list), (struct str)STR("text last\n")));
    CHECK_INT(got.malformed, 0);
    CHECK_INT(got.skipped, 0);
    CHECK(got.batches > 8);
    buf_fini(&got.list);
    buf_fini(&input);
}

static void long_values_are_cut(void) {
    struct buf input;
    buf_init(&input, 1 << 26);
    buf_add_c(&input, "[{\"a\":1},\n{\"m\":\"");
    add_many(&input, "long \\\"", 400000);
    buf_add_c(&input, "\"},{\"b\":2}]\n{\"m\":\"");
    add_many(&input, "long ", 400000);
    buf_add_c(&input, "\"} {\"c\":3}\n");
    struct framed got = frame_large(&input, FRAME_AUTO, 7);
    CHECK_STR(buf_str(&got.list),
              "1+1@1 json {\"a\":1}\n2+1@10 json cut {\"m\":\"l\n2+1@2800019 json {\"b\":2}\n"
              "3+1@2800028 json cut {\"m\":\"l\n3+1@4800037 json {\"c\":3}\n");
    buf_fini(&got.list);
    buf_fini(&input);
}

/* What stands in front of the list is too long; the list is read all the same. */
static void long_members_hide_no_list(void) {
    struct buf input;
    buf_init(&input, 1 << 26);
    buf_add_c(&input, "{\"meta\":{\"m\":\"");
    add_many(&input, "long \\\"", 400000);
    buf_add_c(&input, "\"},\n \"n\" : [1,{\"x\":2}], \"Records\" :\n "
                      "[{\"a\":1},{\"b\":2}],\"end\":1}\n{\"level\":1,\"m\":\"");
    add_many(&input, "long ", 400000);
    buf_add_c(&input, "\",\"items\":[{\"a\":1}]} {\"c\":3}\n{\"m\":\"");
    add_many(&input, "long ", 400000);
    buf_add_c(&input, "\",\"n\":3 oops\nlast\n");
    struct framed got = frame_large(&input, FRAME_AUTO, 7);
    CHECK_STR(buf_str(&got.list),
              "1+1@0 json cut {\"meta\"\n3+1@2800052 json {\"a\":1}\n3+1@2800060 json {\"b\":2}\n"
              "4+1@2800078 json cut {\"level\n4+1@4800115 json {\"c\":3}\n"
              "5+1@4800123 json cut {\"m\":\"l\n5+1@6800136 text  oops\n6+1@6800142 text last\n");
    CHECK_INT(got.malformed, 1);
    buf_fini(&got.list);
    buf_fini(&input);
}

/* Of a document that is longer than a record only what stands in front of its list is known in time. */
static void long_lists_of_records(void) {
    struct buf input;
    buf_init(&input, 1 << 26);
    buf_add_c(&input, "{\"level\":1,\"Records\":[{\"t\":0}");
    add_many(&input, ",{\"t\":1}", 200000);
    buf_add_c(&input, "]}\n{\"items\":[{\"t\":0}");
    add_many(&input, ",{\"t\":1}", 200000);
    buf_add_c(&input, "],\"level\":1}\nlast\n");
    struct framed got = frame_large(&input, FRAME_AUTO, 9);
    CHECK(str_starts(buf_str(&got.list),
                     (struct str)STR("1+1@0 json cut {\"level\":\n2+1@1600042 json {\"t\":0}\n")));
    CHECK_INT(count_of(buf_str(&got.list), "json"), 200002);
    CHECK(str_ends(buf_str(&got.list), (struct str)STR("text last\n")));
    buf_fini(&got.list);
    buf_fini(&input);
}

static void batches_are_full(void) {
    struct buf input;
    buf_init(&input, 1 << 26);
    for (int i = 0; i < 40000; i++)
        buf_printf(&input, "2026-03-01 line %d\n%s", i, i % 7 ? "" : "\tand more\n\n");
    struct framed got = frame_large(&input, FRAME_AUTO, SIZE_MAX);
    CHECK_INT(count_of(buf_str(&got.list), "text"), 40000);
    CHECK_INT(got.batches, input.len / BATCH_BYTES + 1);
    CHECK_INT(got.skipped, 40000 / 7 + 1);
    CHECK_INT(got.largest, BATCH_BYTES);
    buf_fini(&got.list);
    buf_fini(&input);
}

/* ---------------------------------------------------------------- a stream that fails */

static bool failing_read(struct source *s, char *into, size_t capacity, size_t *got, struct fault *fault) {
    struct memory_source *m = (struct memory_source *)s;
    if (m->pos < m->bytes.len)
        return memory_read(s, into, capacity, got, fault);
    return fault_set(fault, FAULT_INPUT, "the line went dead");
}

static void records_come_before_the_failure(void) {
    struct memory_source source = memory_source(str_c("one\ntwo\n{\"Reco"), 3);
    source.source.read = failing_read;
    struct inflate *in = inflate_new(&source.source);
    struct framer *f = framer_new(in, FRAME_AUTO);
    struct batch batch;
    batch_init(&batch);
    bool end;
    struct fault fault = { 0 };
    CHECK(framer_fill(f, &batch, &end, &fault));
    CHECK(!end);
    CHECK_INT(batch.count, 3);
    CHECK(!framer_fill(f, &batch, &end, &fault));
    CHECK_STR(str_c(fault.text), "the line went dead");
    CHECK_INT(batch.count, 0);
    CHECK(!framer_fill(f, &batch, &end, &fault));
    batch_fini(&batch);
    framer_free(f);
    inflate_free(in);
}

/* What a source has given by now is cut; a record that may grow is held back until it has to settle, and the
 * numbers go on. */
static void streams_go_on(void) {
    static const char log[] =
        "one\nTraceback (most recent call last):\n  File \"a\"\nE: 1\n{\"a\":\n1}\nlast";
    struct memory_source source = memory_source(str_c(log), 65536);
    struct inflate *in = inflate_new(&source.source);
    struct framer *f = framer_new(in, FRAME_AUTO);
    struct framed all = { .input = str_c(log), .limit = SIZE_MAX };
    struct batch batch;
    struct fault fault;
    bool end = true;
    buf_init(&all.list, 1 << 16);
    batch_init(&batch);
    static const struct {
        size_t there; /* bytes that the source has */
        enum frame_pace pace;
        uint64_t done;
    } looks[] = {
        { 4, FRAME_WAIT, 0 },   { 4, FRAME_SETTLE, 4 },   { 4, FRAME_WAIT, 4 },   { 39, FRAME_WAIT, 4 },
        { 50, FRAME_WAIT, 4 },  { 55, FRAME_SETTLE, 55 }, { 61, FRAME_WAIT, 55 }, { 64, FRAME_WAIT, 64 },
        { 68, FRAME_WAIT, 64 }, { 68, FRAME_TO_END, 68 },
    };
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        source.bytes.len = looks[i].there;
        framer_pace(f, looks[i].pace);
        do {
            CHECK(framer_fill(f, &batch, &end, &fault));
            note_batch(&all, &batch);
        } while (!end && !framer_dry(f));
        CHECK_INT(end, looks[i].pace == FRAME_TO_END);
        CHECK_INT(framer_bytes(f), looks[i].done);
    }
    CHECK_STR(buf_str(&all.list), "1+1@0 text one\n"
                                  "2+3@4 text Traceback (most recent call last):|  File \"a\"|E: 1\n"
                                  "5+2@55 json {\"a\":|1}\n"
                                  "7+1@64 text last\n");
    CHECK_INT(framer_lines(f), 7);
    buf_fini(&all.list);
    batch_fini(&batch);
    framer_free(f);
    inflate_free(in);
}

static void check_list(const struct frame_case *list, size_t count, bool cut_short) {
    for (size_t i = 0; i < count; i++)
        check_frames(list[i].name, list[i].mode, list[i].input, list[i].want, list[i].skipped,
                     list[i].malformed, cut_short);
}

int main(void) {
    check_list(cases, sizeof cases / sizeof *cases, false);
    check_list(cut_documents, sizeof cut_documents / sizeof *cut_documents, true);
    nul_bytes_stay();
    long_lines_are_cut();
    long_blocks_are_cut();
    documents_stream();
    long_values_are_cut();
    long_members_hide_no_list();
    long_lists_of_records();
    batches_are_full();
    records_come_before_the_failure();
    streams_go_on();
    return check_report();
}
