#include "text.h"

#include "severity.h"
#include "shown.h"
#include "timestamp.h"
#include "utf8.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const COLORS[SEVERITY_COUNT] = { "\033[2m", "\033[36m", "\033[33m", "\033[31m",
                                                    "\033[1;31m" };
static const char RESET[] = "\033[0m", DIM[] = "\033[2m";

/* What stands left of titles; a piece of a line: a source's name at most. */
enum { INDENT = 18, MAX_PIECE = 64 * 1024 };

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

/* From `start` on, or from the next place where a character begins. */
static struct str from_character(struct str s, size_t start) {
    while (start < s.len && ((unsigned char)s.ptr[start] & 0xC0) == 0x80)
        start++;
    return str_slice(s, start, s.len);
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
    if (strcmp(first, last) == 0 || strlen(last) < 19) /* a stored result may hold anything */
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
    for (const struct json_node *n = json_first(list); n; n = json_after(n)) {
        buf_printf(w->out, "%*s", INDENT - 2, "");
        color(w, DIM);
        buf_add_c(w->out, "| ");
        add_cut(w, json_c(n, ""), w->options->width - INDENT);
        color(w, RESET);
        buf_add_c(w->out, "\n");
    }
}

/* With commas: 17,095. */
static void add_number(struct buf *out, int64_t value) {
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRId64, value);
    for (int i = 0; i < len; i++) {
        buf_add_byte(out, digits[i]);
        if ((len - i) % 3 == 1 && i + 1 < len && digits[i] != '-')
            buf_add_byte(out, ',');
    }
}

/* Right-aligned before "x". */
static void add_times(const struct writing *w, int64_t count) {
    enum { WIDTH = 6 };
    struct buf number;
    buf_init(&number, 64);
    add_number(&number, count);
    buf_printf(w->out, "%*sx  ", WIDTH, buf_c(&number));
    buf_fini(&number);
}

/* At most `width` bytes of a text that is shown already: of a path the end says most. */
static void add_end(struct buf *out, struct str s, size_t width) {
    size_t start = s.len > width ? s.len - (width - 3) : 0;
    if (start)
        buf_add_c(out, "...");
    buf_add(out, from_character(s, start));
}

/* What stands in a line below a title, piece by piece; one that has no room begins another line. */
struct below {
    const struct writing *w;
    size_t used;
};

static void add_below(struct below *line, struct str piece) {
    const struct writing *w = line->w;
    size_t room = w->options->width - INDENT;
    if (!piece.len)
        return;
    if (line->used && line->used + 3 + piece.len > room) {
        buf_printf(w->out, "\n%*s", INDENT, "");
        line->used = 0;
    }
    if (line->used)
        buf_add_c(w->out, "   ");
    line->used += (line->used ? 3 : 0) + piece.len;
    add_end(w->out, piece, room);
}

/* "app.log:17" */
static void add_place(struct buf *out, const struct json_node *g) {
    buf_add_shown(out, json_str(json_member(g, "sample_source")));
    buf_printf(out, ":%" PRId64, number(g, "sample_line"));
}

/* The line below a title: the rule, when, and where the sample stands (of a family: nowhere). */
static void add_where(const struct writing *w, const struct json_node *of, bool place) {
    struct below line = { .w = w };
    struct buf piece;
    buf_init(&piece, MAX_PIECE);
    buf_printf(w->out, "\n%*s", INDENT, "");
    color(w, DIM);
    add_below(&line, json_str(json_member(of, "rule_id")));
    if (*text(of, "first"))
        add_span(&(struct writing){ w->options, &piece }, text(of, "first"), text(of, "last"));
    add_below(&line, buf_str(&piece));
    buf_reset(&piece);
    if (place)
        add_place(&piece, of);
    add_below(&line, buf_str(&piece));
    color(w, RESET);
    buf_add_c(w->out, "\n");
    buf_fini(&piece);
}

/* Behind titles of findings that --fail-on leaves out. */
static const char EXPERIMENTAL[] = " (experimental)";

static void add_title(const struct writing *w, const struct json_node *of, size_t width) {
    enum severity severity = severity_named(str_c(text(of, "severity")));
    color(w, COLORS[severity < SEVERITY_COUNT ? severity : SEVERITY_INFO]);
    buf_printf(w->out, "%-9s", text(of, "severity"));
    color(w, RESET);
    add_times(w, number(of, "count"));
    const char *mark = strcmp(text(of, "rule_status"), "experimental") == 0 ? EXPERIMENTAL : "";
    add_cut(w, text(of, "title"), width - strlen(mark));
    buf_add_c(w->out, mark);
}

/* The sample; of one that is too long what stands around the match, with two thirds of the line behind where
 * that begins. */
static void add_sample(const struct writing *w, const struct json_node *g, size_t width) {
    struct str sample = json_str(json_member(g, "sample"));
    size_t at = (size_t)number(g, "sample_at"), start = 0;
    if (sample.len > width && at > width / 3 && at < sample.len) {
        start = at - width / 3 + 3;
        if (sample.len - start < width - 3)
            start = sample.len - (width - 3);
        buf_add_c(w->out, "...");
        width -= 3;
    }
    text_add_line(w->out, from_character(sample, start), width);
}

static void add_group(const struct writing *w, const struct json_node *g) {
    add_title(w, g, w->options->width - INDENT);
    add_where(w, g, true);
    const struct json_node *context = json_member(g, "sample_context");
    add_context(w, json_member(context, "before"));
    buf_printf(w->out, context ? "%*s> " : "%*s", context ? INDENT - 2 : INDENT, "");
    add_sample(w, g, w->options->width - INDENT);
    buf_add_c(w->out, "\n");
    add_context(w, json_member(context, "after"));
}

/* ---- families: the kinds of one rule and severity ---- */

/* Up to so many kinds each has its place; of more the most frequent are named. */
enum { FEW_KINDS = 3, NAMED_KINDS = 2 };

static bool belongs(const struct json_node *g, const struct json_node *family) {
    return strcmp(text(g, "rule_id"), text(family, "rule_id")) == 0 &&
           strcmp(text(g, "severity"), text(family, "severity")) == 0;
}

/* " (1,204 users, 310 addresses)"; nothing of one or none. */
static void add_whose(struct buf *out, const struct json_node *family) {
    static const char *const keys[] = { "users", "addresses" };
    const char *before = " (";
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (number(family, keys[i]) < 2)
            continue;
        buf_add_c(out, before);
        add_number(out, number(family, keys[i]));
        buf_printf(out, " %s", keys[i]);
        before = ", ";
    }
    if (*before == ',')
        buf_add_c(out, ")");
}

/* By its title, or by its sample where that says no more than the family's. Up to two thirds of the line are
 * for it, the place has the rest. */
static void add_named_kind(const struct writing *w, const struct json_node *g,
                           const struct json_node *family) {
    bool same = strcmp(text(g, "title"), text(family, "title")) == 0;
    size_t room = w->options->width - INDENT - 12,
           len = json_str(json_member(g, same ? "sample" : "title")).len;
    struct buf place;
    buf_init(&place, MAX_PIECE);
    add_place(&place, g);
    len = len < room * 2 / 3 ? len : room * 2 / 3;
    size_t shown = place.len < room - len ? place.len : room - len;
    buf_printf(w->out, "%*s", INDENT, "");
    add_times(w, number(g, "count"));
    if (same)
        add_sample(w, g, room - shown);
    else
        add_cut(w, text(g, "title"), room - shown);
    color(w, DIM);
    buf_add_c(w->out, "   ");
    add_end(w->out, buf_str(&place), shown);
    color(w, RESET);
    buf_add_c(w->out, "\n");
    buf_fini(&place);
}

/* Many kinds in few lines: what they have in common, then the most frequent. */
static void add_rolled_up(const struct writing *w, const struct json_node *family,
                          const struct json_node *groups) {
    struct buf whose;
    size_t named = 0;
    buf_init(&whose, MAX_PIECE);
    add_whose(&whose, family);
    add_title(w, family, w->options->width - INDENT - whose.len);
    buf_add(w->out, buf_str(&whose));
    add_where(w, family, false);
    buf_printf(w->out, "%*s", INDENT, "");
    add_number(w->out, number(family, "kinds"));
    buf_add_c(w->out, " kinds, such as\n");
    for (const struct json_node *g = json_first(groups); g && named < NAMED_KINDS; g = json_after(g)) {
        if (!belongs(g, family))
            continue;
        add_named_kind(w, g, family);
        named++;
    }
    buf_fini(&whose);
}

/* All that the result lists of the family; how many. */
static size_t add_kinds(const struct writing *w, const struct json_node *family,
                        const struct json_node *groups) {
    size_t shown = 0;
    for (const struct json_node *g = json_first(groups); g; g = json_after(g)) {
        if (!belongs(g, family))
            continue;
        add_group(w, g);
        shown++;
    }
    return shown;
}

static void add_more(const struct writing *w, int64_t kinds, const char *what) {
    if (kinds <= 0)
        return;
    buf_add_c(w->out, "... and ");
    add_number(w->out, kinds);
    buf_printf(w->out, " more kind%s%s\n", str_plural((uint64_t)kinds, "", "s"), what);
}

static void add_families(const struct writing *w, const struct json_node *families,
                         const struct json_node *groups) {
    bool all = w->options->max_groups == 0;
    size_t shown = 0;
    int64_t hidden = 0, unlisted = 0;
    for (const struct json_node *f = json_first(families); f; f = json_after(f)) {
        int64_t kinds = number(f, "kinds");
        if (!all && shown >= w->options->max_groups) {
            hidden += kinds;
            continue;
        }
        if (kinds > FEW_KINDS)
            add_rolled_up(w, f, groups);
        if (all || kinds <= FEW_KINDS)
            unlisted += kinds - (int64_t)add_kinds(w, f, groups);
        shown += kinds > FEW_KINDS ? 1 : (size_t)kinds;
    }
    add_more(w, hidden, ", less grave or less frequent (-v shows what they are)");
    add_more(w, unlisted, " that the result does not list (-f ndjson has every finding)");
    if (shown)
        buf_add_c(w->out, "\n");
}

/* Of a result that was stored before there were families. */
static void add_groups(const struct writing *w, const struct json_node *groups, int64_t truncated) {
    size_t shown = 0, total = json_count(groups);
    for (const struct json_node *g = json_first(groups); g; g = json_after(g)) {
        if (w->options->max_groups && shown == w->options->max_groups)
            break;
        add_group(w, g);
        shown++;
    }
    add_more(w, (int64_t)(total - shown) + truncated, "");
    if (total)
        buf_add_c(w->out, "\n");
}

/* ---- where and when ---- */

/* With fewer findings the kinds above say it all. */
enum { LEAST_FINDINGS = 20, MOST_SERVICES = 10 };

/* The name, how many of each severity, and when: in a line of its own where that has no room. */
static void add_service(const struct writing *w, const struct json_node *s, int width) {
    const char *comma = "   ";
    struct buf when;
    size_t start = w->out->len;
    buf_add_c(w->out, "  ");
    text_add_line(w->out, json_str(json_member(s, "service")), (size_t)width);
    size_t used = w->out->len - start;
    buf_printf(w->out, "%*s", used < (size_t)width + 2 ? width + 2 - (int)used : 0, "");
    for (const struct json_node *c = json_first(json_member(s, "findings_by_severity")); c;
         c = json_after(c)) {
        buf_add_c(w->out, comma);
        add_number(w->out, json_integer(c, 0));
        buf_printf(w->out, " %s", json_name(c));
        comma = ", ";
    }
    buf_init(&when, MAX_PIECE);
    add_span(&(struct writing){ w->options, &when }, text(s, "first"), text(s, "last"));
    if (w->out->len - start + 3 + when.len > w->options->width)
        buf_printf(w->out, "\n%*s", width + 2, "");
    buf_add_c(w->out, when.len ? "   " : "");
    color(w, DIM);
    buf_add(w->out, buf_str(&when));
    color(w, RESET);
    buf_add_c(w->out, "\n");
    buf_fini(&when);
}

static void add_services(const struct writing *w, const struct json_node *list) {
    enum { LEAST = 8, MOST = 24 };
    size_t width = LEAST, shown = 0, total = json_count(list);
    if (total < 2)
        return;
    for (const struct json_node *s = json_first(list); s; s = json_after(s))
        width =
            json_str(json_member(s, "service")).len > width ? json_str(json_member(s, "service")).len : width;
    width = width > MOST ? MOST : width;
    buf_add_c(w->out, "By service\n");
    for (const struct json_node *s = json_first(list); s; s = json_after(s))
        if (!w->options->max_groups || shown < MOST_SERVICES) {
            add_service(w, s, (int)width);
            shown++;
        }
    if (shown < total)
        buf_printf(w->out, "  ... and %zu more\n", total - shown);
    buf_add_c(w->out, "\n");
}

static void add_seconds(struct buf *out, int64_t seconds) {
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };
    size_t i = 0;
    while (seconds % units[i].seconds)
        i++;
    buf_printf(out, "%" PRId64 " %s%s", seconds / units[i].seconds, units[i].name,
               str_plural((uint64_t)(seconds / units[i].seconds), "", "s"));
}

/* A line of at most 60 columns, the higher the more. */
static void add_timeline(const struct writing *w, const struct json_node *timeline) {
    static const char *const marks[] = { "\u2581", "\u2582", "\u2583", "\u2584",
                                         "\u2585", "\u2586", "\u2587", "\u2588" };
    enum { MARKS = sizeof marks / sizeof *marks };
    const struct json_node *counts = json_member(timeline, "findings");
    int64_t most = 0;
    if (json_count(counts) < 2)
        return;
    for (const struct json_node *c = json_first(counts); c; c = json_after(c))
        most = json_integer(c, 0) > most ? json_integer(c, 0) : most;
    buf_add_c(w->out, "When: ");
    add_seconds(w->out, number(timeline, "seconds"));
    buf_add_c(w->out, " in a column, from ");
    add_time(w, text(timeline, "start"));
    buf_add_c(w->out, " UTC, at most ");
    add_number(w->out, most);
    if (number(timeline, "outside")) {
        buf_add_c(w->out, "; without ");
        add_number(w->out, number(timeline, "outside"));
        buf_add_c(w->out, " before 1980 or after 2099");
    }
    buf_add_c(w->out, "\n  ");
    for (const struct json_node *c = json_first(counts); c; c = json_after(c)) {
        double value = json_number(c, 0);
        int mark = value > 0 ? (int)(value * (MARKS - 1) / (double)most) : 0;
        buf_add_c(w->out, value > 0 ? marks[mark] : " ");
    }
    buf_add_c(w->out, "\n\n");
}

static void add_overview(const struct writing *w, const struct json_node *summary) {
    if (number(summary, "total_findings") < LEAST_FINDINGS)
        return;
    add_services(w, json_member(summary, "services"));
    add_timeline(w, json_member(summary, "timeline"));
}

/* ---- figures ---- */

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

/* What the range of time keeps out. */
static void add_outside(const struct writing *w, const struct json_node *result) {
    int64_t count = number(json_member(result, "counts"), "skipped");
    if (!count)
        return;
    add_number(w->out, count);
    buf_printf(w->out, " %s outside the range of time\n", str_plural((uint64_t)count, "record", "records"));
}

/* What exceptions and a baseline kept out. */
static void add_suppressed(const struct writing *w, const struct json_node *result) {
    const struct json_node *list = json_member(json_member(result, "summary"), "suppressed");
    int64_t total = number(json_member(result, "counts"), "suppressed");
    const char *before = " (";
    if (!total)
        return;
    add_number(w->out, total);
    buf_add_c(w->out, " suppressed");
    for (const struct json_node *s = json_first(list); s; s = json_after(s)) {
        buf_add_c(w->out, before);
        add_number(w->out, number(s, "count"));
        buf_printf(w->out, " of %s by ", text(s, "rule_id"));
        if (*text(s, "reason")) {
            buf_add_c(w->out, "exception '");
            buf_add_shown(w->out, json_str(json_member(s, "reason")));
            buf_add_c(w->out, "'");
        } else {
            buf_add_c(w->out, "the baseline");
        }
        before = ", ";
    }
    buf_add_c(w->out, json_count(list) ? ")\n" : "\n");
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
    buf_add_c(out, rule_is_experimental(f->rule) ? EXPERIMENTAL : "");
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
    const struct json_node *families = json_member(result, "families"),
                           *groups = json_member(result, "groups");
    if (families)
        add_families(&w, families, groups);
    else
        add_groups(&w, groups, number(result, "groups_truncated"));
    add_overview(&w, json_member(result, "summary"));
    add_summary(&w, result);
    add_outside(&w, result);
    add_suppressed(&w, result);
    add_incomplete(&w, json_member(result, "incomplete"));
}
