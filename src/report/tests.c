#include "tests.h"

#include <string.h>

static const char *text(const struct json_node *n, const char *key) {
    return json_c(json_member(n, key), "");
}

static bool failed(const struct json_node *test) {
    return !json_is_true(json_member(test, "ok"));
}

static const char *name_of(const struct json_node *test) {
    return *text(test, "name") ? text(test, "name") : "enough tests";
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
    add_attribute(out, "classname", text(test, "rule_id"));
    add_attribute(out, "name", name_of(test));
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

/* The tests of one file stand together. Returns the first test of the next one. */
static const struct json_node *add_suite(struct buf *out, const struct json_node *first) {
    size_t tests = 0, failures = 0;
    const struct json_node *t;
    for (t = first; same_file(t, first); t = json_after(t)) {
        tests++;
        failures += failed(t);
    }
    buf_add_c(out, "  <testsuite");
    add_attribute(out, "name", text(first, "file"));
    buf_printf(out, " tests=\"%zu\" failures=\"%zu\">\n", tests, failures);
    for (t = first; same_file(t, first); t = json_after(t))
        add_case(out, t);
    buf_add_c(out, "  </testsuite>\n");
    return t;
}

void report_junit(const struct json_node *outcome, struct buf *out) {
    const struct json_node *list = json_member(outcome, "tests");
    size_t failures = 0;
    for (const struct json_node *t = json_first(list); t; t = json_after(t))
        failures += failed(t);
    buf_printf(out,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<testsuites name=\"logaudit\" tests=\"%zu\" failures=\"%zu\">\n",
               json_count(list), failures);
    for (const struct json_node *t = json_first(list); t;)
        t = add_suite(out, t);
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

void report_tap(const struct json_node *outcome, struct buf *out) {
    const struct json_node *list = json_member(outcome, "tests");
    size_t number = 0;
    buf_printf(out, "TAP version 13\n1..%zu\n", json_count(list));
    for (const struct json_node *t = json_first(list); t; t = json_after(t)) {
        buf_printf(out, "%sok %zu - ", failed(t) ? "not " : "", ++number);
        add_description(out, text(t, "rule_id"));
        buf_add_c(out, ": ");
        add_description(out, name_of(t));
        buf_add_c(out, "\n");
        if (failed(t)) {
            add_comment(out, text(t, "log"));
            add_comment(out, text(t, "why"));
        }
    }
}
