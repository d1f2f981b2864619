/* logaudit convert conditions FILE: other forms of rules as rule files. Sigma rules: convert_sigma.c. */
#include "convert_sigma.h"
#include "job.h"
#include "log.h"
#include "new_rule.h"
#include "rule_tools.h"
#include "verbs.h"

#include <stdio.h>

/* Conditions have at most 16 MiB; as Lua they are a little longer. */
enum { MAX_CONVERTED = 64 << 20 };

struct converting {
    const char *folder; /* NULL: print */
    bool check_only;
    struct buf text;
    size_t count;
    bool failed;
    struct fault fault;
};

static bool take_rule(void *context, struct str id, struct str text) {
    struct converting *c = context;
    c->count++;
    if (!c->folder) {
        buf_add_c(&c->text, "  ");
        for (size_t i = 0; i < text.len; i++) { /* a member of the list */
            buf_add_byte(&c->text, text.ptr[i]);
            if (text.ptr[i] == '\n')
                buf_add_c(&c->text, "  ");
        }
        buf_add_c(&c->text, ",\n");
        return true;
    }
    buf_reset(&c->text);
    buf_printf(&c->text, "return %.*s\n", STR_ARG(text));
    c->failed = !new_rule_put(c->folder, id, buf_str(&c->text), c->check_only, &c->fault);
    return !c->failed;
}

/* Without a folder all of them are one list. Files: none is written when one of them is there. */
static bool convert(struct converting *c, struct rule_tools *tools, struct str conditions) {
    c->check_only = c->folder != NULL;
    if (!rule_tools_convert_conditions(tools, conditions, take_rule, c, &c->fault) || c->failed)
        return false;
    if (!c->folder) {
        printf("return {\n%.*s}\n", STR_ARG(buf_str(&c->text)));
        return true;
    }
    c->check_only = false;
    return rule_tools_convert_conditions(tools, conditions, take_rule, c, &c->fault) && !c->failed;
}

/* The conditions are loaded as scan would, so that a bad one is named the same way. */
static bool run(struct converting *c, struct job *job, struct rule_tools **tools, const struct cli *cli) {
    struct cli inner = *cli;
    inner.argument_count = 0;
    struct ruleset_options o = { .no_cache = true };
    if (!job_init(job, &inner, &c->fault) || !job_read_conditions(job, cli->arguments[1], &c->fault))
        return false;
    o.lua_folder = job->home.lua_folder;
    o.conditions = str_without_mark(buf_str(&job->conditions));
    struct ruleset *rs = ruleset_new(&o, &c->fault);
    if (!rs)
        return fault_context(&c->fault, "%s", job->conditions_from);
    ruleset_free(rs);
    *tools = rule_tools_new(job->home.lua_folder, &c->fault);
    return *tools && convert(c, *tools, o.conditions);
}

enum exit_code verb_convert(const struct cli *cli) {
    struct job job = { .started = 0 };
    struct converting c = { .folder = cli_value(cli, "output") };
    struct rule_tools *tools = NULL;
    if (cli->argument_count && strcmp(cli->arguments[0], "sigma") == 0)
        return convert_sigma(cli);
    if (cli->argument_count != 2 || strcmp(cli->arguments[0], "conditions") != 0) {
        log_error("convert needs 'conditions FILE' or 'sigma PATH...' (see logaudit help convert)");
        return EXIT_USAGE;
    }
    buf_init(&c.text, MAX_CONVERTED);
    bool ok = run(&c, &job, &tools, cli);
    rule_tools_free(tools);
    buf_fini(&c.text);
    job_free(&job);
    return ok ? EXIT_DONE : verb_fail(&c.fault);
}
