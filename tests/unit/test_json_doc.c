#include "check.h"
#include "json_doc.h"

#include <stdlib.h>

static void test_reading(void) {
    struct fault fault = { 0 };
    struct json_doc *doc = json_doc_parse(str_c("\xEF\xBB\xBF{\"Name\":\"x\",\"name\":\"y\",\"big\":"
                                                "9007199254740993,\"n\":1.5,\"list\":[1,true,null],"
                                                "\"\\u00e9\":{}}"),
                                          "event", FAULT_USAGE, &fault);
    CHECK(doc != NULL);
    if (!doc)
        return;
    const struct json_node *root = json_doc_root(doc), *list = json_member(root, "list");
    CHECK_STR(json_str(json_member(root, "name")), "y");
    CHECK(json_member(root, "NAME") == NULL);
    CHECK_INT(json_integer(json_member(root, "big"), 0), 9007199254740993);
    CHECK_INT(json_integer(json_member(root, "n"), -1), -1);
    CHECK(json_number(json_member(root, "n"), 0) == 1.5);
    CHECK_INT(json_count(list), 3);
    CHECK(json_is_true(json_after(json_first(list))));
    CHECK_STR(str_c(json_kind_name(json_member(root, "gone"))), "nothing");
    CHECK_STR(str_c(json_kind_name(list)), "a list");
    CHECK_STR(str_c(json_name(json_first(root))), "Name");
    CHECK(json_name(json_first(list)) == NULL);
    CHECK(json_member(list, "x") == NULL && json_first(NULL) == NULL && json_after(NULL) == NULL);
    char *text = json_print(root);
    CHECK_STR(str_c(text), "{\"Name\":\"x\",\"name\":\"y\",\"big\":9007199254740993,\"n\":1.5,"
                           "\"list\":[1,true,null],\"\xC3\xA9\":{}}");
    free(text);
    json_doc_free(doc);
}

static void test_faults(void) {
    static const struct {
        struct str text;
        const char *fault;
    } cases[] = {
        { STR(""), "f:1:1: the JSON ends too early" },
        { STR("{\"a\":1,\n \"b\": tru}"), "f:2:7: this is not JSON" },
        { STR("{\"\xC3\xA9\": 01}"), "f:1:7: this is not JSON" },
        { STR("[1] x"), "f:1:5: this is not JSON" },
        { STR("[\"a\\u0000b\"]"), "f:1:4: a NUL character" },
        { STR("{\"a\\u0000\":1}"), "f:1:4: a NUL character" },
        { STR("[1]\0"), "f:1:4: a NUL byte" },
        { STR("[1, 2"), "f:1:6: the JSON ends too early" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fault fault = { 0 };
        CHECK(json_doc_parse(cases[i].text, "f", FAULT_USAGE, &fault) == NULL);
        CHECK_STR(str_c(fault.text), cases[i].fault);
        CHECK_INT(fault.kind, FAULT_USAGE);
    }
}

/* Strings may hold NUL, and nothing else is let through. */
static void test_check(void) {
    struct fault fault = { 0 };
    CHECK(json_doc_check((struct str)STR("\xEF\xBB\xBF[\"a\\u0000b\"]"), "f", FAULT_USAGE, &fault));
    CHECK(!json_doc_check((struct str)STR("[\"\\ud800\"]"), "f", FAULT_USAGE, &fault));
    CHECK_STR(str_c(fault.text), "f:1:3: half of a surrogate pair");
}

/* Loaded from every part of its stored form, from its first bytes on: all of it gives the document, less of
 * it nothing. */
static void test_storing(void) {
    static const char text[] = "{\"a\":[1,2.5,\"\",null,true,false,[],{}],\"big\":9007199254740993,"
                               "\"\xC3\xA9\":{\"b\":\"c\\n\"}}";
    struct fault fault;
    struct buf stored;
    buf_init(&stored, 1000);
    struct json_doc *doc = json_doc_parse(str_c(text), "f", FAULT_USAGE, &fault);
    json_doc_store(doc, &stored);
    json_doc_free(doc);
    for (size_t len = 0; len < stored.len; len++)
        CHECK(json_doc_load(str_slice(buf_str(&stored), 0, len)) == NULL);
    doc = json_doc_load(buf_str(&stored));
    char *printed = json_print(doc ? json_doc_root(doc) : NULL);
    CHECK_STR(str_c(printed), text);
    free(printed);
    json_doc_free(doc);
    buf_add_byte(&stored, 0);
    CHECK(json_doc_load(buf_str(&stored)) == NULL);
    buf_fini(&stored);
}

int main(void) {
    test_reading();
    test_storing();
    test_faults();
    test_check();
    return check_report();
}
