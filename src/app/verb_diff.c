/* logaudit diff RESULT RESULT: which findings are in one result and not in the other, by fingerprint, and
 * which are called otherwise there. logaudit diff --rules OLD --rules NEW SOURCE...: the same for two sets of
 * rules on the same logs. */
#include "job.h"
#include "log.h"
#include "result.h"
#include "shown.h"
#include "verbs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

/* Kinds in the text, without -v. */
enum { SHOWN = 25 };

struct total {
    uint64_t findings, kinds;
};

struct diff {
    const struct cli *cli;
    struct finding_set *set;
    enum finding_side side;
    struct audit *audit;   /* of the side at hand */
    struct places *places; /* of its job */
    size_t failed_files;
    bool incomplete, json;
    bool same_logs; /* both sides scanned them */
    uint64_t count[SIDE_COUNT];
    struct total gained, lost;
    uint64_t changed; /* kinds */
    struct fault fault;
};

/* What a kind that is on both sides is called there, where that differs; NULL: it does not. */
struct change {
    const char *name, *before, *after;
};
enum { CHANGES = 3 };

/* ---- two results ---- */

static bool read_result(struct diff *d, const char *path, enum finding_side side) {
    struct places places = { .local_root = cli_value(d->cli, "local-root") };
    struct source *source = place_open_stored(&places, path, &d->fault);
    bool ok = source && finding_set_read(d->set, side, source, &d->fault);
    if (source)
        source->close(source);
    places_fini(&places);
    return ok;
}

static bool read_results(struct diff *d) {
    if (d->cli->argument_count != 2)
        return fault_set(&d->fault, FAULT_USAGE,
                         "diff needs two results, or --rules OLD --rules NEW and the logs to scan with both");
    return read_result(d, d->cli->arguments[0], SIDE_OLD) && read_result(d, d->cli->arguments[1], SIDE_NEW);
}

/* ---- two sets of rules ---- */

static void take_finding(void *context, const struct finding *f) {
    struct diff *d = context;
    finding_set_add(d->set, d->side, f);
}

static void scan_uri(void *context, const char *uri) {
    struct diff *d = context;
    struct source *source = place_open(d->places, uri, &d->fault);
    if (!source && !d->fault.kind && d->side == SIDE_OLD)
        log_warn("%s", d->fault.text);
    job_audit(d->audit, uri, source, &d->fault);
}

static bool scan_sources(struct diff *d) {
    for (size_t i = 0; i < d->cli->argument_count; i++) {
        const char *spec = d->cli->arguments[i];
        if (place_list(d->places, spec, scan_uri, d, &d->fault))
            continue;
        if (d->fault.kind == FAULT_USAGE)
            return false;
        audit_missing_source(d->audit, spec, &d->fault);
    }
    return true;
}

static void note_incomplete(struct diff *d, const struct tally *t) {
    for (size_t i = 0; i < t->incomplete_count; i++)
        log_error("%s", t->incomplete[i].detail);
    d->incomplete = d->incomplete || !result_complete(t);
}

/* Given twice, each side has its own; NULL: it has not. */
static const char *overrides_of_side(const struct cli *cli, enum finding_side side) {
    size_t nth = 0;
    for (size_t i = 0; cli_times(cli, "overrides") == SIDE_COUNT && i < cli->given_count; i++)
        if (strcmp(cli->given[i].flag->name, "overrides") == 0 && nth++ == side)
            return cli->given[i].value;
    return NULL;
}

static bool scan_side(struct diff *d, enum finding_side side) {
    struct job job;
    bool ok = job_init(&job, d->cli, &d->fault);
    if (ok) {
        job_choose_rules(&job, side);
        job.overrides = overrides_of_side(d->cli, side);
        ok = job_load_rules(&job, d->cli, &d->fault);
    }
    if (ok) {
        d->side = side;
        d->places = &job.places;
        d->failed_files += job_report_failed_files(&job);
        job_catch_interrupts(&job);
        d->audit = audit_new(&job.options, take_finding, d, &d->fault);
        ok = d->audit && scan_sources(d);
    }
    if (ok)
        note_incomplete(d, audit_finish(d->audit));
    audit_free(d->audit);
    d->audit = NULL;
    job_free(&job);
    return ok;
}

static bool scan_sides(struct diff *d, size_t rule_sets) {
    d->same_logs = true;
    if (rule_sets != SIDE_COUNT)
        return fault_set(&d->fault, FAULT_USAGE,
                         "diff needs --rules twice, the old rules first, got it %zu times", rule_sets);
    if (cli_times(d->cli, "overrides") > SIDE_COUNT)
        return fault_set(
            &d->fault, FAULT_USAGE,
            "diff takes --overrides once for both rules, or twice, the old one first, got it %zu times",
            cli_times(d->cli, "overrides"));
    if (!d->cli->argument_count)
        return fault_set(&d->fault, FAULT_USAGE, "diff --rules OLD --rules NEW needs a source to scan");
    for (size_t i = 0; i < d->cli->argument_count; i++)
        if (strcmp(d->cli->arguments[i], "-") == 0)
            return fault_set(&d->fault, FAULT_USAGE,
                             "diff reads its sources twice, which standard input does not allow");
    return scan_side(d, SIDE_OLD) && scan_side(d, SIDE_NEW);
}

/* ---- the answer ---- */

static struct change change_of(const char *name, const char *before, const char *after) {
    bool same = !before || !after || strcmp(before, after) == 0;
    return same ? (struct change){ 0 } : (struct change){ name, before, after };
}

/* A title may name what is in a record, so that those of other records tell nothing. */
static size_t changes_of(const struct diff *d, const struct finding_kind *k, struct change out[CHANGES]) {
    const struct finding_face *old = &k->face[SIDE_OLD], *new = &k->face[SIDE_NEW];
    const struct change all[CHANGES] = {
        change_of("severity", severity_name(old->severity), severity_name(new->severity)),
        change_of("type", old->type, new->type),
        d->same_logs ? change_of("title", old->title, new->title) : (struct change){ 0 },
    };
    size_t count = 0;
    for (size_t i = 0; k->count[SIDE_OLD] && k->count[SIDE_NEW] && i < CHANGES; i++)
        if (all[i].name)
            out[count++] = all[i];
    return count;
}

static bool differs(const struct diff *d, const struct finding_kind *k) {
    struct change changes[CHANGES];
    return k->count[SIDE_OLD] != k->count[SIDE_NEW] || changes_of(d, k, changes);
}

static void count_kind(struct diff *d, const struct finding_kind *k) {
    uint64_t before = k->count[SIDE_OLD], after = k->count[SIDE_NEW];
    struct total *total = after > before ? &d->gained : &d->lost;
    d->count[SIDE_OLD] += before;
    d->count[SIDE_NEW] += after;
    total->kinds += before != after;
    d->changed += changes_of(d, k, (struct change[CHANGES]){ { 0 } }) > 0;
    total->findings += after > before ? after - before : before - after;
}

static void add_line(struct buf *out, const char *text) {
    buf_add_shown(out, str_c(text));
    buf_add_byte(out, '\n');
}

static void add_kind(const struct diff *d, struct buf *out, const struct finding_kind *k) {
    uint64_t before = k->count[SIDE_OLD], after = k->count[SIDE_NEW];
    struct change changes[CHANGES];
    size_t change_count = changes_of(d, k, changes);
    char sign = "-~+"[(after > before) - (after < before) + 1];
    buf_printf(out, "%c %-9s %5" PRIu64 "x  ", sign, severity_name(k->severity),
               sign == '+'   ? after - before
               : sign == '-' ? before - after
                             : after);
    add_line(out, k->title);
    for (size_t i = 0; i < change_count; i++) {
        buf_printf(out, "%*s%s: ", 20, "", changes[i].name);
        buf_add_shown(out, str_c(changes[i].before));
        buf_add_c(out, " -> ");
        add_line(out, changes[i].after);
    }
    buf_printf(out, "%*s%s   %" PRIu64 " before, %" PRIu64 " after", 20, "", k->rule_id, before, after);
    if (*k->source) {
        buf_add_c(out, "   ");
        buf_add_shown(out, str_c(k->source));
        buf_printf(out, ":%" PRIu64, k->line);
    }
    buf_printf(out, "\n%*s", *k->sample ? 20 : 0, "");
    if (*k->sample)
        add_line(out, k->sample);
}

static void put_text(struct diff *d, const struct finding_kind *const *kinds, size_t count, struct buf *out) {
    size_t most = cli_has(d->cli, "verbose") ? SIZE_MAX : SHOWN, shown = 0, hidden = 0;
    for (size_t i = 0; i < count; i++) {
        if (!differs(d, kinds[i]))
            continue;
        if (shown++ < most)
            add_kind(d, out, kinds[i]);
        else
            hidden++;
    }
    if (hidden)
        buf_printf(out, "... and %zu more %s (all of them with -v)\n", hidden,
                   str_plural(hidden, "kind", "kinds"));
    buf_printf(out,
               "%" PRIu64 " %s before, %" PRIu64 " after: %" PRIu64 " gained (%" PRIu64 " %s), %" PRIu64
               " lost (%" PRIu64 " %s), %" PRIu64 " %s changed\n",
               d->count[SIDE_OLD], str_plural(d->count[SIDE_OLD], "finding", "findings"), d->count[SIDE_NEW],
               d->gained.findings, d->gained.kinds, str_plural(d->gained.kinds, "kind", "kinds"),
               d->lost.findings, d->lost.kinds, str_plural(d->lost.kinds, "kind", "kinds"), d->changed,
               str_plural(d->changed, "kind", "kinds"));
}

static void put_total(struct json_writer *w, const char *key, struct total total) {
    json_key(w, key);
    json_begin(w, '{');
    json_add_count(w, "findings", total.findings);
    json_add_count(w, "kinds", total.kinds);
    json_end(w, '}');
}

/* changed: { severity: [before, after], ... } */
static void put_changes(struct json_writer *w, const struct change *changes, size_t count) {
    json_key(w, "changed");
    json_begin(w, '{');
    for (size_t i = 0; i < count; i++) {
        json_key(w, changes[i].name);
        json_begin(w, '[');
        json_put_c(w, changes[i].before);
        json_put_c(w, changes[i].after);
        json_end(w, ']');
    }
    json_end(w, '}');
}

static void put_kind(const struct diff *d, struct json_writer *w, const struct finding_kind *k) {
    struct change changes[CHANGES];
    size_t change_count = changes_of(d, k, changes);
    json_begin(w, '{');
    finding_kind_put(w, k);
    if (change_count)
        put_changes(w, changes, change_count);
    json_add_count(w, "before", k->count[SIDE_OLD]);
    json_add_count(w, "after", k->count[SIDE_NEW]);
    json_add_c(w, "sample", k->sample);
    json_add_c(w, "sample_source", k->source);
    json_add_count(w, "sample_line", k->line);
    json_end(w, '}');
}

static void put_json(struct diff *d, const struct finding_kind *const *kinds, size_t count, struct buf *out) {
    struct json_writer w = { .out = out };
    json_begin(&w, '{');
    json_add_count(&w, "before", d->count[SIDE_OLD]);
    json_add_count(&w, "after", d->count[SIDE_NEW]);
    put_total(&w, "gained", d->gained);
    put_total(&w, "lost", d->lost);
    json_key(&w, "changed");
    json_begin(&w, '{');
    json_add_count(&w, "kinds", d->changed);
    json_end(&w, '}');
    json_key(&w, "changes");
    json_begin(&w, '[');
    for (size_t i = 0; i < count; i++)
        if (differs(d, kinds[i]))
            put_kind(d, &w, kinds[i]);
    json_end(&w, ']');
    json_end(&w, '}');
    buf_add_byte(out, '\n');
}

static bool answer(struct diff *d) {
    const char *target = cli_value(d->cli, "output");
    struct buf text;
    buf_init(&text, SIZE_MAX / 2); /* the kinds are bounded, and what is kept of each */
    size_t count;
    const struct finding_kind *const *kinds = finding_set_kinds(d->set, &count);
    for (size_t i = 0; i < count; i++)
        count_kind(d, kinds[i]);
    (d->json ? put_json : put_text)(d, kinds, count, &text);
    struct places places = { .local_root = cli_value(d->cli, "local-root") };
    bool ok = place_write(&places, target ? target : "-", buf_str(&text), &d->fault);
    places_fini(&places);
    buf_fini(&text);
    return ok;
}

static bool read_format(struct diff *d) {
    const char *format = cli_value(d->cli, "format");
    d->json = format ? strcmp(format, "json") == 0 : cli_has(d->cli, "output") || !isatty(STDOUT_FILENO);
    return !format || d->json || strcmp(format, "text") == 0 ||
           fault_set(&d->fault, FAULT_USAGE, "--format: one of text, json was expected, got '%s'", format);
}

static enum exit_code run(struct diff *d) {
    size_t rule_sets = cli_times(d->cli, "rules");
    if (!read_format(d) || !(rule_sets ? scan_sides(d, rule_sets) : read_results(d)))
        return verb_fail(&d->fault);
    if (finding_set_full(d->set))
        fault_set(&d->fault, FAULT_INPUT, "there are more than %d kinds of findings: they cannot be compared",
                  FINDING_SET_MAX);
    if (finding_set_full(d->set) || !answer(d))
        return verb_fail(&d->fault);
    if (d->failed_files)
        return EXIT_RULES;
    if (d->incomplete)
        return job_interrupted() ? EXIT_INTERRUPTED : EXIT_INCOMPLETE;
    return d->gained.kinds || d->lost.kinds || d->changed ? EXIT_FOUND : EXIT_DONE;
}

enum exit_code verb_diff(const struct cli *cli) {
    struct diff d = { .cli = cli, .set = finding_set_new() };
    enum exit_code code = run(&d);
    finding_set_free(d.set);
    return code;
}
