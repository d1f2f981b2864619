/* source_config of "merge": where the stored results are. */
#include "event_inside.h"

#include "allowed.h"
#include "mem.h"

#include <stdlib.h>

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
        return event_wrong(fault, "source_config.results", "a list of s3:// places", results);
    if (json_count(results) == 0)
        return fault_set(fault, FAULT_USAGE, "event: source_config.results: at least one place was expected");
    for (const struct json_node *r = json_first(results); r; r = json_after(r)) {
        if (!json_is_string(r) || !str_starts(json_str(r), (struct str)STR("s3://")))
            return fault_set(fault, FAULT_USAGE,
                             "event: source_config.results[]: an s3:// place was expected, got %s",
                             json_is_string(r) ? json_c(r, "") : json_kind_name(r));
        event_add_place(e, json_str(r));
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
        return event_wrong(fault, field, "an object with Bucket and Key", n);
    if (!EVENT_CHECK_KEYS(n, "source_config.manifest.", known, fault) ||
        !event_text(n, "Bucket", "source_config.manifest.Bucket", &bucket, fault) ||
        !event_text(n, "Key", "source_config.manifest.Key", &key, fault))
        return false;
    if (!bucket || !key)
        return fault_set(fault, FAULT_USAGE, "event: %s: both Bucket and Key were expected", field);
    if (!event_check_bucket("source_config.manifest.Bucket", bucket, fault))
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

bool event_read_merge(struct lambda_event *e, struct job *job, const struct json_node *c,
                      struct fault *fault) {
    static const char *const known[] = { "results", "bucket_name", "prefix", "since", "region", "manifest" };
    const struct json_node *results = json_optional(c, "results");
    const char *prefix = NULL, *since = NULL, *region = NULL;
    (void)job;
    e->merge = true;
    e->folder = mem_copy("merge", strlen("merge"));
    if (!EVENT_CHECK_KEYS(c, "source_config.", known, fault) ||
        !event_text(c, "bucket_name", "source_config.bucket_name", &e->bucket, fault) ||
        !event_text(c, "prefix", "source_config.prefix", &prefix, fault) ||
        !event_text(c, "since", "source_config.since", &since, fault) ||
        !event_text(c, "region", "source_config.region", &region, fault) ||
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
    return event_check_bucket("source_config.bucket_name", e->bucket, fault) &&
           event_add_uri(e, "source_config.prefix", prefix, true, fault);
}

/* Our own results lie where results go: LOGAUDIT_ALLOWED_OUTPUTS has been asked. */
static void add_stored_results(struct lambda_event *e) {
    struct buf uri;
    buf_init(&uri, 8192);
    buf_printf(&uri, "s3://%s/%s*", e->output_bucket, e->output_prefix);
    event_add_place(e, buf_str(&uri));
    buf_fini(&uri);
}

/* What the parts were made with stands in them. */
bool event_check_merge(struct lambda_event *e, const struct json_node *root, struct fault *fault) {
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
