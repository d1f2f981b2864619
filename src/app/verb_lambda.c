/* logaudit lambda: the loop of a custom runtime of AWS Lambda. Events come from the Runtime API, go through
 * the handler that `invoke` runs, and their answers go back. Rules stay loaded between invocations. */
#include "handler.h"
#include "log.h"
#include "metrics.h"
#include "remote_rules.h"
#include "runtime_api.h"
#include "shelf.h"
#include "sink_memory.h"
#include "verbs.h"

#include <stdlib.h>
#include <unistd.h>

enum { MAX_RESPONSE = 8 << 20, MAX_LINE = 64 << 10 };

struct runtime {
    const struct cli *cli;
    struct runtime_api *api;
    struct shelf *shelf;
    struct places places; /* with its credentials and connections */
    struct remote_rules rules;
    struct invocation invocation;
    struct buf answer;
};

/* ---- lines for CloudWatch Logs ---- */

/* One write for one line, so that lines never mix and nothing waits in a buffer when the process is frozen.
 */
static void write_line(int fd, const struct buf *line) {
    if (!line->full && write(fd, line->ptr, line->len) < 0)
        return; /* there is no one left to tell */
}

static void log_as_json(void *runtime, const char *level, const char *message) {
    const struct runtime *r = runtime;
    char stamp[STAMP_LEN + 1];
    struct buf line;
    struct json_writer w = { .out = &line };
    const char *const members[][2] = { { "timestamp", stamp },
                                       { "level", level },
                                       { "requestId", r->invocation.request_id },
                                       { "message", message } };
    stamp_print(now_micros(), stamp);
    buf_init(&line, MAX_LINE);
    json_begin(&w, '{');
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (!*members[i][1])
            continue; /* no invocation yet */
        json_key(&w, members[i][0]);
        json_put_c(&w, members[i][1]);
    }
    json_end(&w, '}');
    buf_add_byte(&line, '\n');
    write_line(STDERR_FILENO, &line);
    buf_fini(&line);
}

static void write_metrics(const struct runtime *r, const struct totals *totals, int64_t started) {
    struct buf line;
    buf_init(&line, MAX_LINE);
    metrics_put(&line, totals, r->invocation.request_id, started, now_micros());
    write_line(STDOUT_FILENO, &line);
    buf_fini(&line);
}

/* ---- one invocation ---- */

/* Reading ends early enough to answer: a tenth of the time, within bounds. What is found moves that further
 * forward, by the time it takes to be stored. */
static int64_t reading_until(int64_t deadline, int64_t now) {
    enum { LEAST = 500000, MOST = 10000000 }; /* microseconds */
    int64_t margin = (deadline - now) / 10;
    margin = margin < LEAST ? LEAST : margin > MOST ? MOST : margin;
    return deadline ? deadline - margin : 0;
}

/* What a function starts finds the trace in the environment. It is not sent on to AWS: an audit that goes on
 * by way of a queue would look like a loop to Lambda, which ends it after some rounds. */
static void set_trace(const char *trace_id) {
    if (*trace_id)
        setenv("_X_AMZN_TRACE_ID", trace_id, 1);
    else
        unsetenv("_X_AMZN_TRACE_ID");
}

static bool handle(struct runtime *r, struct totals *totals, int64_t now, struct fault *fault) {
    struct request_context context = { .cli = r->cli,
                                       .account_id = r->invocation.account_id,
                                       .shelf = r->shelf,
                                       .places = &r->places,
                                       .mirror = r->rules.mirror,
                                       .deadline = reading_until(r->invocation.deadline, now) };
    struct sink *sink = sink_memory_new(&r->answer);
    enum exit_code code;
    bool ok = handler_run(&context, buf_str(&r->invocation.event), "event", sink, totals, &code, fault);
    return sink->close(sink, ok, fault) && ok;
}

static bool answer(struct runtime *r, bool ok, const struct fault *fault) {
    struct fault refused;
    enum posted posted;
    if (ok) {
        struct str text = str_trim(buf_str(&r->answer));
        posted = runtime_api_respond(r->api, &r->invocation, text, &refused);
    } else {
        log_error("%s", fault->text);
        buf_reset(&r->answer);
        handler_put_error(&r->answer, fault);
        posted = runtime_api_fail(r->api, &r->invocation, handler_error_type(fault), buf_str(&r->answer),
                                  &refused);
    }
    if (posted != POSTED)
        log_error("%s", refused.text);
    return posted != BROKEN;
}

static bool run_one(struct runtime *r) {
    struct fault fault = { .kind = FAULT_NONE };
    struct totals totals;
    int64_t started = now_micros();
    totals_init(&totals);
    set_trace(r->invocation.trace_id);
    totals.rules_rejected += !remote_rules_check(&r->rules, r->invocation.deadline);
    buf_reset(&r->answer);
    bool ok = handle(r, &totals, started, &fault);
    totals.failed += !ok && !totals.failed;
    write_metrics(r, &totals, started);
    totals_fini(&totals);
    return answer(r, ok, &fault);
}

/* ---- the process ---- */

static enum exit_code fail_init(struct runtime *r, const struct fault *fault) {
    struct fault refused;
    handler_put_error(&r->answer, fault);
    if (runtime_api_fail_init(r->api, handler_error_type(fault), buf_str(&r->answer), &refused) != POSTED)
        log_error("%s", refused.text);
    return verb_fail(fault);
}

static enum exit_code run(struct runtime *r) {
    struct fault fault; /* the first invocation finds the rules, and a mistake in them shows at the start */
    if (!remote_rules_load(&r->rules, &fault))
        return fail_init(r, &fault);
    for (;;) {
        r->invocation.request_id[0] = '\0';
        if (!runtime_api_next(r->api, &r->invocation, &fault))
            return verb_fail(&fault);
        if (!run_one(r))
            return EXIT_INCOMPLETE;
    }
}

enum exit_code verb_lambda(const struct cli *cli) {
    const char *address = getenv("AWS_LAMBDA_RUNTIME_API");
    struct fault fault;
    if (!address || !*address) {
        fault_set(
            &fault, FAULT_USAGE,
            "lambda runs in AWS Lambda, which sets AWS_LAMBDA_RUNTIME_API; elsewhere use logaudit invoke");
        return verb_fail(&fault);
    }
    struct runtime r = { .cli = cli,
                         .places.local_root = cli_value(cli, "local-root"),
                         .api = runtime_api_new(address, &fault),
                         .shelf = shelf_new() };
    r.rules = (struct remote_rules){ .cli = cli, .mirror = mirror_new(&r.places), .shelf = r.shelf };
    setenv("LOGAUDIT_CACHE", "/tmp/logaudit", 0); /* the one place that can be written there */
    invocation_init(&r.invocation);
    buf_init(&r.answer, MAX_RESPONSE);
    log_set_writer(log_as_json, &r);
    enum exit_code code = r.api ? run(&r) : verb_fail(&fault);
    log_set_writer(NULL, NULL);
    runtime_api_free(r.api);
    shelf_free(r.shelf);
    mirror_free(r.rules.mirror);
    places_fini(&r.places);
    invocation_fini(&r.invocation);
    buf_fini(&r.answer);
    return code;
}
