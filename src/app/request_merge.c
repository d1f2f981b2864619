#include "request_merge.h"

#include "map_run.h"
#include "timestamp.h"

#include <stdio.h>
#include <string.h>

/* Whether a result that is to be merged with all that are new has such a key:
 * .../year=YYYY/month=MM/day=DD/audit-ID.json. An execution of the state machine merges its own (runs/). */
static bool is_candidate(const struct request *r, const char *uri) {
    const char *key = uri + strlen("s3://") + strlen(r->event.output_bucket) + 1;
    const char *year = strstr(key, "/year="), *name = strrchr(key, '/');
    return year && str_starts(str_c(name), (struct str)STR("/audit-")) &&
           !str_starts(str_c(key + strlen(r->event.output_prefix)), (struct str)STR("runs/"));
}

/* Objects wait for their audit up to two times the 14 days that queues keep a message: what lies under an
 * earlier day is not asked for. Results of merging lie under the day of their records, which may be any. */
static void skip_older(void *context, struct str key, struct buf *after) {
    enum { DAYS = 31 };
    static const char *const others[] = { "findings/", "runs/", "map-runs/" };
    const struct request *r = context;
    struct str rest = str_slice(key, strlen(r->event.output_prefix), key.len);
    char first[STAMP_LEN + 1], day[] = "/year=YYYY/month=MM/day=DD";
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (str_starts(rest, str_c(others[i])))
            buf_printf(after, "%s%s~", r->event.output_prefix, others[i]);
    size_t year = str_find(key, (struct str)STR("/year="));
    if (after->len || year >= key.len || str_starts(rest, (struct str)STR("merge/")))
        return;
    stamp_print(r->job.time - r->event.since - (int64_t)DAYS * 86400 * 1000000, first);
    snprintf(day, sizeof day, "/year=%.4s/month=%.2s/day=%.2s", first, first + 5, first + 8);
    if (str_compare(str_slice(key, year, strlen(day)), str_c(day)) < 0)
        buf_printf(after, "%.*s%s", STR_ARG(str_slice(key, 0, year)), day);
}

static void note_result(void *context, const char *uri) {
    struct request *r = context;
    bool json = str_ends(str_c(uri), (struct str)STR(".json"));
    if (!r->event.prefix || (json && (!r->event.since || is_candidate(r, uri))))
        uris_add(&r->results, uri);
}

/* Nothing there is nothing to do when it is asked for what is new. What is new was stored since then: nothing
 * is stored before its records are. */
static bool list_results(struct request *r, struct fault *fault) {
    int64_t since = r->event.since ? r->job.time - r->event.since : 0;
    for (size_t i = 0; i < r->event.uri_count; i++) {
        const char *uri = r->event.uris[i];
        r->results.spec = uri;
        if (since ? place_list_since(r->places, uri, since, note_result, skip_older, r, fault)
                  : place_list(r->places, uri, note_result, r, fault))
            continue;
        if (fault->kind == FAULT_USAGE || r->event.prefix)
            return false;
        uris_add(&r->results, uri);
    }
    return true;
}

struct tally *request_merge(struct request *r, const struct cli *cli, struct fault *fault) {
    struct merge_options options = {
        .overlapping = r->event.since > 0,
        .from = r->job.time - r->event.since,
        .to = r->job.time,
    };
    if (!list_results(r, fault) || !merging_read(&r->merging, r->places, &r->results, &options, fault))
        return NULL;
    if (r->event.manifest)
        map_run_note_missing(r->merging.merge, r->places, r->event.manifest);
    struct tally *t = merging_finish(&r->merging, &r->job, cli, &r->kept, fault);
    if (t)
        r->modified = t->clock.any ? t->clock.latest : r->job.time;
    return t;
}
