/* Reading stored results: whatever the pieces in which the bytes come, and whatever is wrong with them. */
#include "result_read.h"

#include "check.h"

#include <stdlib.h>

/* A source that gives one byte, then two, three ... at a time. */
struct dripping {
    struct source source;
    struct str rest;
    size_t piece;
};

static bool drip(struct source *s, char *into, size_t capacity, size_t *got, struct fault *fault) {
    (void)fault;
    struct dripping *d = (struct dripping *)s;
    struct str part = str_slice(d->rest, 0, d->piece < capacity ? d->piece : capacity);
    d->piece = d->piece % 7 + 1;
    if (part.len)
        memcpy(into, part.ptr, part.len);
    d->rest = str_slice(d->rest, part.len, d->rest.len);
    *got = part.len;
    return true;
}

static bool list(void *context, enum result_part part, struct str key, struct json value,
                 struct fault *fault) {
    (void)fault;
    static const char marks[] = "fms";
    buf_printf(context, "%c %.*s %.*s\n", marks[part], STR_ARG(key), STR_ARG(value.raw));
    return true;
}

static bool read_bytes(struct str bytes, struct buf *pieces, struct fault *fault) {
    struct dripping d = { { .uri = "r.json", .read = drip }, bytes, 1 };
    *fault = (struct fault){ 0 };
    buf_reset(pieces);
    return result_read(&d.source, list, pieces, fault);
}

static void test_pieces(void) {
    static const char json[] = " {\"processed_logs\":12,\"findings\":[{\"finding_id\":\"a\"}, "
                               "{\"n\":[1,2]}],\n\"summary\":{\"x\":{}},"
                               "\"schema_version\":1,\"state\":{\"version\":1,\"users\":[{\"u\":1},{\"u\":2}]"
                               ",\"none\":[],\"t\":\"a\\\"b\"},"
                               "\"complete\":true}\n";
    static const char ndjson[] =
        "{\"finding_id\":\"a\"}\n{\"finding_id\":\"b\"}\n{\"summary\":{},\"schema_version\":1}";
    struct buf pieces;
    struct fault fault;
    buf_init(&pieces, 1 << 16);
    CHECK(read_bytes(str_c(json), &pieces, &fault));
    CHECK_STR(buf_str(&pieces),
              "m processed_logs 12\nf  {\"finding_id\":\"a\"}\nf  {\"n\":[1,2]}\nm summary {\"x\":{}}\n"
              "m schema_version 1\ns version 1\ns users {\"u\":1}\ns users {\"u\":2}\n"
              "s t a\\\"b\nm complete true\n");
    CHECK(read_bytes(str_c(ndjson), &pieces, &fault));
    CHECK_STR(buf_str(&pieces),
              "f  {\"finding_id\":\"a\"}\nf  {\"finding_id\":\"b\"}\nm summary {}\nm schema_version 1\n");
    for (size_t len = 0; len < sizeof json - 2; len++) /* no part of a result is one */
        if (read_bytes(str_of(json, len), &pieces, &fault) || fault.kind != FAULT_INPUT)
            CHECK(!"a cut result was taken");
    buf_fini(&pieces);
}

static void test_wrong(void) {
#define EXPECTED ": a stored result (what scan -o FILE or invoke writes) was expected, got "
    static const char *const cases[][2] = {
        { "", "r.json" EXPECTED "nothing" },
        { "  \n", "r.json: ends early, at byte 3: a whole result was expected" },
        { "2024-11-26 line", "r.json" EXPECTED "something else" },
        { "{}", "r.json" EXPECTED "another JSON object" },
        { "{\"a\":1}\n{\"a\":2}\n", "r.json" EXPECTED "another JSON object" },
        { "{\"finding_id\":1}\n", "r.json: ends early, at byte 17: a whole result was expected" },
        { "{\"summary\":{},\"schema_version\":2}", "r.json: schema_version: 1 was expected, got 2" },
        { "{\"summary\":{},\"schema_version\":1} {", "r.json: byte 34: the end of the result was expected" },
        { "{\"summary\":{\"a\":01},\"schema_version\":1}", "r.json: byte 11: this is no JSON" },
        { "{\"summary\":{}x", "r.json: byte 13: ',' was expected, got 'x'" },
        { "{\"summary\":nothing}", "r.json: ends early, at byte 19: a whole result was expected" },
        { "{\"summary\":?}", "r.json: byte 11: this is no JSON" },
        { "{1:2}", "r.json: byte 2: a key was expected" },
        { "{\"findings\":{}}", "r.json: byte 12: '[' was expected, got '{'" },
        { "{\"findings\":[1 2]}", "r.json: byte 15: ',' was expected, got '2'" },
    };
    struct buf pieces;
    struct fault fault;
    buf_init(&pieces, 1 << 16);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK(!read_bytes(str_c(cases[i][0]), &pieces, &fault));
        CHECK_STR(str_c(fault.text), cases[i][1]);
        CHECK_INT(fault.kind, FAULT_INPUT);
    }
    buf_fini(&pieces);
}

#define ID "0123456789abcdef0123456789abcdef"
#define NEEDED                                                                                               \
    "\"finding_id\":\"" ID "\",\"fingerprint\":\"" ID "\",\"rule_id\":\"r\",\"source\":\"s\","               \
    "\"line_number\":3,\"offset\":40,\"message\":\"a\\nb\""

static void test_finding(void) {
    struct stored_finding f;
    struct fault fault = { 0 };
    struct arena arena;
    arena_init(&arena);
    struct json value =
        json_parse(str_c("{" NEEDED ",\"severity\":\"high\",\"type\":\"Error\",\"title\":\"t\","
                         "\"timestamp\":\"2024-11-26T10:00:00.500Z\",\"user_id\":\"ann\","
                         "\"rule_status\":\"experimental\",\"fields\":{\"source\":\"no\"}}"));
    CHECK(stored_finding_read(&f, value, &arena, &fault));
    CHECK(f.id.high == 0x0123456789abcdef && f.fingerprint.low == 0x0123456789abcdef);
    CHECK_STR(f.source, "s");
    CHECK_STR(f.message, "a\nb");
    CHECK_STR(f.user_id, "ann");
    CHECK(f.severity == SEVERITY_HIGH && f.line == 3 && f.offset == 40);
    CHECK(f.has_time && f.time == 1732615200500000);
    CHECK(f.experimental && !f.correlated && !f.condition);
    CHECK(!stored_finding_read(&f, json_parse(str_c("{" NEEDED "}")), &arena, &fault)); /* no severity */
    CHECK(!stored_finding_read(&f, json_parse(str_c("{" NEEDED ",\"severity\":\"odd\"}")), &arena, &fault));
    CHECK_STR(str_c(fault.text), "a finding: 'severity' is not what it is in findings");
    CHECK(!stored_finding_read(&f, json_parse(str_c("[]")), &arena, &fault));
    arena_fini(&arena);
}

int main(void) {
    test_pieces();
    test_wrong();
    test_finding();
    return check_report();
}
