#include "compiler.h"

#include "check.h"
#include "json_doc.h"

/* A rule file in memory; `files` views it. */
static struct rule_file file_of(const char *path, const char *source) {
    return (struct rule_file){ .path = (char *)(uintptr_t)path,
                               .default_id = (char *)"folder.name",
                               .text = str_c(source) };
}

static struct json_doc *compile(struct rule_file *files, size_t count) {
    struct fault fault = { 0 };
    struct buf out;
    buf_init(&out, 64 << 20);
    struct compiler *c = compiler_new(LUA_FOLDER, &fault);
    compiler_add_files(c, &(struct rule_files){ files, count, count });
    CHECK(compiler_finish(c, &out, &fault));
    CHECK_STR(str_c(fault.text), "");
    struct json_doc *doc = json_doc_parse(buf_str(&out), "compiled", FAULT_RULE, &fault);
    compiler_free(c);
    buf_fini(&out);
    return doc;
}

static const struct json_node *item(const struct json_doc *doc, const char *list, size_t index) {
    const struct json_node *node = json_first(json_member(json_doc_root(doc), list));
    while (node && index--)
        node = json_after(node);
    return node;
}

/* A file that cannot be used is named with line and reason, and the others are there. */
static void test_failures(void) {
    static const struct {
        const char *source;
        int64_t line;
        const char *reason; /* how it begins */
    } cases[] = {
        { "return rule {\n  type = \"Error\",\n  any = { 'x' \n", 4, "'}' expected" },
        { "return rule {\n\n  type = \"Error\",\n  anny = { 'x' },\n}", 4,
          "folder.name: anny: unknown key 'anny' (did you mean 'any'?)" },
        { "return rule {\n  type = \"Error\",\n  any = 'x',\n}", 3,
          "folder.name: any: a list of strings was expected" },
        { "return rule { type = \"Error\", any = { 7 } }", 1,
          "folder.name: any: item 1: a string was expected, got a number" },
        { "return rule { type = \"Error\", any = {'x'},\n severity = \"urgent\" }", 2,
          "folder.name: severity: one of info" },
        { "return rule { type = \"Error\", any = {'x'},\n id = \"a b\" }", 2, "a b: id: letters, digits" },
        { "return rule { type = \"Error\", any = {'x'},\n tags = 'a' }", 2,
          "folder.name: tags: a list of strings" },
        { "return rule { type = \"Error\", any = {'x'},\n enabled = 1 }", 2,
          "folder.name: enabled: true or false" },
        { "return rule { type = \"Error\", match = 1 }", 1, "folder.name: match: a function was expected" },
        { "return rule { any = { 'x' } }", 1, "folder.name: 'type' is missing" },
        { "return rule { type = \"Error\", none = { 'x' } }", 1, "folder.name: at least one of" },
        { "return rule { type = \"Error\",\n any = { 'a(b' } }", 2, "folder.name: any: pattern \"a(b\": " },
        { "return rule { type = \"Error\", where = { n = { gr = 1 } } }", 1,
          "folder.name: where: n: unknown test 'gr'" },
        { "return rule { type = \"Error\", where = { n = { gt = '1' } } }", 1,
          "folder.name: where: n: gt: a number" },
        { "return rule { type = \"Error\", where = { ip = { cidr = '10.0.0.0/33' } } }", 1,
          "folder.name: where: ip: a network" },
        { "return rule { type = \"Error\", where = { n = {} } }", 1, "folder.name: where: n: a value" },
        { "return rule { type = \"Error\", where = {} }", 1,
          "folder.name: where: a map of tests was expected" },
        { "return 42", 1, "the file must return a rule" },
        { "return {}", 1, "the file must return a rule" },
        { "return nil", 1, "the file must return a rule" },
        { "\nos.exit()", 2, "'os' is not available to rules" },
        { "while true do end", 1, "instruction budget spent" },
        { "x = 1", 1, "rules cannot set the global 'x'" },
        { "return { rule { id = 'one', type = 'E', any = {'x'} }, rule { type = 'E', any = {'y'} } }", 1,
          "rule 2 of the list has no id" },
        { "return { rule { id = 'one', type = 'E', any = {'x'} }, rule { id = 'one', type = 'E', any = {'y'} "
          "} }",
          1, "one: id: the id 'one' is taken" },
        { "return rule { id = 'good', type = 'E', any = {'y'} }", 1,
          "good: id: the id 'good' is taken by a rule in good.lua" },
        { "error{}", 1, "raised a table instead of a message" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rule_file files[] = {
            file_of("good.lua", "return rule { id = 'good', type = 'Error', any = { 'x' } }"),
            file_of("bad.lua", cases[i].source),
            file_of("also.lua", "return rule { id = 'also', type = 'Error', any = { 'z' } }"),
        };
        struct json_doc *doc = compile(files, 3);
        const struct json_node *failed = item(doc, "failed", 0);
        CHECK_INT(json_count(json_member(json_doc_root(doc), "failed")), 1);
        CHECK_INT(json_count(json_member(json_doc_root(doc), "rules")), 2); /* whole or not at all */
        CHECK_STR(json_str(json_member(failed, "file")), "bad.lua");
        CHECK_INT(json_integer(json_member(failed, "line"), -1), cases[i].line);
        struct str reason = json_str(json_member(failed, "reason"));
        if (!str_starts(reason, str_c(cases[i].reason)))
            CHECK_STR(reason, cases[i].reason);
        json_doc_free(doc);
    }
}

/* Each wrong rule of a list is told, with the line within its own table. */
static void test_lines(void) {
    struct rule_file file =
        file_of("list.lua", "return {\n"
                            "  { id = 'a', type = 'E',\n"
                            "    any = { 'fine' },\n"
                            "    match = function(event) return { any = event.any } end },\n"
                            "  rule { id = [[b]], type = 'E', -- any = { 'c(' }\n"
                            "    any = {\n"
                            "      'fine',\n"
                            "      'c(' } },\n"
                            "  rule { type = 'E', any = { 'x' } },\n"
                            "  rule {\n"
                            "    id = 'a', type = 'E', any = { 'x' } },\n"
                            "  rule { type = 'E',\n"
                            "    id = 'c' },\n"
                            "  rule { id = 'd' .. 1, type = 'E', where = {} },\n"
                            "}\n");
    static const struct {
        int64_t line;
        const char *reason; /* how it begins */
        const char *id;
    } expected[] = {
        { 8, "b: any: pattern \"c(\": missing )", "b" },
        { 9, "rule 3 of the list has no id", "" },
        { 11, "a: id: the id 'a' is taken by a rule in list.lua", "a" },
        { 13, "c: at least one of", "c" },
        { 14, "d1: where: a map of tests", "d1" },
    };
    struct json_doc *doc = compile(&file, 1);
    CHECK_INT(json_count(json_member(json_doc_root(doc), "failed")), 5);
    CHECK_INT(json_count(json_member(json_doc_root(doc), "rules")), 0);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct json_node *failed = item(doc, "failed", i);
        CHECK_INT(json_integer(json_member(failed, "line"), -1), expected[i].line);
        CHECK_STR(json_str(json_member(failed, "rule_id")), expected[i].id);
        struct str reason = json_str(json_member(failed, "reason"));
        if (!str_starts(reason, str_c(expected[i].reason)))
            CHECK_STR(reason, expected[i].reason);
    }
    json_doc_free(doc);
}

static void test_rules(void) {
    struct rule_file files[] = {
        file_of("z.lua", "return { rule { id = 'z.two', type = 'E', all = { 'same' } },"
                         " rule { id = 'z.one', type = 'E', severity = 'HIGH', any = { 'same' } } }"),
        file_of("a.lua", "return rule { type = 'E', match = function() end, meta = { n = 1 } }"),
        file_of("off.lua", "return rule { id = 'off', type = 'E', any = { 'x' }, enabled = false }"),
    };
    struct json_doc *doc = compile(files, 3);
    CHECK_INT(json_count(json_member(json_doc_root(doc), "failed")), 0);
    CHECK_INT(json_count(json_member(json_doc_root(doc), "rules")), 3);
    static const char *const ids[] = { "folder.name", "z.one", "z.two" };
    static const int places[] = { 1, 2, 1 };
    for (size_t i = 0; i < 3; i++) {
        CHECK_STR(json_str(json_member(item(doc, "rules", i), "id")), ids[i]);
        CHECK_INT(json_integer(json_member(item(doc, "rules", i), "place"), 0), places[i]);
    }
    CHECK_STR(json_str(json_member(item(doc, "rules", 1), "severity")), "high");
    CHECK_STR(json_str(json_member(item(doc, "rules", 0), "meta_json")), "\"n\":1");
    const struct json_node *any = json_first(json_member(item(doc, "rules", 1), "any"));
    const struct json_node *all = json_first(json_member(item(doc, "rules", 2), "all"));
    CHECK_INT(json_integer(any, -1), json_integer(all, -2)); /* each pattern once */
    json_doc_free(doc);
}

static void test_conditions(void) {
    static const struct {
        const char *json, *fault; /* how it begins; NULL: none */
    } cases[] = {
        { "{\"conditions\":[{\"name\":\"A\",\"pattern\":\"x\",\"severity\":\"CRITICAL\"}]}", NULL },
        { "{\"patterns\":{\"error_patterns\":[\"x\"],\"business_logic_patterns\":[]}}", NULL },
        { "{}", NULL },
        { "{\"conditions\":[{\"name\":\"A\",\"pattern\":\"a\\u0000b\"}]}", NULL },
        { "{\"conditions\":[{\"name\":\"A\\u0000\",\"pattern\":\"x\"}]}",
          "custom_conditions.conditions[0]: 'name' holds a NUL character" },
        { "{\"patterns\":{\"a\\u0000\":[\"x\"]}}", "custom_conditions.patterns: 'name of a category' holds" },
        { "[1]", "custom_conditions: an object" },
        { "{\"conditons\":[]}", "custom_conditions: unknown key 'conditons' (did you mean 'conditions'?)" },
        { "{\"conditions\":{\"name\":\"A\"}}", "custom_conditions.conditions: a list" },
        { "{\"conditions\":[{\"pattern\":\"x\"}]}",
          "custom_conditions.conditions[0]: 'name' must be a string" },
        { "{\"conditions\":[{\"name\":\"A\"}]}", "condition 'A': 'pattern' must be a string, got nothing" },
        { "{\"conditions\":[{\"name\":\"A\",\"pattern\":\"x\",\"severity\":\"urgent\"}]}",
          "condition 'A': severity must" },
        { "{\"conditions\":[{\"name\":\"A\",\"pattern\":\"x\",\"severitty\":\"low\"}]}",
          "condition 'A': unknown key" },
        { "{\"conditions\":[{\"name\":\"A\",\"pattern\":\"a(\"},{\"name\":\"B\"},{\"name\":\"C\",\"pattern\":"
          "\"(?<c>x)\"}]}",
          "condition 'B': 'pattern' must be a string, got nothing; condition 'A': pattern \"a(\": missing ), "
          "unterminated subpattern at position 1; condition 'C': pattern \"(?<c>x)\": unknown extension ?<c "
          "(write (?P<c>...)) at position 1" },
        { "{\"conditions\":[{\"name\":\"A\",\"pattern\":\"a(b\"}]}",
          "condition 'A': pattern \"a(b\": missing ), unterminated subpattern at position 1" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault fault = { 0 };
        struct compiler *c = compiler_new(LUA_FOLDER, &fault);
        CHECK_INT(compiler_add_conditions(c, str_c(cases[i].json), &fault), cases[i].fault == NULL);
        CHECK_INT(fault.kind, cases[i].fault ? FAULT_USAGE : FAULT_NONE);
        if (cases[i].fault && !str_starts(str_c(fault.text), str_c(cases[i].fault)))
            CHECK_STR(str_c(fault.text), cases[i].fault);
        compiler_free(c);
    }
}

static void test_no_library(void) {
    struct fault fault = { 0 };
    CHECK(compiler_new("/nowhere", &fault) == NULL);
    CHECK_INT(fault.kind, FAULT_USAGE);
    CHECK(strstr(fault.text, "/nowhere") != NULL);
    compiler_free(NULL);
}

int main(void) {
    test_failures();
    test_lines();
    test_rules();
    test_conditions();
    test_no_library();
    return check_report();
}
