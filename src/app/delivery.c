#include "delivery.h"

#include "job.h"
#include "log.h"

#include <stdlib.h>
#include <unistd.h>

static bool read_format(struct delivery *d, struct fault *fault) {
    static const char *const names[] = { "text", "json", "ndjson" };
    const char *format = cli_value(d->cli, "format");
    bool terminal = !d->target && isatty(STDOUT_FILENO);
    d->format = terminal ? OUTPUT_TEXT : OUTPUT_JSON;
    for (size_t i = 0; format && i < sizeof names / sizeof *names; i++) {
        if (strcmp(format, names[i]) != 0)
            continue;
        d->format = (enum output_format)i;
        return true;
    }
    return !format || fault_set(fault, FAULT_USAGE,
                                "--format: one of text, json, ndjson was expected, got '%s'", format);
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

static bool check_color(const struct delivery *d, struct fault *fault) {
    const char *color = cli_value(d->cli, "color");
    return !color || strcmp(color, "auto") == 0 || strcmp(color, "always") == 0 ||
           strcmp(color, "never") == 0 ||
           fault_set(fault, FAULT_USAGE, "--color: one of auto, always, never was expected, got '%s'", color);
}

bool delivery_read(struct delivery *d, const struct cli *cli, struct fault *fault) {
    *d = (struct delivery){ .cli = cli, .target = cli_value(cli, "output") };
    const char *fail_on = cli_value(cli, "fail-on");
    d->has_fail_on = fail_on != NULL;
    return read_format(d, fault) && read_limit(d, fault) && check_color(d, fault) &&
           (!fail_on || job_severity(fail_on, "--fail-on", &d->fail_on, fault));
}

static bool want_color(const struct delivery *d) {
    const char *color = cli_value(d->cli, "color"), *no_color = getenv("NO_COLOR");
    if (color && strcmp(color, "auto") != 0)
        return strcmp(color, "always") == 0;
    return !(no_color && *no_color) && !d->target && isatty(STDOUT_FILENO);
}

bool delivery_write(const struct delivery *d, struct sink *sink, struct tally *t, struct result_info *info,
                    struct kept_findings *kept, struct fault *fault) {
    info->with_state = d->format != OUTPUT_TEXT && d->target && strcmp(d->target, "-") != 0;
    switch (d->format) {
    case OUTPUT_TEXT:
        return output_text(sink, t, info, want_color(d), cli_has(d->cli, "verbose"), fault);
    case OUTPUT_JSON:
        return output_json(sink, t, info, kept, d->limit, fault);
    default:
        return output_ndjson(sink, t, info, kept, d->limit, fault);
    }
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
