#include "finding.h"

#include "check.h"

static struct arena arena;
static struct hash_state *state;

static void test_templates(void) {
    static const struct {
        const char *message, *want;
    } cases[] = {
        { "", "" },
        { "no digits here", "no digits here" },
        { "took 45ms", "took *" },
        { "from 10.0.0.1:443 to [::1]", "from * to [*]" },
        { "GET /api/v1/users/17?x=3", "GET *?x=*" },
        { "user 'bob' said \"hi there\"", "user * said *" },
        { "can't and won't", "can't and won't" },
        { "it's \"open", "it's \"open" },
        { "id 550e8400-e29b-41d4-a716-446655440000 gone", "id * gone" },
        { "[req=bffcaaaa] gone", "[req=*] gone" },
        { "a faded decade", "a faded decade" },
        { "caf\xC3\xA9 7\xC2\xB5s", "caf\xC3\xA9 *" },
        { "\"two\nlines\"", "\"two\nlines\"" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_STR(finding_template(str_c(cases[i].message), &arena), cases[i].want);
    struct str nul = STR("a\0b 1");
    CHECK_INT(finding_template(nul, &arena).len, 5);
}

static const struct rule rule = {
    .id = STR("a.b"),
    .severity = SEVERITY_HIGH,
    .tags_json = STR("[\"t1\"]"),
    .meta_json = STR("\"team\":\"x\""),
    .dedup = (struct str[]){ STR("user_id"), STR("step") },
    .dedup_count = 2,
};

static struct finding sample(void) {
    struct finding f = {
        .rule = &rule,
        .severity = SEVERITY_CRITICAL,
        .type = STR("Error"),
        .title = STR("Title"),
        .source = STR("app.log"),
        .line = 3,
        .offset = 120,
        .message = STR("failed after 12 ms"),
    };
    f.fields.text[FIELD_USER_ID] = (struct str)STR("ann");
    return f;
}

static struct finding identified(struct finding f) {
    finding_identify(&f, state, &arena);
    return f;
}

static bool same(struct hash a, struct hash b) {
    return a.high == b.high && a.low == b.low;
}

/* finding_id: source, version, offset, rule. fingerprint: rule, dedup fields, masked message. */
static void test_identity(void) {
    struct finding first = identified(sample()), f = sample();
    CHECK(same(identified(f).id, first.id));
    f.message = (struct str)STR("failed after 99 ms");
    f.offset = 7;
    f = identified(f);
    CHECK(!same(f.id, first.id));
    CHECK(same(f.fingerprint, first.fingerprint));
    f = sample();
    f.fields.text[FIELD_USER_ID] = (struct str)STR("bob");
    f = identified(f);
    CHECK(same(f.id, first.id));
    CHECK(!same(f.fingerprint, first.fingerprint));
    f = sample();
    f.captures = &(struct capture){ STR("step"), STR("4"), false };
    f.capture_count = 1;
    CHECK(!same(identified(f).fingerprint, first.fingerprint));
    f = sample();
    f.version = (struct str)STR("etag");
    f = identified(f);
    CHECK(!same(f.id, first.id));
    CHECK(same(f.fingerprint, first.fingerprint));
    f = sample();
    f.severity = SEVERITY_LOW; /* an override of it is no other finding */
    CHECK(same(identified(f).id, first.id));
}

static struct json written(const struct finding *f, struct buf *out) {
    buf_reset(out);
    struct json_writer w = { .out = out };
    finding_put(&w, f);
    struct json value = json_parse(buf_str(out));
    CHECK_INT(value.kind, JSON_OBJECT);
    return value;
}

static struct str at(struct json value, const char *path) {
    return json_text(json_path(value, str_c(path)), &arena);
}

static void test_json(void) {
    struct buf out;
    buf_init(&out, 1 << 16);
    struct finding f = sample();
    struct capture captures[] = { { STR("na\"me"), STR("v\n\x01\xFF"), false },
                                  { STR("n"), STR("1.5"), true } };
    f.captures = captures;
    f.capture_count = 2;
    f.matched = true;
    f.match_field = (struct str)STR("message");
    f.match_pattern = (struct str)STR("\\d+");
    f.match_start = 13;
    f.match_end = 15;
    f.fields.text[FIELD_STATUS] = (struct str)STR("0503");
    f.fields.status = 503;
    f.fields.text[FIELD_DURATION_MS] = (struct str)STR("12.50");
    f.fields.duration_ms = 12.5;
    f.fields.has_time = true;
    f.fields.time = 1732617018123456;
    f = identified(f);
    struct json value = written(&f, &out);
    static const struct {
        const char *path, *want;
    } cases[] = {
        { "rule_id", "a.b" },          { "severity", "critical" },
        { "tags", "[\"t1\"]" },        { "line_number", "3" },
        { "offset", "120" },           { "timestamp", "2024-11-26T10:30:18.123Z" },
        { "match.pattern", "\\d+" },   { "match.start", "13" },
        { "match.end", "15" },         { "match.text", "" },
        { "pattern_matched", "\\d+" }, { "status", "503" },
        { "duration_ms", "12.5" },     { "fields.n", "1.5" },
        { "fields.team", "x" },        { "fields.na\"me", "v\n\x01\xEF\xBF\xBD" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_STR(at(value, cases[i].path), cases[i].want);
    CHECK_INT(at(value, "finding_id").len, HASH_HEX);
    f = identified(sample());
    value = written(&f, &out);
    CHECK_INT(json_get(value, str_c("match")).kind, JSON_NONE);
    CHECK_INT(json_get(value, str_c("timestamp")).kind, JSON_NONE);
    CHECK_INT(json_get(value, str_c("ip")).kind, JSON_NONE);
    CHECK_STR(at(value, "fields"), "{\"team\":\"x\"}");
    buf_fini(&out);
}

int main(void) {
    arena_init(&arena);
    state = hash_new();
    test_templates();
    test_identity();
    test_json();
    hash_free(state);
    arena_fini(&arena);
    return check_report();
}
