#include "delivery.h"

#include "job.h"
#include "log.h"

#include <stdlib.h>
#include <unistd.h>

static bool read_format(struct delivery *d, struct fault *fault) {
    int format = !d->target && isatty(STDOUT_FILENO) ? OUTPUT_TEXT : OUTPUT_JSON;
    if (!cli_choose(d->cli, "format", OUTPUT_FORMATS, &format, fault))
        return false;
    d->format = (enum output_format)format;
    return true;
}

static bool read_limit(struct delivery *d, struct fault *fault) {
    const char *max = cli_value(d->cli, "max-findings");
    int64_t count;
    d->limit = NO_LIMIT;
    if (!max)
        return true;
    if (!str_to_int(str_c(max), &count) || count < 0)
        return fault_set(fault, FAULT_USAGE, "--max-findings: a number was expected, got '%s'", max);
    d->limit.findings = (uint64_t)count;
    return true;
}

bool delivery_read(struct delivery *d, const struct cli *cli, struct fault *fault) {
    *d = (struct delivery){ .cli = cli, .target = cli_value(cli, "output") };
    const char *fail_on = cli_value(cli, "fail-on");
    d->has_fail_on = fail_on != NULL;
    return read_format(d, fault) && read_limit(d, fault) && cli_color(cli, !d->target, &d->color, fault) &&
           (!fail_on || job_severity(fail_on, "--fail-on", &d->fail_on, fault));
}

static bool write_formatted(const struct delivery *d, struct sink *sink, struct str closing,
                            struct kept_findings *kept, struct fault *fault) {
    struct formatter *formatter = formatter_new(d->lua_folder, OUTPUT_FORMATS[d->format], fault);
    bool ok = formatter && output_formatted(sink, formatter, closing, kept, d->limit, fault);
    formatter_free(formatter);
    return ok;
}

bool delivery_write_closed(const struct delivery *d, struct sink *sink, struct str closing,
                           struct kept_findings *kept, struct fault *fault) {
    return d->format == OUTPUT_TEXT ? output_text(sink, closing, d->color, cli_has(d->cli, "verbose"), fault)
                                    : write_formatted(d, sink, closing, kept, fault);
}

bool delivery_write(const struct delivery *d, struct sink *sink, struct tally *t, struct result_info *info,
                    struct kept_findings *kept, struct fault *fault) {
    bool carries_state = d->format == OUTPUT_JSON || d->format == OUTPUT_NDJSON;
    info->with_state = carries_state && d->target && strcmp(d->target, "-") != 0;
    if (d->format == OUTPUT_JSON)
        return output_json(sink, t, info, kept, d->limit, fault);
    if (d->format == OUTPUT_NDJSON)
        return output_ndjson(sink, t, info, kept, d->limit, fault);
    struct buf closing;
    output_closing(t, info, &closing);
    bool ok = (!closing.full || fault_set(fault, FAULT_OUTPUT, "the result's lists are too large")) &&
              delivery_write_closed(d, sink, buf_str(&closing), kept, fault);
    buf_fini(&closing);
    return ok;
}

static bool found_at_or_above(const struct tally *t, enum severity severity) {
    for (int s = severity; s < SEVERITY_COUNT; s++)
        if (t->counting[s])
            return true;
    return false;
}

enum exit_code delivery_exit(const struct delivery *d, const struct tally *t, bool rules_failed) {
    if (job_interrupted())
        return EXIT_INTERRUPTED;
    if (rules_failed)
        return EXIT_RULES;
    if (!result_complete(t))
        return EXIT_INCOMPLETE;
    return d->has_fail_on && found_at_or_above(t, d->fail_on) ? EXIT_FOUND : EXIT_DONE;
}

void delivery_log_incomplete(const struct tally *t) {
    for (size_t i = 0; i < t->incomplete_count; i++) {
        const struct incomplete *n = &t->incomplete[i];
        bool named = n->source && n->detail && strstr(n->detail, n->source);
        log_error("%s%s%s (%s, %llux)",
                  named        ? ""
                  : n->source  ? n->source
                  : n->rule_id ? n->rule_id
                               : "",
                  named || (!n->source && !n->rule_id) ? "" : ": ", n->detail, n->reason,
                  (unsigned long long)n->count);
    }
}
