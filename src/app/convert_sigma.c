/* logaudit convert sigma PATH... -o FOLDER: Sigma rules as rule files, one for each. */
#include "convert_sigma.h"

#include "file.h"
#include "job.h"
#include "log.h"
#include "new_rule.h"
#include "sigma.h"

#include <stdio.h>

/* What the YAML reader takes. */
enum { MAX_FILE = 1 << 20 };

struct converting {
    struct sigma *sigma;
    const char *folder;
    bool check_only;
    size_t refused;
    bool failed; /* with the fault */
    struct fault fault;
};

static void refuse(struct converting *c, const char *problem) {
    log_error("%s", problem);
    c->refused++;
}

static bool add_file(void *context, const char *path) {
    struct converting *c = context;
    struct buf text;
    struct fault fault;
    buf_init(&text, MAX_FILE);
    if (!file_read(path, &text, FAULT_RULE, &fault) || !sigma_add(c->sigma, path, buf_str(&text), &fault))
        refuse(c, fault.text);
    buf_fini(&text);
    return true;
}

static bool add_yaml(void *context, const char *path) {
    struct str name = str_c(path);
    bool is_yaml = str_ends(name, (struct str)STR(".yml")) || str_ends(name, (struct str)STR(".yaml"));
    return !is_yaml || add_file(context, path);
}

static bool add_path(struct converting *c, const char *path) {
    if (file_is_folder(path))
        return file_walk(path, false, add_yaml, c, &c->fault);
    if (!file_exists(path))
        return fault_set(&c->fault, FAULT_USAGE, "%s: there is no such file or folder", path);
    return add_file(c, path);
}

static bool take_result(void *context, const struct sigma_result *r) {
    struct converting *c = context;
    if (r->id.len)
        c->failed = !new_rule_put(c->folder, r->id, r->text, c->check_only, &c->fault);
    else if (!c->check_only)
        refuse(c, r->problem.ptr);
    return !c->failed;
}

/* None is written when one of them is there. */
static bool convert(struct converting *c, const struct cli *cli) {
    for (size_t i = 1; i < cli->argument_count; i++)
        if (!add_path(c, cli->arguments[i]))
            return false;
    for (int pass = 0; pass < 2 && !c->failed; pass++) {
        c->check_only = pass == 0;
        sigma_each(c->sigma, take_result, c);
    }
    return !c->failed;
}

enum exit_code convert_sigma(const struct cli *cli) {
    struct converting c = { .folder = cli_value(cli, "output") };
    struct job job = { .started = 0 };
    struct cli inner = *cli;
    inner.argument_count = 0;
    if (cli->argument_count < 2 || !c.folder) {
        log_error("convert sigma needs PATH... and -o FOLDER (see logaudit help convert)");
        return EXIT_USAGE;
    }
    bool ok = job_init(&job, &inner, &c.fault);
    c.sigma = ok ? sigma_new(job.home.lua_folder, &c.fault) : NULL;
    ok = c.sigma && convert(&c, cli);
    sigma_free(c.sigma);
    job_free(&job);
    if (!ok)
        return verb_fail(&c.fault);
    return c.refused ? EXIT_RULES : EXIT_DONE;
}
