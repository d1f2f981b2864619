/* logaudit report RESULT...: stored results for readers. One is shown as it is; several are merged first. */
#include "delivery.h"
#include "job.h"
#include "merging.h"
#include "result_read.h"
#include "uris.h"
#include "verbs.h"

struct report {
    const struct cli *cli;
    struct delivery delivery;
    struct job job;
    struct uris uris;
    struct kept_findings kept;
    struct buf closing; /* the one result without its findings */
    struct arena arena;
    struct sink *sink;
    struct fault fault;
};

static bool read_flags(struct report *r) {
    if (!delivery_read(&r->delivery, r->cli, &r->fault))
        return false;
    enum output_format format = r->delivery.format;
    if (cli_has(r->cli, "format") && (format == OUTPUT_JSON || format == OUTPUT_NDJSON))
        return fault_set(&r->fault, FAULT_USAGE,
                         "--format: results are %s already; logaudit merge makes one of several",
                         OUTPUT_FORMATS[format]);
    if (!cli_has(r->cli, "format") && format != OUTPUT_TEXT)
        r->delivery.format = OUTPUT_HTML;
    return r->cli->argument_count ||
           fault_set(&r->fault, FAULT_USAGE,
                     "report needs results: files that scan -o FILE wrote, folders of them, or -");
}

static bool take(void *context, enum result_part part, struct str key, struct json value,
                 struct fault *fault) {
    struct report *r = context;
    struct stored_finding f;
    if (part == RESULT_FINDING) {
        arena_reset(&r->arena);
        return stored_finding_read(&f, value, &r->arena, fault) &&
               kept_add_stored(&r->kept, value.raw, f.severity, fault);
    }
    if (part == RESULT_MEMBER) {
        buf_add_c(&r->closing, r->closing.len ? ",\"" : "{\"");
        buf_add(&r->closing, key);
        buf_add_c(&r->closing, "\":");
        buf_add(&r->closing, json_bytes(value));
    }
    return !r->closing.full || fault_set(fault, FAULT_INPUT, "the result's lists are too large");
}

static bool report_one(struct report *r) {
    struct source *source = place_open_stored(&r->job.places, r->uris.items[0], &r->fault);
    bool ok = source && result_read(source, take, r, &r->fault);
    if (source)
        source->close(source);
    buf_add_c(&r->closing, "}");
    return ok && delivery_write_closed(&r->delivery, r->sink, buf_str(&r->closing), &r->kept, &r->fault);
}

static bool report_merged(struct report *r) {
    struct merging merging = { 0 };
    struct merge_options options = { 0 };
    struct result_info info = { .started = now_micros() };
    struct tally *t = NULL;
    if (merging_read(&merging, &r->job.places, &r->uris, &options, &r->fault))
        t = merging_finish(&merging, &r->job, r->cli, &r->kept, &r->fault);
    if (t) {
        info.finished = now_micros();
        merging_describe(&merging, &info);
    }
    bool ok = t && delivery_write(&r->delivery, r->sink, t, &info, &r->kept, &r->fault);
    merging_fini(&merging);
    return ok;
}

static bool run(struct report *r) {
    const char *target = r->delivery.target;
    if (!job_init(&r->job, r->cli, &r->fault) || !uris_list(&r->uris, &r->job.places, r->cli->arguments,
                                                            r->cli->argument_count, true, target, &r->fault))
        return false;
    r->delivery.lua_folder = r->job.home.lua_folder;
    r->sink = place_create(&r->job.places, target ? target : "-", &r->fault);
    if (!r->sink)
        return false;
    bool ok = r->uris.count == 1 ? report_one(r) : report_merged(r);
    return r->sink->close(r->sink, ok, &r->fault) && ok;
}

enum exit_code verb_report(const struct cli *cli) {
    struct report r = { .cli = cli };
    kept_init(&r.kept);
    buf_init(&r.closing, MAX_CLOSING);
    arena_init(&r.arena);
    bool ok = read_flags(&r) && run(&r);
    arena_fini(&r.arena);
    buf_fini(&r.closing);
    kept_fini(&r.kept);
    uris_fini(&r.uris);
    job_free(&r.job);
    return ok ? EXIT_DONE : verb_fail(&r.fault);
}
