/* How near patterns come to texts that they do not match. */
#include "nearest.h"

#include "check.h"

static void test_table(struct nearest *n) {
    static const struct {
        const char *pattern, *text, *matched, *rest; /* matched NULL: nothing */
    } cases[] = {
        { "(?i)\\brefund (\\d+) refused for \\w+", "a Refund 12 was refused", "Refund 12 ",
          "refused for \\w+" },
        { "(?:login|logon) (?:failed|denied)", "login fails", "login fail", "ed|denied)" },
        { "user [^]xs ]+ gone", "user ab stays", "user ab ", "gone" },
        { "user\\(a\\) gone", "user(a) stays", "user(a) ", "gone" },
        { "alpha beta gamma|x y", "alpha beta x", "alpha beta ", "gamma|x y" },
        { "(?P<user_id>\\w+) logged (?!out)in", "ann logged on", "ann logged ", "in" },
        { "abcdef", "zzz ab zzz", NULL, NULL },
        { "[abc", "abc", NULL, NULL },
        { "", "abc", NULL, NULL },
        { "\\d{2,3} items\\b", "120 item", "120 item", "s\\b" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct nearest_match m = { 0 };
        struct str text = str_c(cases[i].text);
        bool found = nearest_find(n, str_c(cases[i].pattern), text, &m);
        CHECK(found == (cases[i].matched != NULL));
        if (!found || !cases[i].matched)
            continue;
        CHECK_STR(str_slice(text, m.start, m.end - m.start), cases[i].matched);
        CHECK_STR(m.rest, cases[i].rest);
    }
}

/* Long patterns are not cut; hostile ones cost what a search may cost. */
static void test_bounds(struct nearest *n) {
    char pattern[2048], text[20000];
    struct nearest_match m;
    memset(pattern, 'a', sizeof pattern);
    CHECK(!nearest_find(n, str_of(pattern, sizeof pattern), (struct str)STR("aaaa"), &m));
    memset(text, 'a', sizeof text);
    nearest_find(n, (struct str)STR("(?:a+)+(?:a+)+$"), str_of(text, sizeof text), &m);
    CHECK(!nearest_find(n, (struct str)STR("((((((((((((("), (struct str)STR("abc"), &m));
    CHECK(!nearest_find(n, (struct str)STR("abc))))"), (struct str)STR("xyz"), &m));
}

int main(void) {
    struct fault fault = { 0 };
    struct rule_tools *tools = rule_tools_new(LUA_FOLDER, &fault);
    CHECK_STR(str_c(fault.text), "");
    struct nearest *n = nearest_new(tools);
    test_table(n);
    test_table(n); /* what was kept says the same */
    test_bounds(n);
    nearest_free(n);
    rule_tools_free(tools);
    return check_report();
}
