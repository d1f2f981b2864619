/* What is told of a record: where it came from, and what decided of each rule. The same records are scanned
 * with and without being explained: the findings must not differ. */
#include "explain.h"

#include "audit_fixture.h"

static struct buf told; /* a JSON array of what was told */
static struct arena arena;

static void keep(void *context, struct str json, bool cut) {
    (void)context;
    CHECK(!cut);
    buf_add_c(&told, told.len ? "," : "[");
    buf_add(&told, json);
}

struct asked {
    const char *rules, *log;
    uint64_t line;
    const char *rule; /* NULL: those that came near */
};

static size_t run(const struct asked *a, struct explain *x) {
    struct fault fault = { 0 };
    struct outcome o;
    struct audit_options options = {
        .rulesets = { load_rules(a->rules, NULL, false, false) },
        .ruleset_count = 1,
        .only = &a->rule,
        .only_count = a->rule != NULL,
        .redact = REDACT_SECRETS,
        .threads = 1,
        .explain = x,
    };
    outcome_init(&o);
    struct audit *audit = audit_new(&options, outcome_add, &o, &fault);
    CHECK_STR(str_c(fault.text), "");
    audit_source(audit, source_memory_new("test.log", str_c(a->log)));
    audit_finish(audit);
    audit_free(audit);
    ruleset_free(options.rulesets[0]);
    size_t count = o.count;
    outcome_fini(&o);
    return count;
}

static void explain(struct asked a) {
    struct explain x = { .line = a.line, .all_rules = a.rule != NULL, .tell = keep };
    buf_reset(&told);
    arena_reset(&arena);
    explain_init(&x);
    size_t findings = run(&a, &x);
    CHECK(run(&a, NULL) == findings);
    buf_add_c(&told, "]");
    CHECK(json_parse(buf_str(&told)).kind == JSON_ARRAY);
    explain_fini(&x);
}

/* The value at a path of what was told ("[0].time.from"); "" when there is none. */
static struct str at(const char *path) {
    struct json value = json_path(json_parse(buf_str(&told)), str_c(path));
    return value.kind == JSON_NONE ? str_of("", 0) : json_text(value, &arena);
}

static void test_record(void) {
    explain((struct asked){ .rules = "return rule { type = 'Error', any = { 'xyz' } }",
                            .log = "\n2024-11-26 10:00:00 ERROR no user=ann\n at a.b(c)\nok\n",
                            .line = 3 });
    CHECK_STR(at("[0].line"), "2");
    CHECK_STR(at("[0].lines"), "2");
    CHECK_STR(at("[0].joined.begins"), "at ");
    CHECK_STR(at("[0].kind"), "text");
    CHECK_STR(at("[0].time.value"), "2024-11-26T10:00:00.000Z");
    CHECK_STR(at("[0].time.from"), "stamp");
    CHECK_STR(at("[0].time.zoned"), "false");
    CHECK_STR(at("[0].fields[0].name"), "user_id");
    CHECK_STR(at("[0].fields[0].from"), "pair");
    CHECK_STR(at("[0].fields[0].at"), "user");
    CHECK_STR(at("[0].fields[1].name"), "level");
    CHECK_STR(at("[0].fields[1].from"), "formats");
    CHECK_STR(at("[0].texts[0].field"), "raw");
    CHECK_STR(at("[0].rules"), "[]");
    CHECK_STR(at("[1].line"), "");
}

static void test_json_record(void) {
    explain((struct asked){ .log = "{\"ts\":1732615207,\"http\":{\"path\":\"/a/7\"},\"userId\":\"ann\",\n"
                                   "\"msg\":\"took 2s\",\"password\":\"geheim123\"}\n" });
    CHECK_STR(at("[0].lines"), "2");
    CHECK_STR(at("[0].kind"), "json");
    CHECK_STR(at("[0].time.at"), "ts");
    CHECK_STR(at("[0].time.text"), "1732615207");
    CHECK_STR(at("[0].fields[0].at"), "userId");
    CHECK_STR(at("[0].fields[2].at"), "http.path");
    CHECK_STR(at("[0].fields[3].value"), "/a/{id}");
    CHECK_STR(at("[0].fields[3].from"), "path");
    CHECK_STR(at("[0].texts[0].field"), "msg");
    CHECK(str_find(buf_str(&told), str_c("geheim123")) == told.len);
}

static void test_columns(void) {
    explain(
        (struct asked){ .log = "#Fields: date time c-ip cs-username\n2024-11-26 10:00:00 10.0.0.1 ann\n" });
    CHECK_STR(at("[0].line"), "2");
    CHECK_STR(at("[0].columns"), "true");
    CHECK_STR(at("[0].fields[0].from"), "column");
    CHECK_STR(at("[0].fields[0].at"), "cs-username");
}

/* What decided, for rules that do not fire. */
static void test_decisions(void) {
    static const struct {
        const char *keys, *log, *part, *answer, *value;
    } cases[] = {
        { "any = { 'failed login' }", "login failed", "any", "not_searched", "" },
        { "any = { 'failed login$' }", "failed login now", "any", "no_match", "" },
        { "all = { 'failed', 'login' }", "failed", "all", "match", "" },
        { "any = { 'failed' }, none = { 'dry run' }", "failed dry run", "none", "match", "" },
        { "any = { 'failed' }, where = { user_id = 'ann' }", "failed user=bob", "where", "match", "bob" },
        { "any = { 'failed' }, where = { user_id = 'ann' }", "failed", "where", "match", "" },
        { "any = { 'failed' }, unless = { user_id = 'bob' }", "failed user=bob", "unless", "match", "bob" },
        { "any = { 'failed' }, match = function() return false end", "failed", "match", "match", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char rules[256];
        snprintf(rules, sizeof rules, "return rule { id = 'r', type = 'Error', %s }", cases[i].keys);
        explain((struct asked){ .rules = rules, .log = cases[i].log, .rule = "r" });
        CHECK_STR(at("[0].rules[0].rule_id"), "r");
        CHECK_STR(at("[0].rules[0].fired"), "false");
        CHECK_STR(at("[0].rules[0].decided_by"), cases[i].part);
        CHECK_STR(at("[0].rules[0].steps[0].answer"), cases[i].answer);
        CHECK_STR(at("[0].rules[0].steps[1].value"), cases[i].value);
    }
}

static void test_fired(void) {
    explain((struct asked){ .rules =
                                "return rule { id = 'r', title = 'T {user_id}', type = 'Error',"
                                "any = { 'xyz', 'by (?P<user_id>\\\\w+)' }, where = { user_id = 'ann' } }",
                            .log = "nothing\ndone by ann\n" });
    CHECK_STR(at("[0].rules"), "[]");
    CHECK_STR(at("[1].rules[0].fired"), "true");
    CHECK_STR(at("[1].rules[0].titles[0]"), "T ann");
    CHECK_STR(at("[1].rules[0].decided_by"), "");
    CHECK_STR(at("[1].rules[0].steps[1].start"), "5");
    CHECK_STR(at("[1].rules[0].steps[1].end"), "11");
    CHECK_STR(at("[1].rules[0].steps[1].groups.user_id"), "ann");
    CHECK_STR(at("[1].rules[0].steps[2].holds"), "true");
}

/* Rules without patterns are told of even where their fields are absent; null is there, and equals nothing.
 */
static void test_where_only(void) {
    const char *rules = "return rule { id = 'r', type = 'Error', where = { status = { ge = 500 } } }";
    explain((struct asked){ .rules = rules, .log = "{\"status\":404}\n{\"a\":1}\n{\"status\":503}\n" });
    CHECK_STR(at("[0].rules[0].steps[0].value"), "404");
    CHECK_STR(at("[0].rules[0].near"), "true");
    CHECK_STR(at("[1].rules[0].steps[0].value"), "");
    CHECK_STR(at("[1].rules[0].near"), "false");
    CHECK_STR(at("[2].rules[0].fired"), "true");
    explain((struct asked){ .rules = "return rule { id = 'r', type = 'Error', where = { ['$.a'] = 'x' } }",
                            .log = "{\"a\":null}\n",
                            .rule = "r" });
    CHECK_STR(at("[0].rules[0].steps[0].value"), "null");
}

static void test_failed(void) {
    explain((struct asked){ .rules = "return rule { id = 'r', type = 'Error', any = { 'x' }, "
                                     "match = function() error('no') end }",
                            .log = "x\n" });
    CHECK_STR(at("[0].rules[0].fired"), "false");
    CHECK(at("[0].rules[0].reason").len > 0);
}

int main(void) {
    audit_fixture_make();
    buf_init(&told, 1 << 20);
    arena_init(&arena);
    test_record();
    test_json_record();
    test_columns();
    test_decisions();
    test_fired();
    test_where_only();
    test_failed();
    buf_fini(&told);
    arena_fini(&arena);
    scratch_remove();
    return check_report();
}
