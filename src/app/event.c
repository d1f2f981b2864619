#include "event.h"

#include "mem.h"

#include <math.h>
#include <stdlib.h>

static bool wrong(struct fault *fault, const char *field, const char *expected, const struct json_node *got) {
    return fault_set(fault, FAULT_USAGE, "event: %s: %s was expected, got %s", field, expected,
                     json_kind_name(got));
}

/* Fields of the contract that a later version reads. */
static bool planned(const char *name) {
    static const char *const names[] = { "include",    "exclude", "modified_since",
                                         "version_id", "cursor",  "Records" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
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
        if (planned(json_name(m)))
            return fault_set(fault, FAULT_USAGE, "event: this version does not know the field '%s%s' yet",
                             where, json_name(m));
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

static void add_uri(struct lambda_event *e, const char *bucket, const char *key, bool prefix) {
    struct buf uri;
    buf_init(&uri, 8192);
    buf_printf(&uri, "s3://%s/%s%s", bucket, key, prefix ? "*" : "");
    add_place(e, buf_str(&uri));
    buf_fini(&uri);
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
        add_uri(e, e->bucket, json_c(k, ""), false);
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
    const struct json_node *keys = json_optional(c, "object_keys");
    if (!e->bucket)
        return wrong(fault, "source_config.bucket_name", "the name of a bucket", NULL);
    if (!check_bucket("source_config.bucket_name", e->bucket, fault))
        return false;
    if ((key != NULL) + (prefix != NULL) + (keys != NULL) != 1)
        return fault_set(fault, FAULT_USAGE,
                         "event: source_config: one of object_key, object_keys and prefix was expected");
    if (keys)
        return read_keys(e, keys, fault);
    if (key && !check_key("source_config.object_key", json_optional(c, "object_key"), fault))
        return false;
    if (prefix && strchr(prefix, '{'))
        return fault_set(fault, FAULT_USAGE,
                         "event: source_config.prefix: this version does not fill in {...}, got \"%s\"",
                         prefix);
    add_uri(e, e->bucket, key ? key : prefix, prefix != NULL);
    return true;
}

/* ---- merge ---- */

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
    }
    return true;
}

static bool read_since(struct lambda_event *e, const char *since, struct fault *fault) {
    return (duration_parse(str_c(since), &e->since) && e->since > 0) ||
           fault_set(
               fault, FAULT_USAGE,
               "event: source_config.since: a length of time like 20m, 2h or 1d was expected, got \"%s\"",
               since);
}

static bool read_merge(struct lambda_event *e, struct fault *fault) {
    static const char *const known[] = { "results", "bucket_name", "prefix", "since", "region" };
    const struct json_node *c = e->source_config, *results = json_optional(c, "results");
    const char *prefix = NULL, *since = NULL, *region = NULL;
    e->merge = true;
    if (!CHECK_KEYS(c, "source_config.", known, fault) ||
        !read_text(c, "bucket_name", "source_config.bucket_name", &e->bucket, fault) ||
        !read_text(c, "prefix", "source_config.prefix", &prefix, fault) ||
        !read_text(c, "since", "source_config.since", &since, fault) ||
        !read_text(c, "region", "source_config.region", &region, fault))
        return false;
    if ((results != NULL) + (e->bucket || prefix) + (since != NULL) != 1 || !e->bucket != !prefix)
        return fault_set(
            fault, FAULT_USAGE,
            "event: source_config: one of results, bucket_name with prefix, and since was expected");
    if (results)
        return read_results(e, results, fault);
    e->prefix = true; /* of a stored result's place, or of all there are: event_read adds it */
    if (since)
        return read_since(e, since, fault);
    if (!check_bucket("source_config.bucket_name", e->bucket, fault))
        return false;
    add_uri(e, e->bucket, prefix, true);
    return true;
}

/* What the parts were made with stands in them. */
static bool check_merge(struct lambda_event *e, const struct json_node *root, struct fault *fault) {
    static const char *const others[] = { "custom_conditions", "rules", "min_severity" };
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
        add_uri(e, e->output_bucket, e->output_prefix, true);
    return true;
}

static bool read_source(struct lambda_event *e, const struct json_node *root, struct fault *fault) {
    const char *type = NULL;
    if (!read_text(root, "source_type", "source_type", &type, fault))
        return false;
    if (!type)
        return wrong(fault, "source_type", "\"s3\" or \"merge\"", json_optional(root, "source_type"));
    bool merge = strcmp(type, "merge") == 0;
    if (!merge && strcmp(type, "s3") != 0)
        return fault_set(
            fault, FAULT_USAGE,
            "event: source_type: \"s3\" or \"merge\" was expected (what this version reads), got \"%s\"",
            type);
    e->source_config = json_optional(root, "source_config");
    if (!json_is_object(e->source_config))
        return wrong(fault, "source_config", "an object", e->source_config);
    return merge ? read_merge(e, fault) : read_s3(e, fault);
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
    return !e->output_bucket || check_bucket("output_bucket", e->output_bucket, fault);
}

static bool unknown_shape(const struct json_node *root, struct fault *fault) {
    struct buf keys;
    buf_init(&keys, 512);
    for (const struct json_node *m = json_first(root); m; m = json_after(m))
        buf_printf(&keys, "%s%s", keys.len ? ", " : "", json_name(m));
    fault_set(
        fault, FAULT_USAGE,
        "event: an object with source_type and source_config was expected (the shape this version knows); "
        "the keys are: %s",
        keys.len ? buf_c(&keys) : "none");
    buf_fini(&keys);
    return false;
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
    if (!json_member(root, "source_type"))
        return unknown_shape(root, fault);
    return CHECK_KEYS(root, "", known, fault) && read_source(e, root, fault) &&
           read_conditions(job, json_optional(root, "custom_conditions"), fault) &&
           read_rules(job, json_optional(root, "rules"), fault) && read_limits(e, job, root, fault) &&
           read_output(e, root, fault) && check_merge(e, root, fault);
}

void event_fini(struct lambda_event *e) {
    for (size_t i = 0; i < e->uri_count; i++)
        free(e->uris[i]);
    free(e->uris);
    json_doc_free(e->document);
}
