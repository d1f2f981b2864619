#include "merging.h"

#include <stdio.h>

/* ---- reading ---- */

/* False: no merging can go on. */
static bool read_one(struct merging *m, struct places *places, const char *uri, bool listed,
                     struct fault *fault) {
    struct source *source = place_open_stored(places, uri, fault);
    enum merge_taken taken = source ? merge_add(m->merge, source, listed, fault) : MERGE_BAD;
    if (taken == MERGE_BAD)
        merge_missing(m->merge, uri, fault);
    return taken != MERGE_STOPPED;
}

static bool is_findings(const char *uri) {
    return str_ends(str_c(uri), (struct str)STR(".ndjson.gz"));
}

/* What could not be taken, for when nothing was: the first ones are told with their reasons. */
struct refused {
    struct buf reasons;
    size_t count;
};
enum { MAX_TOLD = 5 };

static void note_refused(struct refused *r, const struct fault *fault) {
    if (r->count++ < MAX_TOLD)
        buf_printf(&r->reasons, "%s%s", r->reasons.len ? "; " : "", fault->text);
}

static bool fail_refused(struct refused *r, struct fault *fault) {
    if (!r->count)
        return fault_set(fault, FAULT_INPUT, "there is no stored result to merge");
    if (r->count == 1)
        return false;
    char which[64] = "";
    if (r->count > MAX_TOLD)
        snprintf(which, sizeof which, "; the first %d", MAX_TOLD);
    return fault_set(fault, fault->kind, "none of %zu results can be read%s: %s", r->count, which,
                     buf_c(&r->reasons));
}

static bool read_all(struct merging *m, struct places *places, const struct uris *uris,
                     struct refused *refused, struct fault *fault) {
    for (size_t i = 0; i < uris->count; i++) {
        struct fault own = { .kind = FAULT_NONE };
        if (is_findings(uris->items[i]))
            continue;
        bool go_on = read_one(m, places, uris->items[i], uris->listed[i], &own);
        if (own.kind != FAULT_NONE) {
            *fault = own;
            note_refused(refused, &own);
        }
        if (!go_on)
            return false;
    }
    return true;
}

bool merging_read(struct merging *m, struct places *places, const struct uris *uris,
                  const struct merge_options *options, struct fault *fault) {
    struct refused refused = { .count = 0 };
    m->merge = merge_new(options);
    *fault = (struct fault){ .kind = FAULT_NONE };
    buf_init(&refused.reasons, MAX_TOLD * sizeof fault->text);
    bool ok = read_all(m, places, uris, &refused, fault);
    if (ok && !merge_count(m->merge) && !(options->overlapping && !refused.count))
        ok = fail_refused(&refused, fault);
    buf_fini(&refused.reasons);
    return ok;
}

void merging_fini(struct merging *m) {
    merge_free(m->merge);
}

/* ---- the result ---- */

static bool keep(void *context, struct str json, enum severity severity, struct fault *fault) {
    return kept_add_stored(context, json, severity, fault);
}

struct tally *merging_finish(struct merging *m, struct job *job, const struct cli *cli,
                             struct kept_findings *kept, struct fault *fault) {
    bool rules = merge_correlates(m->merge);
    if (rules && !job_load_rules(job, cli, fault))
        return NULL;
    m->failed_files = rules ? job_report_failed_files(job) : 0;
    return merge_finish(m->merge, rules ? job->options.rulesets[0] : NULL, keep, kept, fault);
}

bool merging_rules_failed(const struct merging *m) {
    return m->failed_files || merge_rules_failed(m->merge);
}

void merging_describe(struct merging *m, struct result_info *info) {
    info->merged = true;
    info->parts = merge_parts(m->merge, &info->part_count);
    info->audit_id = merge_audit_id(m->merge);
    info->options = merge_options_digest(m->merge);
    info->tell = merge_notified(m->merge) ? TELL_DONE : TELL_NOBODY;
    info->next = merge_open_nexts(m->merge, &info->next_count);
    info->continues = merge_open_continues(m->merge, &info->continues_count);
}
