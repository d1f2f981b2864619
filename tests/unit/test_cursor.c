#include "cursor.h"

#include "check.h"

#include <stdlib.h>

#define ASKED                                                                                                \
    "0123456789abcdef0123456789abcdef"                                                                       \
    "0123456789abcdef0123456789abcdef"

static struct cursor sample(void) {
    return (struct cursor){ .source = "s3://logs/a.log",
                            .version = "e7",
                            .options = ASKED,
                            .mark = { .offset = 1000,
                                      .lines = 20,
                                      .has_time = true,
                                      .time = 1732615200000000,
                                      .alone = true,
                                      .head = 3,
                                      .head_len = 40 } };
}

static void put(const struct cursor *c, struct buf *out) {
    buf_reset(out);
    cursor_put(&(struct json_writer){ .out = out }, c);
}

/* Reads the text; its views end with `doc`. */
static bool read_cursor(struct str text, struct cursor *c, struct json_doc **doc, struct fault *fault) {
    *fault = (struct fault){ 0 };
    *doc = json_doc_parse(text, "cursor", FAULT_USAGE, fault);
    return cursor_read(c, json_doc_root(*doc), fault);
}

static void check_same(const struct cursor *c) {
    struct buf text;
    struct cursor got;
    struct json_doc *doc;
    struct fault fault;
    buf_init(&text, 4096);
    put(c, &text);
    CHECK(read_cursor(buf_str(&text), &got, &doc, &fault));
    CHECK_STR(str_c(got.source), c->source);
    CHECK(!c->version == !got.version && (!c->version || strcmp(got.version, c->version) == 0));
    CHECK_STR(str_c(got.check), c->check);
    CHECK_INT(got.mark.offset, c->mark.offset);
    CHECK_INT(got.mark.lines, c->mark.lines);
    CHECK(got.mark.has_time == c->mark.has_time && got.mark.alone == c->mark.alone);
    CHECK_INT(got.mark.time, c->mark.time);
    CHECK_INT(got.mark.head, c->mark.head);
    CHECK_INT(got.mark.head_len, c->mark.head_len);
    json_doc_free(doc);
    buf_fini(&text);
}

static void test_there_and_back(void) {
    struct cursor c = sample(), fewer = { .source = "cloudwatch:/aws/lambda/x", .options = ASKED };
    cursor_seal(&c);
    check_same(&c);
    cursor_seal(&fewer);
    check_same(&fewer);
    CHECK(strcmp(c.check, fewer.check) != 0);
}

static void test_none(void) {
    struct cursor c = sample();
    struct fault fault = { 0 };
    CHECK(cursor_read(&c, NULL, &fault) && !c.source);
}

/* Each text in place of another one in a cursor, and what is said of it. */
static void test_changed(void) {
    static const struct {
        const char *from, *to, *error;
    } changes[] = {
        { "\"offset\":1000", "\"offset\":1001", "it was changed" },
        { "\"lines\":20", "\"lines\":21", "it was changed" },
        { "\"source\":\"s3://logs/a", "\"source\":\"s3://logs/b", "it was changed" },
        { "\"source_version\":\"e7\"", "\"source_version\":\"e8\"", "it was changed" },
        { "\"options\":\"0123", "\"options\":\"0124", "it was changed" },
        { "\"options\":\"0123", "\"options\":\"", "options are missing" },
        { "\"time\":1732615200000000", "\"time\":1732615200000001", "it was changed" },
        { "\"head\":3", "\"head\":4", "it was changed" },
        { "\"head_len\":40", "\"head_len\":41", "it was changed" },
        { "\"head_len\":40", "\"head_len\":998", "head is not in front of offset" },
        { "\"head\":3", "\"head\":-1", "head is not in front of offset" },
        { "\"head\":3", "\"nohead\":3", "it was changed" },
        { "\"offset\":1000", "\"offset\":-1", "source, offset or lines is missing" },
        { "\"offset\":1000", "\"offset\":\"x\"", "source, offset or lines is missing" },
        { "\"check\":\"", "\"check\":\"0", "it was changed" },
        { "\"version\":3", "\"version\":2", "of another version" },
        { "\"engine\":\"", "\"engine\":\"9", "of another version" },
    };
    struct cursor c = sample(), got;
    struct buf whole, text;
    buf_init(&whole, 4096);
    buf_init(&text, 4096);
    cursor_seal(&c);
    put(&c, &whole);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct json_doc *doc;
        struct fault fault;
        size_t at = str_find(buf_str(&whole), str_c(changes[i].from));
        CHECK(at < whole.len);
        buf_reset(&text);
        buf_add(&text, str_slice(buf_str(&whole), 0, at));
        buf_add_c(&text, changes[i].to);
        buf_add(&text, str_slice(buf_str(&whole), at + strlen(changes[i].from), whole.len));
        CHECK(!read_cursor(buf_str(&text), &got, &doc, &fault));
        CHECK_INT(fault.kind, FAULT_USAGE);
        if (!strstr(fault.text, changes[i].error))
            CHECK_STR(str_c(fault.text), changes[i].error);
        json_doc_free(doc);
    }
    buf_fini(&whole);
    buf_fini(&text);
}

/* Events that go on from one part, and what of them is another. */
static void test_asked(void) {
    static const char first[] = "{\"source_config\":{\"bucket_name\":\"b\",\"prefix\":\"p\"},"
                                "\"min_severity\":\"low\",\"custom_conditions\":{\"conditions\":[1,2]}}";
    static const struct {
        const char *event, *differs; /* NULL: nothing */
    } events[] = {
        { first, NULL },
        { "{\"response\":\"summary\",\"rules\":null,\"custom_conditions\":{\"conditions\":[1,2]},"
          "\"min_severity\":\"low\",\"source_config\":{\"prefix\":\"p\",\"bucket_name\":\"b\"}}",
          NULL },
        { "{\"source_config\":{\"bucket_name\":\"p\",\"prefix\":\"b\"}}", "cursor: source_config is not" },
        { "{\"source_config\":{\"bucket_name\":\"b\",\"prefix\":\"p\"},\"min_severity\":\"high\","
          "\"custom_conditions\":{\"conditions\":[1,2]}}",
          "cursor: min_severity is not" },
        { "{\"source_config\":{\"bucket_name\":\"b\",\"prefix\":\"p\"},\"min_severity\":\"low\","
          "\"custom_conditions\":{\"conditions\":[2,1]}}",
          "cursor: custom_conditions is not" },
        { "{\"source_config\":{\"bucket_name\":\"b\",\"prefix\":\"p\"},\"min_severity\":\"low\","
          "\"custom_conditions\":{\"conditions\":[1,2]},\"rules\":{\"only\":[\"x\"]}}",
          "cursor: rules is not" },
    };
    char asked[CURSOR_ASKED + 1];
    struct cursor c = sample();
    c.options = asked;
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        struct fault fault = { 0 };
        struct json_doc *doc = json_doc_parse(str_c(events[i].event), "event", FAULT_USAGE, &fault);
        const struct json_node *root = json_doc_root(doc);
        char *config = json_print(json_member(root, "source_config"));
        if (!i)
            cursor_asked(root, str_c(config), asked);
        CHECK(cursor_fits(&c, root, str_c(config), &fault) == !events[i].differs);
        CHECK(!events[i].differs || strstr(fault.text, events[i].differs));
        CHECK(cursor_fits(&(struct cursor){ 0 }, root, str_c(config), &fault));
        free(config);
        json_doc_free(doc);
    }
}

static void test_other_kinds(void) {
    static const char *const texts[] = { "\"x\"", "7", "[]" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct cursor c;
        struct json_doc *doc;
        struct fault fault;
        CHECK(!read_cursor(str_c(texts[i]), &c, &doc, &fault));
        CHECK(strstr(fault.text, "event: cursor: an object was expected") != NULL);
        json_doc_free(doc);
    }
}

int main(void) {
    test_there_and_back();
    test_none();
    test_changed();
    test_asked();
    test_other_kinds();
    return check_report();
}
