/* What an audit adds up: counts, groups, users, what was incomplete; and the switching off of rules that
 * fail. */
#include "audit_fixture.h"

static struct outcome outcome;

struct expectation {
    const char *path, *want;
};

static void check_closing(const struct expectation *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!str_equal_c(closing_at(&outcome, list[i].path), list[i].want))
            fprintf(stderr, "%s\n", list[i].path);
        CHECK_STR(closing_at(&outcome, list[i].path), list[i].want);
    }
}
#define CHECK_CLOSING(list) check_closing(list, sizeof(list) / sizeof *(list))

static void test_counts(void) {
    static const struct expectation expected[] = {
        { "processed_logs", "7" },
        { "complete", "true" },
        { "counts.records", "7" },
        { "counts.json", "3" },
        { "counts.text", "4" },
        { "counts.multiline", "1" },
        { "counts.invalid_utf8", "1" },
        { "counts.lines", "9" },
        { "counts.skipped", "1" },
        { "counts.filtered", "1" },
        { "summary.total_findings", "5" },
        { "summary.error_count", "3" },
        { "summary.findings_by_type", "{\"Error\":3,\"Performance\":2}" },
        { "summary.findings_by_severity", "{\"critical\":2,\"high\":3}" },
        { "summary.findings_by_rule", "{\"err\":3,\"slow\":2}" },
        { "summary.performance_alerts", "2" },
        { "summary.unique_users", "2" },
        { "critical_findings_count", "2" },
        { "summary.users[0].user_id", "ann" },
        { "summary.users[0].records", "2" },
        { "summary.users[0].services", "[\"db\",\"web\"]" },
        { "summary.users[0].findings", "1" },
        { "summary.users[0].first", "2024-11-26T10:00:00.000Z" },
        { "summary.users[0].last", "2024-11-26T10:00:03.000Z" },
        { "summary.users[1].user_id", "bob" },
        { "clock.earliest", "2024-11-26T10:00:00.000Z" },
        { "clock.latest", "2024-11-26T10:00:03.000Z" },
        { "clock.without_time", "4" },
        { "clock.out_of_order", "1" },
        { "sources[0].uri", "test.log" },
        { "sources[0].records", "7" },
        { "sources[0].complete", "true" },
        { "rules.loaded", "3" },
        /* groups: the worst first, then the most frequent; the sample is the first one */
        { "groups[0].rule_id", "slow" },
        { "groups[0].count", "2" },
        { "groups[0].sample", "slow 1" },
        { "groups[1].rule_id", "err" },
        { "groups[1].count", "1" },
        { "groups[1].first", "2024-11-26T10:00:03.000Z" },
    };
    audit_run(&outcome,
              &(struct audit_case){
                  .rules =
                      "return {"
                      " rule { id = 'err', type = 'Error', severity = 'high', any = {'failed'} },"
                      " rule { id = 'slow', type = 'Performance', severity = 'critical', any = {'slow'} },"
                      " rule { id = 'low', type = 'Error', severity = 'low', any = {'slow 1'} } }",
                  .min_severity = SEVERITY_MEDIUM,
                  .log = STR("{\"ts\":\"2024-11-26T10:00:00Z\",\"user\":\"ann\",\"service\":\"web\"}\n"
                             "{\"ts\":\"2024-11-26T10:00:03Z\",\"user\":\"ann\",\"service\":\"db\","
                             "\"message\":\"failed 1\"}\n"
                             "{\"ts\":\"2024-11-26T10:00:01Z\",\"user\":\"bob\",\"message\":\"failed 22\"}\n"
                             "\n"
                             "slow 1\n"
                             "slow 23\n"
                             "trace\n  continued failed\n"
                             "bad \xFF byte"),
              });
    CHECK(outcome.complete);
    CHECK_INT(outcome.count, 5);
    CHECK_CLOSING(expected);
}

/* Groups join findings that differ in numbers only, of one rule and the same user, service and address. */
static void test_groups(void) {
    struct buf log;
    buf_init(&log, 1 << 20);
    for (int i = 0; i < 300; i++)
        buf_printf(&log, "failed after %d ms user=u%d\n", i, i % 3);
    audit_run(&outcome, &(struct audit_case){ .rules = "return rule { type = 'Error', any = {'failed'} }",
                                              .log = buf_str(&log) });
    static const struct expectation expected[] = {
        { "groups[0].count", "100" }, { "groups[1].count", "100" },    { "groups[2].count", "100" },
        { "groups[3]", "" },          { "summary.unique_users", "3" }, { "groups[0].sample_line", "1" },
    };
    CHECK_CLOSING(expected);
    buf_fini(&log);
}

/* A rule with more kinds than are kept apart leaves room for the others. */
static void test_room_for_each_rule(void) {
    struct buf log;
    buf_init(&log, 4 << 20);
    for (int i = 0; i < MAX_GROUPS + 100; i++)
        buf_printf(&log, "failed user=u%d\n", i);
    buf_add_c(&log, "slow\n");
    audit_run(&outcome,
              &(struct audit_case){ .rules = "return { rule { id = 'a', type = 'Error', any = {'failed'} },"
                                             " rule { id = 'b', type = 'Error', any = {'slow'} } }",
                                    .log = buf_str(&log) });
    static const struct expectation expected[] = {
        { "families[0].rule_id", "a" },        { "families[0].kinds", "20000" },
        { "families[0].users", "20000" },      { "families[1].rule_id", "b" },
        { "groups[499].rule_id", "b" },        { "groups[500]", "" },
        { "incomplete[0].reason", "evicted" },
    };
    CHECK_CLOSING(expected);
    buf_fini(&log);
}

/* The result of a run with a failing rule is the same for any number of threads, and costs little. */
static void check_failing(const char *rules, const char *conditions, const char *reason, uint64_t findings) {
    struct buf log, first_findings, first_closing;
    buf_init(&log, 8 << 20);
    buf_init(&first_findings, 64 << 20);
    buf_init(&first_closing, 64 << 20);
    while (log.len < 5u * BATCH_BYTES) /* several batches; the rule fails now and then, from the first on */
        buf_printf(&log, "record %zu aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa%s\n", log.len,
                   log.len % 3 ? "!" : "! ok");
    static const unsigned threads[] = { 1, 4, 7 };
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        audit_run(&outcome, &(struct audit_case){ .rules = rules,
                                                  .conditions = conditions,
                                                  .log = buf_str(&log),
                                                  .threads = threads[i] });
        CHECK(!outcome.complete);
        CHECK_STR(closing_at(&outcome, "incomplete[0].reason"), reason);
        CHECK_STR(closing_at(&outcome, "incomplete[0].count"), "5");
        CHECK_STR(closing_at(&outcome, "incomplete[1]"), "");
        CHECK_STR(closing_at(&outcome, "diagnostics[1].code"), "rule_switched_off");
        CHECK(outcome.count >= findings);
        if (i == 0) {
            buf_add(&first_findings, buf_str(&outcome.findings));
            buf_add(&first_closing, buf_str(&outcome.closing));
        }
        CHECK(str_equal(buf_str(&outcome.findings), buf_str(&first_findings)));
        /* processing time and stamp are 0 here */
        CHECK(str_equal(buf_str(&outcome.closing), buf_str(&first_closing)));
    }
    buf_fini(&log);
    buf_fini(&first_findings);
    buf_fini(&first_closing);
}

static void test_failing_rules(void) {
#define OK_RULE "rule { id = 'ok', type = 'E', any = {'! ok'} }, "
    check_failing(
        "return { " OK_RULE "rule { id = 'bad', type = 'E', any = {'record'}, match = function(e)"
        " if not text.ends(e.raw, 'ok') then error('x') end return { { n = 1 }, { n = 2 } } end } }",
        NULL, "rule_failed", 1000);
    check_failing("return { " OK_RULE "rule { id = 'bad', type = 'E', any = {'record'}, match = function(e)"
                  " while true do end end } }",
                  NULL, "rule_over_budget", 1000);
    /* A list whose second finding is refused says nothing at all. */
    check_failing("return { " OK_RULE "rule { id = 'aa', type = 'E', any = {'record'}, match = function(e)"
                  " return { { n = 1 }, { severity = text.ends(e.raw, 'ok') and 'low' or 'odd' } } end } }",
                  NULL, "rule_failed", 1000);
    check_failing("return " OK_RULE "nil", "{\"conditions\":[{\"name\":\"C\",\"pattern\":\"(a+)+$\"}]}",
                  "rule_over_budget", 1000);
}

static void test_truncated_record(void) {
    struct buf log;
    buf_init(&log, 8 << 20);
    buf_add_c(&log, "failed ");
    while (log.len < MAX_RECORD_BYTES + 1000u)
        buf_add_c(&log, "xxxxxxxxxxxxxxxx ");
    buf_add_c(&log, "\nfailed again\n");
    audit_run(&outcome, &(struct audit_case){ .rules = "return rule { type = 'Error', any = {'failed'} }",
                                              .log = buf_str(&log) });
    CHECK_INT(outcome.count, 2);
    CHECK(!outcome.complete);
    static const struct expectation expected[] = {
        { "counts.truncated", "1" },
        { "incomplete[0].reason", "truncated" },
        { "incomplete[0].source", "test.log" },
    };
    CHECK_CLOSING(expected);
    buf_fini(&log);
}

int main(void) {
    audit_fixture_make();
    outcome_init(&outcome);
    test_counts();
    test_groups();
    test_room_for_each_rule();
    test_failing_rules();
    test_truncated_record();
    outcome_fini(&outcome);
    scratch_remove();
    return check_report();
}
