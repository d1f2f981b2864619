#include "check.h"
#include "wildcard.h"

static bool matches(const char *pattern, const char *text) {
    return wildcard_matches(str_c(pattern), str_c(text));
}

static void test_globs(void) {
    CHECK(matches("", "") && !matches("", "a") && matches("*", "") && matches("**", "ab"));
    CHECK(matches("a?c", "abc") && !matches("a?c", "ac"));
    CHECK(matches("*.log", "app/2024.log") && !matches("*.log", "app.log.gz"));
    CHECK(matches("*ab*ab", "abxabab") && !matches("*ab*ab", "abxaba"));
    CHECK(matches("a*b?d*", "a-b-bcd") && !matches("a*b?d", "a-b-bce"));
    CHECK(matches("[a]", "[a]") && !matches("[a]", "a")); /* no classes */
}

/* What makes other matchers run for years. */
static void test_cost(void) {
    char text[4096];
    memset(text, 'a', sizeof text);
    CHECK(!wildcard_matches(str_c("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"), str_of(text, sizeof text)));
}

int main(void) {
    test_globs();
    test_cost();
    return check_report();
}
