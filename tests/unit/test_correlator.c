/* Correlations through the audit: what is reported, and that the state of parts comes to the same as the
 * whole. */
#include "correlator.h"

#include "audit_fixture.h"

static struct outcome outcome;

static const char RULES[] =
    "return {"
    " rule { id = 'fail', type = 'Security', severity = 'low', any = { [[failed for (?P<user_id>\\w+)]] } },"
    " rule { id = 'ok', type = 'UserActivity', any = { [[welcome (?P<user_id>\\w+)]] } },"
    " rule { id = 'guess', type = 'Security', severity = 'high', title = '{count} of {user_id}',"
    "   correlate = { on = { 'fail' }, by = { 'user_id' }, within = '1m', count = 3 } },"
    " rule { id = 'in', type = 'Security', severity = 'critical',"
    "   correlate = { sequence = { 'guess', 'ok' }, by = { 'user_id' }, within = '5m' } },"
    " rule { id = 'own', type = 'Security', any = { [[failed for (?P<user_id>\\w+)]] },"
    "   correlate = { within = '1m', distinct = { field = 'user_id', count = 2 } } },"
    " rule { id = 'part', type = 'Error', correlate = { on = { 'fail' }, by = { 'service' }, within = '1m',"
    "   ratio = { ge = 0.5, min = 4 } } },"
    "}";

#define LINE(time, text)                                                                                     \
    "{\"time\":\"2024-11-26T10:" time "Z\",\"service\":\"web\",\"message\":\"" text "\"}\n"
static const char LOG[] = LINE("00:00", "failed for ann") LINE("00:10", "failed for ann")
    LINE("00:40", "failed for bob") LINE("00:20", "failed for ann") LINE("01:00", "welcome ann")
        LINE("00:30", "welcome bob") LINE("00:50", "idle");

static void run(const char *const *only, size_t only_count, enum severity least, const char *log) {
    audit_run(&outcome, &(struct audit_case){ .rules = RULES,
                                              .log = str_c(log),
                                              .only = only,
                                              .only_count = only_count,
                                              .min_severity = least });
}

static void test_reported(void) {
    run(NULL, 0, SEVERITY_INFO, LOG);
    /* Correlations after all others, by time; own matches are not reported. */
    CHECK_STR(found_ids(&outcome), "fail fail fail fail ok ok guess own part in ");
    CHECK_STR(found_at(&outcome, "[6].title"), "3 of ann");
    CHECK_STR(found_at(&outcome, "[6].line_number"), "4");
    CHECK_STR(found_at(&outcome, "[6].count"), "3");
    CHECK_STR(found_at(&outcome, "[6].first"), "2024-11-26T10:00:00.000Z");
    CHECK_STR(found_at(&outcome, "[6].evidence[2].line_number"), "4");
    CHECK_STR(found_at(&outcome, "[6].evidence[0].message"), "failed for ann");
    CHECK_STR(found_at(&outcome, "[6].fields.user_id"), "ann");
    CHECK_STR(found_at(&outcome, "[9].user_id"), "ann");
    CHECK_STR(found_at(&outcome, "[9].evidence[0].rule_id"), "guess");
    CHECK_STR(closing_at(&outcome, "summary.total_findings"), "10");
    CHECK_STR(closing_at(&outcome, "summary.findings_by_rule.guess"), "1");
    CHECK(outcome.complete);
}

/* What is left out of the report still counts. */
static void test_left_out(void) {
    static const char *const only[] = { "in" };
    run(only, 1, SEVERITY_INFO, LOG);
    CHECK_STR(found_ids(&outcome), "in ");
    run(NULL, 0, SEVERITY_HIGH, LOG);
    CHECK_STR(found_ids(&outcome), "guess in ");
    CHECK_STR(closing_at(&outcome, "counts.filtered"), "8");
}

/* Secrets are told apart by keys, and in chains too; nothing shows them. */
static void test_redacted(void) {
    const char *rules = "return {"
                        " rule { id = 'fail', type = 'T', any = { [[failed for (?P<user_id>\\S+)]] } },"
                        " rule { id = 'ok', type = 'T', any = { [[welcome (?P<user_id>\\S+)]] } },"
                        " rule { id = 'guess', type = 'T', correlate = { on = { 'fail' }, by = { 'user_id' "
                        "}, within = '1m', count = 2 } },"
                        " rule { id = 'in', type = 'T', correlate = { sequence = { 'guess', 'ok' }, by = { "
                        "'user_id' }, within = '5m' } },"
                        "}";
    audit_run(&outcome,
              &(struct audit_case){ .rules = rules,
                                    .redact = REDACT_PII,
                                    .log = STR(LINE("00:00", "failed for ann@example.com")
                                                   LINE("00:01", "failed for bob@example.com")
                                                       LINE("00:02", "failed for ann@example.com")
                                                           LINE("00:03", "welcome bob@example.com")
                                                               LINE("00:04", "welcome ann@example.com")) });
    CHECK_STR(found_ids(&outcome), "fail fail fail ok ok guess in ");
    CHECK_STR(found_at(&outcome, "[6].line_number"), "5");
    CHECK(str_find(buf_str(&outcome.findings), str_c("example.com")) == outcome.findings.len);
}

static void test_skipped(void) {
    run(NULL, 0, SEVERITY_INFO,
        "{\"message\":\"failed for ann\"}\n{\"message\":\"failed for bob\"}\n" LINE("00:00", "failed for ann")
            LINE("00:01", "failed for ann"));
    CHECK_STR(closing_at(&outcome, "diagnostics[0].code"), "correlation_without_time");
    CHECK_STR(closing_at(&outcome, "diagnostics[0].source"), "test.log");
    CHECK_STR(closing_at(&outcome, "diagnostics[0].line"), "1");
    CHECK_STR(closing_at(&outcome, "diagnostics[0].count"), "2");
    CHECK_STR(closing_at(&outcome, "summary.findings_by_rule.guess"), "");
}

/* A number that would swallow all others in a sum is none. */
static void test_numbers(void) {
    static const char *const numbers[] = { "\"inf\"", "\"-Infinity\"", "\"nan\"",
                                           "1e308",   "-1e19",         "\"0x1p2000\"" };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char log[512];
        snprintf(log, sizeof log,
                 "{\"time\":\"2024-11-26T10:00:00Z\",\"size\":%s,\"n\":1}\n"
                 "{\"time\":\"2024-11-26T10:00:01Z\",\"size\":2,\"n\":%s}\n"
                 "{\"time\":\"2024-11-26T10:00:02Z\",\"size\":4,\"n\":2}\n",
                 numbers[i], numbers[i]);
        audit_run(&outcome,
                  &(struct audit_case){
                      .rules =
                          "return { rule { id = 'sum', type = 'T', any = { 'size' }, correlate = { within = "
                          "'1m', weight = 'n', value = { field = 'size', sum = true, gt = 0 } } } }",
                      .log = str_c(log) });
        CHECK_STR(found_at(&outcome, "[0].fields.value"), "8");
        CHECK_INT(outcome.count, 1);
        CHECK_STR(closing_at(&outcome, "diagnostics[0].code"), "correlation_without_field");
        CHECK_STR(closing_at(&outcome, "diagnostics[0].count"), "2");
    }
}

/* ---- state ---- */

struct parts {
    struct buf entries; /* one JSON object for each line */
    size_t count;
};

static bool take_entry(void *context, struct str json) {
    struct parts *p = context;
    p->count++;
    return buf_add(&p->entries, json) && buf_add_byte(&p->entries, '\n');
}

/* Adds the state that an audit of the log comes to. */
static void add_state(struct parts *p, struct ruleset *rs, const char *name, const char *log) {
    struct fault fault = { 0 };
    struct audit_options options = { .rulesets = { rs }, .ruleset_count = 1, .threads = 1 };
    struct audit *audit = audit_new(&options, NULL, NULL, &fault);
    audit_source(audit, source_memory_new(name, str_c(log)));
    audit_finish(audit);
    CHECK(correlator_each_state(audit_correlator(audit), take_entry, p, &fault));
    audit_free(audit);
}

static void put_finding(void *context, const struct finding *f, uint32_t rule) {
    struct json_writer w = { .out = context };
    finding_put(&w, f);
    buf_add_byte(context, (char)('0' + rule));
    buf_add_byte(context, '\n');
}

/* What the entries come to, read from the last to the first. */
static void reduce(const struct parts *p, struct ruleset *rs, struct buf *out) {
    struct correlator *c = correlator_new(rs);
    struct str rest = str_slice(buf_str(&p->entries), 0, p->entries.len - 1);
    size_t added = 0;
    while (rest.len) {
        size_t start = rest.len;
        while (start > 0 && rest.ptr[start - 1] != '\n')
            start--;
        added += correlator_add_state(c, json_parse(str_slice(rest, start, rest.len)));
        rest.len = start ? start - 1 : 0;
    }
    CHECK_INT(added, p->count);
    correlator_finish(c, 0, put_finding, out);
    correlator_free(c);
}

static void test_state(void) {
    struct ruleset *rs = load_rules(RULES, NULL, false, false);
    struct parts whole = { .count = 0 }, halves = { .count = 0 };
    struct buf want, got;
    buf_init(&whole.entries, 1 << 20);
    buf_init(&halves.entries, 1 << 20);
    buf_init(&want, 1 << 20);
    buf_init(&got, 1 << 20);
    const char *middle = strstr(LOG, LINE("00:40", "failed for bob"));
    struct str first_half = str_of(LOG, (size_t)(middle - LOG));
    char half[sizeof LOG];
    snprintf(half, sizeof half, "%.*s", STR_ARG(first_half));
    add_state(&whole, rs, "a.log", half);
    add_state(&whole, rs, "b.log", middle);
    add_state(&halves, rs, "b.log", middle);
    add_state(&halves, rs, "a.log", half);
    reduce(&whole, rs, &want);
    reduce(&halves, rs, &got);
    CHECK(want.len > 0);
    CHECK_STR(buf_str(&got), buf_c(&want));
    CHECK(str_find(buf_str(&want), str_c("3 of ann")) < want.len);
    buf_fini(&whole.entries);
    buf_fini(&halves.entries);
    buf_fini(&want);
    buf_fini(&got);
    ruleset_free(rs);
}

/* A look after each entry finds more and more of what the end finds, and changes nothing of that. */
static void test_look(void) {
    struct ruleset *rs = load_rules(RULES, NULL, false, false);
    struct correlator *c = correlator_new(rs);
    struct parts p = { .count = 0 };
    struct buf want, got;
    buf_init(&p.entries, 1 << 20);
    buf_init(&want, 1 << 20);
    buf_init(&got, 1 << 20);
    add_state(&p, rs, "a.log", LOG);
    reduce(&p, rs, &want);
    CHECK_INT(correlator_kept(c), 0);
    size_t looks = 0, found = 0;
    for (struct str rest = buf_str(&p.entries); rest.len; looks++) {
        size_t end = str_find_byte(rest, '\n'), before = got.len;
        CHECK(correlator_add_state(c, json_parse(str_slice(rest, 0, end))));
        uint64_t kept = correlator_kept(c);
        for (int twice = 0; twice < 2; twice++) {
            buf_reset(&got);
            correlator_look(c, 0, put_finding, &got);
            CHECK_INT(correlator_kept(c), kept);
        }
        found += got.len > before;
        rest = str_slice(rest, end + 1, rest.len);
    }
    CHECK_INT(looks, p.count);
    CHECK(found > 1);
    CHECK_STR(buf_str(&got), buf_c(&want));
    CHECK_INT(correlator_notes(c, 2).untimed.count, 0);
    buf_reset(&got);
    correlator_finish(c, 0, put_finding, &got);
    CHECK_STR(buf_str(&got), buf_c(&want));
    correlator_free(c);
    buf_fini(&p.entries);
    buf_fini(&want);
    buf_fini(&got);
    ruleset_free(rs);
}

static void test_bad_state(void) {
    struct ruleset *rs = load_rules(RULES, NULL, false, false);
    struct correlator *c = correlator_new(rs);
    static const struct {
        const char *json;
        bool taken;
    } cases[] = {
        { "{}", false },
        { "{\"rule\":7}", false },
        { "{\"rule\":\"fail\"}", false },
        { "{\"rule\":\"unknown\"}", true },
        { "{\"total\":\"part\",\"key\":\"x\",\"second\":1,\"records\":1}", false },
        { "{\"total\":\"part\",\"key\":\"00000000000000000000000000000001\",\"second\":1,\"records\":1}",
          true },
        { "{\"lost\":\"guess\",\"matches\":7}", true },
        { "{\"lost\":\"unknown\",\"matches\":7}", true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_INT(correlator_add_state(c, json_parse(str_c(cases[i].json))), cases[i].taken);
    const struct rule *guess = ruleset_find(rs, str_c("guess"));
    CHECK_INT(correlator_notes(c, (uint32_t)(guess - rs->rules)).evicted, 7);
    correlator_free(c);
    correlator_free(NULL);
    ruleset_free(rs);
}

/* A limit that is too small for the log: said, and what was kept is correlated. */
static void test_evicted(void) {
    setenv("LOGAUDIT_CORRELATION_BYTES", "1000", 1);
    run(NULL, 0, SEVERITY_INFO, LOG);
    unsetenv("LOGAUDIT_CORRELATION_BYTES");
    CHECK(!outcome.complete);
    CHECK_STR(closing_at(&outcome, "incomplete[0].reason"), "evicted");
    CHECK(str_find(found_ids(&outcome), str_c("fail fail fail fail ok ok ")) == 0);
}

int main(void) {
    audit_fixture_make();
    outcome_init(&outcome);
    test_reported();
    test_left_out();
    test_redacted();
    test_skipped();
    test_numbers();
    test_state();
    test_look();
    test_bad_state();
    test_evicted();
    outcome_fini(&outcome);
    scratch_remove();
    return check_report();
}
