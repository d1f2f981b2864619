#include "handler.h"

#include "event.h"
#include "log.h"
#include "merging.h"
#include "output.h"
#include "sink_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Lambda's limit for a synchronous answer. */
enum { MAX_ANSWER = 6291556 };

struct handling {
    const struct cli *cli;
    struct job job;
    struct lambda_event event;
    struct audit *audit;
    struct merging merging;
    struct uris results; /* to be merged */
    struct kept_findings kept;
    bool read_any;
    int64_t modified; /* the latest of the objects: the date of the stored result */
    struct hash_state *hash;
    struct fault fault;
    char audit_id[HASH_HEX + 1], options[HASH_HEX + 1];
    struct buf location;
};

/* ---- reading ---- */

static void audit_object(void *context, const char *uri) {
    struct handling *h = context;
    int64_t modified = 0;
    char version[64] = "";
    place_stat(&h->job.places, uri, &modified, version);
    hash_add(h->hash, str_c(uri));
    hash_add(h->hash, str_c(version));
    if (modified > h->modified)
        h->modified = modified;
    struct source *source = place_open(&h->job.places, uri, &h->fault);
    h->read_any = h->read_any || source;
    if (source)
        audit_source(h->audit, source);
    else
        audit_missing_source(h->audit, uri, &h->fault);
}

/* A source that cannot be read is an error, never an empty success; among several, it is one that is missing.
 */
static bool audit_objects(struct handling *h) {
    for (size_t i = 0; i < h->event.uri_count; i++) {
        const char *uri = h->event.uris[i];
        hash_add(h->hash, str_c(uri));
        if (place_list(&h->job.places, uri, audit_object, h, &h->fault))
            continue;
        if (h->fault.kind == FAULT_USAGE || h->event.uri_count == 1)
            return false;
        audit_missing_source(h->audit, uri, &h->fault);
    }
    return h->read_any ||
           fault_set(&h->fault, FAULT_INPUT, "event: source_config: none of its objects can be read");
}

static void make_ids(struct handling *h) {
    struct hash_state *options = hash_new();
    job_hash(&h->job, options);
    hash_print(hash_get(options), h->options);
    hash_free(options);
    job_hash(&h->job, h->hash);
    hash_add_int(h->hash, (int64_t)h->event.max_findings);
    hash_print(hash_get(h->hash), h->audit_id);
}

/* ---- merging ---- */

/* The number of so many digits behind `name`. */
static bool number_behind(struct str text, const char *name, size_t digits, int *out) {
    size_t at = str_find(text, str_c(name));
    int64_t number;
    bool is = at < text.len && str_to_int(str_slice(text, at + strlen(name), digits), &number);
    *out = is ? (int)number : 0;
    return is;
}

/* The day in a key, year=YYYY/month=MM/day=DD; false when there is none. */
static bool day_of(const char *uri, struct tm *day) {
    struct str text = str_c(uri);
    *day = (struct tm){ 0 };
    bool is = number_behind(text, "/year=", 4, &day->tm_year) &&
              number_behind(text, "/month=", 2, &day->tm_mon) &&
              number_behind(text, "/day=", 2, &day->tm_mday);
    day->tm_year -= 1900;
    day->tm_mon--;
    return is;
}

/* A result lies under the day of its object, which is written when its last record is, or later. */
static bool too_old(const struct handling *h, const char *uri) {
    enum { DAY = 24 * 3600 };
    struct tm day;
    int64_t from = (h->job.started - h->event.since) / 1000000;
    return h->event.since && day_of(uri, &day) && (int64_t)timegm(&day) < from - 2 * DAY;
}

static void note_result(void *context, const char *uri) {
    struct handling *h = context;
    bool json = str_ends(str_c(uri), (struct str)STR(".json"));
    if (!h->event.prefix || (json && !too_old(h, uri)))
        uris_add(&h->results, uri);
}

/* Nothing there is nothing to do when it is asked for what is new. */
static bool list_results(struct handling *h) {
    for (size_t i = 0; i < h->event.uri_count; i++) {
        const char *uri = h->event.uris[i];
        h->results.spec = uri;
        if (place_list(&h->job.places, uri, note_result, h, &h->fault) || h->event.since)
            continue;
        if (h->fault.kind == FAULT_USAGE || h->event.prefix)
            return false;
        uris_add(&h->results, uri);
    }
    return true;
}

static struct tally *merge_results(struct handling *h) {
    struct merge_options options = {
        .overlapping = h->event.since > 0,
        .from = h->job.started - h->event.since,
        .to = h->job.started,
    };
    if (!list_results(h) || !merging_read(&h->merging, &h->job.places, &h->results, &options, &h->fault))
        return NULL;
    struct tally *t = merging_finish(&h->merging, &h->job, h->cli, &h->kept, &h->fault);
    if (t)
        h->modified = t->clock.any ? t->clock.latest : h->job.started;
    return t;
}

/* ---- storing ---- */

/* s3://BUCKET/PREFIX then `folder`, the date and the name. */
static void print_key(const struct handling *h, const char *folder, const char *ending, struct buf *out) {
    time_t seconds = (time_t)(h->modified / 1000000);
    struct tm day;
    gmtime_r(&seconds, &day);
    buf_printf(out, "s3://%s/%s%s/year=%04d/month=%02d/day=%02d/audit-%s%s", h->event.output_bucket,
               h->event.output_prefix, folder, day.tm_year + 1900, day.tm_mon + 1, day.tm_mday, h->audit_id,
               ending);
}

static bool close_sink(struct sink *sink, bool ok, struct fault *fault) {
    return sink->close(sink, ok, fault) && ok;
}

static bool store_result(struct handling *h, struct tally *t, struct result_info *info) {
    struct sink *sink = place_create(&h->job.places, info->storage_location, &h->fault);
    struct result_info stored = *info;
    stored.with_state = true;
    return sink && close_sink(sink, output_json(sink, t, &stored, &h->kept, NO_LIMIT, &h->fault), &h->fault);
}

static bool store_findings(struct handling *h) {
    uint64_t count = 0;
    for (int s = 0; s < SEVERITY_COUNT; s++)
        count += h->kept.count[s];
    if (!count)
        return true;
    struct buf uri;
    buf_init(&uri, 8192);
    print_key(h, "findings", ".ndjson.gz", &uri);
    struct sink *file = place_create(&h->job.places, buf_c(&uri), &h->fault);
    struct sink *sink = file ? sink_gzip_new(file) : NULL;
    const char *region = getenv("AWS_REGION");
    struct finding_context context = { .audit_id = h->audit_id, .region = region ? region : "" };
    bool ok = sink && close_sink(sink, output_flat(sink, &h->kept, &context, &h->fault), &h->fault);
    buf_fini(&uri);
    return ok;
}

static bool store(struct handling *h, struct tally *t, struct result_info *info) {
    if (!h->event.output_bucket)
        return true;
    char folder[512];
    snprintf(folder, sizeof folder, h->event.merge ? "merge" : "s3-bucket-%s", h->event.bucket);
    print_key(h, folder, ".json", &h->location);
    info->storage_location = buf_c(&h->location);
    return store_findings(h) && store_result(h, t, info);
}

/* ---- answering ---- */

static bool answer_event(struct handling *h, struct tally *t, struct sink *answer) {
    char *config = json_print(h->event.source_config);
    struct result_info info = {
        .audit_id = h->audit_id,
        .started = h->job.started,
        .finished = now_micros(),
        .source_type = h->event.merge ? "merge" : "s3",
        .source_config = str_c(config),
        .status_code = true,
        .options = h->options,
    };
    if (h->event.merge) {
        merging_describe(&h->merging, &info);
        memcpy(h->audit_id, info.audit_id, sizeof h->audit_id);
    }
    struct output_limit limit = { h->event.summary_only ? 0 : h->event.max_findings, MAX_ANSWER };
    bool ok = store(h, t, &info) && output_json(answer, t, &info, &h->kept, limit, &h->fault);
    free(config);
    return ok;
}

static enum exit_code exit_of(const struct tally *t, bool rules_failed) {
    return rules_failed ? EXIT_RULES : result_complete(t) ? EXIT_DONE : EXIT_INCOMPLETE;
}

static bool run_merge(struct handling *h, struct sink *answer, enum exit_code *code) {
    struct tally *t = merge_results(h);
    if (!t || !answer_event(h, t, answer))
        return false;
    *code = exit_of(t, merging_rules_failed(&h->merging));
    return true;
}

/* An object seldom holds a whole attack: with LOGAUDIT_CORRELATE=merge its matches are stored, and an event
 * that merges makes the findings of correlations. */
static bool read_correlate(struct handling *h) {
    const char *when = getenv("LOGAUDIT_CORRELATE");
    if (!when || !*when)
        return true;
    h->job.options.correlate_later = h->event.output_bucket != NULL;
    return strcmp(when, "merge") == 0 ||
           fault_set(&h->fault, FAULT_USAGE, "LOGAUDIT_CORRELATE: merge was expected, got '%s'", when);
}

static bool run_audit(struct handling *h, struct sink *answer, enum exit_code *code) {
    if (!read_correlate(h) || !job_load_rules(&h->job, h->cli, &h->fault))
        return false;
    size_t failed_files = job_report_failed_files(&h->job);
    h->audit = audit_new(&h->job.options, kept_add, &h->kept, &h->fault);
    if (!h->audit || !audit_objects(h))
        return false;
    make_ids(h);
    struct tally *t = audit_finish(h->audit);
    if (!answer_event(h, t, answer))
        return false;
    *code = exit_of(t, failed_files > 0);
    return true;
}

static bool run(struct handling *h, struct str text, const char *name, struct sink *answer,
                enum exit_code *code) {
    if (!job_init(&h->job, h->cli, &h->fault) || !event_read(&h->event, &h->job, text, name, &h->fault))
        return false;
    return h->event.merge ? run_merge(h, answer, code) : run_audit(h, answer, code);
}

bool handler_run(const struct cli *cli, struct str event, const char *name, struct sink *answer,
                 enum exit_code *code, struct fault *fault) {
    struct handling h = { .cli = cli, .hash = hash_new() };
    kept_init(&h.kept);
    buf_init(&h.location, 8192);
    bool ok = run(&h, event, name, answer, code);
    if (!ok)
        *fault = h.fault;
    audit_free(h.audit);
    merging_fini(&h.merging);
    uris_fini(&h.results);
    kept_fini(&h.kept);
    buf_fini(&h.location);
    hash_free(h.hash);
    event_fini(&h.event);
    job_free(&h.job);
    return ok;
}
