/* logaudit merge RESULT...: the results of parts into one. */
#include "delivery.h"
#include "job.h"
#include "merging.h"
#include "uris.h"
#include "verbs.h"

struct merge_verb {
    const struct cli *cli;
    struct delivery delivery;
    struct job job;
    struct uris uris;
    struct merging merging;
    struct kept_findings kept;
    struct sink *sink;
    struct fault fault;
};

static bool start(struct merge_verb *v) {
    struct merge_options options = { 0 };
    if (!delivery_read(&v->delivery, v->cli, &v->fault) || !job_init(&v->job, v->cli, &v->fault))
        return false;
    if (!v->cli->argument_count)
        return fault_set(&v->fault, FAULT_USAGE,
                         "merge needs results: files that scan -o FILE wrote, folders of them, or -");
    if (!uris_list(&v->uris, &v->job.places, v->cli->arguments, v->cli->argument_count, true,
                   v->delivery.target, &v->fault))
        return false;
    v->sink = place_create(&v->job.places, v->delivery.target ? v->delivery.target : "-", &v->fault);
    return v->sink && merging_read(&v->merging, &v->job.places, &v->uris, &options, &v->fault);
}

static enum exit_code run(struct merge_verb *v, int64_t started) {
    if (!start(v))
        return verb_fail(&v->fault);
    struct tally *t = merging_finish(&v->merging, &v->job, v->cli, &v->kept, &v->fault);
    if (!t)
        return verb_fail(&v->fault);
    struct result_info info = { .started = started, .finished = now_micros() };
    merging_describe(&v->merging, &info);
    v->delivery.lua_folder = v->job.home.lua_folder;
    bool ok = delivery_write(&v->delivery, v->sink, t, &info, &v->kept, &v->fault);
    struct sink *sink = v->sink;
    v->sink = NULL;
    if (!sink->close(sink, ok, &v->fault) || !ok)
        return verb_fail(&v->fault);
    delivery_log_incomplete(t);
    return delivery_exit(&v->delivery, t, merging_rules_failed(&v->merging));
}

enum exit_code verb_merge(const struct cli *cli) {
    struct merge_verb v = { .cli = cli };
    kept_init(&v.kept);
    enum exit_code code = run(&v, now_micros());
    if (v.sink)
        v.sink->close(v.sink, false, &v.fault);
    merging_fini(&v.merging);
    kept_fini(&v.kept);
    uris_fini(&v.uris);
    job_free(&v.job);
    return code;
}
