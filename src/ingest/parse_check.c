/* Whether the formats do what they say: each is tried on its own sample. */
#include "parse.h"

#include "columns_inside.h"
#include "parse_inside.h"
#include "vocabulary_inside.h"

#include <stdlib.h>

static bool complain(const struct pattern *p, struct fault *fault, const char *what) {
    return pattern_fault(p, fault, "the sample \"%.*s\" %s", STR_ARG(p->sample), what);
}

/* The text of the field that is called so, or of the time; no pointer when it is absent. */
static bool field_text(const struct fields *fields, struct str name, struct arena *arena, struct str *text) {
    static const struct str time = STR("time");
    enum field f = field_named(name);
    *text = f == FIELD_COUNT ? str_of(NULL, 0) : fields->text[f];
    if (!str_equal(name, time))
        return f != FIELD_COUNT;
    char stamp[STAMP_LEN + 1];
    if (fields->has_time) {
        stamp_print(fields->time, stamp);
        *text = arena_copy(arena, str_c(stamp));
    }
    return true;
}

static bool expected(const struct pattern *p, const struct fields *fields, struct json key, struct json value,
                     struct fault *fault) {
    struct arena arena;
    struct str got, want;
    bool same = false;
    arena_init(&arena);
    if (!field_text(fields, key.raw, &arena, &got)) {
        pattern_fault(p, fault, "expects '%.*s', which is no field", STR_ARG(key.raw));
        goto out;
    }
    want = json_text(value, &arena);
    same = value.kind == JSON_BOOL ? !got.ptr : str_equal(got, want); /* false: must be absent */
    if (!same)
        pattern_fault(p, fault, "the sample \"%.*s\" gives %.*s = \"%.*s\", expected \"%.*s\"",
                      STR_ARG(p->sample), STR_ARG(key.raw), STR_ARG(got), STR_ARG(want));
out:
    arena_fini(&arena);
    return same;
}

static bool check_pattern(struct parser *parser, struct pattern *p, struct fault *fault) {
    static const struct time_rules utc = { 0 };
    struct parsed parsed;
    struct json key, value;
    const struct regex *regex = pattern_regex(p, fault);
    if (!regex)
        return false;
    if (regex_find(regex, parser->scratch, p->sample, 0, NULL, 0) != REGEX_YES)
        return complain(p, fault, "does not match");
    struct marks found;
    vocabulary_literals(parser->vocabulary, p->sample, false, &found);
    bool held = !p->holds || text_holds(p->sample, p->holds);
    if (!pattern_possible(p, &found) || !pattern_fits(p, p->sample) || !held)
        return complain(p, fault, "is kept away from the pattern by 'need', 'holds' or 'ends'");
    parser_reset(parser);
    parse_record(parser, p->sample, RECORD_TEXT, &utc, &parsed);
    struct json_iter i = json_iter(json_value(str_c(p->expect)));
    while (json_next(&i, &key, &value))
        if (!expected(p, &parsed.fields, key, value, fault))
            return false;
    return true;
}

/* Each line of the text as a record. */
static void fill_batch(struct batch *batch, struct str text) {
    batch_init(batch);
    buf_add(&batch->bytes, text);
    for (size_t at = 0, len; at < text.len; at += len + 1) {
        len = str_find_byte(str_slice(text, at, text.len), '\n');
        batch_add(batch, (struct record){ .start = (uint32_t)at, .len = (uint32_t)len, .lines = 1 });
    }
}

/* The last line of the sample is the record. */
static bool check_columns(struct parser *parser, const struct column_format *f, struct fault *fault) {
    static const struct time_rules utc = { 0 };
    const struct pattern place = {
        .name = f->name, .list = "columns", .file = "formats.lua", .sample = f->sample
    };
    struct column_reader *reader = column_reader_new(parser->vocabulary);
    struct parsed parsed;
    struct json key, value;
    struct batch batch;
    fill_batch(&batch, f->sample);
    column_reader_mark(reader, &batch);
    bool good = batch.count == 1 && batch.records[0].columns;
    if (!good)
        complain(&place, fault, "is not one record with columns");
    parser_reset(parser);
    if (good) {
        parser->columns = batch.records[0].columns;
        parse_record(parser, record_bytes(&batch, &batch.records[0]), RECORD_TEXT, &utc, &parsed);
    }
    struct json_iter i = json_iter(json_value(str_c(f->expect)));
    while (good && json_next(&i, &key, &value))
        good = expected(&place, &parsed.fields, key, value, fault);
    parser_reset(parser);
    batch_fini(&batch);
    column_reader_free(reader);
    return good;
}

bool parse_check_samples(const struct vocabulary *v, struct fault *fault) {
    struct parser parser;
    bool good = true;
    parser_init(&parser, v);
    for (int list = 0; list < PATTERN_LISTS && good; list++) {
        struct patterns patterns = vocabulary_patterns(v, (enum vocabulary_list)list);
        for (size_t i = 0; i < patterns.count && good; i++)
            good = check_pattern(&parser, patterns.items[i], fault);
    }
    for (size_t i = 0; i < v->column_format_count && good; i++)
        good = check_columns(&parser, &v->column_formats[i], fault);
    parser_fini(&parser);
    return good;
}
