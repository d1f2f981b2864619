/* logaudit rules list | show ID: what there is, and one of them whole. */
#include "job.h"
#include "log.h"
#include "mem.h"
#include "verbs.h"

#include <stdio.h>
#include <stdlib.h>

static enum exit_code list(const struct ruleset *rs) {
    for (size_t i = 0; i < rs->rule_count; i++) {
        const struct rule *r = &rs->rules[i];
        if (r->support)
            continue;
        printf("%-40.*s  %-12.*s  %-8s  %.*s\n", STR_ARG(r->id), STR_ARG(r->type), severity_name(r->severity),
               STR_ARG(r->title));
    }
    return EXIT_DONE;
}

static enum exit_code show(const struct ruleset *rs, const char *id) {
    const struct rule *r = ruleset_find(rs, str_c(id));
    if (!r) {
        const char **ids = mem_new(rs->rule_count, sizeof *ids);
        for (size_t i = 0; i < rs->rule_count; i++)
            ids[i] = rs->rules[i].id.ptr;
        const char *near = cli_nearest(id, ids, rs->rule_count);
        log_error("there is no rule '%s'%s%s%s", id, near ? " (did you mean '" : "", near ? near : "",
                  near ? "'?)" : "");
        free(ids);
        return EXIT_USAGE;
    }
    const struct rule_file *file = ruleset_file(rs, r);
    printf("-- %s\n%.*s", file->path, STR_ARG(file->text));
    return EXIT_DONE;
}

static enum exit_code run(struct job *job, const struct cli *cli, struct fault *fault) {
    const char *what = cli->argument_count ? cli->arguments[0] : "";
    bool is_list = strcmp(what, "list") == 0 && cli->argument_count == 1;
    bool is_show = strcmp(what, "show") == 0 && cli->argument_count == 2;
    if (!is_list && !is_show) {
        log_error("rules needs 'list' or 'show ID' (see logaudit help rules)");
        return EXIT_USAGE;
    }
    if (!job_init(job, cli, fault) || !job_load_rules(job, cli, fault))
        return verb_fail(fault);
    size_t failed = job_report_failed_files(job);
    const struct ruleset *rs = job->options.rulesets[0];
    enum exit_code code = is_list ? list(rs) : show(rs, cli->arguments[1]);
    return code == EXIT_DONE && failed ? EXIT_RULES : code;
}

enum exit_code verb_rules(const struct cli *cli) {
    struct job job = { .started = 0 };
    struct fault fault;
    enum exit_code code = run(&job, cli, &fault);
    job_free(&job);
    return code;
}
