#include "job.h"

#include "context.h"
#include "file.h"
#include "remote_rules.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_CONDITIONS = 16 * 1024 * 1024 };

/* Of log groups, when nothing says which. */
static const int64_t DEFAULT_RANGE = 3600LL * 1000000;

/* ---- values ---- */

bool job_severity(const char *name, const char *what, enum severity *out, struct fault *fault) {
    *out = severity_named(str_c(name));
    return *out != SEVERITY_COUNT ||
           fault_set(fault, FAULT_USAGE, "%s: one of " SEVERITY_LIST " was expected, got '%s'", what, name);
}

bool job_time(const char *text, const char *what, const struct time_rules *rules, int64_t now, int64_t *out,
              struct fault *fault) {
    struct str s = str_c(text);
    struct stamp stamp;
    int64_t length;
    double number;
    if (s.len > 1 && s.ptr[0] == '-' && duration_parse(str_slice(s, 1, s.len), &length))
        *out = now - length;
    else if (stamp_named(s, rules, now, out))
        return true;
    else if (str_to_double(s, &number) && stamp_from_number(number, out))
        return true;
    else if (stamp_parse(s, rules, &stamp))
        *out = stamp.micros;
    else
        return fault_set(
            fault, FAULT_USAGE,
            "%s: a time like 2024-11-26T10:30:00Z, 2024-11-26, yesterday, epoch milliseconds or -15m was "
            "expected, got '%s'",
            what, text);
    return true;
}

/* What is no mode is a text format; whether there is one of that name is known when the formats are loaded.
 */
static bool read_input_format(struct job *job, const char *value, struct fault *fault) {
    static const char *const modes[] = { "auto", "json", "text", "lines" };
    if (!*value)
        return fault_set(
            fault, FAULT_USAGE,
            "--input-format: auto, json, text, lines, a .lua file or a format's name was expected, got ''");
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(value, modes[i]) == 0) {
            job->options.mode = (enum frame_mode)i;
            return true;
        }
    }
    job->options.mode = FRAME_TEXT;
    job->options.no_columns = true; /* the format is asked first */
    job->format = value;
    return true;
}

/* `off` is for the one who types it: no setting of a place, nor of a function, shows secrets. */
static bool read_redact(struct job *job, const struct cli *cli, struct fault *fault) {
    static const char *const names[] = { "off", "secrets", "pii", NULL };
    int first = cli_has(cli, "redact") ? REDACT_OFF : REDACT_SECRETS;
    int choice = REDACT_SECRETS - first;
    if (!cli_choose(cli, "redact", names + first, &choice, fault))
        return false;
    job->options.redact = (enum redact_level)(first + choice);
    return true;
}

static bool read_modes(struct job *job, const struct cli *cli, struct fault *fault) {
    const char *format = cli_value(cli, "input-format");
    if (format && !read_input_format(job, format, fault))
        return false;
    if (!read_redact(job, cli, fault) || !redact_key_init(&job->redact_key, fault))
        return false;
    job->options.tokens = redact_key_tokens(&job->redact_key);
    return true;
}

static bool read_times(struct job *job, const struct cli *cli, struct fault *fault) {
    struct audit_options *o = &job->options;
    const char *zone = cli_value(cli, "tz"), *since = cli_value(cli, "since");
    const char *from = cli_value(cli, "from"), *to = cli_value(cli, "to");
    if (!time_rules_init(&o->time, zone ? zone : "UTC", fault))
        return false;
    o->time.reference = o->now = job->started;
    int64_t length;
    if (since && duration_parse(str_c(since), &length))
        o->from = job->started - length;
    else if (since && !job_time(since, "--since", &o->time, job->started, &o->from, fault))
        return fault_set(
            fault, FAULT_USAGE,
            "--since: a length of time like 15m, 2h or 7d, or a time like 2024-11-26T10:30:00Z or "
            "yesterday was expected, got '%s'",
            since);
    if (from && !job_time(from, "--from", &o->time, job->started, &o->from, fault))
        return false;
    if (to && !job_time(to, "--to", &o->time, job->started, &o->to, fault))
        return false;
    if (since && from)
        return fault_set(fault, FAULT_USAGE, "--since and --from both say where to begin: give one of them");
    o->has_from = since || from;
    o->has_to = to != NULL;
    if (o->has_from && o->has_to && o->from >= o->to)
        return fault_set(fault, FAULT_USAGE, "--to: a time after the beginning was expected, got '%s'", to);
    return true;
}

void job_read_logs(struct job *job, const struct job_range *range) {
    struct logs_query *q = &job->places.logs;
    job->default_range = !range->has_from && !range->has_to;
    q->to = range->has_to ? range->to : range->end;
    q->from = range->has_from ? range->from : q->to - DEFAULT_RANGE;
    q->streams = (const char *const *)job->streams;
    q->stream_count = job->stream_count;
}

bool job_default_range(const struct job *job, char text[JOB_RANGE_TEXT]) {
    const struct logs_query *q = &job->places.logs;
    char from[STAMP_LEN + 1], to[STAMP_LEN + 1];
    stamp_print(q->from, from);
    stamp_print(q->to, to);
    snprintf(text, JOB_RANGE_TEXT, "no range was given: the hour from %s to %s was read", from, to);
    return job->default_range;
}

void job_note_range(const struct job *job, struct tally *t) {
    char text[JOB_RANGE_TEXT];
    if (job_default_range(job, text))
        tally_add_diagnostic(t, "default_range", "info", NULL, NULL, 0, text);
}

static bool read_threads(struct job *job, const struct cli *cli, struct fault *fault) {
    const char *jobs = cli_value(cli, "jobs");
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t count = cores > 0 ? cores : 1;
    if (jobs && (!str_to_int(str_c(jobs), &count) || count < 1 || count > 64))
        return fault_set(fault, FAULT_USAGE, "--jobs: a number from 1 to 64 was expected, got '%s'", jobs);
    job->options.threads = (unsigned)count;
    return true;
}

static bool read_context(struct job *job, const struct cli *cli, struct fault *fault) {
    const char *text = cli_takes(cli, "context") ? cli_value(cli, "context") : NULL;
    int64_t count = 0;
    if (text && (!str_to_int(str_c(text), &count) || count < 0 || count > MAX_CONTEXT))
        return fault_set(fault, FAULT_USAGE, "%s: a number from 0 to %d was expected, got '%s'",
                         cli_origin(cli, "context").name, MAX_CONTEXT, text);
    job->options.context = (unsigned)count;
    return true;
}

static bool read_conditions(struct job *job, const char *path, struct fault *fault) {
    job->conditions_from = path;
    return remote_paths(job->mirror, REMOTE_RULES, &path, 1, FAULT_USAGE, fault) &&
           file_read(path, &job->conditions, FAULT_USAGE, fault) &&
           json_doc_check(buf_str(&job->conditions), path, FAULT_USAGE, fault);
}

bool job_read_conditions(struct job *job, const char *path, struct fault *fault) {
    return read_conditions(job, path, fault) || remote_name_fault(job->mirror, fault);
}

/* An empty list of rules would mean all of them, the opposite of what was written. */
static bool check_lists(const struct job *job, const struct cli *cli, struct fault *fault) {
    const struct {
        const char *flag;
        size_t count;
    } lists[] = { { "only", job->only_count },
                  { "skip", job->skip_count },
                  { "rules", job->rules_count },
                  { "stream", job->stream_count } };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (cli_has(cli, lists[i].flag) && !lists[i].count)
            return fault_set(fault, FAULT_USAGE, "--%s: a value was expected, got nothing", lists[i].flag);
    return true;
}

/* A file of baselines is read like a result. */
static bool read_baseline(struct job *job, const struct cli *cli, struct fault *fault) {
    const char *path = cli_takes(cli, "baseline") ? cli_value(cli, "baseline") : NULL;
    if (path || cli_has(cli, "write-baseline"))
        job->options.baseline = job->baseline = finding_set_new();
    if (!path)
        return true;
    struct source *source = NULL;
    if (remote_paths(job->mirror, REMOTE_RULES, &path, 1, FAULT_USAGE, fault))
        source = place_open(&job->places, path, fault);
    bool ok = source && finding_set_read(job->baseline, SIDE_OLD, source, fault);
    if (source)
        source->close(source);
    if (ok && finding_set_full(job->baseline))
        ok = fault_set(fault, FAULT_USAGE, "%s: at most %d kinds of findings were expected", path,
                       FINDING_SET_MAX);
    if (!ok) {
        fault->kind = FAULT_USAGE;
        fault_context(fault, "%s", cli_origin(cli, "baseline").name);
    }
    return ok;
}

bool job_write_baseline(struct job *job, const struct cli *cli, struct fault *fault) {
    const char *path = cli_value(cli, "write-baseline");
    if (!path)
        return true;
    if (finding_set_full(job->baseline))
        return fault_set(fault, FAULT_OUTPUT, "%s: not written: there are more than %d kinds of findings",
                         path, FINDING_SET_MAX);
    struct buf text;
    buf_init(&text, SIZE_MAX / 2); /* the kinds are bounded, and what is kept of each */
    finding_set_put(job->baseline, &text);
    bool ok = place_write(&job->places, path, buf_str(&text), fault);
    buf_fini(&text);
    return ok;
}

static bool read_job(struct job *job, const struct cli *cli, struct fault *fault) {
    job->rules = cli_list(cli, "rules", false, &job->rules_count);
    job->also = cli_list(cli, "also", false, &job->also_count);
    job->formats = cli_list(cli, "formats", false, &job->formats_count);
    job->only = cli_list(cli, "only", true, &job->only_count);
    job->skip = cli_list(cli, "skip", true, &job->skip_count);
    job->streams = cli_list(cli, "stream", false, &job->stream_count);
    struct audit_options *o = &job->options;
    o->only = (const char *const *)job->only;
    o->only_count = job->only_count;
    o->skip = (const char *const *)job->skip;
    o->skip_count = job->skip_count;
    const char *severity = cli_value(cli, "severity"), *conditions = cli_value(cli, "conditions");
    if (!check_lists(job, cli, fault) || !home_find(&job->home, fault))
        return false;
    if (severity && !job_severity(severity, cli_origin(cli, "severity").name, &o->min_severity, fault))
        return false;
    if (conditions && !read_conditions(job, conditions, fault))
        return false;
    if (!read_baseline(job, cli, fault) || !read_context(job, cli, fault) || !read_modes(job, cli, fault) ||
        !read_times(job, cli, fault) || !read_threads(job, cli, fault))
        return false;
    job_read_logs(job, &(struct job_range){ o->has_from, o->has_to, o->from, o->to, job->started });
    return true;
}

bool job_init_with(struct job *job, const struct cli *cli, struct mirror *mirror, struct fault *fault) {
    *job = (struct job){ .started = now_micros(), .shares_mirror = mirror != NULL };
    job->time = job->started;
    buf_init(&job->conditions, MAX_CONDITIONS);
    job->places.local_root = cli_value(cli, "local-root");
    job->mirror = mirror ? mirror : mirror_new(&job->places);
    return read_job(job, cli, fault) || remote_name_fault(job->mirror, fault);
}

bool job_init(struct job *job, const struct cli *cli, struct fault *fault) {
    return job_init_with(job, cli, NULL, fault);
}

void job_free(struct job *job) {
    for (size_t i = 0; i < job->options.ruleset_count && !job->shelf; i++)
        ruleset_free(job->options.rulesets[i]);
    cli_free_list(job->rules, job->rules_count);
    cli_free_list(job->also, job->also_count);
    cli_free_list(job->formats, job->formats_count);
    cli_free_list(job->only, job->only_count);
    cli_free_list(job->skip, job->skip_count);
    cli_free_list(job->streams, job->stream_count);
    tables_free(job->tables);
    finding_set_free(job->baseline);
    redact_key_fini(&job->redact_key);
    buf_fini(&job->conditions);
    if (!job->shares_mirror)
        mirror_free(job->mirror);
    places_fini(&job->places);
    home_fini(&job->home);
}

/* ---- what makes one job another ---- */

static void hash_list(struct hash_state *h, const char *const *list, size_t count) {
    hash_add_int(h, (int64_t)count);
    for (size_t i = 0; i < count; i++)
        hash_add(h, str_c(list[i]));
}

/* Another key makes other tokens. */
static void hash_tokens(struct hash_state *h, const struct tokens *tokens) {
    char token[TOKEN_LEN + 1] = "";
    if (tokens->make)
        tokens->make(tokens->context, str_c("logaudit"), token);
    hash_add(h, str_c(token));
}

/* Which exceptions hold today. */
static void hash_exceptions(struct hash_state *h, const struct ruleset *rs, int64_t now) {
    for (size_t i = 0; i < rs->rule_count; i++)
        for (size_t j = 0; j < rs->rules[i].exception_count; j++)
            hash_add_int(h, now < rs->rules[i].exceptions[j].ends);
}

void job_hash(const struct job *job, struct hash_state *h) {
    const struct audit_options *o = &job->options;
    for (size_t i = 0; i < o->ruleset_count; i++) {
        hash_add(h, str_c(o->rulesets[i]->digest));
        hash_exceptions(h, o->rulesets[i], o->now);
    }
    if (o->baseline)
        finding_set_hash(o->baseline, h);
    hash_list(h, o->only, o->only_count);
    hash_list(h, o->skip, o->skip_count);
    hash_add_int(h, o->min_severity);
    hash_add_int(h, o->has_from ? o->from : INT64_MIN);
    hash_add_int(h, o->has_to ? o->to : INT64_MAX);
    hash_add_int(h, o->time.local);
    hash_add_int(h, o->time.zone_offset_seconds);
    hash_add_int(h, o->context);
    hash_add_int(h, o->redact);
    hash_tokens(h, &o->tokens);
    hash_add_int(h, o->mode);
    hash_add_int(h, o->correlate_later);
    hash_list(h, job->places.logs.streams, job->places.logs.stream_count);
    hash_add(h, str_c(job->places.logs.filter));
}

void job_audit(struct audit *audit, const char *uri, struct source *source, const struct fault *fault) {
    if (source)
        audit_source(audit, source);
    else if (fault->kind == FAULT_NONE)
        audit_skipped_source(audit, uri, fault);
    else
        audit_missing_source(audit, uri, fault);
}

/* ---- interrupts ---- */

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number) {
    if (interrupted) /* the second one does not wait */
        _exit(128 + number);
    interrupted = 1;
}

bool job_interrupted(void) {
    return interrupted;
}

void job_catch_interrupts(struct job *job) {
    struct sigaction action = { .sa_handler = on_interrupt };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    job->options.stop = &interrupted;
    job->places.stop = &interrupted;
}
