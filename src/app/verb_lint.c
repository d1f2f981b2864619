/* logaudit lint [PATH...]: rule files without logs. Faults (exit 1, or 3 when a file does not load) and
 * notes. */
#include "job.h"
#include "log.h"
#include "rule_tools.h"
#include "verbs.h"

#include <inttypes.h>
#include <stdio.h>

struct linting {
    struct job job;
    struct rule_tools *tools;
    const struct rule_file *file;
    size_t faults, notes;
    struct fault fault;
};

static void missing_name(void *context, int64_t line, const char *name) {
    struct linting *l = context;
    printf("%s:%" PRId64 ": '%s' is not available to rules\n", l->file->path, line, name);
    l->faults++;
}

static bool check_tests(void *context, const struct rule_test *test) {
    struct linting *l = context;
    if (test->name.len)
        return true;
    printf("%s:1: note: %.*s has no tests\n", l->file->path, STR_ARG(test->rule_id));
    l->notes++;
    return true;
}

static void lint_file(struct linting *l, const struct rule_file *file) {
    l->file = file;
    rule_tools_each_missing_name(l->tools, file, missing_name, l);
    if (rule_tools_each_test(l->tools, file, check_tests, l, &l->fault))
        return;
    printf("%s\n", l->fault.text);
    l->faults++;
}

/* What costs time on every record of every log. */
static void note_cost(struct linting *l) {
    const struct ruleset *rs = l->job.options.rulesets[0];
    for (size_t i = 0; i < rs->every_count; i++) {
        const struct rule *r = &rs->rules[rs->every[i]];
        if (r->support)
            continue;
        printf("%s:1: note: %.*s looks at every record (no pattern of it has a literal to search for)\n",
               ruleset_file(rs, r)->path, STR_ARG(r->id));
        l->notes++;
    }
}

static enum exit_code run(struct linting *l, const struct cli *cli) {
    if (!job_init(&l->job, cli, &l->fault) || !job_load_rules(&l->job, cli, &l->fault))
        return verb_fail(&l->fault);
    size_t failed = job_report_failed_files(&l->job);
    l->tools = rule_tools_new(l->job.home.lua_folder, &l->fault);
    if (!l->tools)
        return verb_fail(&l->fault);
    const struct ruleset *rs = l->job.options.rulesets[0];
    for (size_t i = 0; i < rs->files.count; i++)
        if (!job_file_failed(&l->job, rs->files.items[i].path))
            lint_file(l, &rs->files.items[i]);
    if (!cli_has(cli, "quiet"))
        note_cost(l);
    printf("%zu rules in %zu files: %zu faults, %zu notes\n", ruleset_rule_count(rs), rs->files.count,
           l->faults + failed, l->notes);
    return failed ? EXIT_RULES : l->faults ? EXIT_FOUND : EXIT_DONE;
}

enum exit_code verb_lint(const struct cli *cli) {
    struct linting l = { .faults = 0 };
    enum exit_code code = run(&l, cli);
    rule_tools_free(l.tools);
    job_free(&l.job);
    return code;
}
