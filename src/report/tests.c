#include "tests.h"

#include <string.h>

static const char *text(const struct json_node *n, const char *key) {
    return json_c(json_member(n, key), "");
}

/* A file that could not be tested stands among the tests. */
static bool is_broken(const struct json_node *test) {
    return json_member(test, "message") != NULL;
}

static bool failed(const struct json_node *test) {
    return !is_broken(test) && !json_is_true(json_member(test, "ok"));
}

static const char *name_of(const struct json_node *test) {
    return *text(test, "name") ? text(test, "name") : is_broken(test) ? "loads" : "enough tests";
}

static const char *class_of(const struct json_node *test) {
    return text(test, is_broken(test) ? "file" : "rule_id");
}

/* ---- JUnit ---- */

/* XML 1.0 has no form for most control characters. */
static void add_xml(struct buf *out, const char *s) {
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        switch (c) {
        case '&':
            buf_add_c(out, "&amp;");
            break;
        case '<':
            buf_add_c(out, "&lt;");
            break;
        case '>':
            buf_add_c(out, "&gt;");
            break;
        case '"':
            buf_add_c(out, "&quot;");
            break;
        default:
            buf_add_byte(out, c >= ' ' || c == '\n' || c == '\t' ? (char)c : '?');
        }
    }
}

static void add_attribute(struct buf *out, const char *name, const char *value) {
    buf_printf(out, " %s=\"", name);
    add_xml(out, value);
    buf_add_c(out, "\"");
}

static void add_case(struct buf *out, const struct json_node *test) {
    buf_add_c(out, "    <testcase");
    add_attribute(out, "classname", class_of(test));
    add_attribute(out, "name", name_of(test));
    if (is_broken(test)) {
        buf_add_c(out, ">\n      <error");
        add_attribute(out, "message", text(test, "message"));
        buf_add_c(out, "/>\n    </testcase>\n");
        return;
    }
    if (!failed(test)) {
        buf_add_c(out, "/>\n");
        return;
    }
    buf_add_c(out, ">\n      <failure message=\"not as expected\">");
    add_xml(out, text(test, "log"));
    add_xml(out, text(test, "why"));
    buf_add_c(out, "</failure>\n    </testcase>\n");
}

static bool same_file(const struct json_node *a, const struct json_node *b) {
    return a && b && strcmp(text(a, "file"), text(b, "file")) == 0;
}

struct counts {
    size_t tests, failures, errors;
};

static void count(struct counts *c, const struct json_node *test) {
    c->tests++;
    c->failures += failed(test);
    c->errors += is_broken(test);
}

static void add_counts(struct buf *out, struct counts c) {
    buf_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n", c.tests, c.failures, c.errors);
}

/* The tests of one file stand together. Returns the first test of the next one. */
static const struct json_node *add_suite(struct buf *out, const struct json_node *first) {
    struct counts counts = { 0 };
    const struct json_node *t;
    for (t = first; same_file(t, first); t = json_after(t))
        count(&counts, t);
    buf_add_c(out, "  <testsuite");
    add_attribute(out, "name", text(first, "file"));
    add_counts(out, counts);
    for (t = first; same_file(t, first); t = json_after(t))
        add_case(out, t);
    buf_add_c(out, "  </testsuite>\n");
    return t;
}

static void add_suites(struct buf *out, const struct json_node *list) {
    for (const struct json_node *t = json_first(list); t;)
        t = add_suite(out, t);
}

void report_junit(const struct json_node *outcome, struct buf *out) {
    const struct json_node *tests = json_member(outcome, "tests"), *t;
    const struct json_node *broken = json_member(outcome, "broken_files");
    struct counts counts = { 0 };
    for (t = json_first(tests); t; t = json_after(t))
        count(&counts, t);
    for (t = json_first(broken); t; t = json_after(t))
        count(&counts, t);
    buf_add_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"logaudit\"");
    add_counts(out, counts);
    add_suites(out, tests);
    add_suites(out, broken);
    buf_add_c(out, "</testsuites>\n");
}

/* ---- TAP ---- */

static void add_comment(struct buf *out, const char *s) {
    struct str rest = str_c(s);
    while (rest.len) {
        size_t len = str_find_byte(rest, '\n');
        buf_printf(out, "# %.*s\n", (int)len, rest.ptr);
        rest = str_slice(rest, len + 1, rest.len);
    }
}

/* A # in a description would begin a directive. */
static void add_description(struct buf *out, const char *s) {
    for (; *s; s++)
        buf_add_byte(out, *s == '#' || (unsigned char)*s < ' ' ? '_' : *s);
}

static void add_result(struct buf *out, const struct json_node *test, size_t number) {
    bool ok = !failed(test) && !is_broken(test);
    buf_printf(out, "%sok %zu - ", ok ? "" : "not ", number);
    add_description(out, class_of(test));
    buf_add_c(out, ": ");
    add_description(out, name_of(test));
    buf_add_c(out, "\n");
    if (!ok) {
        add_comment(out, text(test, "log"));
        add_comment(out, text(test, is_broken(test) ? "message" : "why"));
    }
}

void report_tap(const struct json_node *outcome, struct buf *out) {
    const struct json_node *tests = json_member(outcome, "tests"), *t;
    const struct json_node *broken = json_member(outcome, "broken_files");
    size_t number = 0;
    buf_printf(out, "TAP version 13\n1..%zu\n", json_count(tests) + json_count(broken));
    for (t = json_first(tests); t; t = json_after(t))
        add_result(out, t, ++number);
    for (t = json_first(broken); t; t = json_after(t))
        add_result(out, t, ++number);
}
