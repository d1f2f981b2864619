/* The rules of a job: where they are, and loading them. */
#include "exceptions.h"
#include "file.h"
#include "job.h"
#include "log.h"
#include "mem.h"
#include "remote_rules.h"

#include <stdlib.h>

/* ---- paths ---- */

void job_choose_rules(struct job *job, size_t index) {
    for (size_t i = 0; i < job->rules_count; i++)
        if (i != index)
            free(job->rules[i]);
    job->rules[0] = job->rules[index];
    job->rules_count = 1;
}

static size_t add_paths(const char **paths, size_t used, const char *const *more, size_t count) {
    for (size_t i = 0; i < count; i++)
        paths[used++] = more[i];
    return used;
}

/* --input-format names a file, not a format. */
static bool is_format_file(const char *format) {
    return format && (strchr(format, '/') || str_ends(str_c(format), (struct str)STR(".lua")));
}

/* Paths of rules and of formats, in their order; *paths is to be freed. */
static size_t rule_paths(const struct job *job, const struct cli *cli, const char ***paths) {
    size_t arguments = cli->verb->takes_rules ? cli->argument_count : 0;
    *paths = mem_new(job->rules_count + job->also_count + arguments + 1, sizeof **paths);
    size_t used = add_paths(*paths, 0, (const char *const *)job->rules, job->rules_count);
    used = add_paths(*paths, used, cli->arguments, arguments);
    if (!used)
        (*paths)[used++] = job->home.rules_folder;
    return add_paths(*paths, used, (const char *const *)job->also, job->also_count);
}

/* The files among the rule paths, beside which may stand what their correlations are on, and the shipped
 * rules, unless these are all used anyway; *paths is to be freed. */
static size_t support_paths(const struct job *job, const char *const *rules, size_t count,
                            const char ***paths) {
    size_t used = 0;
    *paths = mem_new(count + 1, sizeof **paths);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rules[i], job->home.rules_folder) == 0)
            return used;
        if (!file_is_folder(rules[i]))
            (*paths)[used++] = rules[i];
    }
    (*paths)[used++] = job->home.rules_folder;
    return used;
}

static size_t format_paths(const struct job *job, const char ***paths) {
    *paths = mem_new(job->formats_count + 1, sizeof **paths);
    size_t used = is_format_file(job->format) ? add_paths(*paths, 0, &job->format, 1) : 0;
    return add_paths(*paths, used, (const char *const *)job->formats, job->formats_count);
}

const char **job_paths(const struct job *job, const struct cli *cli, size_t *count) {
    static const char *const single[] = { "overrides", "conditions", "data" };
    enum { SINGLE = sizeof single / sizeof *single };
    const char **rules, **formats, *data = NULL;
    struct fault ignored; /* they were copied when they were loaded */
    size_t rule_count = rule_paths(job, cli, &rules), format_count = format_paths(job, &formats);
    rules = mem_resize(rules, rule_count + format_count + SINGLE, sizeof *rules);
    *count = add_paths(rules, rule_count, formats, format_count);
    for (size_t i = 0; i < SINGLE; i++)
        if ((data = cli_value(cli, single[i])))
            rules[(*count)++] = data;
    remote_paths(job->mirror, REMOTE_TABLES, &rules[*count - (data != NULL)], data != NULL, FAULT_USAGE,
                 &ignored);
    remote_paths(job->mirror, REMOTE_RULES, rules, *count, FAULT_USAGE, &ignored);
    free(formats);
    return rules;
}

/* ---- loading ---- */

static bool load(struct job *job, const struct ruleset_options *o, struct fault *fault) {
    struct ruleset *rs = job->shelf ? shelf_take(job->shelf, o, fault) : ruleset_new(o, fault);
    if (rs)
        job->options.rulesets[job->options.ruleset_count++] = rs;
    return rs != NULL;
}

static bool check_paths(const char *const *paths, size_t count, const char *what, struct fault *fault) {
    for (size_t i = 0; i < count; i++)
        if (!file_exists(paths[i]))
            return fault_set(fault, FAULT_USAGE, "%s: there is no such %s file or folder", paths[i], what);
    return true;
}

static bool load_rulesets(struct job *job, struct ruleset_options o, struct fault *fault) {
    if (o.overrides && file_is_folder(o.overrides))
        return fault_set(fault, FAULT_USAGE, "--overrides: a file was expected, got the folder %s",
                         o.overrides);
    if (!check_paths(o.rule_paths, o.rule_path_count, "rule", fault) ||
        !check_paths(o.format_paths, o.format_path_count, "format", fault) || !load(job, &o, fault))
        return false;
    if (!job->conditions.len)
        return true;
    /* Records are read by the first ruleset. */
    o.rule_path_count = o.format_path_count = o.support_path_count = 0;
    o.format = o.overrides = NULL;
    o.conditions = str_without_mark(buf_str(&job->conditions));
    return load(job, &o, fault) || (job->conditions_from && fault_context(fault, "%s", job->conditions_from));
}

/* NULL: none, or the verb does not take them. */
static const char *overrides_of(const struct job *job, const struct cli *cli) {
    if (job->overrides)
        return job->overrides;
    return cli_takes(cli, "overrides") ? cli_value(cli, "overrides") : NULL;
}

/* Rules that are only looked at may name tables that are elsewhere. */
static bool any_table(const struct job *job, const struct cli *cli) {
    return !job->options.tables && (cli->verb->takes_rules || !cli_takes(cli, "severity"));
}

static bool load_tables(struct job *job, const struct cli *cli, struct fault *fault) {
    const char *folder = cli_takes(cli, "data") ? cli_value(cli, "data") : NULL;
    if (!folder)
        return true;
    if (!remote_paths(job->mirror, REMOTE_TABLES, &folder, 1, FAULT_USAGE, fault))
        return fault_context(fault, "--data");
    if (!file_is_folder(folder))
        return fault_set(fault, FAULT_USAGE, "--data: a folder was expected, got %s", folder);
    if (job->shelf)
        job->options.tables = shelf_take_tables(job->shelf, folder, fault);
    else
        job->options.tables = job->tables = tables_new(folder, fault);
    return job->options.tables != NULL;
}

/* What is in S3 is copied before anything is loaded. */
static bool bring_rules(struct job *job, struct ruleset_options *o, const char **rules, const char **formats,
                        struct fault *fault) {
    return remote_paths(job->mirror, REMOTE_RULES, rules, o->rule_path_count, FAULT_RULE, fault) &&
           remote_paths(job->mirror, REMOTE_RULES, formats, o->format_path_count, FAULT_USAGE, fault) &&
           remote_paths(job->mirror, REMOTE_RULES, &o->overrides, 1, FAULT_USAGE, fault);
}

static void name_copy(const void *mirror, const char *path, struct buf *out) {
    mirror_name(mirror, path, out);
}

static bool load_rules(struct job *job, const struct cli *cli, struct fault *fault) {
    const char **rules, **formats, **support = NULL;
    if (!load_tables(job, cli, fault))
        return false;
    const struct path_names names = { name_copy, job->mirror };
    struct ruleset_options o = {
        .lua_folder = job->home.lua_folder,
        .shipped = job->home.cache_folder,
        .rule_path_count = rule_paths(job, cli, &rules),
        .format_path_count = format_paths(job, &formats),
        .format = is_format_file(job->format) ? NULL : job->format,
        .overrides = overrides_of(job, cli),
        .packed_overrides = cli_takes(cli, "overrides"),
        .tables = job->options.tables,
        .any_table = any_table(job, cli),
        .no_cache = cli_has(cli, "no-cache"),
        .no_prefilter = cli_has(cli, "no-prefilter"),
        .names = &names,
    };
    o.rule_paths = rules;
    o.format_paths = formats;
    bool ok = bring_rules(job, &o, rules, formats, fault);
    if (ok) {
        o.support_path_count = support_paths(job, rules, o.rule_path_count, &support);
        o.support_paths = support;
        ok = load_rulesets(job, o, fault);
    }
    free(rules);
    free(formats);
    free(support);
    return ok;
}

bool job_load_rules(struct job *job, const struct cli *cli, struct fault *fault) {
    bool ok = load_rules(job, cli, fault) || remote_name_fault(job->mirror, fault);
    if (!job->shares_mirror && !cli_has(cli, "follow")) /* all of it was read, and will not be again */
        mirror_clear(job->mirror);
    return ok;
}

/* ---- what could not be used ---- */

static void warn_expired(void *context, const struct rule *r, const char *text) {
    (void)context;
    log_warn("%.*s: %s", STR_ARG(r->id), text);
}

void job_warn_expired(const struct job *job) {
    exceptions_each_expired(&job->options, warn_expired, NULL);
    for (size_t set = 0; set < job->options.ruleset_count; set++)
        for (size_t i = 0; i < job->options.rulesets[set]->switched_off_count; i++)
            log_info("%s: %s", job->options.rulesets[set]->switched_off[i].rule_id,
                     job->options.rulesets[set]->switched_off[i].reason);
}

size_t job_report_failed_files(const struct job *job) {
    size_t count = 0;
    for (size_t set = 0; set < job->options.ruleset_count; set++) {
        const struct ruleset *rs = job->options.rulesets[set];
        for (size_t i = 0; i < rs->failed_count; i++, count++)
            log_error("%s:%lld: %s", rs->failed[i].file, (long long)rs->failed[i].line, rs->failed[i].reason);
    }
    return count;
}

bool job_file_failed(const struct job *job, const char *path) {
    const struct ruleset *rs = job->options.rulesets[0];
    for (size_t i = 0; i < rs->failed_count; i++)
        if (strcmp(rs->failed[i].file, path) == 0)
            return true;
    return false;
}
