#include "text.h"

#include "severity.h"
#include "shown.h"
#include "timestamp.h"
#include "utf8.h"

#include <inttypes.h>

static const char *const COLORS[SEVERITY_COUNT] = { "\033[2m", "\033[36m", "\033[33m", "\033[31m",
                                                    "\033[1;31m" };
static const char RESET[] = "\033[0m", DIM[] = "\033[2m";

struct writing {
    const struct text_options *options;
    struct buf *out;
};

static void color(const struct writing *w, const char *code) {
    if (w->options->color)
        buf_add_c(w->out, code);
}

static const char *text(const struct json_node *n, const char *key) {
    return json_c(json_member(n, key), "");
}

static int64_t number(const struct json_node *n, const char *key) {
    return json_integer(json_member(n, key), 0);
}

void text_add_line(struct buf *out, struct str s, size_t width) {
    size_t len = utf8_cut(s, width);
    bool cut = len < s.len;
    if (cut && len >= 3)
        len = utf8_cut(s, len - 3);
    buf_add_shown(out, str_slice(s, 0, len));
    if (cut)
        buf_add_c(out, "...");
}

static void add_cut(const struct writing *w, const char *c_string, size_t width) {
    text_add_line(w->out, str_c(c_string), width);
}

/* "2024-11-26T10:30:18.123Z" -> "2024-11-26 10:30:18" */
static void add_time(const struct writing *w, const char *iso) {
    if (strlen(iso) < 19)
        return;
    buf_printf(w->out, "%.10s %.8s", iso, iso + 11);
}

static void add_span(const struct writing *w, const char *first, const char *last) {
    add_time(w, first);
    if (strcmp(first, last) == 0)
        return;
    if (strncmp(first, last, 10) == 0)
        buf_printf(w->out, " .. %.8s", last + 11);
    else {
        buf_add_c(w->out, " .. ");
        add_time(w, last);
    }
}

/* The records around the sample, each on a line. */
static void add_context(const struct writing *w, const struct json_node *list) {
    enum { INDENT = 18 };
    for (const struct json_node *n = json_first(list); n; n = json_after(n)) {
        buf_printf(w->out, "%*s", INDENT - 2, "");
        color(w, DIM);
        buf_add_c(w->out, "| ");
        add_cut(w, json_c(n, ""), w->options->width - INDENT);
        color(w, RESET);
        buf_add_c(w->out, "\n");
    }
}

static void add_group(const struct writing *w, const struct json_node *g) {
    enum { INDENT = 18 };
    enum severity severity = severity_named(str_c(text(g, "severity")));
    color(w, COLORS[severity < SEVERITY_COUNT ? severity : SEVERITY_INFO]);
    buf_printf(w->out, "%-9s", text(g, "severity"));
    color(w, RESET);
    buf_printf(w->out, "%6" PRId64 "x  ", number(g, "count"));
    add_cut(w, text(g, "title"), w->options->width - INDENT);
    buf_printf(w->out, "\n%*s", INDENT, "");
    color(w, DIM);
    buf_add_c(w->out, text(g, "rule_id"));
    if (*text(g, "first")) {
        buf_add_c(w->out, "   ");
        add_span(w, text(g, "first"), text(g, "last"));
    }
    buf_add_c(w->out, "   ");
    buf_add_shown(w->out, json_str(json_member(g, "sample_source")));
    buf_printf(w->out, ":%" PRId64, number(g, "sample_line"));
    color(w, RESET);
    buf_add_c(w->out, "\n");
    const struct json_node *context = json_member(g, "sample_context");
    add_context(w, json_member(context, "before"));
    buf_printf(w->out, context ? "%*s> " : "%*s", context ? INDENT - 2 : INDENT, "");
    add_cut(w, text(g, "sample"), w->options->width - INDENT);
    buf_add_c(w->out, "\n");
    add_context(w, json_member(context, "after"));
}

static void add_groups(const struct writing *w, const struct json_node *groups) {
    size_t shown = 0, total = json_count(groups);
    for (const struct json_node *g = json_first(groups); g; g = json_after(g)) {
        if (w->options->max_groups && shown == w->options->max_groups)
            break;
        add_group(w, g);
        shown++;
    }
    if (shown < total)
        buf_printf(w->out, "... and %zu more %s (all of them with -v)\n", total - shown,
                   str_plural(total - shown, "kind", "kinds"));
    if (total)
        buf_add_c(w->out, "\n");
}

static void add_counts(const struct writing *w, const struct json_node *counts) {
    const char *comma = "";
    for (const struct json_node *c = json_first(counts); c; c = json_after(c)) {
        buf_printf(w->out, "%s%" PRId64 " %s", comma, json_integer(c, 0), json_name(c));
        comma = ", ";
    }
}

static void add_summary(const struct writing *w, const struct json_node *result) {
    const struct json_node *summary = json_member(result, "summary");
    const struct json_node *clock = json_member(result, "clock");
    uint64_t findings = (uint64_t)number(summary, "total_findings");
    uint64_t records = (uint64_t)number(result, "processed_logs");
    uint64_t users = (uint64_t)number(summary, "unique_users");
    size_t sources = json_count(json_member(result, "sources"));
    buf_printf(w->out, "%" PRIu64 " %s", findings, str_plural(findings, "finding", "findings"));
    if (findings) {
        buf_add_c(w->out, ": ");
        add_counts(w, json_member(summary, "findings_by_severity"));
        buf_add_c(w->out, "\n");
        add_counts(w, json_member(summary, "findings_by_type"));
    }
    buf_printf(w->out, "\n%" PRIu64 " %s in %zu %s, %" PRIu64 " %s", records,
               str_plural(records, "record", "records"), sources, str_plural(sources, "source", "sources"),
               users, str_plural(users, "user", "users"));
    if (*text(clock, "earliest")) {
        buf_add_c(w->out, ", ");
        add_span(w, text(clock, "earliest"), text(clock, "latest"));
        buf_add_c(w->out, " UTC");
    }
    buf_printf(w->out, ", %" PRId64 " ms\n", number(result, "processing_time_ms"));
}

static void add_incomplete(const struct writing *w, const struct json_node *list) {
    if (!json_count(list))
        return;
    color(w, COLORS[SEVERITY_HIGH]);
    buf_add_c(w->out, "INCOMPLETE");
    color(w, RESET);
    buf_add_c(w->out, "\n");
    for (const struct json_node *n = json_first(list); n; n = json_after(n)) {
        const char *where = *text(n, "source") ? text(n, "source") : text(n, "rule_id");
        buf_printf(w->out, "  %s (%" PRId64 "x) ", text(n, "reason"), number(n, "count"));
        buf_add_shown(w->out, str_c(where));
        buf_add_c(w->out, ": ");
        buf_add_shown(w->out, json_str(json_member(n, "detail")));
        buf_add_c(w->out, "\n");
    }
}

static void add_around(const struct writing *w, const struct str *texts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        buf_add_c(w->out, "  | ");
        text_add_line(w->out, texts[i], w->options->width - 4);
        buf_add_c(w->out, "\n");
    }
}

void report_finding(const struct finding *f, const struct text_options *options, struct buf *out) {
    struct writing w = { options, out };
    char time[STAMP_LEN + 1];
    color(&w, COLORS[f->severity]);
    buf_printf(out, "%-9s", severity_name(f->severity));
    color(&w, RESET);
    if (f->fields.has_time) {
        stamp_print(f->fields.time, time);
        add_time(&w, time);
        buf_add_c(out, "  ");
    }
    text_add_line(w.out, f->title, options->width);
    color(&w, DIM);
    buf_printf(out, "   %.*s   ", STR_ARG(f->rule->id));
    buf_add_shown(out, f->source);
    buf_printf(out, ":%" PRIu64, f->line);
    color(&w, RESET);
    buf_add_c(out, "\n");
    add_around(&w, f->before, f->before_count);
    buf_add_c(out, f->before_count || f->after_count ? "  > " : "    ");
    text_add_line(w.out, f->message, options->width - 4);
    buf_add_c(out, "\n");
    add_around(&w, f->after, f->after_count);
}

void report_text(const struct json_node *result, const struct text_options *options, struct buf *out) {
    struct writing w = { options, out };
    add_groups(&w, json_member(result, "groups"));
    add_summary(&w, result);
    add_incomplete(&w, json_member(result, "incomplete"));
}
