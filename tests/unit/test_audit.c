/* Candidates, evaluation and detection, seen through the audit: which records a rule fires on, and what the
 * finding says. Each case is run with the prefilter and without: it must not matter. */
#include "audit_fixture.h"

static struct outcome outcome;

/* Keeps tables of rules readable. */
#define BODY(keys) keys
#define RULE(keys) "return rule { id = 'r', type = 'Error', " keys " }"

static void test_which_records(void) {
    static const struct {
        const char *rules;
        struct str log;
        const char *lines; /* of the findings */
    } cases[] = {
        { BODY("any = {'failed'}"), STR("a\nlogin failed\nFailed\n"), "2 " },
        { BODY("any = {'(?i)failed', 'x'}"), STR("a\nlogin failed\nFailed x\n"), "2 3 " },
        { BODY("all = {'failed', 'login'}"), STR("failed\nlogin\nlogin failed\nfailed login\n"), "3 4 " },
        { BODY("any = {'aaa', 'bbb'}, all = {'ccc'}"), STR("aaa\nccc\naaa ccc\nccc bbb\n"), "3 4 " },
        { BODY("any = {'failed'}, none = {'test', '^#'}"), STR("failed\nfailed test\n# failed\n"), "1 " },
        { BODY("where = { user_id = 'ANN' }"), STR("user=ann\nuser=bob\n{\"user\":\"Ann\"}\n"), "1 3 " },
        { BODY("any = {'x'}, where = { user_id = 'ann' }"), STR("x user=ann\nx\n user=ann\n"), "1 " },
        { BODY("any = {'x'}, unless = { user_id = {'ann', 'bob'} }"), STR("x user=ann\nx user=cid\nx\n"),
          "2 3 " },
        { BODY("any = {'by (?P<user_id>\\\\w+)'}, where = { user_id = 'eve' }"),
          STR("user=ann done by eve\n"), "1 " },
        { BODY("match = function(e) return e.line == 2 end"), STR("a\nb\nc\n"), "2 " },
        { BODY("any = {'b'}, match = function(e) return e.line == 2 end"), STR("b\na\nb\n"), "" },
        /* Text that the raw bytes hide. */
        { BODY("any = {'failed password'}"), STR("{\"message\":\"\\u0066ailed\\u0020password\"}\n"), "1 " },
        { BODY("any = {'a/b\"c'}"), STR("{\"message\":\"a\\/b\\\"c\"}\n"), "1 " },
        { BODY("any = {'one\\\\ntwo'}"), STR("{\"message\":\"one\\ntwo\"}\n"), "1 " },
        { BODY("any = {'\\xF0\\x9F\\x98\\x80 ok'}"), STR("{\"message\":\"\\ud83d\\ude00 ok\"}\n"), "1 " },
        { BODY("where = { secretkey = 'v' }"), STR("{\"secret\\u006bey\":\"v\"}\n"), "1 " },
        { BODY("where = { secretkey = 'v' }"), STR("web | {\"secret\\u006bey\":\"v\"}\n"), "1 " },
        /* Letters that equal ASCII ones without case. */
        { BODY("any = {'(?i)kelvin scale'}"),
          STR("\xE2\x84\xAA"
              "elvin \xC5\xBF"
              "cale\nkelvin scale\n"),
          "1 2 " },
        { BODY("any = {'(?i)finish'}"), STR("f\xC4\xB0nish\nf\xC4\xB1nish\nFINISH\n"), "1 2 3 " },
        { BODY("any = {'kelvin'}"),
          STR("\xE2\x84\xAA"
              "elvin\n"),
          "" },
        { BODY("any = {'(?i)kelvin'}"), STR("{\"message\":\"\\u212aelvin\"}\n"), "1 " },
        /* Bad bytes are U+FFFD each. */
        { BODY("any = {'ab.cd'}"),
          STR("ab\xFF"
              "cd\nab\xFF\xFF"
              "cd\n"),
          "1 " },
        { BODY("any = {'x\\xEF\\xBF\\xBDy'}"), STR("x\xC3y\n"), "1 " },
        /* Records without any text that a prefilter could ask for. */
        { BODY("any = {'^.{5}$'}"), STR("1234\n12345\n"), "2 " },
        { BODY("any = {'(?!.*ok)'}"), STR("x\nok\n"), "1 2 " },
        { BODY("any = {'\\\\d'}, none = {'\\\\d\\\\d'}"), STR("7\n77\n"), "1 " },
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    const char *bodies[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        bodies[i] = cases[i].rules;
    struct rule_table rules = rule_table_load(bodies, COUNT);
    for (size_t i = 0; i < 2 * COUNT; i++) {
        rule_table_run(&rules, i / 2, i % 2,
                       (struct audit_case){ .log = cases[i / 2].log, .mode = FRAME_LINES }, &outcome);
        struct buf lines;
        buf_init(&lines, 4096);
        for (size_t n = 0; n < outcome.count; n++) {
            char path[64];
            snprintf(path, sizeof path, "[%zu].line_number", n);
            buf_add(&lines, found_at(&outcome, path));
            buf_add_byte(&lines, ' ');
        }
        if (!str_equal_c(buf_str(&lines), cases[i / 2].lines))
            fprintf(stderr, "%s\n", cases[i / 2].rules);
        CHECK_STR(buf_str(&lines), cases[i / 2].lines);
        CHECK(outcome.complete);
        buf_fini(&lines);
    }
    rule_table_free(&rules);
}

/* A case's first finding, by paths into it. */
struct expectation {
    const char *path, *want;
};

static void test_what_findings_say(void) {
    static const struct {
        const char *rules;
        struct str log;
        struct expectation expected[6];
    } cases[] = {
        /* The leftmost match, `any` before `all`, ties by the order of the list. */
        { BODY("any = {'later', 'early'}, all = {'^begin'}"),
          STR("begin early later\n"),
          { { "match.pattern", "early" },
            { "match.start", "6" },
            { "match.end", "11" },
            { "match.text", "early" },
            { "pattern_matched", "early" },
            { "match.field", "raw" } } },
        { BODY("any = {'ab', 'abc'}"), STR("abc\n"), { { "match.text", "ab" }, { "match.pattern", "ab" } } },
        { BODY("all = {'b', 'a'}"), STR("ab\n"), { { "match.text", "a" } } },
        { BODY("where = { user_id = 'ann' }"),
          STR("user=ann\n"),
          { { "match", "" }, { "pattern_matched", "" } } },
        /* Offsets are of the original bytes, also behind bad ones; in JSON of the decoded field. */
        { BODY("any = {'fail'}"),
          STR("\xFF\xFF\xC3\xA9 fail\n"),
          { { "match.start", "5" },
            { "match.end", "9" },
            { "match.text", "fail" },
            { "message", "\xEF\xBF\xBD\xEF\xBF\xBD\xC3\xA9 fail" } } },
        { BODY("any = {'fail'}"),
          STR("{\"x\":1,\"message\":\"\\u00e9 fail\",\"error\":\"fail too\"}\n"),
          { { "match.field", "message" }, { "match.start", "3" }, { "match.end", "7" } } },
        /* What a group caught wins over the record's own. */
        { BODY("any = {'by (?P<user>\\\\w+) took (?P<duration_ms>\\\\d+)(?P<gone>x)?'}, title = '{user_id}: "
               "{step}'"),
          STR("user=ann done by eve took 17\n"),
          { { "user_id", "eve" },
            { "duration_ms", "17" },
            { "fields.user", "eve" },
            { "fields.gone", "" },
            { "title", "eve: ?" } } },
        { BODY("any = {'(?P<host>h\\\\d)'}"),
          STR("h1 host=h2\n"),
          { { "fields.host", "h1" }, { "host", "h2" } } },
        /* A match function's answer. */
        { BODY("any = {'x'}, match = function() return { severity = 'LOW', title = 't', extra = 1.5, user_id "
               "= 'zoe' } end"),
          STR("x\n"),
          { { "severity", "low" },
            { "title", "t" },
            { "fields.extra", "1.5" },
            { "user_id", "zoe" },
            { "fields.user_id", "" } } },
        { BODY("any = {'x'}, meta = { team = 'a' }, severity = 'critical', description = 'd', tags = {'t'}, "
               "version = 3"),
          STR("\n\nx\n"),
          { { "fields.team", "a" },
            { "severity", "critical" },
            { "tags[0]", "t" },
            { "rule_version", "3" },
            { "line_number", "3" },
            { "offset", "2" } } },
        { BODY("any = {'took'}"),
          STR("2024-11-26T10:30:18.5+01:00 GET /users/17 took 45ms status=503 ip=192.0.2.1:80\n"),
          { { "timestamp", "2024-11-26T09:30:18.500Z" },
            { "duration_ms", "45" },
            { "status", "503" },
            { "ip", "192.0.2.1" } } },
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    const char *bodies[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        bodies[i] = cases[i].rules;
    struct rule_table rules = rule_table_load(bodies, COUNT);
    for (size_t i = 0; i < 2 * COUNT; i++) {
        rule_table_run(&rules, i / 2, i % 2,
                       (struct audit_case){ .log = cases[i / 2].log, .mode = FRAME_LINES }, &outcome);
        CHECK_INT(outcome.count, 1);
        for (const struct expectation *e = cases[i / 2].expected; e->path && e < cases[i / 2].expected + 6;
             e++) {
            char path[128];
            snprintf(path, sizeof path, "[0].%s", e->path);
            if (!str_equal_c(found_at(&outcome, path), e->want))
                fprintf(stderr, "%s: %s\n", cases[i / 2].rules, path);
            CHECK_STR(found_at(&outcome, path), e->want);
        }
    }
    rule_table_free(&rules);
}

/* Conditions are searched in the record's texts, then in the raw record, and fire once. */
static void test_conditions(void) {
    static const struct {
        const char *pattern;
        struct str log;
        const char *field; /* "": no finding */
    } cases[] = {
        { "\\\"code\\\":\\\\s*7", STR("{\"message\":\"x\",\"code\": 7}\n"), "raw" },
        { "hidden", STR("{\"message\":\"h\\u0069dden\",\"b\":\"hidden\"}\n"), "message" },
        { "only", STR("{\"message\":\"x\",\"b\":\"only here\"}\n"), "raw" },
        { "line", STR("a line line\n"), "raw" },
        { "absent", STR("{\"message\":\"x\"}\n"), "" },
    };
    for (size_t i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
        char json[256];
        snprintf(json, sizeof json,
                 "{\"conditions\":[{\"name\":\"C\",\"pattern\":\"%s\",\"severity\":\"Critical\"}]}",
                 cases[i / 2].pattern);
        struct audit_case c = { .conditions = json, .log = cases[i / 2].log, .no_prefilter = i % 2 };
        audit_run(&outcome, &c);
        CHECK_STR(found_at(&outcome, "[0].match.field"), cases[i / 2].field);
        CHECK_INT(outcome.count, cases[i / 2].field[0] != '\0');
        if (outcome.count) {
            CHECK_STR(found_at(&outcome, "[0].condition_name"), "C");
            CHECK_STR(found_at(&outcome, "[0].type"), "CustomCondition");
            CHECK_STR(found_at(&outcome, "[0].severity"), "critical");
        }
    }
}

/* By offset, then by rule id, whatever order the rules were written or hit in. */
static void test_order(void) {
    struct audit_case c = {
        .rules = "return { rule { id = 'z', type = 'T', any = {'aa'} }, rule { id = 'b', type = 'T', any = "
                 "{'zz'} },"
                 " rule { id = 'm', type = 'T', any = {'aa', 'zz'}, match = function(e)"
                 " return { { n = 2, title = 'one' }, { n = 1, title = 'two' } } end } }",
        .conditions = "{\"conditions\":[{\"name\":\"c\",\"pattern\":\"zz|aa\"}]}",
        .log = STR("aa zz\nzz\naa\n"),
    };
    audit_run(&outcome, &c);
    CHECK_STR(found_ids(&outcome), "b custom.c m m z b custom.c m m custom.c m m z ");
    CHECK_STR(found_at(&outcome, "[2].title"), "one"); /* those of one rule in its own order */
    CHECK_STR(found_at(&outcome, "[3].title"), "two");
    static const char *const only[] = { "m", "z*" };
    c.only = only;
    c.only_count = 2;
    audit_run(&outcome, &c);
    CHECK_STR(found_ids(&outcome), "custom.c m m z custom.c m m custom.c m m z ");
}

static void test_unknown_rule_is_a_fault(void) {
    struct fault fault = { 0 };
    static const char *const only[] = { "nothing.like.it" };
    struct ruleset *rs = load_rules(RULE("any = {'x'}"), NULL, false, false);
    struct audit_options options = {
        .rulesets = { rs }, .ruleset_count = 1, .only = only, .only_count = 1, .threads = 1
    };
    CHECK(audit_new(&options, outcome_add, &outcome, &fault) == NULL);
    CHECK_INT(fault.kind, FAULT_USAGE);
    CHECK(strstr(fault.text, "nothing.like.it") != NULL);
    ruleset_free(rs);
}

/* Messages are cut on a character, after what is secret was replaced. */
static void test_long_message(void) {
    struct buf log;
    buf_init(&log, 1 << 20);
    buf_add_c(&log, "failed ");
    while (log.len < 5000)
        buf_add_c(&log, "\xC3\xA9");
    audit_run(&outcome, &(struct audit_case){ .rules = RULE("any = {'failed'}"), .log = buf_str(&log) });
    struct str message = found_at(&outcome, "[0].message");
    CHECK_INT(message.len, MAX_MESSAGE_BYTES - 1);
    CHECK_INT((unsigned char)message.ptr[message.len - 1], 0xA9);
    buf_fini(&log);
}

int main(void) {
    audit_fixture_make();
    outcome_init(&outcome);
    test_which_records();
    test_what_findings_say();
    test_conditions();
    test_order();
    test_unknown_rule_is_a_fault();
    test_long_message();
    outcome_fini(&outcome);
    scratch_remove();
    return check_report();
}
