#include "match_runner.h"

#include "check.h"

#include <stdlib.h>

static struct match_pool *pool;
static struct match_runner *runner;
static double slow_ms; /* of the event */
static struct arena arena;

static const char RECORD[] =
    "{\"message\":\"hi\",\"user\":{\"name\":\"ann\",\"tags\":[\"a\",\"b\"]},\"big\":9007199254740993,"
    "\"max\":9223372036854775807,\"over\":9223372036854775808,\"f\":1.5,\"num\":\"42\",\"nothing\":null,"
    "\"yes\":true,\"none\":[],\"obj\":{},\"list\":[1,null,{\"k\":\"\\u00e9\\n\"}],\"a.b\":\"literal\"}";

/* Runs the match function of the file on RECORD, or on a text record. */
static enum script_outcome ask_file(const char *name, const char *source, bool text_record,
                                    struct match_answer *answer) {
    char path[32];
    snprintf(path, sizeof path, "%s", name);
    struct rule_file file = { .path = path, .default_id = path, .text = str_c(source) };
    struct rule rule = { .place = 1, .has_match = true };
    struct fields fields = { .status = 503, .duration_ms = 12.5, .has_time = true, .time = 1732617018123456 };
    fields.text[FIELD_USER_ID] = str_c("ann");
    fields.text[FIELD_STATUS] = str_c("503");
    fields.text[FIELD_DURATION_MS] = str_c("12.5");
    struct event_view event = {
        .raw = str_c(text_record ? "plain text" : RECORD),
        .message = str_c("hi"),
        .source = str_c("app.log"),
        .line = 3,
        .offset = 77,
        .value = text_record ? (struct json){ 0 } : json_parse(str_c(RECORD)),
        .fields = &fields,
        .slow_ms = slow_ms,
    };
    struct found_group groups[] = { { STR("user_id"), STR("bob") } };
    struct found found[] = { { STR("p(.)"), STR("message"), STR("hi"), 4, 6, groups, 1 } };
    return match_runner_ask(runner, &file, &rule, &event, found, 1, &arena, answer);
}

/* The same, of a file of its own. */
static enum script_outcome ask_source(const char *source, bool text_record, struct match_answer *answer) {
    static int serial;
    char path[32];
    snprintf(path, sizeof path, "rule%d.lua", ++serial);
    return ask_file(path, source, text_record, answer);
}

static enum script_outcome ask(const char *body, bool text_record, struct match_answer *answer) {
    char source[4096];
    snprintf(source, sizeof source, "return rule { match = function(event, found)\n%s\nend }", body);
    return ask_source(source, text_record, answer);
}

/* What a rule may count on: the body ends without an error. */
static void check_holds(const char *const *bodies, size_t count, bool text_record) {
    for (size_t i = 0; i < count; i++) {
        struct match_answer answer;
        enum script_outcome outcome = ask(bodies[i], text_record, &answer);
        if (outcome != SCRIPT_OK)
            fprintf(stderr, "%s\n  %s\n", bodies[i], match_runner_error(runner));
        CHECK_INT(outcome, SCRIPT_OK);
    }
}

static void test_event_of_json(void) {
    static const char *const bodies[] = {
        "assert(event.user_id == 'ann' and event.status == 503 and event.duration_ms == 12.5)",
        "assert(math.type(event.status) == 'integer' and event.ip == nil and event.unheard_of == nil)",
        "assert(event.message == 'hi' and event.kind == 'json' and event.source == 'app.log')",
        "assert(event.line == 3 and event.line_number == 3 and event.offset == 77)",
        "assert(event.time == 1732617018123 and event.timestamp == '2024-11-26T10:30:18.123Z')",
        "assert(text.starts(event.raw, '{'))",
        "assert(event:get('user.name') == 'ann' and event:get('user.tags[1]') == 'b')",
        "assert(event:get('a.b') == 'literal' and event:get('gone.deep[3]') == nil)",
        "assert(event:get('big') == 9007199254740993 and math.type(event:get('big')) == 'integer')",
        "assert(event:get('max') == math.maxinteger and math.type(event:get('over')) == 'float')",
        "assert(event:get('nothing') == null and event:get('nothing') ~= nil)",
        "assert(event:get('yes') == true and event:get('f') == 1.5)",
        "assert(event:get('list')[2] == null and event:get('list')[3].k == 'é\\n')",
        "assert(next(event:get('none')) == nil and next(event:get('obj')) == nil)",
        "assert(event:str('user.name') == 'ann' and event:str('f') == '1.5')",
        "assert(event:str('gone') == nil and event:str('gone', 'd') == 'd')",
        "assert(event:str('nothing', 'd') == 'd' and event:str('user', 'd') == 'd')",
        "assert(event:num('num') == 42 and event:num('f') == 1.5 and event:num('message', 7) == 7)",
        "assert(event:num('big') == 9007199254740993)",
        "assert(#event:list('user.tags') == 2 and #event:list('num') == 1 and event:list('num')[1] == '42')",
        "assert(#event:list('gone') == 0 and #event:list('nothing') == 0 and #event:list('none') == 0)",
        "assert(event:has('nothing') and event:has('user.tags[0]') and not event:has('user.tags[2]'))",
        "assert(event:has('user_id') and not event:has('ip'))",
        "assert(found[1].pattern == 'p(.)' and found[1].start == 5 and found[1].stop == 6)",
        "assert(found[1].groups.user_id == 'bob' and found[1].field == 'message' and #found == 1)",
    };
    check_holds(bodies, sizeof bodies / sizeof *bodies, false);
}

static void test_event_of_text(void) {
    static const char *const bodies[] = {
        "assert(event.kind == 'text' and event.raw == 'plain text')",
        "assert(event:get('user_id') == 'ann' and event:num('status') == 503)",
        "assert(event:get('user.name') == nil and #event:list('user_id') == 0)",
        "assert(event:has('user_id') and not event:has('message.x') and event:str('gone', 'd') == 'd')",
    };
    check_holds(bodies, sizeof bodies / sizeof *bodies, true);
}

static void test_functions(void) {
    static const char *const bodies[] = {
        "assert(text.find('a.b', '.') == 2 and text.contains(nil, '') and not text.contains('a', 'b'))",
        "assert(#text.split('a,b,,c', ',') == 4 and text.trim(' x\\n') == 'x' and text.lower('Ä A') == 'Ä "
        "a')",
        "assert(text.format('%05.1f|%s', 2, 'x') == '002.0|x' and text.ends('abc', 'bc'))",
        "assert(time.parse('2024-11-26T10:30:18Z') == 1732617018000)",
        "assert(time.format(1732617018123) == '2024-11-26T10:30:18.123Z' and time.parse('soon') == nil)",
        "assert(set{'a'}.a and not set{'a'}.b)",
        "local re = regex.compile([[(?P<k>\\w+)=(\\d)?]]) local c = re:captures('a b=')"
        " assert(c.k == 'b' and c[0] == 'b=' and c[2] == nil and select(2, re:find('b=1')) == 3)",
        "assert(regex.find(regex.compile('b'), 'abab', 3) == 4)",
        "assert(regex.find(regex.compile('.'), '\\xff') == 1)",
        "local t = {3, 1, 2} table.sort(t) table.insert(t, 1, 0) assert(table.concat(t, ',') == '0,1,2,3')",
        "local t = {1, 2, 3} table.remove(t, 1) table.insert(t, 9) assert(#t == 3 and table.unpack(t) == 2)",
        "assert(utf8.len('é') == 1 and math.max(1, 2) == 2 and tostring(nil) == 'nil' and tonumber('7') == "
        "7)",
        "local t = {} for i = 1, 10000 do table.insert(t, i) end assert(#t == 10000)",
    };
    check_holds(bodies, sizeof bodies / sizeof *bodies, false);
}

/* Each ends the call, says where (the body's first line is line 2) and why, and leaves the next one alone. */
static void test_failures(void) {
    static const struct {
        const char *body;
        enum script_outcome outcome;
        const char *says;
    } cases[] = {
        { "os.execute('true')", SCRIPT_RAISED, ":2: 'os' is not available to rules" },
        { "io.open('/etc/passwd')", SCRIPT_RAISED, ":2: 'io' is not available to rules" },
        { "load('return 1')", SCRIPT_RAISED, ":2: 'load' is not available to rules" },
        { "require('os')", SCRIPT_RAISED, ":2: 'require' is not available to rules" },
        { "pcall(error)", SCRIPT_RAISED, ":2: 'pcall' is not available to rules" },
        { "setmetatable({}, {})", SCRIPT_RAISED, ":2: 'setmetatable' is not available to rules" },
        { "getmetatable('')", SCRIPT_RAISED, ":2: 'getmetatable' is not available to rules" },
        { "coroutine.wrap(print)", SCRIPT_RAISED, ":2: 'coroutine' is not available to rules" },
        { "debug.getinfo(1)", SCRIPT_RAISED, ":2: 'debug' is not available to rules" },
        { "string.rep('x', 9)", SCRIPT_RAISED, ":2: 'string' is not available to rules" },
        { "rawset(event, 1, 2)", SCRIPT_RAISED, ":2: 'rawset' is not available to rules" },
        { "collectgarbage()", SCRIPT_RAISED, ":2: 'collectgarbage' is not available to rules" },
        { "_G.x = 1", SCRIPT_RAISED, ":2: '_G' is not available to rules" },
        { "return ('x'):rep(3)", SCRIPT_RAISED, ":2: string methods such as s:rep()" },
        { "return event.raw:find('.-.-.-.-$')", SCRIPT_RAISED, ":2: string methods such as s:find()" },
        { "local a = ('x').len", SCRIPT_RAISED, ":2: string methods such as s:len()" },
        { "math.random()", SCRIPT_RAISED, ":2: attempt to call a nil value (field 'random')" },
        { "counter = 1", SCRIPT_RAISED, ":2: rules cannot set the global 'counter' (use local)" },
        { "\nerror('on purpose')", SCRIPT_RAISED, ":3: on purpose" },
        { "error{}", SCRIPT_RAISED, ":2: raised a table instead of a message" },
        { "error(nil)", SCRIPT_RAISED, ":2: raised nil instead of a message" },
        { "error(function() end)", SCRIPT_RAISED, ":2: raised a function instead of a message" },
        { "error(event)", SCRIPT_RAISED, ":2: raised a userdata instead of a message" },
        { "local n = nil; return n.x", SCRIPT_RAISED, ":2: attempt to index a nil value" },
        { "event.user_id = 'x'", SCRIPT_RAISED, ":2: event is read-only" },
        { "return 42", SCRIPT_RAISED, "match returned a number; nil, a boolean or a table was expected" },
        { "return 'x'", SCRIPT_RAISED, "match returned a string" },
        { "return event", SCRIPT_RAISED, "match returned a userdata" },
        { "return { a = {} }", SCRIPT_RAISED, "match returned a table as 'a'" },
        { "return { a = print2 }", SCRIPT_RAISED, "'print2' is not available to rules" },
        { "return { 1, 2 }", SCRIPT_RAISED, "match returned a table with the key number" },
        { "return { {}, 2 }", SCRIPT_RAISED, "match returned a list with a number in it" },
        { "local t = {} for i = 1, 101 do t[i] = {} end return t", SCRIPT_RAISED, "more than 100 findings" },
        { "local t = {} for i = 1, 65 do t['k' .. i] = 1 end return t", SCRIPT_RAISED, "more than 64 keys" },
        { "regex.compile('a(')", SCRIPT_RAISED, ":2: regex.compile: " },
        { "local t = {} for i = 1, 10001 do t[i] = i end table.sort(t)", SCRIPT_RAISED, "more than 10000" },
        { "local t = {3, 2, 1, 5, 4} table.sort(t, function() return true end)", SCRIPT_RAISED, ":2: " },
        { "while true do end", SCRIPT_OVER_INSTRUCTIONS, ":2: instruction budget spent" },
        { "local function f() return f() end f()", SCRIPT_OVER_INSTRUCTIONS, ":2: instruction budget" },
        { "for i = 1, math.huge do end", SCRIPT_OVER_INSTRUCTIONS, "instruction budget spent" },
        { "local function f() return 1 + f() end f()", SCRIPT_OVER_INSTRUCTIONS, "budget spent" },
        { "local s = 'x' while true do s = s .. s end", SCRIPT_OVER_MEMORY, ":2: memory budget spent" },
        { "local t = {} for i = 1, 1e9 do t[i] = i end", SCRIPT_OVER_INSTRUCTIONS, "budget spent" },
        { "local t = {} for i = 1, 1000 do t[i] = i end local all = {}"
          " while true do all[#all + 1] = table.pack(table.unpack(t)) end",
          SCRIPT_OVER_INSTRUCTIONS, "budget spent" },
        { "regex.compile('^(a+)+$'):find('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')",
          SCRIPT_OVER_INSTRUCTIONS, ":2: a pattern over its budget" },
        { "local t = {} for i = 1, 20000 do t[i] = i end while true do table.insert(t, 1, 0) end",
          SCRIPT_OVER_INSTRUCTIONS, ":2: " },
        { "local s = text.format('%99s', '') for i = 1, 13 do s = s .. s end while true do text.find(s, 'x') "
          "end",
          SCRIPT_OVER_INSTRUCTIONS, ":2: " },
        { "local s = text.format('%99s', '') for i = 1, 13 do s = s .. s end while true do utf8.len(s) end",
          SCRIPT_OVER_INSTRUCTIONS, ":2: " },
        { "local s = text.format('%99s', '') for i = 1, 13 do s = s .. s end while true do text.lower(s) end",
          SCRIPT_OVER_INSTRUCTIONS, ":2: " },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct match_answer answer;
        CHECK_INT(ask(cases[i].body, false, &answer), cases[i].outcome);
        CHECK_INT(answer.count, 0);
        if (!strstr(match_runner_error(runner), cases[i].says)) {
            fprintf(stderr, "%s\n  %s\n", cases[i].body, match_runner_error(runner));
            CHECK(!"the reason is another one");
        }
        CHECK_INT(ask("return true", false, &answer), SCRIPT_OK);
        CHECK_INT(answer.count, 1);
    }
}

static void test_answers(void) {
    struct match_answer a;
    static const char *const no_finding[] = { "", "return nil", "return false" };
    for (size_t i = 0; i < sizeof no_finding / sizeof *no_finding; i++) {
        CHECK_INT(ask(no_finding[i], false, &a), SCRIPT_OK);
        CHECK_INT(a.count, 0);
    }
    CHECK_INT(
        ask("return { z = 'x', n = 9007199254740993, f = 0.1, b = false, severity = 'low' }", false, &a),
        SCRIPT_OK);
    CHECK_INT(a.count, 1);
    static const struct {
        const char *name, *text;
        bool literal;
    } items[] = {
        { "b", "false", true },       { "f", "0.1", true }, { "n", "9007199254740993", true },
        { "severity", "low", false }, { "z", "x", false },
    };
    CHECK_INT(a.findings[0].count, 5);
    for (size_t i = 0; i < 5 && i < a.findings[0].count; i++) { /* in the order of names */
        CHECK_STR(a.findings[0].items[i].name, items[i].name);
        CHECK_STR(a.findings[0].items[i].text, items[i].text);
        CHECK_INT(a.findings[0].items[i].literal, items[i].literal);
    }
    CHECK_INT(ask("return { { a = 1 }, {}, { c = 'x' } }", false, &a), SCRIPT_OK);
    CHECK_INT(a.count, 3);
    CHECK_INT(a.findings[1].count, 0);
}

static void test_broken_files(void) {
    struct match_answer a;
    CHECK_INT(ask_source("return rule {", false, &a), SCRIPT_RAISED);
    CHECK(strstr(match_runner_error(runner), ":1: ") != NULL);
    CHECK_INT(ask_source("return 7", false, &a), SCRIPT_RAISED);
    CHECK_INT(ask_source("while true do end", false, &a), SCRIPT_OVER_INSTRUCTIONS);
    CHECK_INT(ask_source("\x1bLua", false, &a), SCRIPT_RAISED); /* bytecode is never loaded */
    /* One of a list of rules is asked by its place. */
    CHECK_INT(ask_source("return { { match = function() return true end }, {} }", false, &a), SCRIPT_OK);
    CHECK_INT(a.count, 1);
}

/* The tables that rules are given are read-only. */
static void test_tables_are_read_only(void) {
    struct match_answer a;
    CHECK_INT(ask("text.find = function() return 'mine' end", false, &a), SCRIPT_RAISED);
    CHECK_INT(ask("math.pi = 3", false, &a), SCRIPT_RAISED);
    CHECK_INT(ask("assert(text.find('ab', 'b') == 2 and math.pi > 3)", false, &a), SCRIPT_OK);
}

/* The next job's runner, with the state of the one before. */
static void renew(void) {
    match_runner_free(runner);
    runner = match_runner_new(pool, NULL);
}

/* What the file's match function returns as `n`. */
static void check_number(const char *path, const char *source, const char *expected) {
    struct match_answer a;
    CHECK_INT(ask_file(path, source, false, &a), SCRIPT_OK);
    CHECK_STR(a.count ? a.findings[0].items[0].text : str_c("no finding"), expected);
}

/* All that a file can write to belongs to one run of it. */
static void test_nothing_is_remembered(void) {
    static const struct {
        const char *path, *source;
    } files[] = {
        { "local.lua", "local n = 0 return rule { match = function() n = n + 1 return { n = n } end }" },
        { "table.lua",
          "local t = {} return rule { match = function() t[#t + 1] = 1 return { n = #t } end }" },
        { "own.lua", "local r r = rule { n = 0, match = function() r.n = r.n + 1 return { n = r.n } end } "
                     "return r" },
        { "event.lua",
          "local kept, n = nil, 0 return rule { match = function(event) kept, n = kept or event, n + 1 "
          "return { n = n } end }" },
    };
    for (int job = 0; job < 3; job++) {
        renew();
        for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
            check_number(files[i].path, files[i].source, "1");
            check_number(files[i].path, files[i].source, "2"); /* as long as the runner lives */
        }
    }
    struct match_answer a;
    CHECK_INT(ask("_ENV.n = 1", false, &a), SCRIPT_RAISED);
    CHECK_INT(ask("table.insert(_ENV, 1)", false, &a), SCRIPT_RAISED);
    renew(); /* after failures the state is another one */
    check_number("local.lua", files[0].source, "1");
}

/* A limit of one record's place is neither seen by a file that is run after it nor by the next runner. */
static void test_limits_are_not_remembered(void) {
    static const char seen[] =
        "return rule { match = function() return { n = thresholds.slow_ms.medium } end }";
    static const char at_load[] = "local n = thresholds.slow_ms.medium return rule { match = function() "
                                  "return { n = n } end }";
    struct match_answer a;
    renew();
    CHECK_INT(ask_file("seen.lua", seen, false, &a), SCRIPT_OK);
    struct str usual = arena_copy(&arena, a.findings[0].items[0].text);
    char text[32];
    snprintf(text, sizeof text, "%.*s", (int)usual.len, usual.ptr);
    slow_ms = 77;
    check_number("seen.lua", seen, "77");
    check_number("at_load.lua", at_load, text);
    check_number("seen.lua", seen, "77");
    renew();
    slow_ms = 0;
    check_number("seen.lua", seen, text);
}

/* Patterns are made once for a state, which changes no budget and is no limit. */
static void test_patterns_are_kept(void) {
    static const char once[] = "local re = regex.compile('b+') return rule { match = function() "
                               "return { n = regex.find(re, 'abb') } end }";
    static const char many[] = "local last for i = 1, 600 do last = regex.compile('a{' .. i .. '}') end "
                               "return rule { match = function() return { n = last:find('a') or 0 } end }";
    for (int job = 0; job < 4; job++) {
        renew();
        check_number("once.lua", once, "2");
        check_number("many.lua", many, "0");
    }
    struct match_answer a;
    CHECK_INT(ask("for i = 1, 1000 do regex.compile('(a|b)+c') end", false, &a), SCRIPT_OVER_INSTRUCTIONS);
}

/* With a state of its own, in which `loops` tables were made before by another job and left lying about. */
static enum script_outcome ask_array_behind(int loops) {
    char body[64];
    struct match_answer a;
    match_pool_free(pool);
    pool = match_pool_new(LUA_FOLDER);
    runner = match_runner_new(pool, NULL);
    snprintf(body, sizeof body, "for i = 1, %d do local t = { i } end", loops);
    CHECK_INT(ask(body, false, &a), SCRIPT_OK);
    renew();
    enum script_outcome outcome =
        ask("local t = {} for i = 1, 1 << 17 do t[i] = i end return #t == 1 << 17", false, &a);
    CHECK_INT(a.count, outcome == SCRIPT_OK);
    match_runner_free(runner);
    return outcome;
}

/* What a warm state has lying about neither takes room from a call nor gives it any. */
static void test_garbage_is_no_memory(void) {
    int answers[2] = { 0 };
    match_runner_free(runner);
    for (int limit = (2 << 20) - 40000; limit < (2 << 20) + 20000; limit += 2000) {
        char text[16];
        snprintf(text, sizeof text, "%d", limit);
        setenv("LOGAUDIT_RULE_MEMORY", text, 1);
        enum script_outcome outcome = ask_array_behind(0);
        CHECK(outcome == SCRIPT_OK || outcome == SCRIPT_OVER_MEMORY);
        answers[outcome == SCRIPT_OK]++;
        for (int loops = 200; loops <= 1000; loops += 200)
            CHECK_INT(ask_array_behind(loops), outcome);
    }
    CHECK(answers[0] && answers[1]);
    unsetenv("LOGAUDIT_RULE_MEMORY");
    runner = match_runner_new(pool, NULL);
}

int main(void) {
    arena_init(&arena);
    pool = match_pool_new(LUA_FOLDER);
    runner = match_runner_new(pool, NULL);
    test_event_of_json();
    test_event_of_text();
    test_functions();
    test_failures();
    test_answers();
    test_broken_files();
    test_tables_are_read_only();
    test_nothing_is_remembered();
    test_limits_are_not_remembered();
    test_patterns_are_kept();
    test_garbage_is_no_memory();
    match_runner_free(runner);
    match_pool_free(pool);
    arena_fini(&arena);
    return check_report();
}
