/* Whether the formats do what they say: each is tried on its own sample. */
#include "parse.h"

#include "parse_inside.h"

#include <stdlib.h>

static bool complain(const struct pattern *p, struct fault *fault, const char *what) {
    return fault_set(fault, FAULT_RULE, "formats.lua: %s: '%s': the sample \"%.*s\" %s", p->list, p->name,
                     STR_ARG(p->sample), what);
}

static bool expected(const struct pattern *p, const struct fields *fields, struct json key, struct json value,
                     struct fault *fault) {
    enum field f = field_named(key.raw);
    if (f == FIELD_COUNT)
        return fault_set(fault, FAULT_RULE, "formats.lua: %s: '%s': expects '%.*s', which is no field",
                         p->list, p->name, STR_ARG(key.raw));
    struct arena arena;
    arena_init(&arena);
    struct str want = json_text(value, &arena), got = fields->text[f];
    bool same = value.kind == JSON_BOOL ? !got.ptr : str_equal(got, want); /* false: must be absent */
    if (!same)
        fault_set(fault, FAULT_RULE,
                  "formats.lua: %s: '%s': the sample \"%.*s\" gives %s = \"%.*s\", expected \"%.*s\"",
                  p->list, p->name, STR_ARG(p->sample), field_name(f), STR_ARG(got), STR_ARG(want));
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
    struct marks found;
    vocabulary_literals(parser->vocabulary, p->sample, &found);
    if (!pattern_possible(p, &found) || !pattern_fits(p, p->sample))
        return complain(p, fault, "has none of the literals it needs");
    if (regex_find(regex, parser->scratch, p->sample, 0, NULL, 0) != REGEX_YES)
        return complain(p, fault, "does not match");
    parser_reset(parser);
    parse_record(parser, p->sample, RECORD_TEXT, &utc, &parsed);
    struct json_iter i = json_iter(json_value(str_c(p->expect)));
    while (json_next(&i, &key, &value))
        if (!expected(p, &parsed.fields, key, value, fault))
            return false;
    return true;
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
    parser_fini(&parser);
    return good;
}
