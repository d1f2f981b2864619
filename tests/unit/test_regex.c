#include "regex.h"

#include "buf.h"
#include "check.h"

static struct regex_scratch *scratch;

static struct regex *compile(const char *pattern) {
    struct fault fault = { 0 };
    struct regex *r = regex_new(str_c(pattern), &fault);
    CHECK_STR(str_c(fault.text), "");
    return r;
}

/* More searches than the change to the JIT needs. */
enum { SEARCHES = 250 };

static void test_spans(void) {
    static const struct {
        const char *pattern, *subject;
        size_t from;
        enum regex_answer answer;
        size_t start, end, group_start, group_end; /* of group 1 */
    } cases[] = {
        { "b(c)", "abcabc", 0, REGEX_YES, 1, 3, 2, 3 },
        { "b(c)", "abcabc", 2, REGEX_YES, 4, 6, 5, 6 },
        { "b(c)", "abcabc", 6, REGEX_NO, 0, 0, 0, 0 },
        { "(x)?b", "ab", 0, REGEX_YES, 1, 2, REGEX_UNSET, REGEX_UNSET },
        { "(x*)b", "ab", 0, REGEX_YES, 1, 2, 1, 1 }, /* empty is not unset */
        { "(a)|(b)", "b", 0, REGEX_YES, 0, 1, REGEX_UNSET, REGEX_UNSET },
        { "^(b)", "ab", 1, REGEX_NO, 0, 0, 0, 0 }, /* the text in front of `from` is there */
        { "(?<=a)(b)", "ab", 1, REGEX_YES, 1, 2, 1, 2 },
        { "($)", "", 0, REGEX_YES, 0, 0, 0, 0 },
        { "(\xC3\xA9+)", "caf\xC3\xA9\xC3\xA9", 0, REGEX_YES, 3, 7, 3, 7 },
        { "(?i)(\xC3\x89)", "caf\xC3\xA9", 0, REGEX_YES, 3, 5, 3, 5 },
        { "(.)", "\xE6\x97\xA5", 0, REGEX_YES, 0, 3, 0, 3 },
        { "(\\d)", "\xD9\xA3", 0, REGEX_YES, 0, 2, 0, 2 }, /* digits of any script, as in Python */
        { "(a)(b)?\\2", "ab", 0, REGEX_NO, 0, 0, 0, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct regex *r = compile(cases[i].pattern);
        for (int n = 0; r && n < SEARCHES; n++) {
            struct regex_span spans[2];
            enum regex_answer answer =
                regex_find(r, scratch, str_c(cases[i].subject), cases[i].from, spans, 2);
            CHECK_INT(answer, cases[i].answer);
            if (answer != REGEX_YES)
                continue;
            CHECK_INT(spans[0].start, cases[i].start);
            CHECK_INT(spans[0].end, cases[i].end);
            CHECK_INT(spans[1].start, cases[i].group_start);
            CHECK_INT(spans[1].end, cases[i].group_end);
        }
        regex_free(r);
    }
}

/* Printed by lua/logaudit/regex/shortcut.lua: without their (?=) the JIT errs. */
static void test_shielded(void) {
    static const struct {
        const char *pattern, *subject;
        enum regex_answer answer;
    } cases[] = {
        { "(?=)(?>\\w+b|)a", "zzab", REGEX_NO },
        { "(?=)(?>.+?)\\z", "zzab", REGEX_YES },
        { "(?:failed|fail)(?=) *e", "failed", REGEX_YES },
        { "(?:ab!abc|b)(?=) *!", "ab!abc  ", REGEX_YES },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct regex *r = compile(cases[i].pattern);
        for (int n = 0; r && n < SEARCHES; n++)
            CHECK_INT(regex_find(r, scratch, str_c(cases[i].subject), 0, NULL, 0), cases[i].answer);
        regex_free(r);
    }
}

/* Each of them would run for years, or use memory without end. */
static void test_limits(void) {
    static const struct {
        const char *pattern;
        char unit[8];
        size_t count;
        const char *tail;
    } cases[] = {
        { "^(a+)+$", "a", 64, "!" },           { "(a|a)*[bc]", "a", 200, "" },
        { "(?:a|b|ab)*[cd]", "ab", 5000, "" }, { "^(\\w+\\s?)*$", "word ", 40, "!" },
        { "(.*)*\\1[xy]", "ab", 500, "" },     { "^(?:(a)|(a)|b)*\\1\\2$", "a", 100, "c" },
    };
    struct buf subject;
    buf_init(&subject, 1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct regex *r = compile(cases[i].pattern), *harmless = compile("a");
        buf_reset(&subject);
        for (size_t n = 0; n < cases[i].count; n++)
            buf_add_c(&subject, cases[i].unit);
        buf_add_c(&subject, cases[i].tail);
        for (int n = 0; n < 3; n++) /* the first answer is not the interpreter's but the JIT's, too */
            CHECK_INT(regex_find(r, scratch, buf_str(&subject), 0, NULL, 0), REGEX_OVER_BUDGET);
        /* The scratch is as good as before. */
        CHECK_INT(regex_find(harmless, scratch, str_c("bab"), 0, NULL, 0), REGEX_YES);
        regex_free(r);
        regex_free(harmless);
    }
    buf_fini(&subject);
}

/* A fresh pattern is asked with the interpreter first, one that was asked often with the JIT: both must say
 * the same, also where the work is large but within the budget. */
/* In long texts a search is cut into windows; what stands before a window still counts. */
static void test_long_texts(void) {
    enum { LETTERS = 300 * 1000 };
    static const struct {
        const char *pattern;
        enum regex_answer answer;
        size_t start, end;
    } cases[] = {
        { "\xC3\xA9(.)$", REGEX_YES, 2 * LETTERS - 2, 2 * LETTERS + 1 },
        { "(?<=\xC3\xA9\xC3\xA9)x", REGEX_YES, 2 * LETTERS, 2 * LETTERS + 1 },
        { ".*x", REGEX_YES, 0, 2 * LETTERS + 1 },
        { "\\bx|\\A\xC3\xA9x", REGEX_NO, 0, 0 },
        { "$", REGEX_YES, 2 * LETTERS + 1, 2 * LETTERS + 1 },
    };
    struct buf subject;
    buf_init(&subject, 4 << 20);
    for (size_t i = 0; i < LETTERS; i++)
        buf_add_c(&subject, "\xC3\xA9");
    buf_add_c(&subject, "x");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct regex *r = compile(cases[i].pattern);
        struct regex_span span = { 0 };
        CHECK_INT(regex_find(r, scratch, buf_str(&subject), 0, &span, 1), cases[i].answer);
        CHECK_INT(span.start, cases[i].start);
        CHECK_INT(span.end, cases[i].end);
        regex_free(r);
    }
    buf_fini(&subject);
}

/* Running over the text at each start takes few steps and, here, minutes. */
static void test_time_limit(void) {
    enum { LETTERS = 500 * 1000 };
    struct buf subject;
    buf_init(&subject, 1 << 20);
    for (size_t i = 0; i < LETTERS; i++)
        buf_add_byte(&subject, 'a');
    buf_add_c(&subject, " OOM");
    struct regex *r = compile("\\S{3,}OOM|xx");
    CHECK_INT(regex_find(r, scratch, buf_str(&subject), 0, NULL, 0), REGEX_OVER_BUDGET);
    regex_free(r);
    buf_fini(&subject);
}

static void test_same_answer_before_and_after_the_jit(void) {
    static const char *const patterns[] = { "(?:a|b)*c", "(a|b)*?c",     "(?:ab?)+$",
                                            "[ab]*c",    "(?=(a+))\\1b", "(?:(a)|b)+c",
                                            "(?>a*)b",   "x*(a?){30}",   "(?:[ab]{2,9},?)+c" };
    static const size_t lengths[] = { 10, 1000, 2500, 8000 };
    struct buf subject;
    buf_init(&subject, 1 << 20);
    for (size_t p = 0; p < sizeof patterns / sizeof *patterns; p++) {
        for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
            struct regex *fresh = compile(patterns[p]), *warm = compile(patterns[p]);
            buf_reset(&subject);
            while (subject.len < lengths[l])
                buf_add_byte(&subject, "ab"[subject.len % 3 == 0]);
            buf_add_c(&subject, "c");
            for (int n = 0; n < SEARCHES; n++)
                regex_find(warm, scratch, str_c("c"), 0, NULL, 0);
            struct regex_span first[2] = { 0 }, later[2] = { 0 };
            enum regex_answer answer = regex_find(fresh, scratch, buf_str(&subject), 0, first, 2);
            CHECK_INT(regex_find(warm, scratch, buf_str(&subject), 0, later, 2), answer);
            CHECK(memcmp(first, later, sizeof first) == 0);
            regex_free(fresh);
            regex_free(warm);
        }
    }
    buf_fini(&subject);
}

static void test_starts(void) {
    static const struct {
        const char *pattern, *start;
        enum regex_answer answer;
        size_t end; /* of group 1 */
    } cases[] = {
        { "\\A\\d+ (\\w+)", "12 ab ", REGEX_YES, 5 },
        { "\\A\\d+ (\\w+)", "12 ab", REGEX_OPEN, 0 }, /* the word may go on */
        { "\\A\\d+ (\\w+)", "12", REGEX_OPEN, 0 },
        { "\\A\\d+ (\\w+)", "12ab", REGEX_NO, 0 },
        { "\\A(ab)", "ab", REGEX_YES, 2 },
        { "\\A(ab)\\b", "ab", REGEX_OPEN, 0 },
        { "\\A(ab)$", "ab", REGEX_OPEN, 0 },
        { "\\A(ab)(?!c)", "ab", REGEX_OPEN, 0 },
        { "\\A(ab).{5}z", "ab", REGEX_OPEN, 0 }, /* shorter than any match */
        { "\\A(?:(ab)|abc)x", "abcy", REGEX_NO, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct regex *r = compile(cases[i].pattern);
        struct regex_span spans[2] = { 0 };
        CHECK_INT(regex_find_start(r, scratch, str_c(cases[i].start), spans, 2), cases[i].answer);
        if (cases[i].answer == REGEX_YES)
            CHECK_INT(spans[1].end, cases[i].end);
        regex_free(r);
    }
}

/* Before the JIT takes over and after it. */
static void test_at(void) {
    struct regex *r = compile("\\b(?:for|by) (\\w+)");
    struct str text = str_c("stand by ann for bo");
    struct regex_span spans[2] = { 0 };
    for (int i = 0; i < 300; i++) {
        CHECK_INT(regex_find_at(r, scratch, text, 0, spans, 2), REGEX_NO); /* one begins behind it only */
        CHECK_INT(regex_find_at(r, scratch, text, 6, spans, 2), REGEX_YES);
        CHECK_INT(spans[1].start, 9);
        CHECK_INT(spans[1].end, 12);
        CHECK_INT(regex_find_at(r, scratch, text, 13, spans, 2), REGEX_YES);
        CHECK_INT(spans[1].start, 17);
    }
    CHECK_INT(regex_find_at(r, scratch, str_c("stand.by ann"), 6, spans, 2), REGEX_YES);
    CHECK_INT(regex_find_at(r, scratch, str_c("standby ann"), 5, spans, 2),
              REGEX_NO); /* it sees what is in front */
    regex_free(r);
}

static void test_faults_and_groups(void) {
    struct fault fault = { 0 };
    CHECK(regex_new(str_c("a(b"), &fault) == NULL);
    CHECK_INT(fault.kind, FAULT_USAGE);
    CHECK(strstr(fault.text, "parenthesis") != NULL);
    CHECK(regex_new(str_c("a\\Cb"), &fault) == NULL);
    struct buf pattern;
    buf_init(&pattern, 1 << 16);
    for (int i = 0; i < 300; i++)
        buf_add_c(&pattern, "(a)?");
    struct regex *r = compile(buf_c(&pattern));
    struct regex_span spans[310];
    CHECK_INT(regex_find(r, scratch, str_c("aa"), 0, spans, 310), REGEX_YES);
    CHECK_INT(spans[2].start, 1);
    CHECK_INT(spans[3].start, REGEX_UNSET);
    CHECK_INT(spans[305].start, REGEX_UNSET);
    regex_free(r);
    regex_free(NULL);
    buf_fini(&pattern);
}

int main(void) {
    scratch = regex_scratch_new();
    test_spans();
    test_limits();
    test_long_texts();
    test_time_limit();
    test_same_answer_before_and_after_the_jit();
    test_shielded();
    test_starts();
    test_at();
    test_faults_and_groups();
    regex_scratch_free(scratch);
    regex_scratch_free(NULL);
    return check_report();
}
