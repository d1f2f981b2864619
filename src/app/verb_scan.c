/* logaudit scan SOURCE...: the rules over sources, one result. */
#include "follow.h"
#include "job.h"
#include "log.h"
#include "mem.h"
#include "output.h"
#include "profile.h"
#include "sink_file.h"
#include "verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct scan {
    const struct cli *cli;
    struct job job;
    struct audit *audit;
    struct kept_findings kept;
    enum output_format format;
    struct output_limit limit;
    bool has_fail_on;
    enum severity fail_on;
    struct sink *sink;
    char **uris; /* of all sources, in order */
    size_t uri_count, uri_capacity;
    bool follow;
    struct edition *editions; /* of rules, while following */
    bool streaming;           /* ndjson without a limit: findings are written as they come */
    bool write_failed;
    struct buf line;
    struct fault fault;
};

/* What comes at once cannot wait for the end. */
static bool check_follow(struct scan *s) {
    s->follow = cli_has(s->cli, "follow");
    if (s->follow && cli_has(s->cli, "output"))
        return fault_set(&s->fault, FAULT_USAGE, "--follow writes to standard output: it takes no --output");
    if (s->follow && s->format != OUTPUT_TEXT && !s->streaming)
        return fault_set(
            &s->fault, FAULT_USAGE,
            "--follow writes findings as they come: --format text or ndjson was expected, without "
            "--max-findings");
    return true;
}

static bool read_flags(struct scan *s) {
    const char *format = cli_value(s->cli, "format"), *fail_on = cli_value(s->cli, "fail-on");
    const char *max = cli_value(s->cli, "max-findings");
    int64_t count;
    bool terminal = !cli_has(s->cli, "output") && isatty(STDOUT_FILENO);
    if (!format)
        s->format = terminal ? OUTPUT_TEXT : OUTPUT_JSON;
    else if (strcmp(format, "text") == 0)
        s->format = OUTPUT_TEXT;
    else if (strcmp(format, "json") == 0)
        s->format = OUTPUT_JSON;
    else if (strcmp(format, "ndjson") == 0)
        s->format = OUTPUT_NDJSON;
    else
        return fault_set(&s->fault, FAULT_USAGE, "--format: one of text, json, ndjson was expected, got '%s'",
                         format);
    s->limit = NO_LIMIT;
    if (max && (!str_to_int(str_c(max), &count) || count < 0))
        return fault_set(&s->fault, FAULT_USAGE, "--max-findings: a number was expected, got '%s'", max);
    if (max)
        s->limit.findings = (uint64_t)count;
    const char *color = cli_value(s->cli, "color");
    if (color && strcmp(color, "auto") != 0 && strcmp(color, "always") != 0 && strcmp(color, "never") != 0)
        return fault_set(&s->fault, FAULT_USAGE, "--color: one of auto, always, never was expected, got '%s'",
                         color);
    s->has_fail_on = fail_on != NULL;
    if (fail_on && !job_severity(fail_on, "--fail-on", &s->fail_on, &s->fault))
        return false;
    s->streaming = s->format == OUTPUT_NDJSON && !max;
    if (!check_follow(s))
        return false;
    return s->cli->argument_count > 0 ||
           fault_set(&s->fault, FAULT_USAGE,
                     "scan needs a source: a file, a folder, or - for standard input");
}

/* ---- findings ---- */

static bool want_color(const struct scan *s);

/* --follow: who reads along gets each finding at once, past the sink's block. */
static void show_finding(struct scan *s, const struct finding *f) {
    buf_reset(&s->line);
    struct json_writer w = { .out = &s->line };
    if (s->format == OUTPUT_TEXT) {
        output_finding(f, want_color(s), &s->line);
    } else {
        finding_put(&w, f);
        buf_add_byte(&s->line, '\n');
    }
    struct sink *now = sink_stdout_new();
    bool ok = now->write(now, buf_str(&s->line), &s->fault);
    if (!now->close(now, ok, &s->fault) || !ok)
        s->write_failed = true;
}

static void stream_finding(struct scan *s, const struct finding *f) {
    buf_reset(&s->line);
    struct json_writer w = { .out = &s->line };
    finding_put(&w, f);
    buf_add_byte(&s->line, '\n');
    if (!s->write_failed && !s->sink->write(s->sink, buf_str(&s->line), &s->fault))
        s->write_failed = true;
}

static void take_finding(void *context, const struct finding *f) {
    struct scan *s = context;
    if (s->job.baseline)
        finding_set_add(s->job.baseline, SIDE_NEW, f);
    if (s->follow)
        show_finding(s, f);
    else if (s->streaming)
        stream_finding(s, f);
    else if (s->format != OUTPUT_TEXT)
        kept_add(&s->kept, f);
}

/* ---- sources ---- */

static void scan_uri(struct scan *s, const char *uri) {
    struct fault fault;
    if (job_interrupted()) {
        fault_set(&fault, FAULT_INPUT, "not read: interrupted");
        audit_missing_source(s->audit, uri, &fault);
        return;
    }
    struct source *source = place_open(&s->job.places, uri, &fault);
    if (source)
        audit_source(s->audit, source);
    else
        audit_missing_source(s->audit, uri, &fault);
}

static void note_uri(void *context, const char *uri) {
    struct scan *s = context;
    mem_grow(&s->uris, &s->uri_capacity, s->uri_count, sizeof *s->uris);
    s->uris[s->uri_count++] = mem_copy(uri, strlen(uri));
}

static bool given_before(const struct cli *cli, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (strcmp(cli->arguments[i], cli->arguments[index]) == 0)
            return true;
    return false;
}

/* All sources are known before the output is made, which must not be one of them. What is not there is kept,
 * to be reported like what cannot be read; a word that is no source ends the run. */
static bool list_sources(struct scan *s, const char *output) {
    for (size_t i = 0; i < s->cli->argument_count; i++) {
        const char *spec = s->cli->arguments[i];
        if (given_before(s->cli, i) || place_list(&s->job.places, spec, note_uri, s, &s->fault))
            continue;
        if (s->fault.kind == FAULT_USAGE)
            return false;
        note_uri(s, spec);
    }
    for (size_t i = 0; s->follow && i < s->uri_count; i++)
        if (strstr(s->uris[i], "://"))
            return fault_set(&s->fault, FAULT_USAGE, "%s: --follow reads files and standard input only",
                             s->uris[i]);
    for (size_t i = 0; output && i < s->uri_count; i++)
        if (place_same(&s->job.places, s->uris[i], output))
            return fault_set(&s->fault, FAULT_USAGE, "--output: %s is one of the sources", output);
    return true;
}

static void scan_sources(struct scan *s) {
    for (size_t i = 0; i < s->uri_count; i++)
        scan_uri(s, s->uris[i]);
}

/* Files are followed by their names; a folder stands for the files that are in it now. */
static struct edition *follow_sources(struct scan *s) {
    struct following f = { .audit = s->audit,
                           .job = &s->job,
                           .cli = s->cli,
                           .uris = (const char *const *)s->uris,
                           .uri_count = s->uri_count };
    return follow_run(&f);
}

/* ---- the result ---- */

static bool want_color(const struct scan *s) {
    const char *color = cli_value(s->cli, "color"), *no_color = getenv("NO_COLOR");
    if (color && strcmp(color, "auto") != 0)
        return strcmp(color, "always") == 0;
    return !(no_color && *no_color) && !cli_has(s->cli, "output") && isatty(STDOUT_FILENO);
}

static void print_audit_id(const struct scan *s, const struct tally *t, char out[HASH_HEX + 1]) {
    struct hash_state *h = hash_new();
    for (size_t i = 0; i < t->source_count; i++)
        hash_add(h, str_c(t->sources[i].uri));
    job_hash(&s->job, h);
    hash_print(hash_get(h), out);
    hash_free(h);
}

static bool write_result(struct scan *s, struct tally *t) {
    char audit_id[HASH_HEX + 1];
    print_audit_id(s, t, audit_id);
    struct result_info info = { .audit_id = audit_id, .started = s->job.started, .finished = now_micros() };
    switch (s->format) {
    case OUTPUT_TEXT:
        return output_text(s->sink, t, &info, want_color(s), cli_has(s->cli, "verbose"), &s->fault);
    case OUTPUT_JSON:
        return output_json(s->sink, t, &info, &s->kept, s->limit, &s->fault);
    default:
        return output_ndjson(s->sink, t, &info, &s->kept, s->limit, &s->fault);
    }
}

static bool found_at_or_above(const struct tally *t, enum severity severity) {
    for (int s = severity; s < SEVERITY_COUNT; s++)
        if (t->counting[s])
            return true;
    return false;
}

static enum exit_code exit_of(const struct scan *s, const struct tally *t, size_t failed_files) {
    if (job_interrupted())
        return EXIT_INTERRUPTED;
    if (failed_files)
        return EXIT_RULES;
    if (!result_complete(t))
        return EXIT_INCOMPLETE;
    return s->has_fail_on && found_at_or_above(t, s->fail_on) ? EXIT_FOUND : EXIT_DONE;
}

static void log_incomplete(const struct tally *t) {
    for (size_t i = 0; i < t->incomplete_count; i++) {
        const struct incomplete *n = &t->incomplete[i];
        bool named = n->source && n->detail && strstr(n->detail, n->source);
        log_error("%s%s%s (%s, %llux)",
                  named        ? ""
                  : n->source  ? n->source
                  : n->rule_id ? n->rule_id
                               : "",
                  named || (!n->source && !n->rule_id) ? "" : ": ", n->detail, n->reason,
                  (unsigned long long)n->count);
    }
}

/* A range says nothing about records without a time, so they stay; the result says how many. */
static void note_untimed(const struct scan *s, struct tally *t) {
    const struct audit_options *o = &s->job.options;
    char text[128];
    if (!(o->has_from || o->has_to) || !t->clock.without_time)
        return;
    snprintf(text, sizeof text, "%llu records without a time were kept by --from, --to or --since",
             (unsigned long long)t->clock.without_time);
    tally_add_diagnostic(t, "without_time", "warning", NULL, NULL, 0, text);
}

static enum exit_code run(struct scan *s) {
    if (!read_flags(s) || !job_init(&s->job, s->cli, &s->fault) ||
        !job_load_rules(&s->job, s->cli, &s->fault))
        return verb_fail(&s->fault);
    size_t failed_files = job_report_failed_files(&s->job);
    job_catch_interrupts(&s->job);
    s->job.options.profile = cli_has(s->cli, "profile");
    const char *target = cli_value(s->cli, "output");
    if (!list_sources(s, target))
        return verb_fail(&s->fault);
    s->sink = place_create(&s->job.places, target ? target : "-", &s->fault);
    if (!s->sink)
        return verb_fail(&s->fault);
    s->audit = audit_new(&s->job.options, take_finding, s, &s->fault);
    if (!s->audit)
        return verb_fail(&s->fault);
    if (s->follow)
        s->editions = follow_sources(s);
    else
        scan_sources(s);
    struct tally *t = audit_finish(s->audit);
    note_untimed(s, t);
    bool ok = write_result(s, t) && !s->write_failed;
    struct sink *sink = s->sink;
    s->sink = NULL;
    if (!sink->close(sink, ok, &s->fault) || !ok)
        return verb_fail(&s->fault);
    log_incomplete(t);
    if (s->job.options.profile)
        profile_print(audit_costs(s->audit), t, cli_has(s->cli, "verbose"));
    if (!job_interrupted() && !job_write_baseline(&s->job, s->cli, &s->fault))
        return verb_fail(&s->fault);
    return exit_of(s, t, failed_files);
}

enum exit_code verb_scan(const struct cli *cli) {
    struct scan s = { .cli = cli };
    kept_init(&s.kept);
    buf_init(&s.line, 16 << 20);
    enum exit_code code = run(&s);
    if (s.sink)
        s.sink->close(s.sink, false, &s.fault);
    audit_free(s.audit);
    follow_free(s.editions);
    kept_fini(&s.kept);
    buf_fini(&s.line);
    cli_free_list(s.uris, s.uri_count);
    job_free(&s.job);
    return code;
}
