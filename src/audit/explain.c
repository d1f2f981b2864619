#include "explain.h"

#include "frame_rules.h"

/* What a record's explanation may come to: thousands of patterns with their texts; beyond, it is refused. */
enum { MAX_EXPLANATION = 16 << 20 };

void explain_init(struct explain *x) {
    buf_init(&x->out, MAX_EXPLANATION);
    x->told = 0;
}

void explain_fini(struct explain *x) {
    buf_fini(&x->out);
}

bool explain_wants(const struct explain *x, const struct record *r) {
    return !x->line || (r->line <= x->line && x->line < r->line + r->lines);
}

/* ---- pieces ---- */

static void put_text(struct explain *x, const char *key, struct str text) {
    json_key(&x->w, key);
    json_put(&x->w, secrets_clean(x->secrets, text, MAX_MESSAGE_BYTES, x->arena));
}

static void put_own(struct explain *x, const char *key, struct str text) {
    json_key(&x->w, key);
    json_put(&x->w, text);
}

static void put_int(struct explain *x, const char *key, uint64_t number) {
    json_key(&x->w, key);
    json_put_int(&x->w, (int64_t)number);
}

static void put_true(struct explain *x, const char *key, bool value) {
    if (!value)
        return;
    json_key(&x->w, key);
    json_put_bool(&x->w, true);
}

static void begin(struct explain *x, const char *key, char bracket) {
    if (key)
        json_key(&x->w, key);
    json_begin(&x->w, bracket);
}

/* ---- the record ---- */

static void put_framing(struct explain *x, const struct subject *s) {
    const struct record *r = s->record;
    put_own(x, "source", s->source);
    if (s->log_stream.len)
        put_own(x, "log_stream", s->log_stream);
    if (s->event)
        put_own(x, "event_id", str_c(s->event->id));
    put_int(x, "line", r->line);
    put_int(x, "lines", r->lines);
    put_int(x, "offset", r->offset);
    put_int(x, "bytes", r->len);
    put_own(x, "kind", str_c(r->kind == RECORD_JSON ? "json" : "text"));
    put_true(x, "truncated", r->truncated);
    if (r->lines > 1 && r->kind == RECORD_TEXT) {
        struct str begins;
        const char *reason = join_reason(r->joined, &begins);
        begin(x, "joined", '{');
        put_own(x, "reason", str_c(reason));
        if (begins.len)
            put_own(x, "begins", begins);
        json_end(&x->w, '}');
    }
    put_text(x, "text", s->raw_text);
}

static void put_found_at(struct explain *x, const struct found_at *at) {
    put_own(x, "from", str_c(at->kind ? at->kind : "record"));
    if (at->name.len)
        put_text(x, "at", at->name);
    if (at->text.len)
        put_text(x, "text", at->text);
}

static void put_time(struct explain *x, const struct fields *f, const struct parse_trace *trace) {
    char stamp[STAMP_LEN + 1];
    if (!f->has_time)
        return;
    stamp_print(f->time, stamp);
    begin(x, "time", '{');
    put_own(x, "value", str_c(stamp));
    put_found_at(x, &trace->time);
    json_add_bool(&x->w, "zoned", trace->zoned);
    json_add_bool(&x->w, "has_year", trace->has_year);
    json_end(&x->w, '}');
}

static void put_fields(struct explain *x, const struct fields *f, const struct parse_trace *trace) {
    begin(x, "fields", '[');
    for (int i = 0; i < FIELD_COUNT; i++) {
        if (!f->text[i].ptr)
            continue;
        begin(x, NULL, '{');
        put_own(x, "name", str_c(field_name((enum field)i)));
        put_text(x, "value", f->text[i]);
        put_found_at(x, &trace->fields[i]);
        json_end(&x->w, '}');
    }
    json_end(&x->w, ']');
}

static void put_texts(struct explain *x, const struct parsed *parsed) {
    begin(x, "texts", '[');
    for (size_t i = 0; i < parsed->text_count; i++) {
        begin(x, NULL, '{');
        put_text(x, "field", parsed->texts[i].name);
        put_text(x, "text", parsed->texts[i].text);
        json_end(&x->w, '}');
    }
    json_end(&x->w, ']');
}

static void put_formats(struct explain *x, const struct parse_trace *trace) {
    begin(x, "formats", '[');
    for (size_t i = 0; i < trace->format_count; i++)
        json_put_c(&x->w, trace->formats[i]);
    json_end(&x->w, ']');
    put_true(x, "columns", trace->columns);
}

void explain_record(struct explain *x, const struct subject *s, const struct parse_trace *trace,
                    const struct secrets *secrets, struct arena *arena) {
    buf_reset(&x->out);
    x->w = (struct json_writer){ .out = &x->out };
    x->parsed = &s->parsed;
    x->secrets = secrets;
    x->arena = arena;
    begin(x, NULL, '{');
    put_framing(x, s);
    put_formats(x, trace);
    put_time(x, &s->parsed.fields, trace);
    put_fields(x, &s->parsed.fields, trace);
    put_texts(x, &s->parsed);
    begin(x, "rules", '[');
}

void explain_end(struct explain *x) {
    json_end(&x->w, ']');
    json_end(&x->w, '}');
    x->told++;
    x->tell(x->context, buf_str(&x->out), x->out.full);
}

/* ---- its rules ---- */

void explain_rule(struct explain *x, const struct ruleset *rs, const struct rule *r) {
    x->rules = rs;
    x->near = false;
    begin(x, NULL, '{');
    put_own(x, "rule_id", r->id);
    put_own(x, "type", r->type);
    x->severity = r->severity;
    begin(x, "steps", '[');
}

void explain_part(struct explain *x, const char *part) {
    x->part = part;
    x->number = 0;
}

void explain_map(struct explain *x, size_t number) {
    x->number = number;
}

static void begin_step(struct explain *x, size_t number) {
    begin(x, NULL, '{');
    put_own(x, "part", str_c(x->part));
    put_int(x, "number", number);
}

static void put_match(struct explain *x, const struct found *match) {
    put_text(x, "field", match->field);
    put_int(x, "start", match->start);
    put_int(x, "end", match->end);
    put_text(x, "text", match->text);
    if (!match->group_count)
        return;
    begin(x, "groups", '{');
    for (size_t i = 0; i < match->group_count; i++) {
        json_key_str(&x->w, match->groups[i].name);
        json_put(&x->w, secrets_clean(x->secrets, match->groups[i].text, MAX_MESSAGE_BYTES, x->arena));
    }
    json_end(&x->w, '}');
}

static void put_nearest(struct explain *x, struct str pattern) {
    struct nearest_match best = { 0 }, match;
    const struct parsed_text *where = NULL;
    for (size_t i = 0; i < x->parsed->text_count; i++) {
        const struct parsed_text *t = &x->parsed->texts[i];
        if (!nearest_find(x->nearest, pattern, t->text, &match) ||
            match.end - match.start <= best.end - best.start)
            continue;
        best = match;
        where = t;
    }
    if (!where)
        return;
    begin(x, "nearest", '{');
    put_text(x, "field", where->name);
    put_int(x, "start", best.start);
    put_int(x, "end", best.end);
    put_text(x, "text", str_slice(where->text, best.start, best.end - best.start));
    put_own(x, "rest", best.rest);
    json_end(&x->w, '}');
}

void explain_pattern(struct explain *x, uint32_t pattern, enum explained_answer answer,
                     const struct found *match) {
    static const char *const answers[] = { "match", "no_match", "not_searched", "over_budget" };
    const struct rule_pattern *p = &x->rules->patterns[pattern];
    x->near |= match || (p->gated && answer != ANSWER_NOT_SEARCHED);
    begin_step(x, ++x->number);
    put_own(x, "pattern", p->source);
    put_own(x, "answer", str_c(answers[answer]));
    if (match)
        put_match(x, match);
    else if (x->nearest && strcmp(x->part, "none") != 0)
        put_nearest(x, p->source);
    json_end(&x->w, '}');
}

static void put_expected(struct explain *x, const struct test *t) {
    json_key(&x->w, "expected");
    if (t->op == TEST_EXISTS || t->op == TEST_NULL) {
        json_put_bool(&x->w, t->wanted);
    } else if (t->op == TEST_RE) {
        json_put(&x->w, x->rules->patterns[t->pattern].source);
    } else {
        json_begin(&x->w, '[');
        for (size_t i = 0; i < t->value_count; i++)
            json_put(&x->w, t->values[i]);
        json_end(&x->w, ']');
    }
}

void explain_test(struct explain *x, const struct test *t, struct str value, bool holds) {
    x->near |= value.ptr != NULL;
    begin_step(x, x->number);
    put_own(x, "field", t->name);
    put_own(x, "test", str_c(test_op_name(t->op)));
    put_expected(x, t);
    if (value.ptr)
        put_text(x, "value", value);
    json_add_bool(&x->w, "holds", holds);
    json_end(&x->w, '}');
}

void explain_verdict(struct explain *x, const struct found_finding *findings, size_t count,
                     struct str reason) {
    json_end(&x->w, ']');
    for (size_t i = 0; i < count; i++) /* match may have chosen another one */
        x->severity =
            i == 0 || findings[i].finding.severity > x->severity ? findings[i].finding.severity : x->severity;
    put_own(x, "severity", str_c(severity_name(x->severity)));
    json_add_bool(&x->w, "near", x->near || count || reason.len);
    json_add_bool(&x->w, "fired", count > 0);
    begin(x, "titles", '[');
    for (size_t i = 0; i < count; i++)
        json_put(&x->w, findings[i].finding.title);
    json_end(&x->w, ']');
    put_true(x, "counted", count && findings->finding.rule->correlate);
    if (count && findings->exception)
        put_own(x, "excepted", findings->exception->reason);
    if (!count)
        put_own(x, "decided_by", str_c(x->part));
    if (reason.len)
        put_own(x, "reason", reason);
    json_end(&x->w, '}');
}
