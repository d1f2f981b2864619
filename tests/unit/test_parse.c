#include "buf.h"
#include "check.h"
#include "parse.h"
#include "utf8.h"
#include "vocabulary_sample.h"

static struct parser parser;
static const struct time_rules utc;
static const struct marks all_gates = { { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } };

static struct parsed parse(struct str bytes, enum record_kind kind) {
    struct parsed out;
    struct census census;
    parse_record(&parser, bytes, kind, &utc, &out);
    parse_census(&parser, bytes, kind, &utc, &all_gates, &census);
    /* The two ways to read must not disagree. */
    uint32_t asked = vocabulary_asked(parser.vocabulary);
    asked |= census.has_facts ? vocabulary_facts(parser.vocabulary) : 0;
    for (int f = 0; f < FIELD_COUNT; f++)
        if (asked & field_bit((enum field)f))
            CHECK(str_equal(census.fields.text[f], out.fields.text[f]));
    CHECK_INT(census.fields.has_time, out.fields.has_time);
    CHECK_INT(census.fields.time, out.fields.time);
    /* Nor must what the census has settled and the rest that is read behind it. */
    static struct parsed rest;
    parse_texts(&parser, bytes, kind, &rest);
    CHECK_INT(rest.text_count, out.text_count);
    for (size_t i = 0; i < rest.text_count && i < out.text_count; i++) {
        CHECK(str_equal(rest.texts[i].name, out.texts[i].name));
        CHECK(str_equal(rest.texts[i].text, out.texts[i].text));
    }
    parse_fields(&parser, bytes, kind, &utc, &census, &rest);
    for (int f = 0; f < FIELD_COUNT; f++)
        CHECK(str_equal(rest.fields.text[f], out.fields.text[f]));
    CHECK_INT(rest.fields.time, out.fields.time);
    CHECK_INT(rest.fields.status, out.fields.status);
    CHECK(rest.fields.duration_ms == out.fields.duration_ms);
    return out;
}

static void test_fields(void) {
    static const struct {
        const char *record;
        enum field field;
        const char *want; /* NULL: none */
    } cases[] = {
        { "{\"user\":\"b\",\"userId\":\"a\"}", FIELD_USER_ID, "a" },
        { "{\"user\":{\"name\":\"c\"}}", FIELD_USER_ID, "c" },
        { "{\"user.name\":\"d\"}", FIELD_USER_ID, "d" },
        { "{\"user_id\":7}", FIELD_USER_ID, "7" },
        { "{\"user_id\":null,\"user\":\"e\"}", FIELD_USER_ID, "e" },
        { "{\"user_id\":\"unknown\",\"user\":\"-\"}", FIELD_USER_ID, NULL },
        { "{\"us\\u0065r\":\"caf\\u00e9\"}", FIELD_USER_ID, "caf\xC3\xA9" },
        { "{\"addrs\":[\"192.0.2.1:80\",\"192.0.2.2\"]}", FIELD_IP, "192.0.2.1" },
        { "{\"client\":[{\"ip\":\"::1\"}]}", FIELD_IP, "::1" },
        { "{\"level\":50}", FIELD_LEVEL, "error" },
        { "{\"PRIORITY\":\"3\"}", FIELD_LEVEL, "error" },
        { "{\"status\":\"nope\"}", FIELD_OUTCOME, "failure" },
        { "{\"status\":\"nope\"}", FIELD_STATUS, NULL },
        { "{\"success\":true}", FIELD_OUTCOME, "success" },
        { "{\"request_time\":1.25}", FIELD_DURATION_MS, "1250" },
        { "{\"duration\":\"1m2.5s\"}", FIELD_DURATION_MS, "62500" },
        { "{\"duration\":0.25}", FIELD_DURATION_MS, "250" },
        { "{\"duration\":25}", FIELD_DURATION_MS, "25" },
        { "{\"Duration\":2500000}", FIELD_DURATION_MS, "2.5" },
        { "{\"duration_ms\":\"3 s\"}", FIELD_DURATION_MS, "3000" },
        { "{\"duration\":\"soon\"}", FIELD_DURATION_MS, NULL },
        { "{\"path\":\"/a/17?b\"}", FIELD_ROUTE, "/a/{id}" },
        { "{\"message\":\"login of fay from 192.0.2.3\"}", FIELD_USER_ID, "fay" },
        { "{\"log\":\"{\\\"user\\\":\\\"gil\\\"}\\n\"}", FIELD_USER_ID, "gil" },
        { "{\"log\":\"{\\\"user_id\\\":\\\"in\\\"}\",\"user\":\"out\"}", FIELD_USER_ID, "out" },
        { "web | W: x took 45ms", FIELD_SERVICE, "web" },
        { "web | W: x took 45ms", FIELD_LEVEL, "warn" },
        { "web | W: x took 45ms", FIELD_DURATION_MS, "45" },
        { "user=hal login of ian from 192.0.2.4", FIELD_USER_ID, "ian" },
        { "login of - from 192.0.2.4 user=hal by joe", FIELD_USER_ID, NULL },
        { "GET /?user=eve&ip=192.0.2.5", FIELD_USER_ID, NULL },
        { "user=\"Kim L\" ip=<192.0.2.6>", FIELD_USER_ID, "Kim L" },
        { "user=\"Kim L\" ip=<192.0.2.6>", FIELD_IP, "192.0.2.6" },
        { "user=lee, status=503)", FIELD_USER_ID, "lee" },
        { "user=lee, status=503)", FIELD_STATUS, "503" },
        { "user=", FIELD_USER_ID, NULL },
        { "user=\"open", FIELD_USER_ID, NULL },
        { "done by max", FIELD_USER_ID, "max" },
        { "web | {\"user\":\"ned\",\"message\":\"by joe\"}", FIELD_USER_ID, "ned" },
        { "web | {\"user\":\"ned\"}", FIELD_SERVICE, "web" },
        { "took {1}", FIELD_DURATION_MS, NULL },
        /* what a text inside says gives way to the line's own words, whatever else is asked */
        { "web | {\"error\":\"api | x\",\"user\":\"ned\"}", FIELD_SERVICE, "web" },
        { "web | {\"message\":\"login of ann from 192.0.2.1\",\"error\":\"api | x\"}", FIELD_SERVICE, "web" },
        { "login of ann from 192.0.2.1 {\"message\":\"login of bo from 192.0.2.2\"}", FIELD_USER_ID, "ann" },
        { "login of ann from 192.0.2.1 {\"message\":\"login of bo from 192.0.2.2\"}", FIELD_IP, "192.0.2.1" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str record = str_c(cases[i].record);
        struct parsed out = parse(record, record.ptr[0] == '{' ? RECORD_JSON : RECORD_TEXT);
        CHECK_STR(out.fields.text[cases[i].field], cases[i].want ? cases[i].want : "");
        CHECK_INT(out.fields.text[cases[i].field].ptr != NULL, cases[i].want != NULL);
    }
}

static void test_times(void) {
    static const struct {
        const char *record;
        int64_t seconds; /* 0: none */
    } cases[] = {
        { "{\"ts\":1700000000,\"time\":\"2024-11-26T10:30:18Z\"}", 1732617018 },
        { "{\"ts\":1700000000}", 1700000000 },
        { "{\"time\":\"soon\",\"ts\":1700000000000}", 1700000000 },
        { "{\"message\":\"2024-11-26T10:30:18Z x\"}", 1732617018 },
        { "{\"log\":\"{\\\"ts\\\":1700000000}\"}", 1700000000 },
        { "2024-11-26T10:30:18Z web", 1732617018 },
        { "web | {\"ts\":1700000000}", 1700000000 },
        { "web", 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str record = str_c(cases[i].record);
        struct parsed out = parse(record, record.ptr[0] == '{' ? RECORD_JSON : RECORD_TEXT);
        CHECK_INT(out.fields.has_time, cases[i].seconds != 0);
        CHECK_INT(out.fields.time / 1000000, cases[i].seconds);
    }
}

static void test_texts(void) {
    struct parsed out = parse(
        str_c("{\"error\":{\"message\":\"b\\n\"},\"x\":\"y\",\"message\":\"a\",\"log\":7}"), RECORD_JSON);
    CHECK_INT(out.text_count, 2);
    CHECK_STR(out.texts[0].name, "error.message");
    CHECK_STR(out.texts[0].text, "b\n");
    CHECK_STR(out.texts[1].name, "message");
    CHECK_INT(out.json.kind, JSON_OBJECT);
    out = parse(str_c("{\"x\":\"y\"}"), RECORD_JSON);
    CHECK_INT(out.text_count, 1);
    CHECK_STR(out.texts[0].name, "raw");
    CHECK_STR(out.texts[0].text, "{\"x\":\"y\"}");
    out = parse(str_c(" a line "), RECORD_TEXT);
    CHECK_STR(out.texts[0].text, " a line ");
    CHECK_INT(out.json.kind, JSON_NONE);
}

static void test_bad_bytes(void) {
    struct parsed out = parse(str_c("ab\xFF user=z\xFE"), RECORD_TEXT);
    CHECK(out.invalid_utf8 && out.texts[0].repaired);
    CHECK_STR(out.texts[0].text, "ab\xEF\xBF\xBD user=z\xEF\xBF\xBD");
    CHECK_INT(utf8_original_offset(out.texts[0].original, 5), 3);
    CHECK_STR(out.fields.text[FIELD_USER_ID], "z\xEF\xBF\xBD");
    out = parse(str_c("{\"message\":\"m\xFF\",\"user\":\"u\xFF\"}"), RECORD_JSON);
    CHECK_STR(out.texts[0].text, "m\xEF\xBF\xBD");
    CHECK_STR(out.fields.text[FIELD_USER_ID], "u\xEF\xBF\xBD");
}

static void test_many_texts(void) {
    struct buf record;
    buf_init(&record, 1 << 20);
    buf_add_c(&record, "{");
    for (int i = 0; i < 2 * PARSED_TEXTS_MAX; i++)
        buf_printf(&record, "%s\"message\":\"%d\"", i ? "," : "", i);
    buf_add_c(&record, "}");
    CHECK_INT(parse(buf_str(&record), RECORD_JSON).text_count, PARSED_TEXTS_MAX);
    buf_fini(&record);
}

static void test_samples(struct vocabulary *good) {
    static const struct {
        const char *pattern, *need, *expect, *fault;
    } cases[] = {
        { "no", "[]", "{}", "formats.lua: formats: 'f': the sample \"yes\" does not match" },
        { "(", "[]", "{}",
          "formats.lua: formats: 'f': missing closing parenthesis (at byte 1 of the translated pattern)" },
        { "yes", "[\"absent\"]", "{}",
          "formats.lua: formats: 'f': the sample \"yes\" is kept away from the pattern by 'need', 'holds' or "
          "'ends'" },
        { "yes", "[]", "{\"ip\":\"1\"}",
          "formats.lua: formats: 'f': the sample \"yes\" gives ip = \"\", expected \"1\"" },
        { "yes", "[]", "{\"hue\":\"1\"}", "formats.lua: formats: 'f': expects 'hue', which is no field" },
    };
    struct fault fault = { 0 };
    CHECK(parse_check_samples(good, &fault));
    CHECK_STR(str_c(fault.text), "");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char formats[512];
        snprintf(
            formats, sizeof formats,
            "{\"formats\":[{\"name\":\"f\",\"pcre\":\"%s\",\"need\":%s,\"sample\":\"yes\",\"expect\":%s}],"
            "\"events\":[],\"extras\":[]}",
            cases[i].pattern, cases[i].need, cases[i].expect);
        struct vocabulary *bad = sample_vocabulary(NULL, formats, &fault);
        CHECK(bad && !parse_check_samples(bad, &fault));
        CHECK_STR(str_c(fault.text), cases[i].fault);
        vocabulary_free(bad);
    }
}

int main(void) {
    struct fault fault = { 0 };
    struct vocabulary *v = sample_vocabulary(NULL, NULL, &fault);
    CHECK_STR(str_c(fault.text), "");
    if (!v)
        return check_report();
    parser_init(&parser, v);
    test_fields();
    test_times();
    test_texts();
    test_bad_bytes();
    test_many_texts();
    test_samples(v);
    parser_fini(&parser);
    vocabulary_free(v);
    return check_report();
}
