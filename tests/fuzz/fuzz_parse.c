/* Any bytes, as text and (when they are an object) as JSON: the parser stays inside them, what it gives out
 * is valid UTF-8, the census finds the same time and user,
 * and what is read behind it is the rest. */
#include "parse.h"
#include "utf8.h"

#include "../unit/vocabulary_sample.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds) {
    if (!holds)
        abort();
}

static void read_both_ways(struct parser *p, struct str bytes, enum record_kind kind) {
    static const struct marks all_gates = { { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } };
    static const struct time_rules utc = { .reference = INT64_C(1732617018000000) };
    struct parsed out;
    struct census census;
    parser_reset(p);
    parse_record(p, bytes, kind, &utc, &out);
    parse_census(p, bytes, kind, &utc, &all_gates, &census);
    expect(out.text_count > 0);
    for (size_t i = 0; i < out.text_count; i++)
        expect(utf8_valid(out.texts[i].text));
    for (int f = 0; f < FIELD_COUNT; f++)
        expect(!out.fields.text[f].ptr || utf8_valid(out.fields.text[f]));
    uint32_t asked = vocabulary_asked(p->vocabulary);
    asked |= census.has_facts ? vocabulary_facts(p->vocabulary) : 0;
    for (int f = 0; f < FIELD_COUNT; f++)
        if (asked & field_bit((enum field)f))
            expect(str_equal(census.fields.text[f], out.fields.text[f]));
    expect(census.fields.has_time == out.fields.has_time && census.fields.time == out.fields.time);
    struct fields whole = out.fields;
    parse_fields(p, bytes, kind, &utc, &census, &out);
    for (int f = 0; f < FIELD_COUNT; f++)
        expect(str_equal(whole.text[f], out.fields.text[f]));
    expect(whole.has_time == out.fields.has_time && whole.time == out.fields.time);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct vocabulary *v;
    static struct parser parser;
    struct fault fault;
    if (!v) {
        v = sample_vocabulary(NULL, NULL, &fault);
        expect(v != NULL);
        parser_init(&parser, v);
    }
    char *copy = malloc(size ? size : 1);
    if (!copy)
        return 0;
    memcpy(copy, data, size);
    struct str bytes = { copy, size };
    read_both_ways(&parser, bytes, RECORD_TEXT);
    if (json_parse(bytes).kind == JSON_OBJECT)
        read_both_ways(&parser, bytes, RECORD_JSON);
    free(copy);
    return 0;
}
