#include "metrics.h"

#include <stdlib.h>

struct metric {
    const char *name, *unit;
    uint64_t value;
};

static void put_definitions(struct json_writer *w, const struct metric *metrics, size_t count) {
    json_key(w, "Metrics");
    json_begin(w, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(w, '{');
        json_add_c(w, "Name", metrics[i].name);
        json_add_c(w, "Unit", metrics[i].unit);
        json_end(w, '}');
    }
    json_end(w, ']');
}

static void put_head(struct json_writer *w, const struct metric *metrics, size_t count, int64_t now) {
    json_key(w, "_aws");
    json_begin(w, '{');
    json_add_int(w, "Timestamp", now / 1000);
    json_key(w, "CloudWatchMetrics");
    json_begin(w, '[');
    json_begin(w, '{');
    json_add_c(w, "Namespace", "LogAudit");
    json_key(w, "Dimensions");
    json_put_raw(w, (struct str)STR("[[\"FunctionName\"]]"));
    put_definitions(w, metrics, count);
    json_end(w, '}');
    json_end(w, ']');
    json_end(w, '}');
}

void metrics_put(struct buf *out, const struct totals *t, const char *request_id, int64_t started,
                 int64_t now) {
    uint64_t lag = t->has_latest && now > t->latest ? (uint64_t)(now - t->latest) / 1000 : 0;
    const struct metric metrics[] = {
        { "Records", "Count", t->records },
        { "Bytes", "Bytes", t->bytes },
        { "Findings", "Count", t->findings },
        { "FindingsInfo", "Count", t->by_severity[SEVERITY_INFO] },
        { "FindingsLow", "Count", t->by_severity[SEVERITY_LOW] },
        { "FindingsMedium", "Count", t->by_severity[SEVERITY_MEDIUM] },
        { "FindingsHigh", "Count", t->by_severity[SEVERITY_HIGH] },
        { "FindingsCritical", "Count", t->by_severity[SEVERITY_CRITICAL] },
        { "RuleErrors", "Count", t->rule_errors },
        { "OverBudget", "Count", t->over_budget },
        { "RulesRejected", "Count", t->rules_rejected },
        { "Incomplete", "Count", t->incomplete - t->told_incomplete },
        { "Continued", "Count", t->continued },
        { "Failed", "Count", t->failed },
        { "Duration", "Milliseconds", (uint64_t)(now - started) / 1000 },
        { "Lag", "Milliseconds", lag }, /* behind the last record */
    };
    size_t count = sizeof metrics / sizeof *metrics - !t->has_latest;
    const char *function = getenv("AWS_LAMBDA_FUNCTION_NAME");
    struct json_writer w = { .out = out };
    json_begin(&w, '{');
    put_head(&w, metrics, count, now);
    json_add_c(&w, "FunctionName", function && *function ? function : "logaudit");
    json_add_c(&w, "requestId", request_id);
    for (size_t i = 0; i < count; i++) {
        json_key(&w, metrics[i].name);
        json_put_int(&w, (int64_t)metrics[i].value);
    }
    json_end(&w, '}');
    buf_add_byte(out, '\n');
}
