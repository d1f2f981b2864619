#include "event.h"

#include "allowed.h"
#include "mem.h"
#include "wildcard.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool wrong(struct fault *fault, const char *field, const char *expected, const struct json_node *got) {
    return fault_set(fault, FAULT_USAGE, "event: %s: %s was expected, got %s", field, expected,
                     json_kind_name(got));
}

/* Every key must be one of `known`: a misspelled one would be ignored in silence. */
static bool check_keys(const struct json_node *object, const char *where, const char *const *known,
                       size_t count, struct fault *fault) {
    for (const struct json_node *m = json_first(object); m; m = json_after(m)) {
        bool found = false;
        for (size_t i = 0; i < count && !found; i++)
            found = strcmp(json_name(m), known[i]) == 0;
        if (found)
            continue;
        const char *near = cli_nearest(json_name(m), known, count);
        return fault_set(fault, FAULT_USAGE, "event: unknown field '%s%s'%s%s%s", where, json_name(m),
                         near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
    }
    return true;
}
#define CHECK_KEYS(object, where, known, fault)                                                              \
    check_keys(object, where, known, sizeof(known) / sizeof *(known), fault)

/* An optional string. */
static bool read_text(const struct json_node *object, const char *key, const char *field, const char **out,
                      struct fault *fault) {
    const struct json_node *n = json_optional(object, key);
    if (n && !json_is_string(n))
        return wrong(fault, field, "a string", n);
    *out = n ? json_c(n, NULL) : *out;
    return true;
}

static void add_place(struct lambda_event *e, struct str uri) {
    e->uris = mem_resize(e->uris, e->uri_count + 1, sizeof *e->uris);
    e->uris[e->uri_count++] = mem_copy(uri.ptr, uri.len);
}

static bool add_uri(struct lambda_event *e, const char *field, const char *key, bool prefix,
                    struct fault *fault) {
    struct buf uri;
    buf_init(&uri, 8192);
    buf_printf(&uri, "s3://%s/%s%s", e->bucket, key, prefix ? "*" : "");
    add_place(e, buf_str(&uri));
    bool ok = allowed("LOGAUDIT_ALLOWED_INPUTS", e->bucket, key) ||
              fault_set(fault, FAULT_USAGE, "event: %s: %s is not among LOGAUDIT_ALLOWED_INPUTS", field,
                        buf_c(&uri));
    buf_fini(&uri);
    return ok;
}

/* A time as text or as a number of milliseconds; "-15m" is before the event's own time. */
static bool event_time(const struct json_node *n, const char *field, const struct job *job, int64_t *out,
                       struct fault *fault) {
    char what[96], number[32];
    snprintf(what, sizeof what, "event: %s", field);
    snprintf(number, sizeof number, "%.0f", json_number(n, 0));
    if (!json_is_string(n) && !json_is_number(n))
        return wrong(fault, field, "a time", n);
    return job_time(json_c(n, number), what, &job->options.time, job->time, out, fault);
}

static bool check_key(const char *field, const struct json_node *n, struct fault *fault) {
    struct str key = json_str(n);
    if (!json_is_string(n) || !key.len)
        return wrong(fault, field, "a key", n);
    return !str_ends(key, (struct str)STR("/")) ||
           fault_set(fault, FAULT_USAGE,
                     "event: %s: a key was expected (a prefix goes into prefix), got \"%s\"", field,
                     json_c(n, ""));
}

/* No slash, so that it cannot lead out of its place. */
static bool check_bucket(const char *field, const char *bucket, struct fault *fault) {
    bool good = *bucket && strcmp(bucket, ".") != 0 && strcmp(bucket, "..") != 0;
    for (const char *c = bucket; *c; c++)
        good = good && (ascii_alpha(*c) || ascii_digit(*c) || strchr(".-_", *c));
    return good || fault_set(fault, FAULT_USAGE, "event: %s: the name of a bucket was expected, got \"%s\"",
                             field, bucket);
}

static bool read_keys(struct lambda_event *e, const struct json_node *keys, struct fault *fault) {
    if (!json_is_array(keys))
        return wrong(fault, "source_config.object_keys", "a list of keys", keys);
    if (json_count(keys) == 0)
        return fault_set(fault, FAULT_USAGE,
                         "event: source_config.object_keys: at least one key was expected");
    for (const struct json_node *k = json_first(keys); k; k = json_after(k)) {
        if (!check_key("source_config.object_keys[]", k, fault))
            return false;
        if (!add_uri(e, "source_config.object_keys[]", json_c(k, ""), false, fault))
            return false;
    }
    return true;
}

/* Lists of globs, for event_wants. */
static bool read_globs(const struct json_node *config, const char *key, const char *field,
                       const struct json_node **out, struct fault *fault) {
    *out = json_optional(config, key);
    if (*out && !json_is_array(*out))
        return wrong(fault, field, "a list of patterns like *.log", *out);
    for (const struct json_node *n = json_first(*out); n; n = json_after(n))
        if (!json_is_string(n))
            return wrong(fault, field, "a pattern like *.log in the list", n);
    return true;
}

bool event_wants(const struct lambda_event *e, const char *key) {
    bool wanted = json_count(e->include) == 0;
    for (const struct json_node *n = json_first(e->include); n && !wanted; n = json_after(n))
        wanted = wildcard_matches(json_str(n), str_c(key));
    for (const struct json_node *n = json_first(e->exclude); n && wanted; n = json_after(n))
        wanted = !wildcard_matches(json_str(n), str_c(key));
    return wanted;
}

/* A prefix with the parts of a date in it: those of the event's time, in UTC. */
static bool fill_in(const char *prefix, int64_t time, struct buf *out, struct fault *fault) {
    static const struct {
        struct str name;
        size_t start, len; /* in "2024-11-26T10:30:00.000Z" */
    } parts[] = {
        { STR("{yyyy}"), 0, 4 }, { STR("{MM}"), 5, 2 }, { STR("{dd}"), 8, 2 }, { STR("{HH}"), 11, 2 }
    };
    char stamp[STAMP_LEN + 1];
    stamp_print(time, stamp);
    for (struct str rest = str_c(prefix); rest.len;) {
        size_t i = 0;
        while (i < sizeof parts / sizeof *parts && !str_starts(rest, parts[i].name))
            i++;
        bool part = i < sizeof parts / sizeof *parts;
        if (!part && *rest.ptr == '{')
            return fault_set(
                fault, FAULT_USAGE,
                "event: source_config.prefix: {yyyy}, {MM}, {dd} or {HH} was expected at '{', got \"%s\"",
                prefix);
        buf_add(out, part ? str_of(stamp + parts[i].start, parts[i].len) : str_slice(rest, 0, 1));
        rest = str_slice(rest, part ? parts[i].name.len : 1, rest.len);
    }
    return true;
}

static bool read_prefix(struct lambda_event *e, const struct job *job, const char *prefix,
                        struct fault *fault) {
    struct buf filled;
    buf_init(&filled, 8192);
    bool ok = fill_in(prefix, job->time, &filled, fault) &&
              add_uri(e, "source_config.prefix", buf_c(&filled), true, fault);
    buf_fini(&filled);
    return ok;
}

static bool read_since(struct lambda_event *e, const struct job *job, const struct json_node *n,
                       struct fault *fault) {
    e->has_modified_since = n != NULL;
    return !n || event_time(n, "source_config.modified_since", job, &e->modified_since, fault);
}

static void set_folder(struct lambda_event *e, const char *kind, const char *name) {
    char folder[512];
    snprintf(folder, sizeof folder, "%s-%s", kind, name);
    e->folder = mem_copy(folder, strlen(folder));
}

static bool read_s3(struct lambda_event *e, struct job *job, const struct json_node *c, struct fault *fault) {
    static const char *const known[] = { "bucket_name", "object_key",     "object_keys",
                                         "prefix",      "include",        "exclude",
                                         "region",      "modified_since", "version_id" };
    const char *key = NULL, *prefix = NULL, *region = NULL;
    if (!CHECK_KEYS(c, "source_config.", known, fault) ||
        !read_text(c, "bucket_name", "source_config.bucket_name", &e->bucket, fault) ||
        !read_text(c, "object_key", "source_config.object_key", &key, fault) ||
        !read_text(c, "prefix", "source_config.prefix", &prefix, fault) ||
        !read_text(c, "version_id", "source_config.version_id", &e->version, fault) ||
        !read_text(c, "region", "source_config.region", &region, fault) ||
        !read_globs(c, "include", "source_config.include", &e->include, fault) ||
        !read_globs(c, "exclude", "source_config.exclude", &e->exclude, fault) ||
        !read_since(e, job, json_optional(c, "modified_since"), fault))
        return false;
    const struct json_node *keys = json_optional(c, "object_keys");
    if (!e->bucket)
        return wrong(fault, "source_config.bucket_name", "the name of a bucket", NULL);
    if (!check_bucket("source_config.bucket_name", e->bucket, fault))
        return false;
    set_folder(e, "s3-bucket", e->bucket);
    if ((key != NULL) + (prefix != NULL) + (keys != NULL) != 1)
        return fault_set(fault, FAULT_USAGE,
                         "event: source_config: one of object_key, object_keys and prefix was expected");
    if (e->version && !key)
        return fault_set(fault, FAULT_USAGE,
                         "event: source_config.version_id: it goes with object_key, which is not there");
    if (keys)
        return read_keys(e, keys, fault);
    if (prefix)
        return read_prefix(e, job, prefix, fault);
    return check_key("source_config.object_key", json_optional(c, "object_key"), fault) &&
           add_uri(e, "source_config.object_key", key, false, fault);
}

/* ---- CloudWatch ---- */

static bool add_group(struct lambda_event *e, const char *field, const struct json_node *name,
                      struct fault *fault) {
    struct buf uri;
    struct logs_group group;
    if (!json_is_string(name))
        return wrong(fault, field, "the name or the ARN of a log group", name);
    buf_init(&uri, 8192);
    buf_printf(&uri, "cloudwatch:%s", json_c(name, ""));
    add_place(e, buf_str(&uri));
    buf_fini(&uri);
    const char *added = e->uris[e->uri_count - 1];
    if (!logs_group(added, &group, fault))
        return fault_context(fault, "event: %s", field);
    if (!e->folder)
        e->folder = trigger_logs_folder(group.name);
    return allowed_group("LOGAUDIT_ALLOWED_INPUTS", added) ||
           fault_set(fault, FAULT_USAGE, "event: %s: %s is not among LOGAUDIT_ALLOWED_INPUTS", field, added);
}

static bool read_groups(struct lambda_event *e, const struct json_node *one, const struct json_node *several,
                        struct fault *fault) {
    if (!one == !several)
        return fault_set(fault, FAULT_USAGE,
                         "event: source_config: one of log_group_name and log_group_names was expected");
    if (one)
        return add_group(e, "source_config.log_group_name", one, fault);
    if (!json_is_array(several) || !json_count(several))
        return wrong(fault, "source_config.log_group_names", "a list of log groups", several);
    for (const struct json_node *n = json_first(several); n; n = json_after(n))
        if (!add_group(e, "source_config.log_group_names[]", n, fault))
            return false;
    return true;
}

static bool read_streams(struct job *job, const struct json_node *names, struct fault *fault) {
    if (!names)
        return true;
    if (!json_is_array(names) || !json_count(names))
        return wrong(fault, "source_config.log_stream_names", "a list of log streams", names);
    job->streams = mem_new(json_count(names), sizeof *job->streams);
    for (const struct json_node *n = json_first(names); n; n = json_after(n)) {
        if (!json_is_string(n) || !json_str(n).len)
            return wrong(fault, "source_config.log_stream_names[]", "a log stream", n);
        job->streams[job->stream_count++] = mem_copy(json_c(n, ""), json_str(n).len);
    }
    return true;
}

/* Relative times are before the event's own, which also ends the range. */
static bool read_range(struct job *job, const struct json_node *c, struct fault *fault) {
    const struct json_node *from = json_optional(c, "start_time"), *to = json_optional(c, "end_time");
    struct job_range range = { .end = job->time };
    if ((from && !event_time(from, "source_config.start_time", job, &range.from, fault)) ||
        (to && !event_time(to, "source_config.end_time", job, &range.to, fault)))
        return false;
    range.has_from = from;
    range.has_to = to;
    job_read_logs(job, &range);
    const struct logs_query *q = &job->places.logs;
    return q->from < q->to ||
           fault_set(fault, FAULT_USAGE, "event: source_config.%s: a time %s was expected",
                     to ? "end_time" : "start_time", to ? "after start_time" : "before that of the event");
}

static bool read_cloudwatch(struct lambda_event *e, struct job *job, const struct json_node *c,
                            struct fault *fault) {
    static const char *const known[] = { "log_group_name", "log_group_names", "log_stream_names",
                                         "start_time",     "end_time",        "filter_pattern" };
    const char *filter = NULL;
    if (!CHECK_KEYS(c, "source_config.", known, fault) ||
        !read_groups(e, json_optional(c, "log_group_name"), json_optional(c, "log_group_names"), fault) ||
        !read_streams(job, json_optional(c, "log_stream_names"), fault) ||
        !read_text(c, "filter_pattern", "source_config.filter_pattern", &filter, fault) ||
        !read_range(job, c, fault))
        return false;
    job->places.logs.filter = filter && *filter ? filter : NULL;
    return true;
}

/* ---- merge ---- */

static bool allowed_place(const char *uri) {
    struct str rest = str_c(uri + strlen("s3://"));
    size_t len = str_find_byte(rest, '/');
    char *bucket = mem_copy(rest.ptr, len);
    bool ok = allowed("LOGAUDIT_ALLOWED_INPUTS", bucket, str_slice(rest, len + 1, rest.len).ptr);
    free(bucket);
    return ok;
}

static bool read_results(struct lambda_event *e, const struct json_node *results, struct fault *fault) {
    if (!json_is_array(results))
        return wrong(fault, "source_config.results", "a list of s3:// places", results);
    if (json_count(results) == 0)
        return fault_set(fault, FAULT_USAGE, "event: source_config.results: at least one place was expected");
    for (const struct json_node *r = json_first(results); r; r = json_after(r)) {
        if (!json_is_string(r) || !str_starts(json_str(r), (struct str)STR("s3://")))
            return fault_set(fault, FAULT_USAGE,
                             "event: source_config.results[]: an s3:// place was expected, got %s",
                             json_is_string(r) ? json_c(r, "") : json_kind_name(r));
        add_place(e, json_str(r));
        if (!allowed_place(e->uris[e->uri_count - 1]))
            return fault_set(fault, FAULT_USAGE,
                             "event: source_config.results[]: %s is not among LOGAUDIT_ALLOWED_INPUTS",
                             json_c(r, ""));
    }
    return true;
}

static bool read_length(struct lambda_event *e, const char *since, struct fault *fault) {
    return (duration_parse(str_c(since), &e->since) && e->since > 0) ||
           fault_set(
               fault, FAULT_USAGE,
               "event: source_config.since: a length of time like 20m, 2h or 1d was expected, got \"%s\"",
               since);
}

/* As Step Functions has it: ResultWriterDetails. */
static bool read_manifest(struct lambda_event *e, const struct json_node *n, struct fault *fault) {
    static const char field[] = "source_config.manifest";
    static const char *const known[] = { "Bucket", "Key" };
    const char *bucket = NULL, *key = NULL;
    if (!n)
        return true;
    if (!json_is_object(n))
        return wrong(fault, field, "an object with Bucket and Key", n);
    if (!CHECK_KEYS(n, "source_config.manifest.", known, fault) ||
        !read_text(n, "Bucket", "source_config.manifest.Bucket", &bucket, fault) ||
        !read_text(n, "Key", "source_config.manifest.Key", &key, fault))
        return false;
    if (!bucket || !key)
        return fault_set(fault, FAULT_USAGE, "event: %s: both Bucket and Key were expected", field);
    if (!check_bucket("source_config.manifest.Bucket", bucket, fault))
        return false;
    struct buf uri;
    buf_init(&uri, 8192);
    buf_printf(&uri, "s3://%s/%s", bucket, key);
    e->manifest = mem_copy(buf_c(&uri), uri.len);
    buf_fini(&uri);
    return allowed("LOGAUDIT_ALLOWED_INPUTS", bucket, key) ||
           fault_set(fault, FAULT_USAGE, "event: %s: %s is not among LOGAUDIT_ALLOWED_INPUTS", field,
                     e->manifest);
}

static bool read_merge(struct lambda_event *e, struct job *job, const struct json_node *c,
                       struct fault *fault) {
    static const char *const known[] = { "results", "bucket_name", "prefix", "since", "region", "manifest" };
    const struct json_node *results = json_optional(c, "results");
    const char *prefix = NULL, *since = NULL, *region = NULL;
    (void)job;
    e->merge = true;
    e->folder = mem_copy("merge", strlen("merge"));
    if (!CHECK_KEYS(c, "source_config.", known, fault) ||
        !read_text(c, "bucket_name", "source_config.bucket_name", &e->bucket, fault) ||
        !read_text(c, "prefix", "source_config.prefix", &prefix, fault) ||
        !read_text(c, "since", "source_config.since", &since, fault) ||
        !read_text(c, "region", "source_config.region", &region, fault) ||
        !read_manifest(e, json_optional(c, "manifest"), fault))
        return false;
    if ((results != NULL) + (e->bucket || prefix) + (since != NULL) != 1 || !e->bucket != !prefix)
        return fault_set(
            fault, FAULT_USAGE,
            "event: source_config: one of results, bucket_name with prefix, and since was expected");
    if (results)
        return read_results(e, results, fault);
    e->prefix = true; /* of a stored result's place, or of all there are: event_read adds it */
    if (since)
        return read_length(e, since, fault);
    return check_bucket("source_config.bucket_name", e->bucket, fault) &&
           add_uri(e, "source_config.prefix", prefix, true, fault);
}

/* Our own results lie where results go: LOGAUDIT_ALLOWED_OUTPUTS has been asked. */
static void add_stored_results(struct lambda_event *e) {
    struct buf uri;
    buf_init(&uri, 8192);
    buf_printf(&uri, "s3://%s/%s*", e->output_bucket, e->output_prefix);
    add_place(e, buf_str(&uri));
    buf_fini(&uri);
}

/* What the parts were made with stands in them. */
static bool check_merge(struct lambda_event *e, const struct json_node *root, struct fault *fault) {
    static const char *const others[] = { "custom_conditions", "rules", "min_severity", "cursor" };
    if (!e->merge)
        return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (json_optional(root, others[i]))
            return fault_set(fault, FAULT_USAGE,
                             "event: %s: a merge takes the findings of its parts as they are", others[i]);
    if (e->since && !e->output_bucket)
        return fault_set(
            fault, FAULT_USAGE,
            "event: source_config.since: output_bucket (or AUDIT_RESULTS_BUCKET), where the results "
            "are, was expected");
    if (e->since)
        add_stored_results(e);
    return true;
}

/* Each reads its source_config. */
static const struct source_type {
    const char *name;
    bool (*read)(struct lambda_event *e, struct job *job, const struct json_node *config,
                 struct fault *fault);
} SOURCE_TYPES[] = {
    { "s3", read_s3 },
    { "cloudwatch", read_cloudwatch },
    { "merge", read_merge },
};
enum { SOURCE_TYPE_COUNT = sizeof SOURCE_TYPES / sizeof *SOURCE_TYPES };

static void put_json(struct buf *out, const struct json_node *n) {
    char *text = json_print(n);
    buf_add_c(out, text);
    free(text);
}

static bool unknown_type(const char *type, struct fault *fault) {
    struct buf names;
    buf_init(&names, 256);
    for (size_t i = 0; i < SOURCE_TYPE_COUNT; i++)
        buf_printf(&names, "%s\"%s\"",
                   !i                          ? ""
                   : i < SOURCE_TYPE_COUNT - 1 ? ", "
                                               : " or ",
                   SOURCE_TYPES[i].name);
    fault_set(fault, FAULT_USAGE, "event: source_type: %s was expected%s, got \"%s\"", buf_c(&names),
              " (what this version reads)", type);
    buf_fini(&names);
    return false;
}

static bool read_source(struct lambda_event *e, struct job *job, const struct json_node *root,
                        struct fault *fault) {
    if (!read_text(root, "source_type", "source_type", &e->source_type, fault))
        return false;
    if (!e->source_type)
        return wrong(fault, "source_type", "\"s3\", \"cloudwatch\" or \"merge\"",
                     json_optional(root, "source_type"));
    const struct json_node *config = json_optional(root, "source_config");
    for (size_t i = 0; i < SOURCE_TYPE_COUNT; i++) {
        if (strcmp(e->source_type, SOURCE_TYPES[i].name) != 0)
            continue;
        if (!json_is_object(config))
            return wrong(fault, "source_config", "an object", config);
        put_json(&e->source_config, config);
        return SOURCE_TYPES[i].read(e, job, config, fault);
    }
    return unknown_type(e->source_type, fault);
}

static bool read_conditions(struct job *job, const struct json_node *n, struct fault *fault) {
    if (!n)
        return true;
    if (!json_is_object(n))
        return wrong(fault, "custom_conditions", "an object", n);
    buf_reset(&job->conditions);
    put_json(&job->conditions, n);
    return true;
}

/* A list of rule ids in place of the flag's. */
static bool read_ids(const struct json_node *n, const char *field, char ***list, size_t *count,
                     struct fault *fault) {
    if (!n)
        return true;
    if (!json_is_array(n))
        return wrong(fault, field, "a list of rule ids", n);
    cli_free_list(*list, *count);
    *list = mem_new(json_count(n), sizeof **list);
    *count = 0;
    if (json_count(n) == 0)
        return fault_set(fault, FAULT_USAGE, "event: %s: at least one rule id was expected", field);
    for (const struct json_node *id = json_first(n); id; id = json_after(id)) {
        if (!json_is_string(id))
            return wrong(fault, field, "a rule id in the list", id);
        (*list)[(*count)++] = mem_copy(json_c(id, ""), strlen(json_c(id, "")));
    }
    return true;
}

static bool read_rules(struct job *job, const struct json_node *n, struct fault *fault) {
    static const char *const known[] = { "only", "skip" };
    if (n && !json_is_object(n))
        return wrong(fault, "rules", "an object with only or skip", n);
    if (!CHECK_KEYS(n, "rules.", known, fault) ||
        !read_ids(json_optional(n, "only"), "rules.only", &job->only, &job->only_count, fault) ||
        !read_ids(json_optional(n, "skip"), "rules.skip", &job->skip, &job->skip_count, fault))
        return false;
    job->options.only = (const char *const *)job->only;
    job->options.only_count = job->only_count;
    job->options.skip = (const char *const *)job->skip;
    job->options.skip_count = job->skip_count;
    return true;
}

static bool read_limits(struct lambda_event *e, struct job *job, const struct json_node *root,
                        struct fault *fault) {
    const char *severity = NULL, *response = NULL;
    const struct json_node *max = json_optional(root, "max_findings");
    if (!read_text(root, "min_severity", "min_severity", &severity, fault) ||
        !read_text(root, "response", "response", &response, fault))
        return false;
    if (severity && !job_severity(severity, "event: min_severity", &job->options.min_severity, fault))
        return false;
    e->summary_only = response && strcmp(response, "summary") == 0;
    if (response && !e->summary_only && strcmp(response, "full") != 0)
        return fault_set(fault, FAULT_USAGE,
                         "event: response: \"full\" or \"summary\" was expected, got \"%s\"", response);
    e->max_findings = UINT64_MAX;
    if (max && !json_is_number(max))
        return wrong(fault, "max_findings", "a whole number", max);
    double count = json_number(max, 0);
    if (!(count >= 0 && count < 1e15 && floor(count) == count))
        return fault_set(fault, FAULT_USAGE,
                         "event: max_findings: a whole number from 0 on was expected, got %g", count);
    if (max)
        e->max_findings = (uint64_t)json_integer(max, 0);
    return true;
}

static bool read_output(struct lambda_event *e, const struct json_node *root, struct fault *fault) {
    const char *bucket = getenv("AUDIT_RESULTS_BUCKET");
    e->output_bucket = bucket && *bucket ? bucket : NULL;
    e->output_prefix = "";
    if (!read_text(root, "output_bucket", "output_bucket", &e->output_bucket, fault) ||
        !read_text(root, "output_prefix", "output_prefix", &e->output_prefix, fault))
        return false;
    struct str prefix = str_c(e->output_prefix);
    if (str_starts(prefix, (struct str)STR("/")) || str_find(prefix, (struct str)STR("..")) < prefix.len)
        return fault_set(
            fault, FAULT_USAGE,
            "event: output_prefix: the beginning of a key, without '..', was expected, got \"%s\"",
            e->output_prefix);
    if (e->output_bucket && !check_bucket("output_bucket", e->output_bucket, fault))
        return false;
    bool named = json_optional(root, "output_bucket") || json_optional(root, "output_prefix");
    return !named || !e->output_bucket ||
           allowed("LOGAUDIT_ALLOWED_OUTPUTS", e->output_bucket, e->output_prefix) ||
           fault_set(fault, FAULT_USAGE,
                     "event: output_bucket: s3://%s/%s is not among LOGAUDIT_ALLOWED_OUTPUTS",
                     e->output_bucket, e->output_prefix);
}

/* All that is not the source. */
static bool read_options(struct lambda_event *e, struct job *job, const struct json_node *root,
                         struct fault *fault) {
    return read_conditions(job, json_optional(root, "custom_conditions"), fault) &&
           read_rules(job, json_optional(root, "rules"), fault) && read_limits(e, job, root, fault) &&
           read_output(e, root, fault) && check_merge(e, root, fault);
}

#define OPTION_KEYS                                                                                          \
    "custom_conditions", "output_bucket", "output_prefix", "min_severity", "max_findings", "rules", "response"

static bool read_own_event(struct lambda_event *e, struct job *job, const struct item *item,
                           struct fault *fault) {
    static const char *const known[] = { "source_type", "source_config", "time", "cursor", OPTION_KEYS };
    const struct json_node *root = item->event, *time = json_optional(root, "time");
    if (!CHECK_KEYS(root, "", known, fault))
        return false;
    if (item->time &&
        !job_time(item->time, "event: time", &job->options.time, job->started, &job->time, fault))
        return false;
    return (!time || event_time(time, "time", job, &job->time, fault)) && read_source(e, job, root, fault) &&
           read_options(e, job, root, fault) &&
           cursor_read(&e->cursor, json_optional(root, "cursor"), fault) &&
           cursor_fits(&e->cursor, root, buf_str(&e->source_config), fault);
}

bool event_put_continuation(const struct lambda_event *e, const struct job *job, const struct item *item,
                            struct str next, struct buf *out) {
    static const char *const options[] = { OPTION_KEYS };
    struct json_writer w = { .out = out };
    if (item->kind == ITEM_LOGS)
        return false;
    json_begin(&w, '{');
    json_key(&w, "source_type");
    json_put_c(&w, e->source_type);
    json_key(&w, "source_config");
    json_put_raw(&w, buf_str(&e->source_config));
    json_key(&w, "time"); /* what relative times and the parts of a prefix refer to */
    json_put_int(&w, job->time / 1000);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        const struct json_node *n = json_optional(item->event, options[i]);
        if (!n)
            continue;
        json_key(&w, options[i]);
        put_json(out, n);
        w.comma = true;
    }
    json_key(&w, "cursor");
    json_put_raw(&w, next);
    json_end(&w, '}');
    return true;
}

/* ---- items of triggers ---- */

/* The options beside an item; run_id and the like are the state machine's own. */
static bool read_item_options(struct lambda_event *e, struct job *job, const struct json_node *around,
                              struct fault *fault) {
    static const char *const known[] = { "bucket", "Bucket", "bucket_name", "item", "run_id", OPTION_KEYS };
    return CHECK_KEYS(around, "BatchInput.", known, fault) && read_options(e, job, around, fault);
}

static bool read_item_cursor(struct lambda_event *e, const struct item *item, struct fault *fault) {
    return cursor_read(&e->cursor, item->cursor, fault) &&
           cursor_fits(&e->cursor, item->event, buf_str(&e->source_config), fault);
}

static bool read_object(struct lambda_event *e, const struct item *item, struct fault *fault) {
    struct json_writer w = { .out = &e->source_config };
    e->source_type = "s3";
    e->bucket = item->bucket;
    e->version = item->version;
    set_folder(e, "s3-bucket", e->bucket);
    json_begin(&w, '{');
    json_add_c(&w, "bucket_name", item->bucket);
    json_add_c(&w, "object_key", item->key);
    json_add_c(&w, "version_id", item->version);
    json_end(&w, '}');
    return check_bucket("bucket", e->bucket, fault) && add_uri(e, "key", item->key, false, fault);
}

static void read_logs(struct lambda_event *e, const struct item *item) {
    struct json_writer w = { .out = &e->source_config };
    struct str kind = str_slice(str_c(item->name), 0, str_find_byte(str_c(item->name), ':'));
    bool cloudwatch = str_equal_c(kind, "cloudwatch");
    e->source_type = cloudwatch ? "cloudwatch" : "kinesis";
    e->folder = mem_copy(item->folder, strlen(item->folder));
    e->parts = item->parts;
    e->part_count = item->part_count;
    json_begin(&w, '{');
    json_add_c(&w, cloudwatch ? "log_group_name" : "stream_name", item->name + kind.len + 1);
    json_end(&w, '}');
}

enum { MAX_CONFIG = 8 << 20 };

bool event_read(struct lambda_event *e, struct job *job, const struct item *item, struct fault *fault) {
    *e = (struct lambda_event){ 0 };
    buf_init(&e->source_config, MAX_CONFIG);
    if (item->kind == ITEM_EVENT)
        return read_own_event(e, job, item, fault);
    if (item->kind == ITEM_OBJECT && !read_object(e, item, fault))
        return false;
    if (item->kind == ITEM_LOGS)
        read_logs(e, item);
    return read_item_options(e, job, item->event, fault) && read_item_cursor(e, item, fault);
}

void event_fini(struct lambda_event *e) {
    for (size_t i = 0; i < e->uri_count; i++)
        free(e->uris[i]);
    free(e->uris);
    free(e->folder);
    free(e->manifest);
    buf_fini(&e->source_config);
}
