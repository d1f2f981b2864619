#include "request_merge.h"

#include "map_run.h"

#include <string.h>

/* The day in a key, year=YYYY/month=MM/day=DD, in microseconds since 1970; false when there is none. */
static bool day_of(const char *uri, int64_t *day) {
    static const struct time_rules utc = { 0 };
    static const char date[] = "/year=YYYY/month=MM/day=DD";
    const char *at = strstr(uri, "/year=");
    char text[] = "YYYY-MM-DDT00:00:00Z";
    struct stamp stamp;
    if (!at || strlen(at) < strlen(date))
        return false;
    memcpy(text, at + strlen("/year="), 4);
    memcpy(text + 5, at + strlen("/year=YYYY/month="), 2);
    memcpy(text + 8, at + strlen("/year=YYYY/month=MM/day="), 2);
    bool ok = stamp_parse(str_c(text), &utc, &stamp);
    *day = stamp.micros;
    return ok;
}

/* A result lies under the day of its object, which is written when its last record is, or later. */
static bool too_old(const struct request *r, const char *uri) {
    static const int64_t DAY = (int64_t)24 * 3600 * 1000000;
    int64_t day;
    return r->event.since && day_of(uri, &day) && day < r->job.time - r->event.since - 2 * DAY;
}

static void note_result(void *context, const char *uri) {
    struct request *r = context;
    bool json = str_ends(str_c(uri), (struct str)STR(".json"));
    if (!r->event.prefix || (json && !too_old(r, uri)))
        uris_add(&r->results, uri);
}

/* Nothing there is nothing to do when it is asked for what is new. */
static bool list_results(struct request *r, struct fault *fault) {
    for (size_t i = 0; i < r->event.uri_count; i++) {
        const char *uri = r->event.uris[i];
        r->results.spec = uri;
        if (place_list(r->places, uri, note_result, r, fault) || r->event.since)
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
