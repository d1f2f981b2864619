#include "check.h"
#include "vocabulary.h"
#include "vocabulary_sample.h"

static struct vocabulary *v;

static const struct role *role_of(const char *name, enum role_kind kind) {
    struct key key = { 0 };
    size_t count;
    key_add(&key, str_c(name));
    const struct role *roles = vocabulary_roles(v, &key, &count);
    for (size_t i = 0; i < count; i++)
        if (roles[i].kind == kind)
            return &roles[i];
    return NULL;
}

static void test_keys(void) {
    static const struct {
        const char *name;
        enum role_kind kind;
        bool known;
    } cases[] = {
        { "user_id", ROLE_FIELD, true },     { "userId", ROLE_FIELD, true },
        { "User-ID", ROLE_FIELD, true },     { "USERID", ROLE_FIELD, true },
        { "@time", ROLE_TIME, true },        { "client.IP", ROLE_FIELD, true },
        { "client", ROLE_CONTAINER, true },  { "client", ROLE_FIELD, false },
        { "Error", ROLE_TEXT, true },        { "error", ROLE_CONTAINER, true },
        { "Duration", ROLE_DURATION, true }, { "priority", ROLE_SYSLOG_LEVEL, true },
        { "users", ROLE_FIELD, false },      { "", ROLE_FIELD, false },
        { "user.id", ROLE_FIELD, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_INT(role_of(cases[i].name, cases[i].kind) != NULL, cases[i].known);
    CHECK(role_of("user_id", ROLE_FIELD)->rank < role_of("user", ROLE_FIELD)->rank);
    char longest[3 * KEY_MAX];
    memset(longest, 'k', sizeof longest);
    struct key key = { 0 };
    size_t count = 7;
    key_add(&key, str_of(longest, sizeof longest));
    key_add(&key, str_c("more"));
    CHECK(vocabulary_roles(v, &key, &count) == NULL);
    CHECK_INT(count, 0);
}

static void test_words(void) {
    CHECK_STR(vocabulary_spelling(v, FIELD_LEVEL, str_c("W")), "warn");
    CHECK_STR(vocabulary_spelling(v, FIELD_LEVEL, str_c("else")), "else");
    CHECK_STR(vocabulary_spelling(v, FIELD_OUTCOME, str_c("NOPE")), "failure");
    CHECK_STR(vocabulary_syslog_level(v, str_c("3")), "error");
    CHECK(vocabulary_syslog_level(v, str_c("9")).ptr == NULL);
    CHECK(vocabulary_nobody(v, str_c("Unknown")) && !vocabulary_nobody(v, str_c("ann")));
}

static void test_literals(void) {
    static const struct {
        const char *text;
        bool login, took;
    } cases[] = {
        { "", false, false },
        { "to", false, false },
        { "took", false, true },
        { "it TOOK", false, true },
        { "a Login of x", true, false },
        { "login o took", false, true },
        { "x login of", true, false },
        { "login of took login of took", true, true },
    };
    struct patterns events = vocabulary_patterns(v, PATTERN_EVENT);
    struct patterns extras = vocabulary_patterns(v, PATTERN_EXTRA);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct marks found;
        vocabulary_literals(v, str_c(cases[i].text), false, &found);
        CHECK_INT(pattern_possible(events.items[0], &found), cases[i].login);
        CHECK_INT(pattern_possible(extras.items[0], &found), cases[i].took);
        CHECK(pattern_possible(extras.items[1], &found));
    }
}

static size_t asked_gate(enum vocabulary_list list, size_t from) {
    const struct marks *gates = vocabulary_asked_gates(v, list);
    return marks_next(gates, gates, from, MARKS_MAX);
}

static void test_heads(void) {
    const struct pattern *took = vocabulary_patterns(v, PATTERN_EXTRA).items[0];
    struct str text = str_c("it tookk long; TOOK 2s, took 3s, took");
    CHECK_INT(pattern_next_head(took, text, 0), 15);
    CHECK_INT(pattern_next_head(took, text, 15), 15);
    CHECK_INT(pattern_next_head(took, text, 16), 24);
    CHECK_INT(pattern_next_head(took, text, 25), text.len);
    CHECK_INT(pattern_next_head(took, text, text.len), text.len);
    CHECK_INT(pattern_next_head(took, str_c(""), 0), 0);
    for (size_t blanks = 0; blanks < 9; blanks++) { /* wherever it stands */
        char line[] = "         took x";
        CHECK_INT(pattern_next_head(took, str_c(line + blanks), 0), 9 - blanks);
        CHECK_INT(pattern_next_head(took, str_of(line + blanks, 14 - blanks), 0), 9 - blanks);
        CHECK_INT(pattern_next_head(took, str_of(line + blanks, 13 - blanks), 0), 13 - blanks);
    }
}

static void test_census(void) {
    struct patterns events = vocabulary_patterns(v, PATTERN_EVENT);
    struct patterns extras = vocabulary_patterns(v, PATTERN_EXTRA);
    CHECK_INT(vocabulary_asked(v), field_bit(FIELD_USER_ID) | field_bit(FIELD_STATUS));
    CHECK_INT(asked_gate(PATTERN_FORMAT, 0), MARKS_MAX);
    CHECK_INT(asked_gate(PATTERN_EVENT, 0), 0);
    CHECK(vocabulary_gated(v, 0) == events.items[0]);
    CHECK_INT(asked_gate(PATTERN_EXTRA, 0), 1);
    CHECK(vocabulary_gated(v, 1) == extras.items[1]); /* "took" gives nothing that is asked */
    CHECK_INT(asked_gate(PATTERN_EXTRA, 2), MARKS_MAX);
    CHECK(!marks_have(vocabulary_open_gates(v), 0));
    CHECK(marks_have(vocabulary_open_gates(v), 1)); /* it has no literal */
    vocabulary_remove_gates(v);
    CHECK(marks_have(vocabulary_open_gates(v), 0));
}

static void test_marks(void) {
    struct marks some = { 0 }, all;
    memset(&all, 0xFF, sizeof all);
    marks_add(&some, 63);
    marks_add(&some, 64);
    marks_add(&some, MARKS_MAX - 1);
    CHECK_INT(marks_next(&some, &all, 0, MARKS_MAX), 63);
    CHECK_INT(marks_next(&some, &all, 64, MARKS_MAX), 64);
    CHECK_INT(marks_next(&all, &some, 65, MARKS_MAX), MARKS_MAX - 1);
    CHECK_INT(marks_next(&some, &all, MARKS_MAX, MARKS_MAX), MARKS_MAX);
}

static void test_faults(void) {
    static const struct {
        const char *fields, *formats, *fault;
    } cases[] = {
        { "{}", NULL, "fields.lua: keys: a table expected, got nothing" },
        { "{\"keys\":{\"colour\":[]}}", NULL, "fields.lua: keys: 'colour' is no field" },
        { "{\"keys\":{\"ip\":\"x\"}}", NULL, "fields.lua: ip: a list of keys expected, got a string" },
        { NULL, "{}", "formats.lua: formats: a list expected, got nothing" },
        { NULL, "{\"formats\":[{\"name\":\"x\"}]}", "formats.lua: formats: 'x': has no pattern" },
        { NULL, "{\"formats\":[{\"name\":\"x\",\"pcre\":\"y\"}]}",
          "formats.lua: formats: 'x': has no sample or no table of what it expects" },
        { NULL,
          "{\"formats\":[{\"name\":\"x\",\"pcre\":\"(y)\",\"sample\":\"y\",\"expect\":{},"
          "\"groups\":[{\"name\":\"colour\",\"index\":1}]}]}",
          "formats.lua: formats: 'x': the group 'colour' is no field: user_id, action, outcome, service, "
          "host, "
          "level, ip, request_id, duration_ms, status, method, path, route, duration, duration_s, _us, _ns, "
          "time or "
          "message was expected" },
        { NULL, "{\"formats\":[{\"name\":\"x\",\"file\":\"my.lua\"}]}",
          "my.lua: format 'x': has no pattern" },
        { NULL,
          "{\"formats\":[{\"name\":\"x\",\"pcre\":\"(y)\",\"sample\":\"y\",\"expect\":{},\"need\":[\"y\"]}]}",
          "formats.lua: formats: 'x': 'need' is a list of literals that begin with three characters, no "
          "classes" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fault fault = { 0 };
        CHECK(sample_vocabulary(cases[i].fields, cases[i].formats, &fault) == NULL);
        CHECK_STR(str_c(fault.text), cases[i].fault);
    }
}

int main(void) {
    struct fault fault = { 0 };
    v = sample_vocabulary(NULL, NULL, &fault);
    CHECK(v != NULL);
    if (v) {
        test_keys();
        test_words();
        test_literals();
        test_marks();
        test_heads();
        test_census();
    }
    test_faults();
    vocabulary_free(v);
    return check_report();
}
