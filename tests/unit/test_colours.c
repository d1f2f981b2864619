#include "colours.h"

#include "check.h"

/* Two records, the second one plain; what is left of the first one. */
static void strips(const char *text, const char *left) {
    static const char plain[] = "\nplain \\u0041 [31m";
    struct batch b;
    batch_init(&b);
    buf_add_c(&b.bytes, text);
    buf_add_c(&b.bytes, plain);
    uint32_t len = (uint32_t)strlen(text), rest = sizeof plain - 2;
    batch_add(&b, (struct record){ .start = 0, .len = len, .lines = 1 });
    batch_add(&b, (struct record){ .start = len + 1, .len = rest, .lines = 1 });
    colours_strip(&b);
    CHECK_STR(record_bytes(&b, &b.records[0]), left);
    CHECK_STR(record_bytes(&b, &b.records[1]), plain + 1);
    for (size_t i = b.records[0].len; i < len; i++)
        CHECK_INT(b.bytes.ptr[i], '\n');
    batch_fini(&b);
}

/* Lines of colours only are no records. */
static void drops_blank(void) {
    struct batch b;
    batch_init(&b);
    buf_add_c(&b.bytes, "\x1b[0m\nup\n \x1b[31m \x1b[0m\n");
    batch_add(&b, (struct record){ .start = 0, .len = 4, .lines = 1 });
    batch_add(&b, (struct record){ .start = 5, .len = 2, .lines = 1, .line = 2 });
    batch_add(&b, (struct record){ .start = 8, .len = 11, .lines = 3 });
    colours_strip(&b);
    CHECK_INT(b.count, 1);
    CHECK_INT(b.records[0].line, 2);
    CHECK_INT(b.skipped_lines, 4);
    batch_fini(&b);
}

int main(void) {
    static const char *const cases[][2] = {
        { "\x1b[31mERROR\x1b[0m x", "ERROR x" },
        { "\x1b[1;38;5;196mERR\x1b[mOR", "ERROR" },
        { "\x1b[2K\x1b[1Gup", "up" },
        { "{\"m\":\"\\u001b[31mERR\\u001B[0mOR\"}", "{\"m\":\"ERROR\"}" },
        { "{\"m\":\"\\\\u001b[31m\"}", "{\"m\":\"\\\\u001b[31m\"}" },
        { "{\"m\":\"\\\\\\u001b[31m\"}", "{\"m\":\"\\\\\"}" },
        { "C:\\\x1b[0mx", "C:\\x" },
        { "\x1b]0;title\x07 x\x1b", "\x1b]0;title\x07 x\x1b" },
        { "\x1b[31", "\x1b[31" },
        { "\x1b[;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;m",
          "\x1b[;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;m" },
        { "\x1b[31\x1b[0mx", "\x1b[31x" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        strips(cases[i][0], cases[i][1]);
    drops_blank();
    return check_report();
}
