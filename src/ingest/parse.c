/* The two ways to read a record: for the census and for rules. What is in a JSON object is read by
 * parse_json.c, what is in text by parse_text.c; here is what both give their finds to. */
#include "parse.h"

#include "mem.h"
#include "parse_inside.h"
#include "utf8.h"

#include <stdlib.h>

void parser_init(struct parser *p, const struct vocabulary *vocabulary) {
    *p = (struct parser){ .vocabulary = vocabulary,
                          .starts = mem_new(KNOWN_STARTS, sizeof *p->starts),
                          .scratch = regex_scratch_new() };
    arena_init(&p->arena);
}

void parser_fini(struct parser *p) {
    free(p->starts);
    regex_scratch_free(p->scratch);
    arena_fini(&p->arena);
}

void parser_reset(struct parser *p) {
    arena_reset(&p->arena);
    p->shape_count = 0;
    p->texts.of = NULL;
    p->columns = NULL;
    p->event = NULL;
}

/* ---------------------------------------------------------------- taking what is offered */

static bool offer_time(struct reading *r, const struct role *role, struct str text) {
    struct stamp stamp;
    unsigned rank = r->base + role->rank;
    if (rank >= r->time_rank || !stamp_parse(text, r->time, &stamp))
        return false;
    r->fields->time = stamp.micros;
    r->fields->has_time = true;
    r->time_rank = (uint16_t)rank;
    trace_time(r->parser->trace, text, stamp.zoned, stamp.has_year);
    return true;
}

bool offer_epoch(struct reading *r, const struct role *role, struct str text, double number) {
    unsigned rank = r->base + role->rank;
    if (rank >= r->time_rank || !stamp_from_number(number, &r->fields->time))
        return false;
    r->fields->has_time = true;
    r->time_rank = (uint16_t)rank;
    trace_time(r->parser->trace, text, true, true);
    return true;
}

static bool set_value(struct reading *r, const struct role *role, struct str text) {
    struct parser *p = r->parser;
    double ms;
    if (role->kind == ROLE_DURATION)
        return duration_of(text, role->unit, &ms) && field_set_duration(r->fields, ms, &p->arena);
    if (role->kind == ROLE_SYSLOG_LEVEL)
        text = vocabulary_syslog_level(p->vocabulary, text);
    if (role->field == FIELD_PATH && r->rank[FIELD_ROUTE] == RANK_NONE)
        r->fields->text[FIELD_ROUTE] = str_of(NULL, 0); /* that of a path which is replaced now */
    return parse_field(p, r->fields, role->field, text);
}

/* The group of a format caught nothing: the line has no such field. */
static bool says_none(const struct role *role, struct str text) {
    return !text.len && role->rank >= RANK_TEXT && role->rank < RANK_SHAPES;
}

bool offer(struct reading *r, const struct role *role, struct str text) {
    if (role->kind == ROLE_TIME)
        return offer_time(r, role, text);
    unsigned rank = r->base + role->rank;
    if (rank >= r->rank[role->field] || !(r->asked & field_bit(role->field)))
        return false;
    bool set = set_value(r, role, text);
    if (set || says_none(role, text))
        r->rank[role->field] = (uint16_t)rank;
    if (!set)
        return false;
    trace_field(r->parser->trace, role->field, text);
    r->present |=
        role->field == FIELD_PATH ? fields_present(r->fields) : field_bit(role->field); /* and its route */
    return true;
}

bool parse_field(struct parser *p, struct fields *fields, enum field f, struct str text) {
    if (f == FIELD_LEVEL || f == FIELD_OUTCOME)
        text = vocabulary_spelling(p->vocabulary, f, str_trim(text));
    if (f == FIELD_USER_ID && vocabulary_nobody(p->vocabulary, str_trim(text)))
        return false;
    return field_set(fields, f, text, &p->arena);
}

/* ---------------------------------------------------------------- texts */

struct str valid_text(struct reading *r, struct str text) {
    return utf8_valid(text) ? text : utf8_repair(text, &r->parser->arena);
}

void add_text(struct reading *r, struct str name, struct str text) {
    struct parsed *out = r->out;
    if (!out || out->text_count == PARSED_TEXTS_MAX)
        return;
    struct str valid = valid_text(r, text);
    out->texts[out->text_count++] = (struct parsed_text){
        .name = name, .text = valid, .original = text, .repaired = valid.ptr != text.ptr
    };
}

/* Fields go into results and to Lua, so they are valid UTF-8 too. */
static void repair_fields(struct reading *r) {
    for (int f = 0; f < FIELD_COUNT; f++)
        if (r->fields->text[f].ptr)
            r->fields->text[f] = valid_text(r, r->fields->text[f]);
}

/* ---------------------------------------------------------------- a record */

static void begin(struct reading *r, struct parser *p, const struct time_rules *time, struct fields *fields) {
    *r = (struct reading){
        .parser = p, .time = time, .fields = fields, .time_rank = RANK_NONE, .asked = UINT32_MAX
    };
    memset(r->rank, 0xFF, sizeof r->rank);
    *fields = (struct fields){ 0 };
}

static void add_event_time(const struct parser *p, struct fields *fields) {
    if (!p->event || fields->has_time)
        return;
    fields->time = p->event->time;
    fields->has_time = true;
}

/* A line whose columns have names says what they say, and nothing is guessed from the rest of it. */
static bool read_columns(struct reading *r, struct str bytes) {
    struct json object;
    struct parser *p = r->parser;
    if (!p->columns || !columns_object(p->columns, valid_text(r, bytes), &p->arena, &object))
        return false;
    if (r->out)
        r->out->json = object;
    if (!r->texts_only) {
        if (p->trace)
            p->trace->columns = true;
        r->nesting = 1; /* what the columns' values spell otherwise, the candidate scan has not seen */
        read_json(r, object);
    }
    return true;
}

static void read_record(struct reading *r, struct str bytes, enum record_kind kind, bool valid) {
    /* The framer has checked the value, so only the blanks around it are in the way. */
    struct json object = { .kind = JSON_OBJECT, .raw = str_trim(bytes) };
    if (kind == RECORD_JSON && object.raw.len && object.raw.ptr[0] == '{') {
        if (r->out)
            r->out->json = object;
        read_json(r, object);
    } else if (kind == RECORD_JSON) {
        if (r->out)
            r->out->json = json_value(bytes);
    } else if (!read_columns(r, bytes) && !r->texts_only) {
        read_text(r, valid ? bytes : valid_text(r, bytes));
    }
}

void parse_texts(struct parser *p, struct str bytes, enum record_kind kind, struct parsed *out) {
    static const struct str raw = STR("raw");
    struct reading r;
    out->text_count = 0;
    out->json = (struct json){ 0 };
    out->invalid_utf8 = !utf8_valid(bytes);
    begin(&r, p, NULL, &out->fields);
    r.out = out;
    r.texts_only = true;
    read_record(&r, bytes, kind, !out->invalid_utf8);
    if (out->text_count == 0)
        add_text(&r, raw, bytes);
}

/* What the census found is not asked for again. */
static void take_known(struct reading *r, const struct census *known) {
    struct fields *fields = r->fields;
    *fields = known->fields;
    r->asked &= ~known->settled;
    r->gates = known->gates;
    for (int f = 0; f < FIELD_COUNT; f++)
        if (!(known->settled & field_bit((enum field)f)))
            fields->text[f] = str_of(NULL, 0);
    if (fields->has_time)
        r->time_rank = 0;
}

void parse_fields(struct parser *p, struct str bytes, enum record_kind kind, const struct time_rules *time,
                  const struct census *known, struct parsed *out) {
    struct reading r;
    begin(&r, p, time, &out->fields);
    r.out = out;
    if (known)
        take_known(&r, known);
    bool valid = utf8_valid(bytes);
    read_record(&r, bytes, kind, valid);
    add_event_time(p, &out->fields);
    if (!valid)
        repair_fields(&r);
}

void parse_record(struct parser *p, struct str bytes, enum record_kind kind, const struct time_rules *time,
                  struct parsed *out) {
    parse_texts(p, bytes, kind, out);
    parse_fields(p, bytes, kind, time, NULL, out);
}

/* Levels that no rule asks for may be missing, and a route is made from the path. */
static uint32_t settled(const struct vocabulary *v, bool has_facts) {
    static const uint32_t never = (uint32_t)1 << FIELD_LEVEL | 1 << FIELD_PATH | 1 << FIELD_ROUTE;
    return (vocabulary_asked(v) | (has_facts ? vocabulary_facts(v) : 0)) & ~never;
}

void parse_census(struct parser *p, struct str bytes, enum record_kind kind, const struct time_rules *time,
                  const struct marks *gates, struct census *out) {
    struct reading r;
    begin(&r, p, time, &out->fields);
    r.gates = out->gates = gates;
    r.asked = vocabulary_asked(p->vocabulary);
    out->invalid_utf8 = !utf8_valid(bytes);
    read_record(&r, bytes, kind, !out->invalid_utf8);
    add_event_time(p, &out->fields);
    if (out->invalid_utf8)
        repair_fields(&r);
    out->broken = r.broken;
    out->named = r.named | r.present;
    uint32_t facts = vocabulary_facts(p->vocabulary);
    out->has_facts = (r.present & field_bit(FIELD_USER_ID)) && !(facts & ~r.asked) && !r.passed_by;
    out->settled = settled(p->vocabulary, out->has_facts);
}
