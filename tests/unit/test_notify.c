/* Who is told, and of what. That it is told once, and never when nothing was stored:
 * tests/aws/test_continue.py. */
#include "notify.h"

#include "audit_fixture.h"
#include "cli.h"
#include "http_server.h"

static const char RULES[] =
    "return {\n"
    "  rule { id = 'down', title = '{service} is down', type = 'Error', severity = 'critical', owner = "
    "'ops',\n"
    "    any = { [[(?P<service>\\w+) down]] } },\n"
    "  rule { id = 'slow', type = 'Performance', severity = 'medium', any = { 'slow' } },\n"
    "  rule { id = 'perhaps', type = 'Error', severity = 'critical', status = 'experimental', any = { 'down' "
    "} },\n"
    "}\n";
/* The program's own are in main.c. */
const struct verb VERBS[] = { { .name = NULL } };
const size_t VERB_COUNT = 0;

static struct notify notify;
static struct fault fault;

static bool read_as(const char *to, const char *least) {
    fault = (struct fault){ 0 };
    setenv("LOGAUDIT_NOTIFY", to, 1);
    setenv("LOGAUDIT_NOTIFY_MIN", least, 1);
    return notify_read(&notify, &fault);
}

static void test_read(void) {
    static const char *const wrong[] = { "mailto:ops", "sns:", "sns:alerts", "eventbridge:", "SNS:arn:x" };
    CHECK(read_as("", "") && notify.kind == NOTIFY_NOBODY && notify.least == SEVERITY_HIGH);
    CHECK(read_as("sns:arn:aws:sns:x:1:t", "") && notify.kind == NOTIFY_TOPIC);
    CHECK_STR(str_c(notify.to), "arn:aws:sns:x:1:t");
    CHECK(read_as("eventbridge:alerts", "Low") && notify.kind == NOTIFY_BUS && notify.least == SEVERITY_LOW);
    CHECK_STR(str_c(notify.to), "alerts");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK(!read_as(wrong[i], ""));
        CHECK(fault.kind == FAULT_USAGE && strstr(fault.text, "sns:ARN or eventbridge:BUS was expected"));
    }
    CHECK(!read_as("", "grave") && strstr(fault.text, "LOGAUDIT_NOTIFY_MIN"));
}

static struct audit *audit_of(struct ruleset *rules, const char *log, struct audit_options *options) {
    *options = (struct audit_options){ .ruleset_count = 1, .threads = 1 };
    options->rulesets[0] = rules;
    struct audit *audit = audit_new(options, NULL, NULL, &fault);
    audit_source(audit, source_memory_new("test.log", str_c(log)));
    return audit;
}

/* What is said of this log to a bus, after an answer that takes `count` events; 0: nobody is asked. */
static void tell(struct ruleset *rules, const char *log, size_t count, const struct notify_about *about) {
    struct audit_options options;
    struct audit *audit = audit_of(rules, log, &options);
    struct tally *tally = audit_finish(audit);
    struct buf said;
    struct places places = { 0 };
    buf_init(&said, 4096);
    buf_printf(&said, "{\"FailedEntryCount\":0,\"Entries\":[");
    for (size_t i = 0; i < count; i++)
        buf_add_c(&said, i ? ",{\"EventId\":\"e\"}" : "{\"EventId\":\"e\"}");
    buf_add_c(&said, "]}");
    struct buf answer;
    buf_init(&answer, 8192);
    buf_printf(&answer, "HTTP/1.1 200 X\r\nContent-Length: %zu\r\n\r\n%s", said.len, buf_c(&said));
    server.request[0] = '\0';
    server_start(count > 0, (const char *const[]){ buf_c(&answer) }, true);
    server_as_aws();
    CHECK(notify_wanted(&notify, tally, about) == (count > 0));
    CHECK(notify_send(&notify, &places, tally, about, &fault));
    places_fini(&places);
    server_finish();
    buf_fini(&answer);
    buf_fini(&said);
    audit_free(audit);
}

static void test_told(struct ruleset *rules) {
    static const char *const parts[] = {
        "\\\"schema_version\\\":1",
        "\\\"severity\\\":\\\"critical\\\"",
        "\\\"title\\\":\\\"shop is down\\\"",
        "\\\"rule_id\\\":\\\"down\\\"",
        "\\\"owner\\\":\\\"ops\\\"",
        "\\\"count\\\":2",
        "\\\"first\\\":\\\"2024-11-26T10:00:00.000Z\\\"",
        "\\\"last\\\":\\\"2024-11-26T10:00:01.000Z\\\"",
        "\\\"account_id\\\":\\\"1\\\"",
        "\\\"storage_location\\\":\\\"s3://r/k\\\"",
    };
    const struct notify_about about = { .audit_id = "id", .account_id = "1", .storage_location = "s3://r/k" };
    CHECK(read_as("eventbridge:alerts", ""));
    tell(rules, "2024-11-26T10:00:00Z shop down\n2024-11-26T10:00:01Z shop down\nslow\n", 1, &about);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(server.request, parts[i]))
            CHECK_STR(str_c(server.request), parts[i]);
    CHECK(!strstr(server.request, "perhaps") && !strstr(server.request, "slow"));
    CHECK(read_as("eventbridge:alerts", "medium"));
    tell(rules, "shop down\nslow\n", 2, &about);
    CHECK(strstr(server.request, "shop is down") && strstr(server.request, "slow"));
}

static void test_not_told(struct ruleset *rules) {
    const struct notify_about about = { .audit_id = "id" },
                              merged = { .audit_id = "id", .correlated_only = true, .rules = rules };
    CHECK(read_as("eventbridge:alerts", ""));
    tell(rules, "slow\n", 0, &about);
    tell(rules, "shop down\n", 0, &merged); /* its part has told of it */
    CHECK(read_as("", ""));
    tell(rules, "shop down\n", 0, &about);
    CHECK_STR(str_c(server.request), "");
}

int main(void) {
    audit_fixture_make();
    test_read();
    struct ruleset *rules = load_rules(RULES, NULL, false, false);
    test_told(rules);
    test_not_told(rules);
    ruleset_free(rules);
    scratch_remove();
    return check_report();
}
