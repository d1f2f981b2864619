#include "rule.h"

#include "check.h"

static const char document[] =
    "{\"id\":\"a.b\",\"title\":\"T\",\"type\":\"Error\",\"severity\":\"HIGH\",\"tags_json\":\"[1]\","
    "\"condition_name\":\"cond\",\"any\":[3,1],\"none\":[2],\"gate\":[4],\"match\":true,\"file\":2,\"place\":"
    "5,"
    "\"dedup\":[\"ip\",\"user_id\"],"
    "\"where\":[[{\"field\":\"n\",\"op\":\"ge\",\"values\":[\"2.5\"]},"
    "{\"field\":\"r\",\"op\":\"re\",\"pattern\":7}],"
    "[{\"field\":\"e\",\"op\":\"exists\",\"wanted\":false}]],"
    "\"unless\":[[{\"field\":\"ip\",\"op\":\"cidr\",\"values\":[\"10.0.0.0/8\",\"::1/128\"]}]]}";

static void load(const char *text, struct rule *rule, struct json_doc **doc) {
    struct fault fault = { 0 };
    *doc = json_doc_parse(str_c(text), "rule", FAULT_RULE, &fault);
    CHECK_STR(str_c(fault.text), "");
    rule_init(rule, json_doc_root(*doc));
}

static void test_whole(void) {
    struct rule r;
    struct json_doc *doc;
    load(document, &r, &doc);
    CHECK_STR(r.id, "a.b");
    CHECK_STR(r.tags_json, "[1]");
    CHECK_STR(r.condition_name, "cond");
    CHECK_INT(r.severity, SEVERITY_HIGH);
    CHECK(r.has_match && !r.search_raw);
    CHECK_INT(r.file, 2);
    CHECK_INT(r.place, 5);
    CHECK_INT(r.any.count, 2);
    CHECK_INT(r.any.at[0], 3); /* in the rule's order */
    CHECK_INT(r.all.count, 0);
    CHECK_INT(r.none.at[0], 2);
    CHECK_INT(r.gate.at[0], 4);
    CHECK_INT(r.dedup_count, 2);
    CHECK_STR(r.dedup[1], "user_id");
    CHECK_INT(r.where.count, 2);
    const struct test *ge = &r.where.maps[0].tests[0], *re = &r.where.maps[0].tests[1];
    CHECK_INT(ge->op, TEST_GE);
    CHECK(ge->numbers[0] == 2.5);
    CHECK_INT(re->op, TEST_RE);
    CHECK_INT(re->pattern, 7);
    CHECK_INT(r.where.maps[1].tests[0].op, TEST_EXISTS);
    CHECK(!r.where.maps[1].tests[0].wanted);
    CHECK_INT(r.unless.maps[0].tests[0].value_count, 2);
    CHECK_STR(r.unless.maps[0].tests[0].values[1], "::1/128");
    rule_fini(&r);
    json_doc_free(doc);
}

static void test_least(void) {
    struct rule r;
    struct json_doc *doc;
    load("{\"id\":\"x\",\"severity\":\"low\"}", &r, &doc);
    CHECK_INT(r.file, UINT32_MAX); /* a condition comes from no file */
    CHECK_INT(r.place, 1);
    CHECK_INT(r.where.count + r.unless.count + r.any.count + r.all.count + r.none.count + r.dedup_count, 0);
    CHECK(!r.has_match);
    rule_fini(&r);
    json_doc_free(doc);
}

int main(void) {
    test_whole();
    test_least();
    return check_report();
}
