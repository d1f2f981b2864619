#include "event.h"

#include "mem.h"

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
    const struct json_node *n = json_member(object, key);
    if (n && !json_is_string(n))
        return wrong(fault, field, "a string", n);
    *out = n ? json_c(n, NULL) : *out;
    return true;
}

static void add_uri(struct lambda_event *e, const char *key, bool prefix) {
    struct buf uri;
    buf_init(&uri, 8192);
    buf_printf(&uri, "s3://%s/%s%s", e->bucket, key,
               prefix && !str_ends(str_c(key), (struct str)STR("/")) ? "/" : "");
    e->uris = mem_resize(e->uris, e->uri_count + 1, sizeof *e->uris);
    e->uris[e->uri_count++] = mem_copy(uri.ptr, uri.len);
    buf_fini(&uri);
}

static bool read_keys(struct lambda_event *e, const struct json_node *keys, struct fault *fault) {
    if (!json_is_array(keys) || json_count(keys) == 0)
        return wrong(fault, "source_config.object_keys", "a list of keys", keys);
    for (const struct json_node *k = json_first(keys); k; k = json_after(k)) {
        if (!json_is_string(k) || !*json_c(k, ""))
            return wrong(fault, "source_config.object_keys[]", "a key", k);
        add_uri(e, json_c(k, ""), false);
    }
    return true;
}

static bool read_s3(struct lambda_event *e, struct fault *fault) {
    static const char *const known[] = { "bucket_name", "object_key", "object_keys", "prefix", "region" };
    const struct json_node *c = e->source_config;
    const char *key = NULL, *prefix = NULL, *region = NULL;
    if (!CHECK_KEYS(c, "source_config.", known, fault) ||
        !read_text(c, "bucket_name", "source_config.bucket_name", &e->bucket, fault) ||
        !read_text(c, "object_key", "source_config.object_key", &key, fault) ||
        !read_text(c, "prefix", "source_config.prefix", &prefix, fault) ||
        !read_text(c, "region", "source_config.region", &region, fault))
        return false;
    const struct json_node *keys = json_member(c, "object_keys");
    if (!e->bucket || !*e->bucket)
        return wrong(fault, "source_config.bucket_name", "the name of a bucket",
                     json_member(c, "bucket_name"));
    if ((key != NULL) + (prefix != NULL) + (keys != NULL) != 1)
        return fault_set(fault, FAULT_USAGE,
                         "event: source_config: one of object_key, object_keys and prefix was expected");
    if (keys)
        return read_keys(e, keys, fault);
    if (key && !*key)
        return wrong(fault, "source_config.object_key", "a key", json_member(c, "object_key"));
    add_uri(e, key ? key : prefix, prefix != NULL);
    return true;
}

static bool read_source(struct lambda_event *e, const struct json_node *root, struct fault *fault) {
    const char *type = NULL;
    if (!read_text(root, "source_type", "source_type", &type, fault))
        return false;
    if (!type)
        return wrong(fault, "source_type", "\"s3\"", json_member(root, "source_type"));
    if (strcmp(type, "s3") != 0)
        return fault_set(fault, FAULT_USAGE,
                         "event: source_type: \"s3\" was expected (the one this version reads), got \"%s\"",
                         type);
    e->source_config = json_member(root, "source_config");
    if (!json_is_object(e->source_config))
        return wrong(fault, "source_config", "an object", e->source_config);
    return read_s3(e, fault);
}

static bool read_conditions(struct job *job, const struct json_node *n, struct fault *fault) {
    if (!n)
        return true;
    if (!json_is_object(n))
        return wrong(fault, "custom_conditions", "an object", n);
    char *text = json_print(n);
    buf_reset(&job->conditions);
    buf_add_c(&job->conditions, text);
    free(text);
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
    for (const struct json_node *id = json_first(n); id; id = json_after(id)) {
        if (!json_is_string(id))
            return wrong(fault, field, "a list of rule ids", n);
        (*list)[(*count)++] = mem_copy(json_c(id, ""), strlen(json_c(id, "")));
    }
    return true;
}

static bool read_rules(struct job *job, const struct json_node *n, struct fault *fault) {
    static const char *const known[] = { "only", "skip" };
    if (n && !json_is_object(n))
        return wrong(fault, "rules", "an object with only or skip", n);
    if (!CHECK_KEYS(n, "rules.", known, fault) ||
        !read_ids(json_member(n, "only"), "rules.only", &job->only, &job->only_count, fault) ||
        !read_ids(json_member(n, "skip"), "rules.skip", &job->skip, &job->skip_count, fault))
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
    const struct json_node *max = json_member(root, "max_findings");
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
    if (max && (!json_is_number(max) || json_number(max, -1) < 0))
        return wrong(fault, "max_findings", "a number that is not negative", max);
    if (max)
        e->max_findings = (uint64_t)json_integer(max, 0);
    return true;
}

static bool read_output(struct lambda_event *e, const struct json_node *root, struct fault *fault) {
    const char *bucket = getenv("AUDIT_RESULTS_BUCKET");
    e->output_bucket = bucket && *bucket ? bucket : NULL;
    e->output_prefix = "";
    return read_text(root, "output_bucket", "output_bucket", &e->output_bucket, fault) &&
           read_text(root, "output_prefix", "output_prefix", &e->output_prefix, fault);
}

bool event_read(struct lambda_event *e, struct job *job, struct str text, const char *name,
                struct fault *fault) {
    static const char *const known[] = { "source_type",   "source_config", "custom_conditions",
                                         "output_bucket", "output_prefix", "min_severity",
                                         "max_findings",  "rules",         "response" };
    *e = (struct lambda_event){ 0 };
    e->document = json_doc_parse(text, name, FAULT_USAGE, fault);
    if (!e->document)
        return false;
    const struct json_node *root = json_doc_root(e->document);
    if (!json_is_object(root))
        return wrong(fault, name, "an object", root);
    return CHECK_KEYS(root, "", known, fault) && read_source(e, root, fault) &&
           read_conditions(job, json_member(root, "custom_conditions"), fault) &&
           read_rules(job, json_member(root, "rules"), fault) && read_limits(e, job, root, fault) &&
           read_output(e, root, fault);
}

void event_fini(struct lambda_event *e) {
    for (size_t i = 0; i < e->uri_count; i++)
        free(e->uris[i]);
    free(e->uris);
    json_doc_free(e->document);
}
