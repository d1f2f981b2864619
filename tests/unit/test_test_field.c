/* The field tests of `where` and `unless`, written as rules have them. */
#include "audit_fixture.h"

static struct outcome outcome;

static const struct {
    const char *where;
    struct str record;
    bool holds;
} CASES[] = {
    /* eq: strings without case, numbers and booleans equal their text, a list is any of */
    { "k = 'Value'", STR("{\"k\":\"vALUE\"}"), true },
    { "k = 'value'", STR("{\"k\":\"value \"}"), false },
    { "k = { 'a', 'b' }", STR("{\"k\":\"B\"}"), true },
    { "k = { eq = { 'a', 7 } }", STR("{\"k\":7}"), true },
    { "k = 7", STR("{\"k\":\"7\"}"), true },
    { "k = 7", STR("{\"k\":7.0}"), true },
    { "k = 7", STR("{\"k\":\"007\"}"), true },
    { "k = '1e1'", STR("{\"k\":10}"), true },
    { "k = true", STR("{\"k\":true}"), true },
    { "k = true", STR("{\"k\":\"TRUE\"}"), true },
    { "k = true", STR("{\"k\":1}"), false },
    { "k = 9007199254740993", STR("{\"k\":9007199254740993}"), true },
    /* whole numbers in full, those that are one as doubles too */
    { "k = 9007199254740993", STR("{\"k\":9007199254740992}"), false },
    { "k = 9007199254740993", STR("{\"k\":\"9007199254740993\"}"), true },
    { "k = 9007199254740992", STR("{\"k\":9007199254740992.0}"), true },
    { "k = { 1, 123456789012345678 }", STR("{\"k\":123456789012345680}"), false },
    { "k = { ne = 123456789012345678 }", STR("{\"k\":123456789012345680}"), true },
    { "k = -9223372036854775807", STR("{\"k\":-9223372036854775808}"), false },
    { "k = '18446744073709551615'", STR("{\"k\":18446744073709551614}"), false },
    { "k = '18446744073709551615'", STR("{\"k\":\"018446744073709551615\"}"), true },
    { "k = 1e18", STR("{\"k\":1000000000000000001}"), false },
    { "k = 1e18", STR("{\"k\":1000000000000000000}"), true },
    { "k = { gt = 9007199254740992 }", STR("{\"k\":9007199254740993}"), true },
    { "k = { gt = 9007199254740993 }", STR("{\"k\":9007199254740993}"), false },
    { "k = { ge = 9007199254740993 }", STR("{\"k\":9007199254740992}"), false },
    { "k = { lt = -9007199254740992 }", STR("{\"k\":-9007199254740993}"), true },
    { "k = { le = 9007199254740992 }", STR("{\"k\":9007199254740993}"), false },
    { "k = { eq_field = 'j' }", STR("{\"k\":9007199254740993,\"j\":9007199254740992}"), false },
    { "k = 0.12345678901234567", STR("{\"k\":0.12345678901234567}"), true },
    { "k = 0.1", STR("{\"k\":\"0.1\"}"), true },
    { "k = 'a'", STR("{\"K\":\"a\"}"), false }, /* names are compared with case */
    { "k = ''", STR("{\"k\":\"\"}"), true },
    /* absent: every test is false but ne and exists = false; null is there, and equals nothing */
    { "gone = 'x'", STR("{\"k\":\"x\"}"), false },
    { "gone = { ne = 'x' }", STR("{\"k\":\"x\"}"), true },
    { "gone = { exists = false }", STR("{\"k\":\"x\"}"), true },
    { "gone = { exists = true }", STR("{\"k\":\"x\"}"), false },
    { "gone = { lt = 5 }", STR("{\"k\":1}"), false },
    { "gone = { re = '.*' }", STR("{\"k\":1}"), false },
    { "gone = { contains = '' }", STR("{\"k\":1}"), false },
    { "k = { exists = true }", STR("{\"k\":null}"), true },
    { "k = { exists = false }", STR("{\"k\":null}"), false },
    { "k = { ne = 'x' }", STR("{\"k\":null}"), true },
    { "k = 'null'", STR("{\"k\":null}"), false },
    { "k = { exists = true }", STR("{\"k\":\"\"}"), true },
    { "k = { exists = true }", STR("{\"k\":[]}"), true },
    /* ne: equal to none */
    { "k = { ne = 'x' }", STR("{\"k\":\"X\"}"), false },
    { "k = { ne = { 'x', 'y' } }", STR("{\"k\":\"z\"}"), true },
    { "k = { ne = 5 }", STR("{\"k\":5.0}"), false },
    { "k = { ne = 'a' }", STR("{\"k\":[\"b\",\"a\"]}"), false },
    /* numbers */
    { "k = { gt = 5 }", STR("{\"k\":5}"), false },
    { "k = { ge = 5 }", STR("{\"k\":5}"), true },
    { "k = { lt = 5 }", STR("{\"k\":\"4.9\"}"), true },
    { "k = { le = -1.5 }", STR("{\"k\":-1.5}"), true },
    { "k = { gt = 1 }", STR("{\"k\":\"many\"}"), false },
    { "k = { gt = 1 }", STR("{\"k\":\"\"}"), false },
    { "k = { gt = 1, lt = 3 }", STR("{\"k\":2}"), true },
    { "k = { gt = 1, lt = 3 }", STR("{\"k\":3}"), false },
    /* text */
    { "k = { re = '^b+$' }", STR("{\"k\":\"bb\"}"), true },
    { "k = { re = 'b' }", STR("{\"k\":\"abc\"}"), true }, /* searched */
    { "k = { re = 'B' }", STR("{\"k\":\"abc\"}"), false },
    { "k = { re = '\xEF\xBF\xBD' }", STR("{\"k\":\"a\xFF\"}"), true },
    { "k = { prefix = 'AB' }", STR("{\"k\":\"abc\"}"), true },
    { "k = { prefix = 'abcd' }", STR("{\"k\":\"abc\"}"), false },
    { "k = { suffix = { 'x', 'BC' } }", STR("{\"k\":\"abc\"}"), true },
    { "k = { suffix = 'xabc' }", STR("{\"k\":\"abc\"}"), false },
    { "k = { contains = 'B' }", STR("{\"k\":\"abc\"}"), true },
    { "k = { contains = 'bd' }", STR("{\"k\":\"abc\"}"), false },
    { "k = { contains = 'failed' }", STR("{\"k\":\"\\u0066AILED\"}"), true },
    /* networks */
    { "k = { cidr = '10.0.0.0/8' }", STR("{\"k\":\"10.255.0.1\"}"), true },
    { "k = { cidr = '10.0.0.0/8' }", STR("{\"k\":\"11.0.0.1\"}"), false },
    { "k = { cidr = '10.0.0.0/9' }", STR("{\"k\":\"10.128.0.1\"}"), false },
    { "k = { cidr = '192.0.2.7/32' }", STR("{\"k\":\"192.0.2.7\"}"), true },
    { "k = { cidr = '0.0.0.0/0' }", STR("{\"k\":\"8.8.8.8\"}"), true },
    { "k = { cidr = { '10.0.0.0/8', 'fe80::/10' } }", STR("{\"k\":\"febf::1\"}"), true },
    { "k = { cidr = 'fe80::/10' }", STR("{\"k\":\"fec0::1\"}"), false },
    { "k = { cidr = '10.0.0.0/8' }", STR("{\"k\":\"::ffff:10.1.1.1\"}"), true },
    { "k = { cidr = '10.0.0.0/8' }", STR("{\"k\":\"10.0.0.1.evil\"}"), false },
    { "k = { cidr = '10.0.0.0/8' }", STR("{\"k\":\"\"}"), false },
    { "ip = { cidr = '10.0.0.0/8' }", STR("{\"ip\":\"10.0.0.1:443\"}"), true }, /* the finding key is bare */
    /* names: finding keys and aliases, literal keys, dotted paths, arrays: any element */
    { "user = 'ann'", STR("{\"user_id\":\"ann\"}"), true },
    { "user_id = 'ann'", STR("user=ann text"), true },
    { "status = { ge = 500 }", STR("status=503 text"), true },
    { "duration_ms = { gt = 1000 }", STR("{\"duration\":\"1.5s\"}"), true },
    { "duration_ms = { ge = 1000 }", STR("{\"duration_ms\":1e308}"),
      false }, /* no duration, for `event` neither */
    { "duration_ms = { exists = true }", STR("{\"duration_ms\":[[5000]]}"), false },
    { "['$.duration_ms'] = { ge = 1000 }", STR("{\"duration_ms\":1e308}"), true },
    { "level = 'error'", STR("{\"severity\":\"ERR\"}"), true },
    { "raw = { contains = 'plain' }", STR("a plain line"), true },
    { "message = { prefix = 'a pl' }", STR("a plain line"), true },
    { "message = 'm'", STR("{\"message\":\"m\"}"), true },
    { "source = 'test.log'", STR("x"), true },
    { "['a.b'] = 'x'", STR("{\"a.b\":\"x\"}"), true },
    { "['a.b'] = 'x'", STR("{\"a\":{\"b\":\"x\"}}"), true },
    { "['a.b.c'] = 'x'", STR("{\"a\":{\"b.c\":\"x\"}}"), true },
    { "['a.b'] = 'x'", STR("{\"a\":[{\"b\":\"y\"},{\"b\":\"x\"}]}"), true },
    { "['a[1].b'] = 'x'", STR("{\"a\":[{\"b\":\"x\"},{\"b\":\"y\"}]}"), false },
    { "['a[].b'] = 'x'", STR("{\"a\":[{\"b\":\"y\"},{\"b\":\"x\"}]}"), true },
    { "['$.attempts[].error'] = { contains = 'ref' }", STR("{\"attempts\":[{\"error\":\"refused\"}]}"),
      true },
    { "a = 'x'", STR("{\"a\":[\"y\",\"x\"]}"), true },
    { "['a.b'] = 'x'", STR("{\"a\":\"x\"}"), false },
    { "['$.level'] = 'error'", STR("{\"level\":\"ERR\"}"), false },
    { "['$.level'] = 'err'", STR("{\"level\":\"ERR\"}"), true },
    { "['$.user.id'] = '7'", STR("{\"user\":{\"id\":7}}"), true },
    { "['$.k'] = 'x'", STR("k=x"), false }, /* a text record has no JSON */
    { "['$.k'] = 'x'", STR("web | {\"k\":\"x\"}"), true },
    { "['us\xC3\xA9r'] = 'x'", STR("{\"us\\u00e9r\":\"x\"}"), true },
    /* all of a map, any of a list of maps */
    { "a = 1, b = 2", STR("{\"a\":1,\"b\":2}"), true },
    { "a = 1, b = 2", STR("{\"a\":1,\"b\":3}"), false },
    { "{ a = 1 }, { b = 2 }", STR("{\"a\":0,\"b\":2}"), true },
    { "{ a = 1 }, { b = 2 }", STR("{\"a\":0,\"b\":0}"), false },
    /* maps inside of maps */
    { "a = 1, any = { { b = 2 }, { b = 3, c = 4 } }", STR("{\"a\":1,\"b\":3,\"c\":4}"), true },
    { "a = 1, any = { { b = 2 }, { b = 3, c = 4 } }", STR("{\"a\":1,\"b\":3}"), false },
    { "a = 1, any = { { b = 2 } }", STR("{\"a\":0,\"b\":2}"), false },
    { "all = { { k = { contains = 'x' } }, { k = { contains = 'y' } } }", STR("{\"k\":[\"ax\",\"by\"]}"),
      true },
    { "all = { { k = { contains = 'x' } }, { k = { contains = 'y' } } }", STR("{\"k\":\"x\"}"), false },
    { "none = { { a = 1 }, { b = 2 } }", STR("{\"a\":2,\"b\":1}"), true },
    { "none = { { a = 1 }, { b = 2 } }", STR("{\"b\":2}"), false },
    { "any = { { none = { { all = { { a = 1 }, { b = 2 } } } } } }", STR("{\"a\":1}"), true },
    { "any = { { none = { { all = { { a = 1 }, { b = 2 } } } } } }", STR("{\"a\":1,\"b\":2}"), false },
    { "any = 'x', none = { 'y', 'z' }", STR("{\"any\":\"x\",\"none\":\"z\"}"),
      true }, /* fields of these names */
    /* null: absent, or JSON's null */
    { "k = { null = true }", STR("{\"k\":null}"), true },
    { "k = { null = true }", STR("{\"j\":1}"), true },
    { "k = { null = true }", STR("{\"k\":\"\"}"), false },
    { "k = { null = false }", STR("{\"k\":[\"\"]}"), true },
    { "k = { null = false }", STR("{\"k\":null}"), false },
    { "['a.k'] = { null = false }", STR("{\"a\":{}}"), false },
    { "k = { null = false, ne = 'x' }", STR("{\"j\":\"y\"}"), false },
    { "status = { null = true }", STR("a plain line"), true },
    { "status = { null = true }", STR("status=503 text"), false },
    { "status = { null = true }, level = 'error'", STR("ERROR a plain line"), true },
    { "status = { eq_field = '$.code' }", STR("{\"status\":503,\"code\":503}"), true },
    /* a|b: the first that is there decides */
    { "['$.a|$.b'] = 'x'", STR("{\"b\":\"x\"}"), true },
    { "['$.a|$.b'] = 'x'", STR("{\"a\":\"y\",\"b\":\"x\"}"), false },
    { "['$.a|$.b'] = 'x'", STR("{\"a\":null,\"b\":\"x\"}"), false },
    { "['$.a|status'] = 503", STR("status=503 text"), true },
    { "['$.a|$.b'] = { null = true }", STR("{\"b\":1}"), false },
    { "['$.a|$.b'] = { exists = false }", STR("{\"c\":1}"), true },
    /* *: the whole record */
    { "['*'] = { contains = 'needle' }", STR("a NEEDLE here"), true },
    { "['*'] = { contains = 'a/b' }", STR("{\"x\":[{\"y\":[1,\"a\\/b\"]}]}"), true },
    { "['*'] = { re = '^needle$' }", STR("{\"x\":{\"y\":\"needle\"}}"), true },
    { "['*'] = { re = '^needle$' }", STR("{\"x\":{\"y\":\"needles\"}}"), false },
    { "['*'] = { contains = 'key' }", STR("{\"key\":1}"), true },
    { "['*'] = { contains = 'text' }", STR("text | {\"k\":\"x\"}"), true },
    /* values of other fields */
    { "a = { eq_field = 'b' }", STR("{\"a\":\"X\",\"b\":\"x\"}"), true },
    { "a = { eq_field = 'b' }", STR("{\"a\":5,\"b\":\"5.0\"}"), true },
    { "a = { eq_field = 'b' }", STR("{\"a\":\"x\"}"), false },
    { "a = { eq_field = 'b' }", STR("{\"a\":null,\"b\":null}"), false },
    { "a = { eq_field = { 'b', '$.c.d' } }", STR("{\"a\":\"x\",\"c\":[{\"d\":\"y\"},{\"d\":\"X\"}]}"), true },
    { "a = { eq_field = '$.b|$.c' }", STR("{\"a\":\"x\",\"c\":\"x\"}"), true },
    { "a = { eq_field = '$.b|$.c' }", STR("{\"a\":\"x\",\"b\":\"y\",\"c\":\"x\"}"), false },
    { "a = { suffix_field = 'b' }", STR("{\"a\":\"www.Example\",\"b\":\"EXAMPLE\"}"), true },
    { "a = { prefix_field = 'b' }", STR("{\"a\":\"www.Example\",\"b\":\"EXAMPLE\"}"), false },
    { "a = { contains_field = 'b' }", STR("{\"a\":\"an Example!\",\"b\":\"EXAMPLE\"}"), true },
    /* gates: what stands in the record another way than it is read */
    { "k = { contains = 'a\\\\b c' }", STR("{\"k\":\"x a\\\\B c\"}"), true },
    { "k = 'caf\xC3\xA9s'", STR("{\"k\":\"CAF\\u00e9S\"}"), true },
    { "k = { 'say \\\"hi\\\" now' }", STR("{\"k\":\"say \\\"hi\\\" now\"}"), true },
    { "k = { contains = 'x' }, j = { contains = 'longer part' }",
      STR("{\"k\":\"x\",\"j\":\"a LONGER part\"}"), true },
};
enum { COUNT = sizeof CASES / sizeof *CASES };

/* As `where`, alone and gated; then as `unless` behind a pattern, where it must be the opposite. */
static void test_all(void) {
    static char text[2 * COUNT][256];
    const char *bodies[2 * COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(text[2 * i], sizeof *text, "where = { %s }", CASES[i].where);
        snprintf(text[2 * i + 1], sizeof *text, "any = {'.'}, unless = { %s }", CASES[i].where);
        bodies[2 * i] = text[2 * i];
        bodies[2 * i + 1] = text[2 * i + 1];
    }
    struct rule_table rules = rule_table_load(bodies, 2 * COUNT);
    for (size_t i = 0; i < 4 * COUNT; i++) {
        size_t rule = i / 2;
        bool want = rule % 2 ? !CASES[rule / 2].holds : CASES[rule / 2].holds;
        rule_table_run(&rules, rule, i % 2,
                       (struct audit_case){ .log = CASES[rule / 2].record, .mode = FRAME_LINES }, &outcome);
        if (outcome.count != want)
            fprintf(stderr, "%s on %.*s, prefilter %zu\n", bodies[rule], STR_ARG(CASES[rule / 2].record),
                    i % 2);
        CHECK_INT(outcome.count, want);
        CHECK(outcome.complete);
    }
    rule_table_free(&rules);
}

int main(void) {
    audit_fixture_make();
    outcome_init(&outcome);
    test_all();
    outcome_fini(&outcome);
    scratch_remove();
    return check_report();
}
