#include "check.h"
#include "json.h"

#include <math.h>
#include <stdlib.h>

static struct arena arena;

static void test_values(void) {
    static const struct {
        const char *text;
        enum json_kind kind;
        const char *raw;
    } cases[] = {
        { "", JSON_NONE, "" },
        { "  ", JSON_NONE, "" },
        { " null x", JSON_NULL, "null" },
        { "true", JSON_BOOL, "true" },
        { "falsy", JSON_NONE, "" },
        { "-0.5e+3,", JSON_NUMBER, "-0.5e+3" },
        { "01", JSON_NONE, "" },
        { "1.", JSON_NONE, "" },
        { "-", JSON_NONE, "" },
        { "1e", JSON_NONE, "" },
        { "\"a\\\"b\" rest", JSON_STRING, "a\\\"b" },
        { "\"\\u12g4\"", JSON_NONE, "" },
        { "\"\\x\"", JSON_NONE, "" },
        { "\"tab\there\"", JSON_NONE, "" },
        { "\"open", JSON_NONE, "" },
        { "\"open\\", JSON_NONE, "" },
        { "[1, \"]\", {}] tail", JSON_ARRAY, "[1, \"]\", {}]" },
        { "{\"a\": [}", JSON_NONE, "" },
        { "[1, 2", JSON_NONE, "" },
        { "\"a string that is longer than sixteen bytes, with its end here\"", JSON_STRING,
          "a string that is longer than sixteen bytes, with its end here" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json value = json_value(str_c(cases[i].text));
        CHECK_INT(value.kind, cases[i].kind);
        CHECK_STR(value.raw, cases[i].raw);
    }
}

static void test_parse(void) {
    static const char *const good[] = { "{}", " [ ] ", "{\"a\":{\"b\":[1,2,{\"c\":null}]}}\n", "\"x\"",
                                        "-1" };
    static const char *const bad[] = { "",         "{",       "[1,]",     "{\"a\":1,}", "{a:1}",  "{\"a\" 1}",
                                       "[1 2]",    "{} {}",   "{\"a\":}", "[\"\t\"]",   "[01]",   "nul",
                                       "[1]\0[2]", "{\"a\"}", "[,1]",     "{,}",        "[tru]]", "1 2" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK(json_parse(str_c(good[i])).kind != JSON_NONE);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (strcmp(bad[i], "[1]") != 0)
            CHECK(json_parse(str_c(bad[i])).kind == JSON_NONE);
    CHECK(json_parse(str_of("[1]\0", 4)).kind == JSON_NONE);
    CHECK_STR(json_parse(str_c("  {\"a\":1}  ")).raw, "{\"a\":1}");
}

static void test_depth(void) {
    char text[2 * (JSON_MAX_DEPTH + 1)];
    for (size_t depth = JSON_MAX_DEPTH; depth <= JSON_MAX_DEPTH + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        bool fits = depth <= JSON_MAX_DEPTH;
        CHECK((json_value(str_of(text, 2 * depth)).kind == JSON_ARRAY) == fits);
        CHECK((json_parse(str_of(text, 2 * depth)).kind == JSON_ARRAY) == fits);
    }
}

static void test_text(void) {
    static const struct {
        const char *raw, *text;
    } cases[] = {
        { "\"plain\"", "plain" },
        { "\"a\\n\\t\\\"\\\\\\/\\b\\f\\r\"", "a\n\t\"\\/\b\f\r" },
        { "\"\\u0041\\u00e9\\u20AC\"", "A\xC3\xA9\xE2\x82\xAC" },
        { "\"\\uD83D\\uDE00!\"", "\xF0\x9F\x98\x80!" },
        { "\"\\uD83Dx\"", "\xEF\xBF\xBDx" },
        { "\"\\uD83D\\u0041\"", "\xEF\xBF\xBD"
                                "A" },
        { "\"\\uDE00\"", "\xEF\xBF\xBD" },
        { "12.50", "12.50" },
        { "[1, 2]", "[1, 2]" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_STR(json_text(json_value(str_c(cases[i].raw)), &arena), cases[i].text);
    struct str nul = json_text(json_value(str_c("\"a\\u0000b\"")), &arena);
    CHECK(str_equal(nul, str_of("a\0b", 3)));
}

static void test_members(void) {
    struct json o = json_value(str_c("{\"a\":1, \"b\" : \"x\" ,\"\\u0063\":[true,null],\"a\":2,\"d.e\":3,"
                                     "\"d\":{\"e\":4,\"f\":[{\"g\":5},{\"g\":6}]}}"));
    static const struct {
        const char *path, *raw;
    } cases[] = {
        { "a", "1" },      { "b", "x" },        { "c[1]", "null" }, { "c", "[true,null]" },    { "c[2]", "" },
        { "d.e", "3" },    { "d.f[1].g", "6" }, { "d.f.g", "" },    { "d.f[0]", "{\"g\":5}" }, { "A", "" },
        { "d.f[-1]", "" }, { "d.f[x]", "" },    { "d..e", "" },     { "d.f[0", "" },           { "", NULL },
    };
    for (size_t i = 0; cases[i].raw; i++)
        CHECK_STR(json_path(o, str_c(cases[i].path)).raw, cases[i].raw);
    CHECK(json_path(o, str_c("")).kind == JSON_OBJECT);
    CHECK_STR(json_get(o, str_c("c")).raw, "[true,null]");
}

/* Reads {"aaa":"bbb","e\"":[{"n":5}]} and says whether everything was found where it is. */
static bool reads_well(struct str text, size_t key_len, size_t value_len) {
    struct json object = json_parse(text), key, item;
    struct json_iter i = json_iter(object);
    bool first = json_next(&i, &key, &item) && key.raw.len == key_len && item.raw.len == value_len;
    bool second = json_next(&i, &key, &item) && str_equal_c(key.raw, "e\\\"") && key.escaped &&
                  str_equal_c(item.raw, "[{\"n\":5}]");
    return first && second && !json_next(&i, &key, &item) && !i.broken &&
           str_equal(json_value(text).raw, text) &&
           json_value(str_slice(text, 0, text.len - 1)).kind == JSON_NONE;
}

/* The reader looks at windows of bytes: a quote may stand anywhere in them, and the end too. */
static void test_every_place(void) {
    enum { LONGEST = 140 };
    char many[LONGEST + 1], line[2 * LONGEST + 64];
    int wrong = 0;
    memset(many, 'a', LONGEST);
    for (int key = 0; key <= LONGEST; key++)
        for (int value = 0; value <= LONGEST; value++) {
            int len = snprintf(line, sizeof line, "{\"%.*s\":\"%.*s\",\"e\\\"\":[{\"n\":5}]}", key, many,
                               value, many);
            char *copy = malloc((size_t)len); /* no byte behind it: a sanitizer sees an overrun */
            memcpy(copy, line, (size_t)len);
            wrong += !reads_well(str_of(copy, (size_t)len), (size_t)key, (size_t)value);
            free(copy);
        }
    CHECK_INT(wrong, 0);
}

static void test_broken(void) {
    static const char *const texts[] = { "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{\"a\":tru}", "{1:2}",
                                         "[1,,2]",     "{,\"a\":1}" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct json value = json_value(str_c(texts[i])), key, item;
        struct json_iter walk = json_iter(value);
        while (json_next(&walk, &key, &item))
            ;
        CHECK(walk.broken);
    }
}

static bool add_text(void *context, struct json value) {
    buf_add(context, value.raw);
    buf_add_byte(context, ' ');
    return false;
}

static void test_path_any(void) {
    struct json o =
        json_value(str_c("{\"a\":[{\"b\":1},{\"b\":[2,3]},{\"c\":4}],\"e\":[],\"x.y\":[7],\"k[]\":8}"));
    static const struct {
        const char *path, *values;
    } cases[] = {
        { "a.b", "1 2 3 " }, { "a[1].b", "2 3 " }, { "e", "[] " },        { "x.y", "7 " },
        { "a.z", "" },       { "e.b", "" },        { "a[].b", "1 2 3 " }, { "a[].b[]", "1 2 3 " },
        { "e[]", "[] " },    { "k[]", "8 " },
    };
    struct buf out;
    buf_init(&out, 1000);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_reset(&out);
        CHECK(!json_path_any(o, str_c(cases[i].path), add_text, &out));
        CHECK_STR(buf_str(&out), cases[i].values);
    }
    buf_fini(&out);
}

static void test_numbers(void) {
    int64_t integer = 0;
    double number = 0;
    CHECK(json_to_int(json_value(str_c("9007199254740993")), &integer));
    CHECK_INT(integer, 9007199254740993);
    CHECK(json_to_int(json_value(str_c("5.03e2")), &integer));
    CHECK_INT(integer, 503);
    CHECK(!json_to_int(json_value(str_c("1.5")), &integer));
    CHECK(!json_to_int(json_value(str_c("\"1\"")), &integer));
    CHECK(!json_to_int(json_value(str_c("99999999999999999999")), &integer));
    CHECK(json_to_double(json_value(str_c("-2.5e-3")), &number));
    CHECK(number == -2.5e-3);
}

static void test_writer(void) {
    struct buf out;
    buf_init(&out, 1000);
    struct json_writer w = { .out = &out };
    json_begin(&w, '{');
    json_key(&w, "text");
    json_put(&w, str_of("a\"\\\n\x01\x00\xFFz\xC3\xA9", 10));
    json_key(&w, "list");
    json_begin(&w, '[');
    json_put_int(&w, INT64_MIN);
    json_put_double(&w, 0.1);
    json_put_double(&w, 1500.0);
    json_put_double(&w, 1e300);
    json_put_double(&w, NAN);
    json_put_bool(&w, true);
    json_begin(&w, '{');
    json_end(&w, '}');
    json_put_raw(&w, str_c("[1]"));
    json_end(&w, ']');
    json_key(&w, "last");
    json_put_c(&w, "x");
    json_end(&w, '}');
    CHECK_STR(buf_str(&out), "{\"text\":\"a\\\"\\\\\\n\\u0001\\u0000\xEF\xBF\xBDz\xC3\xA9\",\"list\":["
                             "-9223372036854775808,0.1,1500,1e+300,null,true,{},[1]],\"last\":\"x\"}");
    CHECK(json_parse(buf_str(&out)).kind == JSON_OBJECT);
    buf_fini(&out);
}

int main(void) {
    arena_init(&arena);
    test_values();
    test_parse();
    test_depth();
    test_text();
    test_members();
    test_every_place();
    test_broken();
    test_path_any();
    test_numbers();
    test_writer();
    arena_fini(&arena);
    return check_report();
}
