#include "xml.h"

#include "check.h"

static struct buf seen;

static bool note(void *context, const char *path, struct str text) {
    (void)context;
    buf_printf(&seen, "%s=%.*s;", path, STR_ARG(text));
    return true;
}

static bool reads(const char *document) {
    struct fault fault;
    buf_reset(&seen);
    return xml_read(str_c(document), note, NULL, &fault);
}

static void test_reading(void) {
    CHECK(reads(
        "<?xml version=\"1.0\"?>\n<a xmlns=\"x\"><b>1 &amp; &quot;2&#233;</b><c><d>x</d>\n</c><e/></a>\n"));
    CHECK_STR(buf_str(&seen), "a/b=1 & \"2\xC3\xA9;a/c/d=x;a/c=\n;a/e=;a=;");
    CHECK(reads(" \n<?xml version=\"1.0\"?><a/>"));
    CHECK(reads("<s:a xmlns:s=\"x\"><s:b>1</s:b></s:a>"));
    CHECK_STR(buf_str(&seen), "a/b=1;a=;");
}

static void test_refused(void) {
    CHECK(!reads(""));
    CHECK(!reads("not xml"));
    CHECK(!reads("<a><b></a>"));
    CHECK(!reads("<a>"));
    CHECK(!reads("<a/><b/>"));
    CHECK(!reads("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>"));
    CHECK(!reads(
        "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a></a></a></a></a></a></a></a></a></a></a></a></a>"
        "</a></a></a></a></a>"));
}

static void test_finding(void) {
    struct str document = STR("<R><A><Code>1</Code></A><Code>2</Code></R>");
    CHECK(xml_find(document, "R/Code", &seen));
    CHECK_STR(buf_str(&seen), "2");
    CHECK(xml_find(document, "/Code", &seen));
    CHECK_STR(buf_str(&seen), "1");
    CHECK(!xml_find(document, "R/B", &seen));
    CHECK(!xml_find(str_slice(document, 0, 20), "R/A/Code", &seen));
}

int main(void) {
    buf_init(&seen, 4096);
    test_reading();
    test_refused();
    test_finding();
    buf_fini(&seen);
    return check_report();
}
