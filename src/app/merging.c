#include "merging.h"

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

bool merging_read(struct merging *m, struct places *places, const struct uris *uris,
                  const struct merge_options *options, struct fault *fault) {
    m->merge = merge_new(options);
    *fault = (struct fault){ .kind = FAULT_NONE };
    for (size_t i = 0; i < uris->count; i++)
        if (!is_findings(uris->items[i]) && !read_one(m, places, uris->items[i], uris->listed[i], fault))
            return false;
    if (merge_count(m->merge) || (options->overlapping && fault->kind == FAULT_NONE))
        return true;
    return fault->kind == FAULT_NONE ? fault_set(fault, FAULT_INPUT, "there is no stored result to merge")
                                     : false;
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
