#include "output.h"

#include "json_doc.h"
#include "result_state.h"
#include "text.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

const char *const OUTPUT_FORMATS[] = { "text", "json", "ndjson", "csv", "md", "html", "sarif", "ocsf", NULL };

void kept_init(struct kept_findings *k) {
    *k = (struct kept_findings){ .spool = spool_new() };
    buf_init(&k->line, MAX_FINDING);
}

void kept_fini(struct kept_findings *k) {
    spool_free(k->spool);
    buf_fini(&k->line);
}

void kept_add(void *kept, const struct finding *f) {
    struct kept_findings *k = kept;
    buf_reset(&k->line);
    struct json_writer w = { .out = &k->line };
    finding_put(&w, f);
    k->count[f->severity]++;
    k->bytes[f->severity] += k->line.len + 1;
    if (!k->failed && !spool_add(k->spool, buf_str(&k->line), (uint8_t)f->severity, &k->fault))
        k->failed = true;
}

bool kept_add_stored(struct kept_findings *k, struct str json, enum severity severity, struct fault *fault) {
    k->count[severity]++;
    k->bytes[severity] += json.len + 1;
    return spool_add(k->spool, json, (uint8_t)severity, fault);
}

/* ---- the choice when not all may be written ---- */

struct choice {
    uint64_t count[SEVERITY_COUNT]; /* still to be written of each severity */
    uint64_t omitted;
};

/* Whether the next finding of this severity is among them. */
static bool is_chosen(struct choice *c, uint8_t severity) {
    if (!c->count[severity])
        return false;
    c->count[severity]--;
    return true;
}

/* From the most severe down: all of a severity, or as many as still fit, and then none of those below. */
static struct choice choose(const struct kept_findings *k, struct output_limit left) {
    struct choice c = { .omitted = 0 };
    for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
        uint64_t fits = k->count[s] <= left.findings ? k->count[s] : left.findings;
        if (fits && k->bytes[s] > left.bytes) { /* by their mean length, with a tenth to spare */
            uint64_t by_length = left.bytes / (k->bytes[s] / k->count[s] + 1) * 9 / 10;
            fits = by_length < fits ? by_length : fits;
        }
        c.count[s] = fits;
        c.omitted += k->count[s] - fits;
        if (fits < k->count[s])
            left = (struct output_limit){ 0, 0 };
        else
            left = (struct output_limit){ left.findings - fits, left.bytes - k->bytes[s] };
    }
    return c;
}

/* ---- writing ---- */

struct writing {
    struct sink *sink;
    struct choice choice;
    struct str separator;
    bool first;
    struct fault *fault;
    bool failed;
};

static bool write_finding(void *context, struct str entry, uint8_t severity) {
    struct writing *w = context;
    if (!is_chosen(&w->choice, severity))
        return true;
    w->failed = (!w->first && !w->sink->write(w->sink, w->separator, w->fault)) ||
                !w->sink->write(w->sink, entry, w->fault);
    w->first = false;
    return !w->failed;
}

static bool write_findings(struct sink *sink, struct kept_findings *kept, struct choice choice,
                           const char *separator, bool *any, struct fault *fault) {
    struct writing w = {
        .sink = sink, .choice = choice, .separator = str_c(separator), .first = true, .fault = fault
    };
    if (kept->failed) {
        *fault = kept->fault;
        return false;
    }
    bool ok = spool_each(kept->spool, write_finding, &w, fault) && !w.failed;
    *any = !w.first;
    return ok;
}

static bool write_part(struct sink *sink, struct json_writer *w, struct fault *fault) {
    bool ok = !w->out->full || fault_set(fault, FAULT_OUTPUT, "the result's lists are too large");
    ok = ok && sink->write(sink, buf_str(w->out), fault);
    buf_reset(w->out);
    return ok;
}

/* What stands behind the findings, with the state when it is asked for. */
static bool write_end(struct sink *sink, struct json_writer *w, struct tally *t,
                      const struct result_info *info, struct fault *fault) {
    static const struct str line_end = STR("\n");
    return write_part(sink, w, fault) && (!info->with_state || result_write_state(t, info, sink, fault)) &&
           sink->write(sink, line_end, fault);
}

/* How long the result is without findings. */
static uint64_t frame_size(struct json_writer *w, struct tally *t, const struct result_info *info) {
    result_put_closing(w, t, info);
    uint64_t size = w->out->len;
    buf_reset(w->out);
    *w = (struct json_writer){ .out = w->out };
    return size + 256; /* the few keys that the choice adds */
}

/* Where not all has room, lists that leave the findings none are shown in part: half as much of each, and
 * again. */
static uint64_t fit_frame(struct json_writer *w, struct tally *t, struct result_info *info,
                          const struct kept_findings *kept, uint64_t bytes) {
    enum { MOST = 8192, LEAST = 4 };
    uint64_t frame = frame_size(w, t, info), findings = 0;
    for (int s = 0; s < SEVERITY_COUNT; s++)
        findings += kept->bytes[s];
    if (frame + findings <= bytes)
        return frame;
    for (size_t shown = MOST; frame > bytes / 2 && shown >= LEAST; shown /= 2) {
        info->shown = shown;
        frame = frame_size(w, t, info);
    }
    return frame;
}

bool output_json(struct sink *sink, struct tally *t, struct result_info *info, struct kept_findings *kept,
                 struct output_limit limit, struct fault *fault) {
    struct buf part;
    buf_init(&part, MAX_CLOSING);
    struct json_writer w = { .out = &part };
    info->shown = 0;
    uint64_t frame = fit_frame(&w, t, info, kept, limit.bytes);
    if (limit.bytes != UINT64_MAX)
        limit.bytes = frame < limit.bytes ? limit.bytes - frame : 0;
    struct choice choice = choose(kept, limit);
    info->findings_omitted = choice.omitted;
    bool any, ok;
    result_put_head(&w, t);
    ok = write_part(sink, &w, fault) && write_findings(sink, kept, choice, ",", &any, fault);
    result_put_tail(&w, t, info);
    ok = ok && write_end(sink, &w, t, info, fault);
    buf_fini(&part);
    return ok;
}

bool output_ndjson(struct sink *sink, struct tally *t, struct result_info *info, struct kept_findings *kept,
                   struct output_limit limit, struct fault *fault) {
    struct buf part;
    buf_init(&part, MAX_CLOSING);
    struct json_writer w = { .out = &part };
    struct choice choice = choose(kept, limit);
    info->findings_omitted = choice.omitted;
    bool any;
    bool ok = write_findings(sink, kept, choice, "\n", &any, fault);
    if (ok && any)
        buf_add_byte(&part, '\n');
    result_put_closing(&w, t, info);
    ok = ok && write_end(sink, &w, t, info, fault);
    buf_fini(&part);
    return ok;
}

/* ---- formats written in Lua ---- */

struct formatting {
    struct sink *sink;
    struct formatter *formatter;
    struct choice choice;
    struct buf out;
    struct fault *fault;
    bool failed;
};

static bool pass_on(struct formatting *f) {
    bool ok = f->sink->write(f->sink, buf_str(&f->out), f->fault);
    buf_reset(&f->out);
    return ok;
}

static bool format_finding(void *context, struct str entry, uint8_t severity) {
    struct formatting *f = context;
    if (!is_chosen(&f->choice, severity))
        return true;
    f->failed = !formatter_finding(f->formatter, entry, &f->out, f->fault) || !pass_on(f);
    return !f->failed;
}

bool output_formatted(struct sink *sink, struct formatter *formatter, struct str closing,
                      struct kept_findings *kept, struct output_limit limit, struct fault *fault) {
    if (limit.findings > formatter_most(formatter))
        limit.findings = formatter_most(formatter);
    struct formatting f = {
        .sink = sink, .formatter = formatter, .choice = choose(kept, limit), .fault = fault
    };
    if (kept->failed) {
        *fault = kept->fault;
        return false;
    }
    buf_init(&f.out, MAX_CLOSING);
    bool ok = formatter_head(formatter, closing, &f.out, fault) && pass_on(&f) &&
              spool_each(kept->spool, format_finding, &f, fault) && !f.failed &&
              formatter_tail(formatter, closing, &f.out, fault) && pass_on(&f);
    buf_fini(&f.out);
    return ok;
}

void output_closing(struct tally *t, struct result_info *info, struct buf *out) {
    buf_init(out, MAX_CLOSING);
    struct json_writer w = { .out = out };
    result_put_closing(&w, t, info);
}

/* ---- flat findings ---- */

struct flattening {
    struct sink *sink;
    const struct finding_context *context;
    struct buf line;
    struct arena arena;
    struct fault *fault;
};

static void put_flat_member(struct json_writer *w, struct arena *arena, struct json key, struct json value) {
    struct str name = json_text(key, arena);
    if (str_equal_c(name, "match")) {
        struct json_iter i = json_iter(value);
        struct json inner_key, inner;
        while (json_next(&i, &inner_key, &inner)) {
            char flat[64];
            snprintf(flat, sizeof flat, "match_%.*s", STR_ARG(inner_key.raw));
            json_key(w, flat);
            if (inner.kind == JSON_STRING)
                json_put(w, json_text(inner, arena));
            else
                json_put_raw(w, inner.raw);
        }
        return;
    }
    json_key_str(w, name);
    bool as_text = value.kind == JSON_ARRAY || value.kind == JSON_OBJECT || str_equal_c(name, "rule_version");
    if (as_text || value.kind == JSON_STRING)
        json_put(w, json_text(value, arena));
    else
        json_put_raw(w, value.raw);
}

static bool write_flat(void *context, struct str entry, uint8_t severity) {
    (void)severity;
    struct flattening *f = context;
    buf_reset(&f->line);
    arena_reset(&f->arena);
    struct json_writer w = { .out = &f->line };
    json_begin(&w, '{');
    json_add_c(&w, "audit_id", f->context->audit_id);
    json_add_c(&w, "account_id", f->context->account_id ? f->context->account_id : "");
    json_add_c(&w, "region", f->context->region);
    struct json_iter i = json_iter(json_value(entry));
    struct json key, value;
    while (json_next(&i, &key, &value))
        put_flat_member(&w, &f->arena, key, value);
    json_end(&w, '}');
    buf_add_byte(&f->line, '\n');
    return f->sink->write(f->sink, buf_str(&f->line), f->fault);
}

bool output_flat(struct sink *sink, struct kept_findings *kept, const struct finding_context *context,
                 struct fault *fault) {
    struct flattening f = { .sink = sink, .context = context, .fault = fault };
    buf_init(&f.line, 2u * MAX_FINDING);
    arena_init(&f.arena);
    bool ok = spool_each(kept->spool, write_flat, &f, fault);
    buf_fini(&f.line);
    arena_fini(&f.arena);
    return ok;
}

/* ---- text ---- */

static size_t terminal_width(void) {
    enum { DEFAULT = 120, LEAST = 60 };
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return DEFAULT;
    return size.ws_col < LEAST ? LEAST : size.ws_col;
}

void output_finding(const struct finding *f, bool color, struct buf *out) {
    report_finding(f, &(struct text_options){ .color = color, .width = terminal_width() }, out);
}

bool output_text(struct sink *sink, struct str closing, bool color, bool all, struct fault *fault) {
    enum { SHOWN = 25 };
    struct buf text;
    buf_init(&text, MAX_CLOSING);
    struct json_doc *doc = json_doc_parse_shown(closing, "the result", FAULT_OUTPUT, fault);
    bool ok = doc != NULL;
    if (ok) {
        struct text_options options = { .color = color,
                                        .width = terminal_width(),
                                        .max_groups = all ? 0 : SHOWN };
        report_text(json_doc_root(doc), &options, &text);
        ok = sink->write(sink, buf_str(&text), fault);
    }
    json_doc_free(doc);
    buf_fini(&text);
    return ok;
}
