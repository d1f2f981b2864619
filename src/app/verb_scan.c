/* logaudit scan SOURCE...: the rules over sources, one result. */
#include "delivery.h"
#include "follow.h"
#include "job.h"
#include "mem.h"
#include "profile.h"
#include "progress.h"
#include "remote_rules.h"
#include "sink_file.h"
#include "uris.h"
#include "verbs.h"

#include <stdlib.h>
#include <unistd.h>

struct scan {
    const struct cli *cli;
    struct job job;
    struct audit *audit;
    struct kept_findings kept;
    struct delivery delivery;
    struct sink *sink;
    struct progress_counts counts;
    struct progress *progress; /* NULL: nobody sees it */
    struct uris uris; /* of all sources: known before the output is made, which must not be one of them */
    bool follow;
    struct edition *editions; /* of rules, while following */
    bool streaming;           /* ndjson without a limit: findings are written as they come */
    bool write_failed;
    struct buf line;
    struct hash_state *hash; /* of the sources, for the audit_id */
    struct fault fault;
};

/* What comes at once cannot wait for the end. */
static bool check_follow(struct scan *s) {
    s->follow = cli_has(s->cli, "follow");
    if (s->follow && cli_has(s->cli, "output"))
        return fault_set(&s->fault, FAULT_USAGE, "--follow writes to standard output: it takes no --output");
    if (s->follow && s->delivery.format != OUTPUT_TEXT && !s->streaming)
        return fault_set(
            &s->fault, FAULT_USAGE,
            "--follow writes findings as they come: --format text or ndjson was expected, without "
            "--max-findings");
    return true;
}

static bool read_flags(struct scan *s) {
    if (!delivery_read(&s->delivery, s->cli, &s->fault))
        return false;
    s->streaming = s->delivery.format == OUTPUT_NDJSON && s->delivery.limit.findings == UINT64_MAX;
    if (!check_follow(s))
        return false;
    return s->cli->argument_count > 0 ||
           fault_set(&s->fault, FAULT_USAGE,
                     "scan needs a source: a file, a folder, or - for standard input");
}

/* ---- findings ---- */

/* --follow: who reads along gets each finding at once, past the sink's block. */
static void show_finding(struct scan *s, const struct finding *f) {
    buf_reset(&s->line);
    struct json_writer w = { .out = &s->line };
    if (s->delivery.format == OUTPUT_TEXT) {
        output_finding(f, s->delivery.color, &s->line);
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
    s->counts.findings++;
    if (s->job.baseline)
        finding_set_add(s->job.baseline, SIDE_NEW, f);
    if (s->follow)
        show_finding(s, f);
    else if (s->streaming)
        stream_finding(s, f);
    else if (s->delivery.format != OUTPUT_TEXT)
        kept_add(&s->kept, f);
}

/* ---- sources ---- */

/* A source without a version is known by its bytes. */
struct hashing {
    struct source source;
    struct source *inner;
    struct hash_state *hash;
};

static bool read_hashing(struct source *s, char *into, size_t capacity, size_t *got, struct fault *fault) {
    struct hashing *h = (struct hashing *)s;
    bool ok = h->inner->read(h->inner, into, capacity, got, fault);
    if (ok)
        hash_add_bytes(h->hash, str_of(into, *got));
    return ok;
}

static void close_hashing(struct source *s) {
    struct hashing *h = (struct hashing *)s;
    h->inner->close(h->inner);
    free(h);
}

static struct source *hashing_new(struct source *inner, struct hash_state *hash) {
    struct hashing *h = mem_new(1, sizeof *h);
    *h = (struct hashing){ *inner, inner, hash };
    h->source.read = read_hashing;
    h->source.close = close_hashing;
    return &h->source;
}

/* Two audits of what is not the same have different ids: `merge` counts one id once. */
static struct source *identified(struct scan *s, struct source *source, const char *uri) {
    struct str version = str_c(source ? source->version : NULL);
    hash_add(s->hash, str_c(uri));
    hash_add(s->hash, version);
    return version.len || !source ? source : hashing_new(source, s->hash);
}

static void scan_uri(struct scan *s, const char *uri) {
    struct fault fault;
    if (job_interrupted()) {
        fault_set(&fault, FAULT_INPUT, "not read: interrupted");
        audit_missing_source(s->audit, uri, &fault);
        return;
    }
    s->counts.begun++;
    struct source *source = identified(s, place_open(&s->job.places, uri, &fault), uri);
    if (!source && is_s3(uri))
        remote_say_slash(uri, &fault);
    s->counts.size = source ? source->size : 0;
    job_audit(s->audit, uri, source, &fault);
}

static bool list_sources(struct scan *s) {
    s->job.places.listed = &s->counts.listed;
    struct progress *listing = progress_start(s->cli, &s->counts, 0);
    bool ok = uris_list(&s->uris, &s->job.places, s->cli->arguments, s->cli->argument_count, false,
                        s->delivery.target, &s->fault);
    progress_end(listing);
    return ok;
}

static bool check_followed(const struct scan *s, struct fault *fault) {
    for (size_t i = 0; s->follow && i < s->uris.count; i++)
        if (strstr(s->uris.items[i], "://") || is_cloudwatch(s->uris.items[i]))
            return fault_set(fault, FAULT_USAGE, "%s: --follow reads files and standard input only",
                             s->uris.items[i]);
    return true;
}

/* Findings that come to the terminal are progress enough, and would stand in the line of it. */
static void show_progress(struct scan *s) {
    if (s->streaming && !s->delivery.target && isatty(STDOUT_FILENO))
        return;
    s->job.options.bytes_read = &s->counts.bytes;
    s->job.places.logs.fetched = &s->counts.events;
    s->progress = progress_start(s->cli, &s->counts, s->uris.count);
}

static void scan_sources(struct scan *s) {
    show_progress(s);
    for (size_t i = 0; i < s->uris.count; i++)
        scan_uri(s, s->uris.items[i]);
}

/* Files are followed by their names; a folder stands for the files that are in it now. */
static struct edition *follow_sources(struct scan *s) {
    struct following f = { .audit = s->audit,
                           .job = &s->job,
                           .cli = s->cli,
                           .uris = (const char *const *)s->uris.items,
                           .uri_count = s->uris.count };
    return follow_run(&f);
}

/* ---- the result ---- */

static void print_ids(struct scan *s, char audit_id[HASH_HEX + 1], char options[HASH_HEX + 1]) {
    struct hash_state *h = hash_new();
    job_hash(&s->job, s->hash);
    hash_print(hash_get(s->hash), audit_id);
    job_hash(&s->job, h);
    hash_print(hash_get(h), options);
    hash_free(h);
}

static bool write_result(struct scan *s, struct tally *t) {
    char audit_id[HASH_HEX + 1], options[HASH_HEX + 1];
    print_ids(s, audit_id, options);
    struct result_info info = {
        .audit_id = audit_id,
        .started = s->job.started,
        .finished = now_micros(),
        .options = options,
    };
    s->delivery.lua_folder = s->job.home.lua_folder;
    return delivery_write(&s->delivery, s->sink, t, &info, &s->kept, &s->fault);
}

/* A range says nothing about records without a time, so they stay; the result says how many. */
static void note_untimed(const struct scan *s, struct tally *t) {
    const struct audit_options *o = &s->job.options;
    if ((o->has_from || o->has_to) && t->clock.without_time)
        tally_carry_diagnostic(t, "without_time", "warning", NULL, NULL, 0,
                               "records without a time were kept by --from, --to or --since",
                               t->clock.without_time);
}

/* An empty report of a log that is not empty is no good news. */
static void note_all_outside(struct tally *t) {
    if (!t->counts.records && t->counts.skipped)
        tally_carry_diagnostic(t, "nothing_in_range", "warning", NULL, NULL, 0,
                               "records were read, and all lie outside --from, --to or --since",
                               t->counts.skipped);
}

static void note_range(const struct scan *s, struct tally *t) {
    for (size_t i = 0; i < s->uris.count; i++)
        if (is_cloudwatch(s->uris.items[i])) {
            job_note_range(&s->job, t);
            return;
        }
}

static bool start(struct scan *s, size_t *failed_files) {
    const char *target = s->delivery.target;
    *failed_files = job_report_failed_files(&s->job);
    job_warn_expired(&s->job);
    job_catch_interrupts(&s->job);
    s->job.options.profile = cli_has(s->cli, "profile");
    if (!list_sources(s) || !check_followed(s, &s->fault))
        return false;
    s->sink = place_create(&s->job.places, target ? target : "-", &s->fault);
    s->audit = s->sink ? audit_new(&s->job.options, take_finding, s, &s->fault) : NULL;
    return s->audit != NULL;
}

static struct tally *audit_all(struct scan *s) {
    for (size_t i = 0; i < s->uris.repeated_count; i++)
        audit_repeated_source(s->audit, s->uris.repeated[i]);
    if (s->follow)
        s->editions = follow_sources(s);
    else
        scan_sources(s);
    struct tally *t = audit_finish(s->audit);
    progress_end(s->progress);
    note_untimed(s, t);
    note_all_outside(t);
    note_range(s, t);
    return t;
}

static bool deliver(struct scan *s, struct tally *t) {
    bool ok = write_result(s, t) && !s->write_failed;
    struct sink *sink = s->sink;
    s->sink = NULL;
    if (!sink->close(sink, ok, &s->fault) || !ok)
        return false;
    delivery_log_incomplete(t);
    if (s->job.options.profile)
        profile_print(audit_costs(s->audit), t, cli_has(s->cli, "verbose"));
    return job_interrupted() || job_write_baseline(&s->job, s->cli, &s->fault);
}

static enum exit_code run(struct scan *s) {
    size_t failed_files;
    if (!read_flags(s) || !job_init(&s->job, s->cli, &s->fault) ||
        !job_load_rules(&s->job, s->cli, &s->fault) || !start(s, &failed_files))
        return verb_fail(&s->fault);
    struct tally *t = audit_all(s);
    return deliver(s, t) ? delivery_exit(&s->delivery, t, failed_files > 0) : verb_fail(&s->fault);
}

enum exit_code verb_scan(const struct cli *cli) {
    struct scan s = { .cli = cli, .hash = hash_new() };
    kept_init(&s.kept);
    buf_init(&s.line, 16 << 20);
    enum exit_code code = run(&s);
    if (s.sink)
        s.sink->close(s.sink, false, &s.fault);
    audit_free(s.audit);
    follow_free(s.editions);
    kept_fini(&s.kept);
    buf_fini(&s.line);
    hash_free(s.hash);
    uris_fini(&s.uris);
    job_free(&s.job);
    return code;
}
