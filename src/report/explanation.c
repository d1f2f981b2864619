#include "explanation.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <string.h>

/* Columns: of the labels at the left; a line of the record; a value; a pattern, and one among others. */
enum {
    LABEL = 13,
    SHOWN_LINE = 400,
    SHOWN_VALUE = 160,
    SHOWN_PATTERN = 300,
    SHOWN_PATTERN_SHORT = 120,
    SHOWN_LINES = 20
};
/* More rules that nothing brings near are only counted. */
enum { SHOWN_OTHERS = 8 };

static const char RESET[] = "\033[0m", BOLD[] = "\033[1m", DIM[] = "\033[2m", GREEN[] = "\033[32m",
                  YELLOW[] = "\033[33m";

struct explaining {
    const struct explanation_options *options;
    int indent;
    struct buf *out;
};

/* ---- pieces ---- */

static void paint(const struct explaining *e, const char *code) {
    if (e->options->color)
        buf_add_c(e->out, code);
}

static void painted(const struct explaining *e, const char *code, const char *text) {
    paint(e, code);
    buf_add_c(e->out, text);
    paint(e, RESET);
}

static const char *text(const struct json_node *n, const char *key) {
    return json_c(json_member(n, key), "");
}

static int64_t number(const struct json_node *n, const char *key) {
    return json_integer(json_member(n, key), 0);
}

static bool is(const struct json_node *n, const char *key, const char *value) {
    return strcmp(text(n, key), value) == 0;
}

static void line_begin(const struct explaining *e) {
    buf_printf(e->out, "%*s", e->indent, "");
}

static void label(const struct explaining *e, const char *name) {
    line_begin(e);
    buf_printf(e->out, "%-*s", LABEL, name);
}

static void quoted(const struct explaining *e, struct str s) {
    buf_add_c(e->out, "\"");
    text_add_line(e->out, s, SHOWN_VALUE);
    buf_add_c(e->out, "\"");
}

static void quoted_member(const struct explaining *e, const struct json_node *n, const char *key) {
    quoted(e, json_str(json_member(n, key)));
}

/* ---- the record ---- */

static void add_record_text(const struct explaining *e, const struct json_node *record) {
    struct str rest = json_str(json_member(record, "text"));
    for (int shown = 0; rest.len; shown++) {
        size_t len = str_find_byte(rest, '\n');
        line_begin(e);
        if (shown == SHOWN_LINES) {
            painted(e, DIM, "...\n");
            return;
        }
        paint(e, DIM);
        text_add_line(e->out, str_slice(rest, 0, len), SHOWN_LINE);
        paint(e, RESET);
        buf_add_c(e->out, "\n");
        rest = str_slice(rest, len + 1, rest.len);
    }
}

static void add_joined(const struct explaining *e, const struct json_node *record) {
    const struct json_node *joined = json_member(record, "joined");
    int64_t lines = number(record, "lines");
    if (lines < 2)
        return;
    label(e, "lines");
    buf_printf(e->out, "%" PRId64 " are one record: ", lines);
    if (!joined)
        buf_add_c(e->out, "a JSON object goes on to its closing brace");
    else
        buf_printf(e->out, "line %" PRId64 " %s", number(record, "line") + 1, text(joined, "reason"));
    if (*text(joined, "begins")) {
        buf_add_c(e->out, " ");
        quoted_member(e, joined, "begins");
    }
    buf_add_c(e->out, "\n");
}

static void add_format(const struct explaining *e, const struct json_node *record) {
    const struct json_node *formats = json_member(record, "formats");
    const char *comma = "";
    label(e, "format");
    if (is(record, "kind", "json")) {
        buf_add_c(e->out, "JSON");
        comma = ", then ";
    } else if (json_is_true(json_member(record, "columns"))) {
        buf_add_c(e->out, "columns that a line above names");
        comma = ", then ";
    } else if (!json_count(formats)) {
        buf_add_c(e->out, "none known");
    }
    for (const struct json_node *f = json_first(formats); f; f = json_after(f)) {
        buf_printf(e->out, "%s'%s'", comma, json_c(f, ""));
        comma = ", in its message ";
    }
    if (json_is_true(json_member(record, "truncated")))
        buf_add_c(e->out, "; the record was cut");
    buf_add_c(e->out, "\n");
}

/* "format 'iso level' has \"WARN\"" */
static void add_origin(const struct explaining *e, const struct json_node *n) {
    static const struct {
        const char *from, *words;
    } places[] = {
        { "key", "key %s" },
        { "column", "column %s" },
        { "pair", "pair %s=" },
        { "formats", "format '%s'" },
        { "events", "event '%s'" },
        { "extras", "extra '%s'" },
        { "stamp", "timestamp in the line" },
        { "priority", "priority of syslog" },
        { "path", "path with numbers and ids masked" },
    };
    paint(e, DIM);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *at = strstr(places[i].words, "%s");
        if (!is(n, "from", places[i].from))
            continue;
        buf_add(e->out,
                str_of(places[i].words, at ? (size_t)(at - places[i].words) : strlen(places[i].words)));
        if (at)
            buf_printf(e->out, "%s%s", text(n, "at"), at + 2);
    }
    if (*text(n, "text") && !is(n, "text", text(n, "value"))) {
        buf_add_c(e->out, ": ");
        quoted_member(e, n, "text");
    }
    paint(e, RESET);
}

static void add_value(const struct explaining *e, const char *name, const struct json_node *n) {
    enum { VALUE = 26 };
    label(e, name);
    size_t before = e->out->len;
    text_add_line(e->out, json_str(json_member(n, "value")), SHOWN_VALUE);
    size_t width = e->out->len - before;
    buf_printf(e->out, "%*s", width < VALUE ? (int)(VALUE - width) : 2, "");
    add_origin(e, n);
}

static void add_time(const struct explaining *e, const struct json_node *record) {
    const struct json_node *time = json_member(record, "time");
    if (!time) {
        label(e, "time");
        buf_add_c(e->out, "none\n");
        return;
    }
    add_value(e, "time", time);
    if (!json_is_true(json_member(time, "zoned")))
        painted(e, DIM, ", no zone: that of --tz");
    if (!json_is_true(json_member(time, "has_year")))
        painted(e, DIM, ", no year: the latest possible");
    buf_add_c(e->out, "\n");
}

static void add_fields(const struct explaining *e, const struct json_node *fields) {
    for (const struct json_node *f = json_first(fields); f; f = json_after(f)) {
        add_value(e, text(f, "name"), f);
        buf_add_c(e->out, "\n");
    }
}

static void add_texts(const struct explaining *e, const struct json_node *record) {
    const char *comma = "";
    label(e, "searched");
    for (const struct json_node *t = json_first(json_member(record, "texts")); t; t = json_after(t)) {
        buf_printf(e->out, "%s%s", comma, text(t, "field"));
        comma = ", ";
        if (is(t, "field", "raw"))
            continue;
        buf_add_c(e->out, " ");
        quoted_member(e, t, "text");
    }
    buf_add_c(e->out, "\n");
}

/* ---- steps ---- */

static void add_groups(const struct explaining *e, const struct json_node *groups) {
    const char *lead = "; ";
    for (const struct json_node *g = json_first(groups); g; g = json_after(g)) {
        buf_printf(e->out, "%s%s = ", lead, json_name(g));
        quoted(e, json_str(g));
        lead = ", ";
    }
}

static void add_nearest(const struct explaining *e, const struct json_node *nearest) {
    buf_printf(e->out, "\n%*snearest: ", e->indent + LABEL + 2, "");
    quoted_member(e, nearest, "text");
    buf_printf(e->out, " at %" PRId64 "-%" PRId64 " of %s, then not ", number(nearest, "start"),
               number(nearest, "end"), text(nearest, "field"));
    paint(e, DIM);
    text_add_line(e->out, json_str(json_member(nearest, "rest")), SHOWN_PATTERN);
    paint(e, RESET);
}

static void add_pattern(const struct explaining *e, const struct json_node *step) {
    buf_printf(e->out, "%s[%" PRId64 "] ", text(step, "part"), number(step, "number"));
    if (is(step, "answer", "match")) {
        buf_add_c(e->out, "matches ");
        quoted_member(e, step, "text");
        buf_printf(e->out, " at %" PRId64 "-%" PRId64 " of %s", number(step, "start"), number(step, "end"),
                   text(step, "field"));
        add_groups(e, json_member(step, "groups"));
    } else if (is(step, "answer", "no_match")) {
        buf_add_c(e->out, "does not match");
    } else if (is(step, "answer", "not_searched")) {
        buf_add_c(e->out, "cannot match: the words it needs are not in the record");
    } else {
        buf_add_c(e->out, "ran over its budget");
    }
    paint(e, DIM);
    buf_add_c(e->out, "  ");
    text_add_line(e->out, json_str(json_member(step, "pattern")),
                  e->options->all || e->options->named_count ? SHOWN_PATTERN : SHOWN_PATTERN_SHORT);
    paint(e, RESET);
    if (json_member(step, "nearest"))
        add_nearest(e, json_member(step, "nearest"));
}

static void add_expected(const struct explaining *e, const struct json_node *expected) {
    enum { SHOWN_VALUES = 12 };
    int shown = 0;
    if (json_is_string(expected)) {
        text_add_line(e->out, json_str(expected), SHOWN_PATTERN);
        return;
    }
    if (json_is_bool(expected)) {
        buf_add_c(e->out, json_is_true(expected) ? "true" : "false");
        return;
    }
    for (const struct json_node *v = json_first(expected); v && shown <= SHOWN_VALUES; v = json_after(v)) {
        if (shown++ == SHOWN_VALUES) {
            buf_printf(e->out, ", ... (%zu)", json_count(expected));
            return;
        }
        buf_add_c(e->out, shown > 1 ? ", " : "");
        quoted(e, json_str(v));
    }
}

static void add_test(const struct explaining *e, const struct json_node *step) {
    bool holds = json_is_true(json_member(step, "holds"));
    buf_printf(e->out, "%s %s is ", text(step, "part"), text(step, "field"));
    if (json_member(step, "value"))
        quoted_member(e, step, "value");
    else
        buf_add_c(e->out, "absent");
    buf_printf(e->out, ": %s ", text(step, "test"));
    add_expected(e, json_member(step, "expected"));
    buf_add_c(e->out, holds ? " holds" : " does not hold");
}

static void add_step(const struct explaining *e, const struct json_node *step) {
    if (json_member(step, "pattern"))
        add_pattern(e, step);
    else
        add_test(e, step);
}

/* ---- rules ---- */

enum { VERDICT = LABEL - 2 };

static void next_step(const struct explaining *e, bool *first) {
    if (!*first)
        buf_printf(e->out, "\n%*s", e->indent + VERDICT + 2, "");
    *first = false;
}

/* Whether the step is why the rule did not fire: a pattern that was needed and did not match, one of `none`
 * that did; a test of `where` that does not hold, one of `unless` that does. */
static bool decides(const struct json_node *step, const char *part) {
    if (!is(step, "part", part))
        return false;
    bool wanted = strcmp(part, "none") != 0 && strcmp(part, "unless") != 0;
    bool held = is(step, "answer", "match") || json_is_true(json_member(step, "holds"));
    return held != wanted && !is(step, "answer", "not_searched");
}

/* Patterns of `any` and `all` that were not even searched, in one line. */
static void add_unsearched(const struct explaining *e, const struct json_node *rule, const char *part,
                           bool *first) {
    const struct json_node *only = NULL;
    int64_t count = 0;
    for (const struct json_node *s = json_first(json_member(rule, "steps")); s; s = json_after(s)) {
        if (!is(s, "part", part) || !is(s, "answer", "not_searched"))
            continue;
        only = s;
        count++;
    }
    if (!count || strcmp(part, "none") == 0)
        return;
    next_step(e, first);
    if (count == 1)
        add_pattern(e, only);
    else
        buf_printf(e->out, "%s: %" PRId64 " patterns cannot match: the words they need are not in the record",
                   part, count);
}

static void add_decision(const struct explaining *e, const struct json_node *rule) {
    const char *part = text(rule, "decided_by");
    bool first = true;
    for (const struct json_node *s = json_first(json_member(rule, "steps")); s; s = json_after(s)) {
        if (!decides(s, part))
            continue;
        next_step(e, &first);
        add_step(e, s);
    }
    add_unsearched(e, rule, part, &first);
    if (*text(rule, "reason")) {
        next_step(e, &first);
        buf_printf(e->out, "failed: %s", text(rule, "reason"));
    } else if (strcmp(part, "match") == 0) {
        next_step(e, &first);
        buf_add_c(e->out, "its match function found nothing");
    } else if (strcmp(part, "fallback") == 0) {
        next_step(e, &first);
        buf_add_c(e->out, "it is a fallback, and another rule found something in the record");
    }
}

static void add_steps(const struct explaining *e, const struct json_node *rule, bool all) {
    bool first = false;
    for (const struct json_node *s = json_first(json_member(rule, "steps")); s; s = json_after(s)) {
        bool quiet = is(s, "part", "none") || is(s, "part", "unless");
        bool held = is(s, "answer", "match") || json_is_true(json_member(s, "holds"));
        if (!all && (quiet || !held))
            continue;
        next_step(e, &first);
        add_step(e, s);
    }
}

/* With all its steps. A rule that is asked only because a correlation on it was named is not. */
static bool in_full(const struct explaining *e, const struct json_node *rule) {
    bool full = e->options->all;
    for (size_t i = 0; i < e->options->named_count && !full; i++)
        full = fnmatch(e->options->named[i], text(rule, "rule_id"), 0) == 0;
    return full;
}

static void add_rule(const struct explaining *e, const struct json_node *rule) {
    bool fired = json_is_true(json_member(rule, "fired"));
    line_begin(e);
    paint(e, fired ? GREEN : YELLOW);
    bool counted = json_is_true(json_member(rule, "counted")), excepted = json_member(rule, "excepted");
    buf_printf(e->out, "%-*s", VERDICT,
               !fired     ? "does not"
               : excepted ? "excepted"
               : counted  ? "counts"
                          : "fires");
    paint(e, RESET);
    buf_add_c(e->out, "  ");
    paint(e, BOLD);
    buf_printf(e->out, "%s", text(rule, "rule_id"));
    paint(e, RESET);
    const char *lead = ": ";
    for (const struct json_node *t = json_first(json_member(rule, "titles")); t; t = json_after(t)) {
        buf_add_c(e->out, lead);
        text_add_line(e->out, json_str(t), SHOWN_VALUE);
        lead = "; ";
    }
    if (excepted)
        buf_printf(e->out, " (by the overrides: %s)", text(rule, "excepted"));
    else if (fired)
        buf_printf(e->out, " (%s, %s)", text(rule, "type"), text(rule, "severity"));
    if (fired || in_full(e, rule)) {
        add_steps(e, rule, in_full(e, rule));
    } else {
        buf_printf(e->out, "\n%*s", e->indent + VERDICT + 2, "");
        add_decision(e, rule);
    }
    buf_add_c(e->out, "\n");
}

/* Whether all that is known is that words of its patterns stand in the record. */
static bool only_words(const struct json_node *rule) {
    bool pattern = is(rule, "decided_by", "any") || is(rule, "decided_by", "all");
    for (const struct json_node *s = json_first(json_member(rule, "steps")); s; s = json_after(s))
        pattern = pattern && !is(s, "answer", "match");
    return pattern && !*text(rule, "reason");
}

static void add_word_rule(const struct explaining *e, const struct json_node *rule) {
    const char *comma = "";
    line_begin(e);
    painted(e, DIM, "no match     ");
    buf_printf(e->out, "%s: the words of ", text(rule, "rule_id"));
    for (const struct json_node *s = json_first(json_member(rule, "steps")); s; s = json_after(s)) {
        if (!is(s, "answer", "no_match"))
            continue;
        buf_printf(e->out, "%s%s[%" PRId64 "]", comma, text(s, "part"), number(s, "number"));
        comma = ", ";
    }
    buf_add_c(e->out, " are there, not in this pattern\n");
}

/* Whether some of what the rule wants is there: a pattern of it matches, or a test of `where` holds. */
static bool partly_holds(const struct json_node *rule) {
    for (const struct json_node *s = json_first(json_member(rule, "steps")); s; s = json_after(s)) {
        bool wanted = !is(s, "part", "none") && !is(s, "part", "unless");
        if (wanted && (is(s, "answer", "match") || json_is_true(json_member(s, "holds"))))
            return true;
    }
    return *text(rule, "reason") != '\0';
}

/* FIRED and STOPPED are near; LOOSE: an exception or a field is there, and nothing that the rule wants. */
enum nearness { FIRED, STOPPED, LOOSE, WORDS, FAR };

static enum nearness nearness_of(const struct explaining *e, const struct json_node *rule) {
    if (json_is_true(json_member(rule, "fired")))
        return FIRED;
    if (!json_is_true(json_member(rule, "near")))
        return FAR;
    if (in_full(e, rule))
        return STOPPED;
    return only_words(rule) ? WORDS : partly_holds(rule) ? STOPPED : LOOSE;
}

static void add_rules(const struct explaining *e, const struct json_node *rules, enum nearness nearness) {
    for (const struct json_node *r = json_first(rules); r; r = json_after(r)) {
        if (nearness_of(e, r) != nearness)
            continue;
        if (nearness == WORDS)
            add_word_rule(e, r);
        else
            add_rule(e, r);
    }
}

/* Rules of which nothing is in the record: their ids. */
static void add_far(const struct explaining *e, const struct json_node *rules) {
    enum { SHOWN_IDS = 20 };
    const char *lead = "nowhere      ";
    int shown = 0;
    for (const struct json_node *r = json_first(rules); r; r = json_after(r)) {
        if (nearness_of(e, r) != FAR || in_full(e, r) || shown++ > SHOWN_IDS)
            continue;
        if (shown == 1)
            line_begin(e);
        painted(e, DIM, shown > SHOWN_IDS ? ", ..." : lead);
        if (shown <= SHOWN_IDS)
            buf_add_c(e->out, text(r, "rule_id"));
        lead = ", ";
    }
    if (shown)
        buf_add_c(e->out, ": no field and no word of theirs is in the record\n");
}

/* A handful is worth a look each. */
static void add_others(const struct explaining *e, const struct json_node *rules) {
    int count = 0;
    for (const struct json_node *r = json_first(rules); r; r = json_after(r))
        count += nearness_of(e, r) > STOPPED && !in_full(e, r);
    if (count > SHOWN_OTHERS) {
        line_begin(e);
        painted(e, DIM, "others       ");
        buf_printf(e->out, "%d rules: nothing that they want is there (-v: each of them; --rule ID: one)\n",
                   count);
        return;
    }
    add_rules(e, rules, LOOSE);
    add_rules(e, rules, WORDS);
    add_far(e, rules);
}

void report_explained_rules(const struct json_node *record, const struct explanation_options *options,
                            int indent, struct buf *out) {
    const struct explaining e = { options, indent, out };
    const struct json_node *rules = json_member(record, "rules");
    for (const struct json_node *r = json_first(rules); r; r = json_after(r))
        add_rule(&e, r);
}

void report_explanation(const struct json_node *record, const struct explanation_options *options,
                        struct buf *out) {
    const struct explaining e = { options, 2, out };
    const struct json_node *rules = json_member(record, "rules");
    paint(&e, BOLD);
    const char *stream = text(record, "log_stream");
    buf_printf(out, "%s:%" PRId64 "%s%s\n", text(record, "source"), number(record, "line"),
               *stream ? " in " : "", stream);
    paint(&e, RESET);
    add_record_text(&e, record);
    add_joined(&e, record);
    add_format(&e, record);
    add_time(&e, record);
    add_fields(&e, json_member(record, "fields"));
    add_texts(&e, record);
    add_rules(&e, rules, FIRED);
    add_rules(&e, rules, STOPPED);
    for (const struct json_node *r = json_first(rules); r; r = json_after(r))
        if (in_full(&e, r) && nearness_of(&e, r) == FAR)
            add_rule(&e, r);
    add_others(&e, rules);
    if (!json_count(rules)) {
        line_begin(&e);
        buf_add_c(out, "no rule came near it\n");
    }
}
