#include "evaluate.h"

#include "candidates.h"
#include "explain.h"
#include "match_use.h"
#include "mem.h"
#include "test_field.h"
#include "utf8.h"

#include <stdlib.h>

/* Of a finding, after redaction. */
enum { MAX_VALUE_BYTES = 8 * 1024, MAX_TITLE_BYTES = 1024 };

/* Where a pattern matched. */
struct place {
    uint32_t pattern;
    struct str field, text; /* text: valid UTF-8 */
    struct str original;    /* the same before repair; offsets in findings refer to it */
    size_t text_index;
    struct regex_span span;
    struct found_group *groups;
    size_t group_count;
};

/* Not an initialiser: that would clear the room for texts, on every record. */
void subject_init(struct subject *s, const struct record *record, struct str raw, const struct origin *origin,
                  const bool *secret_hits) {
    s->source = origin->uri;
    s->version = origin->version;
    s->log_stream = origin->log_stream;
    s->record = record;
    s->event = NULL;
    s->raw = s->raw_text = raw;
    s->time = &origin->time;
    s->secret_hits = secret_hits;
    s->census = NULL;
    s->parsed.text_count = 0;
    s->has_fields = s->has_secrets = false;
    s->secrets = (struct secrets){ 0 };
}

void subject_read_texts(struct subject *s, struct parser *parser) {
    parse_texts(parser, s->raw, s->record->kind, &s->parsed);
    s->raw_text = s->parsed.invalid_utf8 ? utf8_repair(s->raw, &parser->arena) : s->raw;
}

const struct fields *subject_fields(struct subject *s, struct parser *parser) {
    if (!s->has_fields)
        parse_fields(parser, s->raw, s->record->kind, s->time, s->census, &s->parsed);
    s->has_fields = true;
    return &s->parsed.fields;
}

const struct secrets *subject_secrets(struct subject *s, const struct evaluator *e, struct arena *arena) {
    if (s->has_secrets)
        return &s->secrets;
    const struct audit_options *o = e->options;
    for (size_t i = 0; i < s->parsed.text_count; i++)
        secrets_find(&s->secrets, o, s->secret_hits, e->scratch, s->parsed.texts[i].text, arena);
    if (s->record->kind == RECORD_JSON)
        secrets_find(&s->secrets, o, s->secret_hits, e->scratch, s->raw_text, arena);
    if (str_find_byte(s->raw_text, '\\') < s->raw_text.len) {
        secrets_decode(&s->secrets, &o->tokens, arena);
        secrets_find(&s->secrets, o, s->secret_hits, e->scratch, decode_escapes(s->raw_text, arena), arena);
    }
    s->has_secrets = true;
    return &s->secrets;
}

struct str subject_shown(struct subject *s, const struct evaluator *e, size_t max, struct arena *arena) {
    return arena_copy(arena, secrets_clean(subject_secrets(s, e, arena), s->raw_text, max, arena));
}

/* The state of one evaluation. */
struct evaluation {
    struct evaluator *e;
    const struct rule *rule;
    struct ruleset *rs;
    uint32_t set, rule_index;
    const bool *hits;
    struct subject *subject;
    struct batch_findings *out;
    struct place *places; /* any before all, in the order of the lists */
    size_t place_count;
    const struct place *leftmost;
    struct capture *captures;
    size_t capture_count;
    struct fields fields; /* the record's, with what was captured */
    double slow_ms;       /* the place's limit for operations like this one; 0: the rule's own */
    bool tripped;
};

static void trip(struct evaluation *v, enum trip_kind kind, const char *reason) {
    if (v->tripped)
        return;
    v->tripped = true;
    struct batch_findings *out = v->out;
    struct arena *arena = &out->arena;
    const struct secrets *secrets = subject_secrets(v->subject, v->e, arena); /* rules raise what they read */
    mem_grow(&out->trips, &out->trip_capacity, out->trip_count, sizeof *out->trips);
    out->trips[out->trip_count++] = (struct trip){
        .set = v->set,
        .rule = v->rule_index,
        .kind = kind,
        .line = v->subject->record->line,
        .offset = v->subject->record->offset,
        .reason = arena_copy(arena, secrets_clean(secrets, str_c(reason), MAX_VALUE_BYTES, arena)),
        .before = out->finding_count,
    };
}

/* ---- patterns ---- */

static void take_group_texts(struct evaluation *v, struct place *p, const struct regex_span *spans) {
    const struct rule_pattern *pattern = &v->rs->patterns[p->pattern];
    p->groups = arena_new(&v->out->arena, pattern->group_count, sizeof *p->groups);
    for (size_t i = 0; i < pattern->group_count; i++) {
        size_t number = pattern->groups[i].number;
        if (spans[number].start == REGEX_UNSET)
            continue;
        struct str text = str_slice(p->text, spans[number].start, spans[number].end - spans[number].start);
        p->groups[p->group_count++] = (struct found_group){ pattern->groups[i].name, text };
    }
}

static bool find_in_text(struct evaluation *v, const struct regex *regex, struct place *place) {
    struct regex_span *spans = v->e->spans;
    size_t span_count = v->rs->patterns[place->pattern].span_count;
    enum regex_answer answer = regex_find(regex, v->e->scratch, place->text, 0, spans, span_count);
    if (answer == REGEX_OVER_BUDGET)
        trip(v, TRIP_OVER_BUDGET, "a pattern ran over its budget");
    if (answer != REGEX_YES)
        return false;
    place->span = spans[0];
    take_group_texts(v, place, spans);
    return true;
}

static bool may_match(const struct evaluation *v, uint32_t pattern) {
    return !v->rs->patterns[pattern].gated || v->hits[pattern];
}

/* The first text, in order, that the pattern matches in. */
static bool search_texts(struct evaluation *v, uint32_t pattern, struct place *place) {
    const struct parsed *parsed = &v->subject->parsed;
    if (!may_match(v, pattern))
        return false;
    const struct regex *regex = ruleset_regex(v->rs, pattern);
    if (!regex)
        return false;
    for (size_t i = 0; i < parsed->text_count; i++) {
        const struct parsed_text *t = &parsed->texts[i];
        *place = (struct place){
            .pattern = pattern, .field = t->name, .text = t->text, .original = t->original, .text_index = i
        };
        if (find_in_text(v, regex, place))
            return true;
    }
    if (!v->rule->search_raw || v->subject->record->kind != RECORD_JSON || v->tripped)
        return false;
    *place = (struct place){
        .pattern = pattern,
        .field = STR("raw"),
        .text = v->subject->raw_text,
        .original = v->subject->raw,
        .text_index = parsed->text_count,
    };
    return find_in_text(v, regex, place);
}

static struct found found_of(const struct evaluation *v, const struct place *p) {
    return (struct found){
        .pattern = v->rs->patterns[p->pattern].source,
        .field = p->field,
        .text = str_slice(p->text, p->span.start, p->span.end - p->span.start),
        .start = p->span.start,
        .end = p->span.end,
        .groups = p->groups,
        .group_count = p->group_count,
    };
}

static void explain_search(struct evaluation *v, uint32_t pattern, const struct place *place) {
    struct found found = { 0 };
    if (place)
        found = found_of(v, place);
    enum explained_answer answer = place                   ? ANSWER_MATCH
                                   : v->tripped            ? ANSWER_OVER_BUDGET
                                   : may_match(v, pattern) ? ANSWER_NO_MATCH
                                                           : ANSWER_NOT_SEARCHED;
    explain_pattern(v->e->explain, pattern, answer, place ? &found : NULL);
}

static bool find_pattern(struct evaluation *v, uint32_t pattern, struct place *place) {
    bool found = search_texts(v, pattern, place);
    if (v->e->explain)
        explain_search(v, pattern, found ? place : NULL);
    return found;
}

static bool before(const struct place *a, const struct place *b) {
    return a->text_index != b->text_index ? a->text_index < b->text_index : a->span.start < b->span.start;
}

/* How many of the list match; the leftmost of them is kept when none is yet. */
static size_t find_patterns(struct evaluation *v, const struct pattern_list *list, bool stop_at_miss) {
    size_t matched = 0;
    const struct place *leftmost = NULL;
    for (size_t i = 0; i < list->count && !v->tripped; i++) {
        struct place *place = &v->places[v->place_count];
        if (find_pattern(v, list->at[i], place)) {
            v->place_count++;
            matched++;
            if (!leftmost || before(place, leftmost))
                leftmost = place;
        } else if (stop_at_miss) {
            break;
        }
    }
    if (!v->leftmost)
        v->leftmost = leftmost;
    return matched;
}

static bool none_matches(struct evaluation *v) {
    struct place place;
    for (size_t i = 0; i < v->rule->none.count && !v->tripped; i++)
        if (find_pattern(v, v->rule->none.at[i], &place))
            return false;
    return true;
}

/* What is asked from here on; it has decided when the rule does not get beyond it. */
static void begin_part(const struct evaluation *v, const char *part) {
    if (v->e->explain)
        explain_part(v->e->explain, part);
}

static bool patterns_hold(struct evaluation *v) {
    const struct rule *r = v->rule;
    while (v->e->place_capacity < r->any.count + r->all.count)
        mem_grow(&v->e->places, &v->e->place_capacity, v->e->place_capacity, sizeof *v->e->places);
    v->places = v->e->places;
    begin_part(v, "any");
    if (r->any.count && !find_patterns(v, &r->any, false))
        return false;
    begin_part(v, "all");
    if (find_patterns(v, &r->all, true) != r->all.count)
        return false;
    begin_part(v, "none");
    return none_matches(v) && !v->tripped;
}

/* ---- captures ---- */

/* The normalised keys that a named group may set; it wins over the record's own. */
static bool group_sets(enum field f) {
    return f != FIELD_HOST && f != FIELD_METHOD && f != FIELD_PATH && f != FIELD_ROUTE && f != FIELD_COUNT;
}

static void add_capture(struct evaluation *v, struct capture capture) {
    for (size_t i = 0; i < v->capture_count; i++)
        if (str_equal(v->captures[i].name, capture.name))
            return;
    if (v->capture_count < MAX_CAPTURES)
        v->captures[v->capture_count++] = capture;
}

static void take_groups(struct evaluation *v, const struct place *place) {
    for (size_t i = 0; i < place->group_count; i++) {
        const struct found_group *g = &place->groups[i];
        size_t before_count = v->capture_count;
        add_capture(v, (struct capture){ .name = g->name, .text = g->text });
        enum field f = field_named(g->name);
        if (v->capture_count > before_count && group_sets(f))
            parse_field(v->e->parser, &v->fields, f, g->text);
    }
}

static void take_captures(struct evaluation *v) {
    v->fields = *subject_fields(v->subject, v->e->parser);
    if (v->leftmost)
        take_groups(v, v->leftmost);
    for (size_t i = 0; i < v->place_count; i++)
        if (&v->places[i] != v->leftmost)
            take_groups(v, &v->places[i]);
}

/* ---- field tests ---- */

/* `fields`, `captures`: the evaluation's, or what match made of them. */
static struct test_subject subject_of(struct evaluation *v, const struct fields *fields,
                                      const struct capture *captures, size_t capture_count) {
    return (struct test_subject){
        .rs = v->rs,
        .scratch = v->e->scratch,
        .tables = v->e->options->tables,
        .json = v->subject->parsed.json,
        .fields = fields,
        .captures = captures,
        .capture_count = capture_count,
        .raw = v->subject->raw_text,
        .message = v->subject->parsed.texts[0].text,
        .source = v->subject->source,
        .line = v->subject->record->line,
        .offset = v->subject->record->offset,
        .arena = &v->out->arena,
        .explain = v->e->explain,
    };
}

static bool tests_hold_for(struct evaluation *v, const struct test_list *list, const struct fields *fields,
                           const struct capture *captures, size_t capture_count) {
    struct test_subject subject = subject_of(v, fields, captures, capture_count);
    subject.slow_ms = list == &v->rule->where ? v->slow_ms : 0;
    enum test_answer answer = test_list_holds(list, &subject);
    if (answer == TEST_OVER_BUDGET)
        trip(v, TRIP_OVER_BUDGET, "a pattern of a field test ran over its budget");
    return answer == TEST_HOLDS;
}

static bool tests_hold(struct evaluation *v, const struct test_list *list) {
    return tests_hold_for(v, list, &v->fields, v->captures, v->capture_count);
}

/* From which duration on this operation is slow, where the overrides say. */
static void find_limit(struct evaluation *v) {
    for (size_t i = 0; i < v->rule->limit_count && !v->slow_ms; i++)
        if (tests_hold(v, &v->rule->limits[i].where))
            v->slow_ms = v->rule->limits[i].ms;
}

/* What tables say of the record, as if it had been captured. */
static void look_up(struct evaluation *v) {
    for (size_t i = 0; i < v->rule->lookup_count; i++) {
        const struct lookup *l = &v->rule->lookups[i];
        const struct table *table = tables_find(v->e->options->tables, l->table);
        struct test_subject subject = subject_of(v, &v->fields, v->captures, v->capture_count);
        struct str key, value;
        if (table && test_subject_value(&subject, l->key, l->field, &key) &&
            table_value(table, key, l->column, &v->out->arena, &value))
            add_capture(v, (struct capture){ .name = l->name, .text = value });
    }
}

static bool fields_hold(struct evaluation *v) {
    look_up(v);
    find_limit(v);
    begin_part(v, "where");
    if (v->rule->where.count && !tests_hold(v, &v->rule->where))
        return false;
    begin_part(v, "unless");
    return !(v->rule->unless.count && tests_hold(v, &v->rule->unless)) && !v->tripped;
}

/* ---- the finding ---- */

/* The text of the finding: the field called message, or the first one. */
static struct str message_of(const struct parsed *parsed) {
    for (size_t i = 0; i < parsed->text_count; i++)
        if (str_equal_c(parsed->texts[i].name, "message") || str_equal_c(parsed->texts[i].name, "msg"))
            return parsed->texts[i].text;
    return parsed->text_count ? parsed->texts[0].text : (struct str){ 0 };
}

static void describe_match(const struct evaluation *v, struct finding *f) {
    const struct place *p = v->leftmost;
    if (!p)
        return;
    f->matched = true;
    f->match_field = p->field;
    f->match_pattern = v->rs->patterns[p->pattern].source;
    f->match_text = str_slice(p->text, p->span.start, p->span.end - p->span.start);
    bool repaired = !str_equal(p->text, p->original);
    f->match_start = repaired ? utf8_original_offset(p->original, p->span.start) : p->span.start;
    f->match_end = repaired ? utf8_original_offset(p->original, p->span.end) : p->span.end;
}

/* Numbers and fixed words cannot. */
static bool may_hold_secret(enum field f) {
    return !field_is_number(f) && f != FIELD_LEVEL && f != FIELD_OUTCOME && f != FIELD_METHOD;
}

struct titling {
    struct evaluation *v;
    const struct finding *f;
};

/* A value of the record's JSON, as `where` would find it, without the secret that it is by its key. The
 * secrets of the record are taken out of the whole title. */
static struct str value_in_record(void *context, struct str name) {
    const struct titling *t = context;
    struct evaluation *v = t->v;
    struct arena *arena = &v->out->arena;
    struct test_subject subject = subject_of(v, &t->f->fields, t->f->captures, t->f->capture_count);
    struct secrets own = { 0 };
    struct str value;
    struct buf pair;
    if (!test_subject_value(&subject, name, field_named(name), &value) || value.len > MAX_TITLE_BYTES)
        return (struct str){ 0 };
    buf_init(&pair, MAX_VALUE_BYTES);
    buf_printf(&pair, "{\"%.*s\":\"", STR_ARG(name));
    size_t before = pair.len;
    buf_add(&pair, value);
    buf_add_c(&pair, "\"}");
    struct str text = arena_copy(arena, buf_str(&pair));
    buf_fini(&pair);
    secrets_find(&own, v->e->options, NULL, v->e->scratch, text, arena);
    text = secrets_clean(&own, text, MAX_VALUE_BYTES, arena);
    return str_slice(text, before, text.len > before + 2 ? text.len - before - 2 : 0);
}

/* Everything that came from the log leaves the record without its secrets. */
static void redact(struct evaluation *v, struct finding *f) {
    struct arena *arena = &v->out->arena;
    const struct secrets *s = subject_secrets(v->subject, v->e, arena);
    f->message = arena_copy(arena, secrets_clean(s, f->message, MAX_MESSAGE_BYTES, arena));
    f->match_text = secrets_clean(s, f->match_text, MAX_MESSAGE_BYTES, arena);
    for (int i = 0; i < FIELD_COUNT; i++)
        if (f->fields.text[i].ptr && may_hold_secret((enum field)i))
            f->fields.text[i] = secrets_clean(s, f->fields.text[i], MAX_VALUE_BYTES, arena);
    for (size_t i = 0; i < f->capture_count; i++)
        if (!f->captures[i].literal)
            f->captures[i].text = secrets_clean(s, f->captures[i].text, MAX_VALUE_BYTES, arena);
    struct titling titling = { v, f };
    f->title = finding_title(f, f->title, &(struct title_names){ value_in_record, &titling }, arena);
    if (f->title.ptr != f->rule->title.ptr) /* the rule's own words hold none */
        f->title = secrets_clean(s, f->title, MAX_TITLE_BYTES, arena);
    if (f->description.ptr != f->rule->description.ptr)
        f->description = secrets_clean(s, f->description, MAX_VALUE_BYTES, arena);
}

/* Views into the batch or the parser's arena end with the record; a finding lives as long as its batch. */
static void keep(struct finding *f, struct arena *arena) {
    for (int i = 0; i < FIELD_COUNT; i++)
        if (f->fields.text[i].ptr)
            f->fields.text[i] = arena_copy(arena, f->fields.text[i]);
    for (size_t i = 0; i < f->capture_count; i++)
        f->captures[i].text = arena_copy(arena, f->captures[i].text);
    f->match_text = arena_copy(arena, f->match_text);
    f->match_field = arena_copy(arena, f->match_field);
}

static void set_capture(struct finding *f, struct capture capture) {
    for (size_t i = 0; i < f->capture_count; i++) {
        if (str_equal(f->captures[i].name, capture.name)) {
            f->captures[i] = capture;
            return;
        }
    }
    f->captures[f->capture_count++] = capture; /* emit made room for all */
}

static bool stands_in(struct str text, struct str whole) {
    return str_find(whole, text) + text.len <= whole.len;
}

/* What match returned, without secrets of its own: the rule may have made it of parts of the record, and
 * nobody has searched it as it stands there. The record's own are taken out with those of all values. */
static struct str made(const struct evaluation *v, const struct override_item *item) {
    const struct subject *subject = v->subject;
    struct arena *arena = &v->out->arena;
    struct secrets own = { 0 };
    struct str text = item->text;
    if (item->literal || !text.len || stands_in(text, subject->raw_text) ||
        stands_in(text, message_of(&subject->parsed)))
        return text;
    if (!utf8_valid(text))
        text = utf8_repair(text, arena);
    secrets_find(&own, v->e->options, NULL, v->e->scratch, text, arena);
    return secrets_clean(&own, text, MAX_VALUE_BYTES, arena);
}

/* What match returned: some keys are the finding's own, the rest goes into `fields`. */
static bool apply(struct evaluation *v, struct finding *f, const struct override_item *item) {
    enum field field = field_named(item->name);
    if (str_equal_c(item->name, "severity")) {
        enum severity severity = severity_named(item->text);
        if (severity == SEVERITY_COUNT) {
            trip(v, TRIP_RAISED, "match returned an unknown severity; one of " SEVERITY_LIST " was expected");
            return false;
        }
        f->severity = severity;
    } else if (str_equal_c(item->name, "title")) {
        f->title = made(v, item);
    } else if (str_equal_c(item->name, "description")) {
        f->description = made(v, item);
    } else if (str_equal_c(item->name, "type")) {
        f->type = item->text;
    } else if (field != FIELD_COUNT) {
        parse_field(v->e->parser, &f->fields, field, made(v, item));
    } else {
        set_capture(f, (struct capture){ item->name, made(v, item), item->literal });
    }
    return true;
}

/* Asked before secrets are taken out: an exception may name what they would hide. */
static const struct exception *exception_of(struct evaluation *v, const struct finding *f) {
    begin_part(v, "except");
    for (size_t i = 0; i < v->rule->exception_count; i++) {
        const struct exception *x = &v->rule->exceptions[i];
        if (v->e->options->now < x->ends &&
            tests_hold_for(v, &x->where, &f->fields, f->captures, f->capture_count))
            return x;
    }
    return NULL;
}

/* For the correlations that are on the rule, before the finding is redacted. */
static void take_uses(struct evaluation *v, struct found_finding *found) {
    const struct takers *takers = v->set == 0 ? &v->rs->record_takers[v->rule_index] : NULL;
    if (!takers || !takers->count)
        return;
    struct test_subject subject =
        subject_of(v, subject_fields(v->subject, v->e->parser), v->captures, v->capture_count);
    match_uses_take(found, &(struct use_source){
                               .rs = v->rs,
                               .takers = takers,
                               .finding = &found->finding,
                               .subject = &subject,
                               .secrets = subject_secrets(v->subject, v->e, &v->out->arena),
                               .hash = v->e->hash,
                               .arena = &v->out->arena,
                           });
}

static void emit(struct evaluation *v, const struct override *override) {
    const struct rule *r = v->rule;
    const struct subject *s = v->subject;
    struct arena *arena = &v->out->arena;
    size_t room = v->capture_count + (override ? override->count : 0);
    struct finding f = {
        .rule = r,
        .severity = r->severity,
        .type = r->type,
        .title = r->title,
        .description = r->description,
        .source = s->source,
        .version = s->version,
        .log_stream = s->log_stream,
        .event_id = str_c(s->event ? s->event->id : NULL),
        .event_start = s->event ? s->event->start : 0,
        .line = s->record->line,
        .offset = s->record->offset,
        .message = message_of(&s->parsed),
        .fields = v->fields,
        .captures = arena_new(arena, room, sizeof(struct capture)),
        .capture_count = v->capture_count,
    };
    memcpy(f.captures, v->captures, v->capture_count * sizeof *f.captures);
    for (size_t i = 0; override && i < override->count; i++)
        if (!apply(v, &f, &override->items[i]))
            return;
    struct found_finding found = { .finding = f, .set = v->set, .rule = v->rule_index };
    found.exception = exception_of(v, &f);
    if (v->tripped)
        return;
    take_uses(v, &found);
    describe_match(v, &found.finding);
    redact(v, &found.finding);
    keep(&found.finding, arena);
    finding_identify(&found.finding, v->e->hash, arena);

    struct batch_findings *out = v->out;
    mem_grow(&out->findings, &out->finding_capacity, out->finding_count, sizeof *out->findings);
    out->findings[out->finding_count++] = found;
}

/* ---- match functions ---- */

static struct found *found_list(const struct evaluation *v) {
    struct found *list = arena_new(&v->out->arena, v->place_count, sizeof *list);
    for (size_t i = 0; i < v->place_count; i++)
        list[i] = found_of(v, &v->places[i]);
    return list;
}

static void ask_match(struct evaluation *v) {
    const struct subject *s = v->subject;
    struct event_view event = {
        .raw = s->raw,
        .message = message_of(&s->parsed),
        .source = s->source,
        .line = s->record->line,
        .offset = s->record->offset,
        .value = s->parsed.json,
        .fields = &v->fields,
        .slow_ms = v->slow_ms,
    };
    struct match_answer answer;
    enum script_outcome outcome =
        match_runner_ask(v->e->runner, ruleset_file(v->rs, v->rule), v->rule, &event, found_list(v),
                         v->place_count, &v->out->arena, &answer);
    if (outcome != SCRIPT_OK) {
        trip(v, outcome == SCRIPT_RAISED ? TRIP_RAISED : TRIP_OVER_BUDGET, match_runner_error(v->e->runner));
        return;
    }
    size_t first = v->out->finding_count;
    for (size_t i = 0; i < answer.count && !v->tripped; i++)
        emit(v, &answer.findings[i]);
    if (v->tripped) { /* a rule that fails on a record says nothing about it */
        v->out->finding_count = first;
        v->out->trips[v->out->trip_count - 1].before = first;
    }
}

/* Whether this record has a finding that makes one of a fallback rule needless. */
static bool found_before(const struct evaluation *v) {
    static const struct str activity = STR("UserActivity");
    for (size_t i = v->e->first_finding; i < v->out->finding_count; i++) {
        const struct found_finding *f = &v->out->findings[i];
        const struct rule *r = f->finding.rule;
        bool reported = !r->correlate && !r->support;
        if (f->set == v->set && reported && !r->fallback && !str_equal(r->type, activity))
            return true;
    }
    return false;
}

static void ask_rule(struct evaluation *v) {
    if (v->rule->fallback) {
        begin_part(v, "fallback");
        if (found_before(v))
            return;
    }
    if (!patterns_hold(v))
        return;
    take_captures(v);
    if (!fields_hold(v))
        return;
    begin_part(v, "match");
    if (v->rule->has_match)
        ask_match(v);
    else
        emit(v, NULL);
}

/* The same, told. */
static void explain_asking(struct evaluation *v) {
    const struct batch_findings *out = v->out;
    size_t first = out->finding_count;
    explain_rule(v->e->explain, v->rs, v->rule);
    ask_rule(v);
    struct str failure = { 0 };
    if (v->tripped)
        failure = out->trips[out->trip_count - 1].reason;
    explain_verdict(v->e->explain, out->findings + first, out->finding_count - first, failure);
}

void evaluate(struct evaluator *e, uint32_t set, uint32_t rule, const bool *hits, struct subject *subject,
              struct batch_findings *out) {
    struct evaluation v = {
        .e = e,
        .rs = e->options->rulesets[set],
        .set = set,
        .rule_index = rule,
        .hits = hits,
        .subject = subject,
        .out = out,
        .captures = e->captures,
    };
    v.rule = &v.rs->rules[rule];
    if (e->explain)
        explain_asking(&v);
    else
        ask_rule(&v);
}

void evaluator_fini(struct evaluator *e) {
    free(e->places);
    regex_scratch_free(e->scratch);
    match_runner_free(e->runner);
    hash_free(e->hash);
}
