/* logaudit test [PATH...]: the tests inside rule files, run by the engine that scans. */
#include "correlator.h"
#include "explain.h"
#include "explanation.h"
#include "from_finding.h"
#include "job.h"
#include "log.h"
#include "mem.h"
#include "rule_tools.h"
#include "source_memory.h"
#include "tests.h"
#include "verbs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Of a failed test: records whose explanation is printed; of all outcomes together. */
enum { EXPLAINED_RECORDS = 10, MAX_OUTCOMES = 256 << 20, MAX_WHY = 1 << 20 };

enum test_format { TESTS_TEXT, TESTS_JSON, TESTS_JUNIT, TESTS_TAP };

struct testing {
    const struct cli *cli;
    struct job job;
    struct rule_tools *host;
    const struct rule_file *file;
    const char *filter;
    int format;
    size_t min_positive, min_negative;

    /* The test at hand. */
    struct buf findings; /* a JSON array */
    struct buf windows;  /* how full those of the rule's correlation were */
    size_t finding_count;
    struct str rule_id;
    char **others; /* rules that fired too */
    size_t other_count, other_capacity;
    size_t explained;
    struct buf why;

    char *counted; /* the rule at hand, its tests by what they expect */
    size_t positive, negative;

    struct buf outcomes; /* of all formats but text */
    struct json_writer w;
    struct buf broken_files; /* a JSON array's items */
    size_t passed, failed, untested, under_tested, broken;
    bool file_named;
    struct fault fault;
};

/* ---- one test ---- */

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
    t->finding_count++;
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

static struct audit_options test_options(const struct testing *t, const struct rule_test *test) {
    struct audit_options options = t->job.options;
    struct stamp now;
    options.threads = 1;
    options.tables = test->tables ? test->tables : t->job.tables;
    if (test->now.len && stamp_parse(test->now, &options.time, &now))
        options.time.reference = now.micros;
    return options;
}

/* The log through the engine; what the rule itself did wrong is a failure too. */
static bool run_log(struct testing *t, const struct rule_test *test) {
    struct audit_options options = test_options(t, test);
    struct audit *audit = audit_new(&options, take_finding, t, &t->fault);
    buf_reset(&t->findings);
    buf_add_byte(&t->findings, '[');
    t->finding_count = 0;
    audit_source(audit, source_memory_new("test", test->log));
    struct tally *tally = audit_finish(audit);
    buf_add_byte(&t->findings, ']');
    for (size_t i = 0; i < tally->incomplete_count; i++) {
        const struct incomplete *n = &tally->incomplete[i];
        if (n->rule_id && str_equal_c(test->rule_id, n->rule_id))
            buf_printf(&t->why, "%s: %s\n", n->reason, n->detail);
    }
    note_windows(t, audit, test);
    audit_free(audit);
    return t->why.len == 0;
}

/* ---- why it failed, as explain says it ---- */

static void tell(void *context, struct str json, bool cut) {
    static const struct explanation_options options = { .color = false };
    struct testing *t = context;
    struct json_doc *doc = NULL;
    struct fault ignored;
    if (t->explained++ < EXPLAINED_RECORDS && !cut)
        doc = json_doc_parse_shown(json, "the explanation", FAULT_OUTPUT, &ignored);
    if (!doc)
        return;
    buf_printf(&t->why, "line %" PRId64 "\n", json_integer(json_member(json_doc_root(doc), "line"), 0));
    report_explained_rules(json_doc_root(doc), &options, 2, &t->why);
    json_doc_free(doc);
}

static void explain_failure(struct testing *t, const struct rule_test *test) {
    struct audit_options options = test_options(t, test);
    struct explain explain = { .all_rules = true, .tell = tell, .context = t };
    const char *only = test->rule_id.ptr;
    explain_init(&explain);
    t->explained = 0;
    options.explain = &explain;
    options.only = &only;
    options.only_count = 1;
    struct audit *audit = audit_new(&options, NULL, NULL, &t->fault);
    audit_source(audit, source_memory_new("test", test->log));
    audit_finish(audit);
    audit_free(audit);
    explain_fini(&explain);
}

/* ---- what is printed ---- */

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

static void print_outcome(struct testing *t, const struct rule_test *test, bool ok) {
    bool verbose = cli_has(t->cli, "verbose");
    if (ok && !verbose)
        return;
    name_file(t);
    printf("  %-4s  %-36.*s  %.*s\n", ok ? "ok" : "FAIL", STR_ARG(test->rule_id), STR_ARG(test->name));
    if (!ok) {
        print_indented(test->log);
        print_indented(buf_str(&t->why));
    }
    for (size_t i = 0; (!ok || verbose) && i < t->other_count; i++)
        printf("          note: %s fired too\n", t->others[i]);
}

static void put(struct json_writer *w, const char *key, struct str text) {
    json_key(w, key);
    json_put(w, text);
}

static void put_outcome(struct testing *t, const struct rule_test *test, bool ok) {
    struct json_writer *w = &t->w;
    json_begin(w, '{');
    put(w, "file", str_c(t->file->path));
    put(w, "rule_id", test->rule_id);
    put(w, "name", test->name);
    json_add_bool(w, "ok", ok);
    json_add_count(w, "findings", t->finding_count);
    json_key(w, "others");
    json_begin(w, '[');
    for (size_t i = 0; i < t->other_count; i++)
        json_put_c(w, t->others[i]);
    json_end(w, ']');
    put(w, "log", test->log);
    if (!ok)
        put(w, "why", buf_str(&t->why));
    json_end(w, '}');
}

static void report_outcome(struct testing *t, const struct rule_test *test, bool ok) {
    if (t->format == TESTS_TEXT)
        print_outcome(t, test, ok);
    else
        put_outcome(t, test, ok);
}

/* ---- enough tests ---- */

/* The rule at hand is done. */
static void check_count(struct testing *t) {
    if (!t->counted)
        return;
    if (t->positive < t->min_positive || t->negative < t->min_negative) {
        struct rule_test none = { .rule_id = str_c(t->counted) };
        t->under_tested++;
        buf_reset(&t->why);
        buf_printf(&t->why, "%zu+%zu tests, --min-tests asks for %zu+%zu (finding + not finding)\n",
                   t->positive, t->negative, t->min_positive, t->min_negative);
        if (t->format == TESTS_TEXT) {
            name_file(t);
            printf("  ?     %-36s  %s", t->counted, buf_c(&t->why));
        } else {
            t->finding_count = 0;
            put_outcome(t, &none, false);
        }
    }
    free(t->counted);
    t->counted = NULL;
    t->positive = t->negative = 0;
}

static void count_test(struct testing *t, const struct rule_test *test) {
    if (t->counted && !str_equal_c(test->rule_id, t->counted))
        check_count(t);
    if (!t->counted)
        t->counted = mem_copy(test->rule_id.ptr, test->rule_id.len);
    t->positive += test->name.len && test->positive;
    t->negative += test->name.len && !test->positive;
}

/* ---- all of them ---- */

static bool chosen(const struct testing *t, const struct rule_test *test) {
    struct str filter = str_c(t->filter ? t->filter : "");
    return str_find(test->rule_id, filter) + filter.len <= test->rule_id.len ||
           str_find(test->name, filter) + filter.len <= test->name.len;
}

static void note_untested(struct testing *t, const struct rule_test *test) {
    t->untested++;
    if (t->format != TESTS_TEXT || t->min_positive || t->min_negative)
        return;
    name_file(t);
    printf("  ?     %.*s  no tests\n", STR_ARG(test->rule_id));
}

static bool run_test(void *context, const struct rule_test *test) {
    struct testing *t = context;
    count_test(t, test);
    if (!chosen(t, test))
        return true;
    if (!test->name.len) {
        note_untested(t, test);
        return true;
    }
    buf_reset(&t->why);
    t->rule_id = test->rule_id;
    bool ok = run_log(t, test);
    ok = rule_tools_compare(t->host, test->number, buf_str(&t->findings), &t->why) && ok;
    if (!ok) {
        buf_add_c(&t->why, t->why.len && t->why.ptr[t->why.len - 1] != '\n' ? "\n" : "");
        buf_add(&t->why, buf_str(&t->windows));
        explain_failure(t, test);
    }
    report_outcome(t, test, ok);
    forget_others(t);
    t->passed += ok;
    t->failed += !ok;
    return true;
}

/* A file that cannot be tested, or whose tests cannot. The message names it. */
static void note_broken(struct testing *t, const char *path, const char *message) {
    struct json_writer w = { .out = &t->broken_files };
    if (t->broken++)
        buf_add_byte(w.out, ',');
    json_begin(&w, '{');
    json_add_c(&w, "file", path);
    json_add_c(&w, "message", message);
    json_end(&w, '}');
}

static void note_failed_files(struct testing *t) {
    const struct ruleset *rs = t->job.options.rulesets[0];
    struct buf message;
    buf_init(&message, MAX_WHY);
    job_report_failed_files(&t->job);
    for (size_t i = 0; i < rs->failed_count; i++) {
        const struct failed_file *f = &rs->failed[i];
        buf_reset(&message);
        buf_printf(&message, "%s:%" PRId64 ": %s", f->file, f->line, f->reason);
        note_broken(t, f->file, buf_c(&message));
    }
    buf_fini(&message);
}

static void run_file(struct testing *t, const struct rule_file *file) {
    if (job_file_failed(&t->job, file->path))
        return;
    t->file = file;
    t->file_named = false;
    if (!rule_tools_each_test(t->host, file, run_test, t, &t->fault)) {
        log_error("%s", t->fault.text);
        note_broken(t, file->path, t->fault.text);
    }
    check_count(t);
}

static void put_summary(struct testing *t) {
    struct json_writer *w = &t->w;
    json_end(w, ']');
    json_key(w, "broken_files");
    json_begin(w, '[');
    if (t->broken)
        json_put_raw(w, buf_str(&t->broken_files));
    json_end(w, ']');
    json_key(w, "summary");
    json_begin(w, '{');
    json_add_count(w, "rules", ruleset_rule_count(t->job.options.rulesets[0]));
    json_add_count(w, "tests", t->passed + t->failed);
    json_add_count(w, "passed", t->passed);
    json_add_count(w, "failed", t->failed);
    json_add_count(w, "untested", t->untested);
    json_add_count(w, "under_tested", t->under_tested);
    json_add_count(w, "broken_files", t->broken);
    json_add_count(w, "processing_time_ms", (size_t)(now_micros() - t->job.started) / 1000);
    json_end(w, '}');
    json_end(w, '}');
    buf_add_byte(w->out, '\n');
}

static bool print_document(struct testing *t) {
    struct buf out;
    struct json_doc *doc =
        json_doc_parse_shown(buf_str(&t->outcomes), "the outcome of the tests", FAULT_OUTPUT, &t->fault);
    if (!doc)
        return false;
    buf_init(&out, 2u * MAX_OUTCOMES);
    if (t->format == TESTS_JUNIT)
        report_junit(json_doc_root(doc), &out);
    else if (t->format == TESTS_TAP)
        report_tap(json_doc_root(doc), &out);
    else
        buf_add(&out, buf_str(&t->outcomes));
    fwrite(out.ptr, 1, out.len, stdout);
    buf_fini(&out);
    json_doc_free(doc);
    return true;
}

static bool print_end(struct testing *t) {
    if (t->format != TESTS_TEXT) {
        put_summary(t);
        return print_document(t);
    }
    size_t rules = ruleset_rule_count(t->job.options.rulesets[0]), tests = t->passed + t->failed;
    printf("%zu %s, %zu %s: %zu passed, %zu failed%s (%" PRId64 " ms)\n", rules,
           str_plural(rules, "rule", "rules"), tests, str_plural(tests, "test", "tests"), t->passed,
           t->failed,
           t->under_tested ? ", some rules have too few"
           : t->untested   ? ", some rules have none"
                           : "",
           (now_micros() - t->job.started) / 1000);
    return true;
}

/* "1+1": tests that expect findings, tests that expect none. */
static bool read_min_tests(struct testing *t, const char *value) {
    struct str s = str_c(value);
    size_t plus = str_find_byte(s, '+');
    int64_t positive, negative;
    if (!str_to_int(str_slice(s, 0, plus), &positive) ||
        !str_to_int(str_slice(s, plus + 1, s.len), &negative) || positive < 0 || negative < 0)
        return fault_set(&t->fault, FAULT_USAGE,
                         "--min-tests: two numbers like 1+1 (tests that find, tests that do not) were "
                         "expected, got '%s'",
                         value);
    t->min_positive = (size_t)positive;
    t->min_negative = (size_t)negative;
    return true;
}

static bool read_flags(struct testing *t) {
    static const char *const formats[] = { "text", "json", "junit", "tap", NULL };
    const char *min_tests = cli_value(t->cli, "min-tests");
    if (cli_has(t->cli, "write") && !cli_has(t->cli, "from-finding"))
        return fault_set(&t->fault, FAULT_USAGE, "--write: --from-finding must say what to write");
    return cli_choose(t->cli, "format", formats, &t->format, &t->fault) &&
           (!min_tests || read_min_tests(t, min_tests));
}

static enum exit_code run(struct testing *t) {
    if (!read_flags(t) || !job_init(&t->job, t->cli, &t->fault) ||
        !job_load_rules(&t->job, t->cli, &t->fault))
        return verb_fail(&t->fault);
    note_failed_files(t);
    t->host = rule_tools_new(t->job.home.lua_folder, &t->fault);
    if (!t->host)
        return verb_fail(&t->fault);
    if (cli_has(t->cli, "from-finding"))
        return from_finding(&t->job, t->host, cli_value(t->cli, "from-finding"), cli_value(t->cli, "write"));
    json_begin(&t->w, '{');
    json_key(&t->w, "tests");
    json_begin(&t->w, '[');
    const struct rule_files *files = &t->job.options.rulesets[0]->files;
    for (size_t i = 0; i < files->count; i++)
        run_file(t, &files->items[i]);
    if (!print_end(t))
        return verb_fail(&t->fault);
    size_t tests = t->passed + t->failed;
    if (t->broken)
        return EXIT_RULES;
    if (!tests)
        log_error("no test was found");
    return t->failed || t->under_tested || !tests ? EXIT_FOUND : EXIT_DONE;
}

enum exit_code verb_test(const struct cli *cli) {
    struct testing t = { .cli = cli, .filter = cli_value(cli, "filter") };
    buf_init(&t.findings, 64 << 20);
    buf_init(&t.why, MAX_WHY);
    buf_init(&t.outcomes, MAX_OUTCOMES);
    buf_init(&t.broken_files, MAX_OUTCOMES);
    t.w.out = &t.outcomes;
    buf_init(&t.windows, MAX_WHY);
    enum exit_code code = run(&t);
    forget_others(&t);
    free(t.others);
    free(t.counted);
    rule_tools_free(t.host);
    buf_fini(&t.findings);
    buf_fini(&t.why);
    buf_fini(&t.outcomes);
    buf_fini(&t.broken_files);
    buf_fini(&t.windows);
    job_free(&t.job);
    return code;
}
