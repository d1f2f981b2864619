#include "event_inside.h"

#include "allowed.h"
#include "mem.h"
#include "suggest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- what readers share ---- */

bool event_wrong(struct fault *fault, const char *field, const char *expected, const struct json_node *got) {
    return fault_set(fault, FAULT_USAGE, "event: %s: %s was expected, got %s", field, expected,
                     json_kind_name(got));
}

bool event_check_keys(const struct json_node *object, const char *where, const char *const *known,
                      size_t count, struct fault *fault) {
    for (const struct json_node *m = json_first(object); m; m = json_after(m)) {
        bool found = false;
        for (size_t i = 0; i < count && !found; i++)
            found = strcmp(json_name(m), known[i]) == 0;
        if (found)
            continue;
        const char *near = suggest_nearest(json_name(m), known, count);
        return fault_set(fault, FAULT_USAGE, "event: unknown field '%s%s'%s%s%s", where, json_name(m),
                         near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
    }
    return true;
}

bool event_text(const struct json_node *object, const char *key, const char *field, const char **out,
                struct fault *fault) {
    const struct json_node *n = json_optional(object, key);
    if (n && !json_is_string(n))
        return event_wrong(fault, field, "a string", n);
    *out = n ? json_c(n, NULL) : *out;
    return true;
}

void event_add_place(struct lambda_event *e, struct str uri) {
    e->uris = mem_resize(e->uris, e->uri_count + 1, sizeof *e->uris);
    e->uris[e->uri_count++] = mem_copy(uri.ptr, uri.len);
}

bool event_add_uri(struct lambda_event *e, const char *field, const char *key, bool prefix,
                   struct fault *fault) {
    struct buf uri;
    buf_init(&uri, 8192);
    buf_printf(&uri, "s3://%s/%s%s", e->bucket, key, prefix ? "*" : "");
    event_add_place(e, buf_str(&uri));
    bool ok = allowed("LOGAUDIT_ALLOWED_INPUTS", e->bucket, key) ||
              fault_set(fault, FAULT_USAGE, "event: %s: %s is not among LOGAUDIT_ALLOWED_INPUTS", field,
                        buf_c(&uri));
    buf_fini(&uri);
    return ok;
}

bool event_time(const struct json_node *n, const char *field, const struct job *job, int64_t *out,
                struct fault *fault) {
    char what[96], number[32];
    snprintf(what, sizeof what, "event: %s", field);
    snprintf(number, sizeof number, "%.0f", json_number(n, 0));
    if (!json_is_string(n) && !json_is_number(n))
        return event_wrong(fault, field, "a time", n);
    return job_time(json_c(n, number), what, &job->options.time, job->time, out, fault);
}

/* No slash, so that it cannot lead out of its place. */
bool event_check_bucket(const char *field, const char *bucket, struct fault *fault) {
    bool good = *bucket && strcmp(bucket, ".") != 0 && strcmp(bucket, "..") != 0;
    for (const char *c = bucket; *c; c++)
        good = good && (ascii_alpha(*c) || ascii_digit(*c) || strchr(".-_", *c));
    return good || fault_set(fault, FAULT_USAGE, "event: %s: the name of a bucket was expected, got \"%s\"",
                             field, bucket);
}

void event_set_folder(struct lambda_event *e, const char *kind, const char *name) {
    char folder[512];
    snprintf(folder, sizeof folder, "%s-%s", kind, name);
    e->folder = mem_copy(folder, strlen(folder));
}

/* ---- the event ---- */

/* Each reads its source_config. */
static const struct source_type {
    const char *name;
    bool (*read)(struct lambda_event *e, struct job *job, const struct json_node *config,
                 struct fault *fault);
} SOURCE_TYPES[] = {
    { "s3", event_read_s3 },
    { "cloudwatch", event_read_cloudwatch },
    { "merge", event_read_merge },
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
    if (!event_text(root, "source_type", "source_type", &e->source_type, fault))
        return false;
    if (!e->source_type)
        return event_wrong(fault, "source_type", "\"s3\", \"cloudwatch\" or \"merge\"",
                           json_optional(root, "source_type"));
    const struct json_node *config = json_optional(root, "source_config");
    for (size_t i = 0; i < SOURCE_TYPE_COUNT; i++) {
        if (strcmp(e->source_type, SOURCE_TYPES[i].name) != 0)
            continue;
        if (!json_is_object(config))
            return event_wrong(fault, "source_config", "an object", config);
        put_json(&e->source_config, config);
        return SOURCE_TYPES[i].read(e, job, config, fault);
    }
    return unknown_type(e->source_type, fault);
}

static bool read_conditions(struct job *job, const struct json_node *n, struct fault *fault) {
    if (!n)
        return true;
    if (!json_is_object(n))
        return event_wrong(fault, "custom_conditions", "an object", n);
    job->conditions_from = NULL;
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
        return event_wrong(fault, field, "a list of rule ids", n);
    cli_free_list(*list, *count);
    *list = mem_new(json_count(n), sizeof **list);
    *count = 0;
    if (json_count(n) == 0)
        return fault_set(fault, FAULT_USAGE, "event: %s: at least one rule id was expected", field);
    for (const struct json_node *id = json_first(n); id; id = json_after(id)) {
        if (!json_is_string(id))
            return event_wrong(fault, field, "a rule id in the list", id);
        (*list)[(*count)++] = mem_copy(json_c(id, ""), strlen(json_c(id, "")));
    }
    return true;
}

static bool read_rules(struct job *job, const struct json_node *n, struct fault *fault) {
    static const char *const known[] = { "only", "skip" };
    if (n && !json_is_object(n))
        return event_wrong(fault, "rules", "an object with only or skip", n);
    if (!EVENT_CHECK_KEYS(n, "rules.", known, fault) ||
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
    if (!event_text(root, "min_severity", "min_severity", &severity, fault) ||
        !event_text(root, "response", "response", &response, fault))
        return false;
    if (severity && !job_severity(severity, "event: min_severity", &job->options.min_severity, fault))
        return false;
    e->summary_only = response && strcmp(response, "summary") == 0;
    if (response && !e->summary_only && strcmp(response, "full") != 0)
        return fault_set(fault, FAULT_USAGE,
                         "event: response: \"full\" or \"summary\" was expected, got \"%s\"", response);
    e->max_findings = UINT64_MAX;
    if (max && !json_is_number(max))
        return event_wrong(fault, "max_findings", "a whole number", max);
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
    if (!event_text(root, "output_bucket", "output_bucket", &e->output_bucket, fault) ||
        !event_text(root, "output_prefix", "output_prefix", &e->output_prefix, fault))
        return false;
    struct str prefix = str_c(e->output_prefix);
    if (str_starts(prefix, (struct str)STR("/")) || str_find(prefix, (struct str)STR("..")) < prefix.len)
        return fault_set(
            fault, FAULT_USAGE,
            "event: output_prefix: the beginning of a key, without '..', was expected, got \"%s\"",
            e->output_prefix);
    if (e->output_bucket && !event_check_bucket("output_bucket", e->output_bucket, fault))
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
           read_output(e, root, fault) && event_check_merge(e, root, fault);
}

#define OPTION_KEYS                                                                                          \
    "custom_conditions", "output_bucket", "output_prefix", "min_severity", "max_findings", "rules", "response"

static bool read_own_event(struct lambda_event *e, struct job *job, const struct item *item,
                           struct fault *fault) {
    static const char *const known[] = { "source_type", "source_config", "time", "cursor", OPTION_KEYS };
    const struct json_node *root = item->event, *time = json_optional(root, "time");
    if (!EVENT_CHECK_KEYS(root, "", known, fault))
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
    return EVENT_CHECK_KEYS(around, "BatchInput.", known, fault) && read_options(e, job, around, fault);
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
    event_set_folder(e, "s3-bucket", e->bucket);
    json_begin(&w, '{');
    json_add_c(&w, "bucket_name", item->bucket);
    json_add_c(&w, "object_key", item->key);
    json_add_c(&w, "version_id", item->version);
    json_end(&w, '}');
    return event_check_bucket("bucket", e->bucket, fault) && event_add_uri(e, "key", item->key, false, fault);
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
