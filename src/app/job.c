#include "job.h"

#include "context.h"
#include "file.h"
#include "log.h"
#include "mem.h"
#include "remote_rules.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PATH = 4096, MAX_CONDITIONS = 16 * 1024 * 1024 };

/* Of log groups, when nothing says which. */
static const int64_t DEFAULT_RANGE = 3600LL * 1000000;

/* ---- the program's own files ---- */

static char *join(const char *folder, const char *name) {
    struct buf path;
    buf_init(&path, MAX_PATH);
    buf_printf(&path, "%s/%s", folder, name);
    char *copy = mem_copy(path.ptr, path.len);
    buf_fini(&path);
    return copy;
}

static bool try_home(struct home *home, const char *base, const char *below) {
    struct buf path;
    buf_init(&path, MAX_PATH);
    buf_printf(&path, "%s%s/lua/logaudit/rule.lua", base, below);
    bool found = file_exists(buf_c(&path));
    buf_reset(&path);
    buf_printf(&path, "%s%s", base, below);
    char resolved[PATH_MAX]; /* messages name rule files by this path */
    found = found && realpath(buf_c(&path), resolved);
    if (found) {
        home->lua_folder = join(resolved, "lua");
        home->rules_folder = join(resolved, "rules");
        home->cache_folder = join(resolved, "cache");
    }
    buf_fini(&path);
    return found;
}

bool home_find(struct home *home, struct fault *fault) {
    *home = (struct home){ 0 };
    const char *set = getenv("LOGAUDIT_HOME");
    if (set && *set)
        return try_home(home, set, "") ||
               fault_set(fault, FAULT_USAGE, "LOGAUDIT_HOME=%s: there is no lua/logaudit in it", set);
    char program[MAX_PATH];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash = len > 0 ? memrchr(program, '/', (size_t)len) : NULL;
    if (slash) {
        *slash = '\0';
        static const char *const places[] = { "", "/../share/logaudit", "/../.." };
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
            if (try_home(home, program, places[i]))
                return true;
    }
    return try_home(home, LOGAUDIT_SHARE, "") ||
           fault_set(fault, FAULT_USAGE,
                     "cannot find the program's lua/ and rules/ folders; set LOGAUDIT_HOME to the folder "
                     "they are in");
}

void home_free(struct home *home) {
    free(home->lua_folder);
    free(home->rules_folder);
    free(home->cache_folder);
}

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
    else if (str_to_double(s, &number) && stamp_from_number(number, out))
        return true;
    else if (stamp_parse(s, rules, &stamp))
        *out = stamp.micros;
    else
        return fault_set(
            fault, FAULT_USAGE,
            "%s: a time like 2024-11-26T10:30:00Z, epoch milliseconds or -15m was expected, got '%s'", what,
            text);
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

static bool read_modes(struct job *job, const struct cli *cli, struct fault *fault) {
    static const char *const redactions[] = { "off", "secrets", "pii", NULL };
    int redact = REDACT_SECRETS;
    const char *format = cli_value(cli, "input-format");
    if (format && !read_input_format(job, format, fault))
        return false;
    if (!cli_choose(cli, "redact", redactions, &redact, fault))
        return false;
    job->options.redact = (enum redact_level)redact;
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
    if (since && !duration_parse(str_c(since), &length))
        return fault_set(fault, FAULT_USAGE,
                         "--since: a length of time like 15m, 2h or 7d was expected, got '%s'", since);
    if (since) {
        o->has_from = true;
        o->from = job->started - length;
    }
    if (from && !job_time(from, "--from", &o->time, job->started, &o->from, fault))
        return false;
    if (to && !job_time(to, "--to", &o->time, job->started, &o->to, fault))
        return false;
    if (since && from)
        return fault_set(fault, FAULT_USAGE, "--since and --from both say where to begin: give one of them");
    o->has_from = o->has_from || from;
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

/* Copies of what is in S3 in its place; `kind` is that of the fault. */
static bool bring(const struct job *job, enum remote_kind what, const char **paths, size_t count,
                  enum fault_kind kind, struct fault *fault) {
    if (remote_paths(job->mirror, what, paths, count, fault))
        return true;
    fault->kind = kind;
    return false;
}

static bool read_conditions(struct job *job, const char *path, struct fault *fault) {
    return bring(job, REMOTE_RULES, &path, 1, FAULT_USAGE, fault) &&
           file_read(path, &job->conditions, FAULT_USAGE, fault) &&
           json_doc_check(buf_str(&job->conditions), path, FAULT_USAGE, fault);
}

/* A fault names what lies in S3, not its copy. */
static bool named(const struct job *job, bool ok, struct fault *fault) {
    if (!ok)
        remote_name_fault(job->mirror, fault);
    return ok;
}

bool job_read_conditions(struct job *job, const char *path, struct fault *fault) {
    return named(job, read_conditions(job, path, fault), fault);
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
    if (bring(job, REMOTE_RULES, &path, 1, FAULT_USAGE, fault))
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
    struct sink *sink = place_create(&job->places, path, fault);
    bool ok = sink && sink->write(sink, buf_str(&text), fault);
    ok = sink && sink->close(sink, ok, fault) && ok;
    buf_fini(&text);
    return ok;
}

void job_choose_rules(struct job *job, size_t index) {
    for (size_t i = 0; i < job->rules_count; i++)
        if (i != index)
            free(job->rules[i]);
    job->rules[0] = job->rules[index];
    job->rules_count = 1;
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
    o->lua_folder = job->home.lua_folder;
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
    return named(job, read_job(job, cli, fault), fault);
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
    buf_fini(&job->conditions);
    if (!job->shares_mirror)
        mirror_free(job->mirror);
    places_fini(&job->places);
    home_free(&job->home);
}

/* ---- rules ---- */

static bool load(struct job *job, const struct ruleset_options *o, struct fault *fault) {
    struct ruleset *rs = job->shelf ? shelf_take(job->shelf, o, fault) : ruleset_new(o, fault);
    if (rs)
        job->options.rulesets[job->options.ruleset_count++] = rs;
    return rs != NULL;
}

static size_t add_paths(const char **paths, size_t used, const char *const *more, size_t count) {
    for (size_t i = 0; i < count; i++)
        paths[used++] = more[i];
    return used;
}

static bool check_paths(const char *const *paths, size_t count, const char *what, struct fault *fault) {
    for (size_t i = 0; i < count; i++)
        if (!file_exists(paths[i]))
            return fault_set(fault, FAULT_USAGE, "%s: there is no such %s file or folder", paths[i], what);
    return true;
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
    bring(job, REMOTE_TABLES, &rules[*count - (data != NULL)], data != NULL, FAULT_USAGE, &ignored);
    bring(job, REMOTE_RULES, rules, *count, FAULT_USAGE, &ignored);
    free(formats);
    return rules;
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
    o.rule_path_count = o.format_path_count = o.support_path_count =
        0; /* records are read by the first ruleset */
    o.format = o.overrides = NULL;
    o.conditions = str_without_mark(buf_str(&job->conditions));
    return load(job, &o, fault);
}

/* NULL: none, or the verb does not take them. */
static const char *overrides_of(const struct cli *cli) {
    return cli_takes(cli, "overrides") ? cli_value(cli, "overrides") : NULL;
}

/* Rules that are only looked at may name tables that are elsewhere. */
static bool any_table(const struct job *job, const struct cli *cli) {
    return !job->tables && (cli->verb->takes_rules || !cli_takes(cli, "severity"));
}

static bool load_tables(struct job *job, const struct cli *cli, struct fault *fault) {
    const char *folder = cli_takes(cli, "data") ? cli_value(cli, "data") : NULL;
    if (!folder)
        return true;
    if (!bring(job, REMOTE_TABLES, &folder, 1, FAULT_USAGE, fault))
        return fault_context(fault, "--data");
    if (!file_is_folder(folder))
        return fault_set(fault, FAULT_USAGE, "--data: a folder was expected, got %s", folder);
    job->tables = tables_new(folder, fault);
    job->options.tables = job->tables;
    return job->tables != NULL;
}

/* What is in S3 is copied before anything is loaded. */
static bool bring_rules(struct job *job, struct ruleset_options *o, const char **rules, const char **formats,
                        struct fault *fault) {
    return bring(job, REMOTE_RULES, rules, o->rule_path_count, FAULT_RULE, fault) &&
           bring(job, REMOTE_RULES, formats, o->format_path_count, FAULT_USAGE, fault) &&
           bring(job, REMOTE_RULES, &o->overrides, 1, FAULT_USAGE, fault);
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
        .overrides = overrides_of(cli),
        .packed_overrides = cli_takes(cli, "overrides"),
        .tables = job->tables,
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
    bool ok = named(job, load_rules(job, cli, fault), fault);
    if (!job->shares_mirror && !cli_has(cli, "follow")) /* all of it was read, and will not be again */
        mirror_clear(job->mirror);
    return ok;
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

static void hash_list(struct hash_state *h, const char *const *list, size_t count) {
    hash_add_int(h, (int64_t)count);
    for (size_t i = 0; i < count; i++)
        hash_add(h, str_c(list[i]));
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
