/* logaudit test [PATH...]: the tests inside rule files, run by the engine that scans. */
#include "correlator.h"
#include "job.h"
#include "log.h"
#include "mem.h"
#include "rule_tools.h"
#include "source_memory.h"
#include "verbs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct testing {
    const struct cli *cli;
    struct job job;
    struct rule_tools *host;
    const struct rule_file *file;
    const char *filter;
    struct buf findings; /* of the test at hand: a JSON array */
    struct buf windows;  /* of the test at hand: how full the windows of the rule's correlation were */
    struct str rule_id;
    char **others; /* rules that fired too */
    size_t other_count, other_capacity;
    size_t passed, failed, untested;
    bool file_named;
    struct fault fault;
};

static void note_other(struct testing *t, struct str id) {
    for (size_t i = 0; i < t->other_count; i++)
        if (str_equal_c(id, t->others[i]))
            return;
    mem_grow(&t->others, &t->other_capacity, t->other_count, sizeof *t->others);
    t->others[t->other_count++] = mem_copy(id.ptr, id.len);
}

static void take_finding(void *context, const struct finding *f) {
    struct testing *t = context;
    if (!str_equal(f->rule->id, t->rule_id)) {
        note_other(t, f->rule->id);
        return;
    }
    struct json_writer w = { .out = &t->findings };
    if (t->findings.len > 1)
        buf_add_byte(&t->findings, ',');
    finding_put(&w, f);
}

static void forget_others(struct testing *t) {
    for (size_t i = 0; i < t->other_count; i++)
        free(t->others[i]);
    t->other_count = 0;
}

static void note_windows(struct testing *t, struct audit *audit, const struct rule_test *test) {
    const struct ruleset *rs = t->job.options.rulesets[0];
    const struct rule *r = ruleset_find(rs, test->rule_id);
    buf_reset(&t->windows);
    if (r && r->correlate)
        correlator_explain(audit_correlator(audit), (uint32_t)(r - rs->rules), &t->windows);
}

/* The log through the engine; what the rule itself did wrong is a failure too. */
static bool run_log(struct testing *t, const struct rule_test *test, struct buf *why) {
    struct audit_options options = t->job.options;
    options.threads = 1;
    struct stamp now;
    if (test->now.len && !stamp_parse(test->now, &options.time, &now)) {
        buf_printf(why, "now: a time like 2024-11-26T10:00:00Z was expected, got \"%.*s\"\n",
                   STR_ARG(test->now));
        return false;
    }
    if (test->now.len)
        options.time.reference = now.micros;
    struct audit *audit = audit_new(&options, take_finding, t, &t->fault);
    buf_reset(&t->findings);
    buf_add_byte(&t->findings, '[');
    audit_source(audit, source_memory_new("test", test->log));
    struct tally *tally = audit_finish(audit);
    buf_add_byte(&t->findings, ']');
    note_windows(t, audit, test);
    for (size_t i = 0; i < tally->incomplete_count; i++) {
        const struct incomplete *n = &tally->incomplete[i];
        if (n->rule_id && str_equal_c(test->rule_id, n->rule_id))
            buf_printf(why, "%s: %s\n", n->reason, n->detail);
    }
    audit_free(audit);
    return why->len == 0;
}

static void print_indented(struct str text) {
    while (text.len) {
        size_t len = str_find_byte(text, '\n');
        printf("          %.*s\n", (int)len, text.ptr);
        text = str_slice(text, len + 1, text.len);
    }
}

static void name_file(struct testing *t) {
    if (!t->file_named)
        printf("%s\n", t->file->path);
    t->file_named = true;
}

static void print_outcome(struct testing *t, const struct rule_test *test, bool ok, const struct buf *why) {
    bool verbose = cli_has(t->cli, "verbose");
    if (ok && !verbose)
        return;
    name_file(t);
    printf("  %-4s  %-36.*s  %.*s\n", ok ? "ok" : "FAIL", STR_ARG(test->rule_id), STR_ARG(test->name));
    if (!ok) {
        print_indented(test->log);
        print_indented(buf_str(why));
        print_indented(buf_str(&t->windows));
    }
    for (size_t i = 0; (!ok || verbose) && i < t->other_count; i++)
        printf("          note: %s fired too\n", t->others[i]);
}

static bool chosen(const struct testing *t, const struct rule_test *test) {
    struct str filter = str_c(t->filter ? t->filter : "");
    return str_find(test->rule_id, filter) + filter.len <= test->rule_id.len ||
           str_find(test->name, filter) + filter.len <= test->name.len;
}

static bool run_test(void *context, const struct rule_test *test) {
    struct testing *t = context;
    if (!chosen(t, test))
        return true;
    if (!test->name.len) {
        t->untested++;
        name_file(t);
        printf("  ?     %.*s  no tests\n", STR_ARG(test->rule_id));
        return true;
    }
    struct buf why;
    buf_init(&why, 1 << 20);
    t->rule_id = test->rule_id;
    bool ok = run_log(t, test, &why);
    ok = rule_tools_compare(t->host, test->number, buf_str(&t->findings), &why) && ok;
    print_outcome(t, test, ok, &why);
    forget_others(t);
    buf_fini(&why);
    t->passed += ok;
    t->failed += !ok;
    return true;
}

static bool run_file(struct testing *t, const struct rule_file *file) {
    t->file = file;
    t->file_named = false;
    return rule_tools_each_test(t->host, file, run_test, t, &t->fault);
}

static enum exit_code run(struct testing *t) {
    if (!job_init(&t->job, t->cli, &t->fault) || !job_load_rules(&t->job, t->cli, &t->fault))
        return verb_fail(&t->fault);
    size_t broken = job_report_failed_files(&t->job);
    t->host = rule_tools_new(t->job.home.lua_folder, &t->fault);
    if (!t->host)
        return verb_fail(&t->fault);
    const struct rule_files *files = &t->job.options.rulesets[0]->files;
    for (size_t i = 0; i < files->count; i++) {
        if (job_file_failed(&t->job, files->items[i].path))
            continue;
        if (!run_file(t, &files->items[i])) {
            log_error("%s", t->fault.text);
            broken++;
        }
    }
    size_t tests = t->passed + t->failed;
    printf("%zu rules, %zu tests: %zu passed, %zu failed%s (%" PRId64 " ms)\n",
           ruleset_rule_count(t->job.options.rulesets[0]), tests, t->passed, t->failed,
           t->untested ? ", some rules have none" : "", (now_micros() - t->job.started) / 1000);
    if (broken)
        return EXIT_RULES;
    if (!tests)
        log_error("no test was found");
    return t->failed || !tests ? EXIT_FOUND : EXIT_DONE;
}

enum exit_code verb_test(const struct cli *cli) {
    struct testing t = { .cli = cli, .filter = cli_value(cli, "filter") };
    buf_init(&t.findings, 64 << 20);
    buf_init(&t.windows, 1 << 20);
    enum exit_code code = run(&t);
    forget_others(&t);
    free(t.others);
    rule_tools_free(t.host);
    buf_fini(&t.findings);
    buf_fini(&t.windows);
    job_free(&t.job);
    return code;
}
