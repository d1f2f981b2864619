/* logaudit explain SOURCE[:LINE], explain -l TEXT: how records were read, and why the rules that came near
 * them did or did not fire. The audit itself tells it (audit/explain.h). */
#include "correlator.h"
#include "explain.h"
#include "explanation.h"
#include "job.h"
#include "log.h"
#include "mem.h"
#include "source_memory.h"
#include "verbs.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

enum explain_format { EXPLAIN_TEXT, EXPLAIN_JSON };

struct explaining {
    const struct cli *cli;
    struct job job;
    struct explain explain;
    struct rule_tools *tools; /* for --rule */
    struct audit *audit;
    struct buf text; /* -l: with a line end; otherwise the explanation at hand */
    char *place;     /* the source, without the line */
    char **rules;    /* --rule */
    size_t rule_count;
    int format;
    bool color, cut;
    volatile sig_atomic_t done;
    struct fault fault;
};

static void print_text(struct explaining *e, struct str json) {
    struct explanation_options options = { e->color, cli_has(e->cli, "verbose"),
                                           (const char *const *)e->rules, e->rule_count };
    struct json_doc *doc = json_doc_parse_shown(json, "the explanation", FAULT_OUTPUT, &e->fault);
    struct buf out;
    if (!doc) {
        log_error("%s", e->fault.text);
        return;
    }
    buf_init(&out, 64 << 20);
    if (e->explain.told > 1)
        buf_add_c(&out, "\n");
    report_explanation(json_doc_root(doc), &options, &out);
    fwrite(out.ptr, 1, out.len, stdout);
    buf_fini(&out);
    json_doc_free(doc);
}

static void tell(void *context, struct str json, bool cut) {
    struct explaining *e = context;
    if (cut) {
        log_error("an explanation is longer than 16 MiB; --rule ID asks for one rule only");
        e->cut = true;
    } else if (e->format == EXPLAIN_JSON) {
        printf("%.*s\n", STR_ARG(json));
    } else {
        print_text(e, json);
    }
    e->done = e->explain.line != 0;
}

/* ---- what is to be explained ---- */

static void count_uri(void *context, const char *uri) {
    (void)uri;
    ++*(size_t *)context;
}

/* "app.log:12" is line 12 of app.log, unless there is a file of that name. */
static bool read_place(struct explaining *e, const char *spec) {
    const char *colon = strrchr(spec, ':');
    struct fault fault;
    int64_t line;
    size_t count = 0;
    e->place = mem_copy(spec, strlen(spec));
    if (place_list(&e->job.places, spec, count_uri, &count, &fault))
        return true;
    if (!colon)
        return true; /* to be reported like what cannot be read */
    e->place[colon - spec] = '\0';
    count = 0;
    bool there = place_list(&e->job.places, e->place, count_uri, &count, &fault);
    if (!str_to_int(str_c(colon + 1), &line) || line < 1) {
        e->place[colon - spec] = ':';
        return !there ||
               fault_set(&e->fault, FAULT_USAGE,
                         "%s: a line, from 1 on, was expected behind the colon, got '%s'", spec, colon + 1);
    }
    e->explain.line = (uint64_t)line;
    return !there || count == 1 ||
           fault_set(&e->fault, FAULT_USAGE, "%s: a line of one file was expected, there are %zu", spec,
                     count);
}

static bool read_flags(struct explaining *e) {
    static const char *const formats[] = { "text", "json", NULL };
    const char *text = cli_value(e->cli, "line");
    bool one = e->cli->argument_count == 1;
    if (!cli_choose(e->cli, "format", formats, &e->format, &e->fault) ||
        !cli_color(e->cli, true, &e->color, &e->fault))
        return false;
    if (e->cli->argument_count > 1 || one == (text != NULL))
        return fault_set(&e->fault, FAULT_USAGE,
                         "explain needs one source, SOURCE or SOURCE:LINE, or -l TEXT");
    if (!text)
        return read_place(e, e->cli->arguments[0]);
    buf_printf(&e->text, "%s\n", text);
    return true;
}

/* --rule is --only, and asks the rules also where nothing brings them near. */
static bool choose_rules(struct explaining *e) {
    e->rules = cli_list(e->cli, "rule", true, &e->rule_count);
    e->job.options.only = (const char *const *)e->rules;
    e->job.options.only_count = e->rule_count;
    e->explain.all_rules = e->rule_count > 0;
    if (!e->rule_count)
        return true;
    e->tools = rule_tools_new(e->job.home.lua_folder, &e->fault);
    e->explain.nearest = e->tools ? nearest_new(e->tools) : NULL;
    return e->tools != NULL;
}

/* ---- the audit ---- */

static void explain_uri(void *context, const char *uri) {
    struct explaining *e = context;
    struct fault fault;
    struct source *source = e->done ? NULL : place_open(&e->job.places, uri, &fault);
    if (e->done)
        return;
    if (!source && !fault.kind)
        log_warn("%s", fault.text);
    job_audit(e->audit, uri, source, &fault);
}

static bool explain_sources(struct explaining *e) {
    struct fault fault;
    if (!e->place)
        audit_source(e->audit, source_memory_new("-l", buf_str(&e->text)));
    else if (!place_list(&e->job.places, e->place, explain_uri, e, &fault)) {
        if (fault.kind == FAULT_USAGE) {
            e->fault = fault;
            return false;
        }
        audit_missing_source(e->audit, e->place, &fault);
    }
    return true;
}

/* How full the windows of the correlations that were asked for became, over all that was read. */
static void print_windows(const struct explaining *e, const struct rule *r, uint32_t number) {
    struct buf text;
    buf_init(&text, 1 << 20);
    correlator_explain(audit_correlator(e->audit), number, &text);
    if (e->format == EXPLAIN_JSON) {
        struct buf json;
        buf_init(&json, 8 << 20);
        struct json_writer w = { .out = &json };
        json_begin(&w, '{');
        json_key(&w, "rule_id");
        json_put(&w, r->id);
        json_key(&w, "windows");
        json_put(&w, buf_str(&text));
        json_end(&w, '}');
        printf("%.*s\n", STR_ARG(buf_str(&json)));
        buf_fini(&json);
    } else {
        printf("\nwindows of %.*s\n", STR_ARG(r->id));
        for (struct str rest = buf_str(&text); rest.len;) {
            size_t len = str_find_byte(rest, '\n');
            printf("  %.*s\n", (int)len, rest.ptr);
            rest = str_slice(rest, len + 1, rest.len);
        }
    }
    buf_fini(&text);
}

static void explain_windows(const struct explaining *e) {
    const struct ruleset *rs = e->job.options.rulesets[0];
    for (uint32_t i = 0; i < rs->rule_count && !e->done; i++)
        for (size_t k = 0; rs->rules[i].correlate && k < e->rule_count; k++)
            if (fnmatch(e->rules[k], rs->rules[i].id.ptr, 0) == 0) {
                print_windows(e, &rs->rules[i], i);
                break;
            }
}

/* Once the line was found the rest of the source is not read, which is no failure. */
static size_t report_failures(const struct explaining *e, const struct tally *t) {
    size_t count = 0;
    for (size_t i = 0; i < t->incomplete_count; i++) {
        const struct incomplete *n = &t->incomplete[i];
        if (e->done && !n->rule_id)
            continue;
        const char *where = n->rule_id ? n->rule_id : n->source;
        bool named = !where || strstr(n->detail, where);
        log_error("%s%s%s", named ? "" : where, named ? "" : ": ", n->detail);
        count++;
    }
    return count + e->cut;
}

static enum exit_code run(struct explaining *e) {
    if (!job_init(&e->job, e->cli, &e->fault) || !read_flags(e) ||
        !job_load_rules(&e->job, e->cli, &e->fault))
        return verb_fail(&e->fault);
    size_t failed_files = job_report_failed_files(&e->job);
    if (!choose_rules(e))
        return verb_fail(&e->fault);
    e->job.options.threads = 1;
    e->job.options.explain = &e->explain;
    e->job.options.stop = &e->done;
    e->audit = audit_new(&e->job.options, NULL, NULL, &e->fault);
    if (!e->audit || !explain_sources(e))
        return verb_fail(&e->fault);
    size_t failures = report_failures(e, audit_finish(e->audit));
    char range[JOB_RANGE_TEXT];
    if (e->place && is_cloudwatch(e->place) && job_default_range(&e->job, range))
        log_warn("%s: %s", e->place, range);
    explain_windows(e);
    if (!failures && e->explain.line && !e->explain.told) {
        log_error("%s: there is no record at line %llu", e->place, (unsigned long long)e->explain.line);
        return EXIT_USAGE;
    }
    return failed_files ? EXIT_RULES : failures ? EXIT_INCOMPLETE : EXIT_DONE;
}

enum exit_code verb_explain(const struct cli *cli) {
    struct explaining e = { .cli = cli, .explain = { .tell = tell, .context = &e } };
    explain_init(&e.explain);
    buf_init(&e.text, MAX_RECORD_BYTES);
    enum exit_code code = run(&e);
    audit_free(e.audit);
    explain_fini(&e.explain);
    nearest_free(e.explain.nearest);
    rule_tools_free(e.tools);
    buf_fini(&e.text);
    cli_free_list(e.rules, e.rule_count);
    free(e.place);
    job_free(&e.job);
    return code;
}
