#include "known_starts.h"

#include "check.h"
#include "mem.h"
#include "vocabulary_sample.h"

#include <stdlib.h>

/* "ended" depends on what follows its start; "tagged" needs a word that may stand anywhere. */
static const char formats[] =
    "{\"formats\":["
    "{\"name\":\"piped\",\"pcre\":\"\\\\A(\\\\w+) \\\\| ()\",\"decides\":true,\"rest\":2,\"groups\":["
    "{\"name\":\"service\",\"index\":1},{\"name\":\"message\",\"index\":2}],\"sample\":\"web | "
    "x\",\"expect\":{}},"
    "{\"name\":\"ended\",\"pcre\":\"\\\\A\\\\w+: .*z\",\"decides\":true,\"groups\":[],\"sample\":\"a: z\","
    "\"expect\":{}},"
    "{\"name\":\"tagged\",\"pcre\":\"\\\\A(\\\\w+): \",\"decides\":true,\"need\":[\"tag\"],\"groups\":["
    "{\"name\":\"service\",\"index\":1}],\"sample\":\"a: tag\",\"expect\":{}},"
    "{\"name\":\"picky\",\"pcre\":\"\\\\A\\\\w+1\",\"groups\":[],\"sample\":\"a1\",\"expect\":{}}],"
    "\"events\":[],\"extras\":[]}";
enum { PIPED, ENDED, TAGGED, PICKY };

static struct vocabulary *v;
static struct regex_scratch *scratch;
static struct known_start *starts;

/* What is known once the start was met often. */
static struct known_start *met_often(struct str text) {
    struct known_start *known = NULL;
    for (int i = 0; i < 4; i++)
        known = known_start_of(starts, v, text);
    return known;
}

static void ask_all(struct known_start *known, const char *text) {
    for (size_t i = PIPED; known && i <= PICKY; i++)
        known_start_ask(known, v, i, str_c(text), scratch);
}

static void test_same_start(void) {
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        { "web1 | up", "web2 | up", true },
        { "03T10:00:01 | up", "21T23:59:59 | up", true },
        { "req=1a2b3c4d5e6f ok", "req=ffff00001111 failed", true },
        { "req=5571872ca754930b ok", "req=ffff00001111 failed", true },
        { "20241126T103018Z up", "20251231T235959Z up", true },
        { "20241126T103018Z up", "20241126T103018Z down", false },
        { "id \xC3\xA9t\xC3\xA9", "id \xE2\x82\xAC", true },
        { "web1 | up", "web1 | down", false },
        { "web1 | up", "web12 | up", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct known_start *known = met_often(str_c(cases[i].a));
        CHECK(known != NULL);
        CHECK_INT(known_start_of(starts, v, str_c(cases[i].b)) == known, cases[i].same);
    }
    CHECK(known_start_of(starts, v, str_c("never seen")) == NULL);
    CHECK(met_often(str_c("\xC3\xA9")) == NULL); /* nothing to tell it by */
    CHECK(met_often(str_c("1a2b3c4d5e6f")) == NULL);
}

static void test_match(void) {
    struct regex_span spans[3];
    struct known_start *known = met_often(str_c("web1 | up 12"));
    ask_all(known, "web7 | up 34");
    CHECK_INT(known->match, PIPED);
    CHECK(marks_have(&known->open, PIPED));
    CHECK(!marks_have(&known->open, ENDED));
    CHECK(!marks_have(&known->open, TAGGED));
    CHECK(marks_have(&known->open, PICKY)); /* it may tell 1 from 7 */
    known_start_spans(known, spans, 3);
    CHECK_INT(spans[1].start, 0);
    CHECK_INT(spans[1].end, 4);
    CHECK_INT(spans[2].start, 7); /* empty here: the rest of the line is the caller's to find */
    CHECK_INT(spans[2].end, 7);
}

/* What is asked of a start that is familiar, without a reason to ask for one of the formats. */
static void test_settle(void) {
    struct str text = str_c("web2 | down 99");
    struct known_start *known = met_often(text);
    known_start_settle(known, v, text, scratch);
    CHECK(marks_have(&known->open, TAGGED));
    for (int i = 0; i < 300; i++)
        known_start_settle(known, v, text, scratch);
    CHECK_INT(known->match, PIPED);
    CHECK(!marks_have(&known->open, TAGGED));
    CHECK(marks_have(&known->open, PICKY));
    CHECK(known_start_of(starts, v, str_c("web5 | down 11")) == known);
}

static void test_open(void) {
    struct known_start *known = met_often(str_c("abc: d"));
    ask_all(known, "abc: d");
    CHECK_INT(known->match, MARKS_MAX);
    CHECK(!marks_have(&known->open, PIPED));
    CHECK(marks_have(&known->open, ENDED));
    CHECK(marks_have(&known->open, TAGGED)); /* the word it needs is not in the start */
    known = met_often(str_c("abc: tag d"));
    known_start_ask(known, v, TAGGED, str_c("abc: tag d"), scratch);
    CHECK_INT(known->match, TAGGED);
}

static void test_behind(void) {
    struct str text = str_c("web1 | req=1a2b3c4d5e6f ok"), inner = str_c("req=");
    struct known_start *outer = met_often(text), *known = NULL;
    for (int i = 0; i < 4; i++)
        known = known_start_behind(starts, v, outer, text, 7);
    CHECK(known && known->len == inner.len && memcmp(known->text, inner.ptr, inner.len) == 0);
    CHECK(known_start_of(starts, v, str_slice(text, 7, text.len)) == known);
    text = str_c("web1 | short"); /* nothing was cut off: more may follow in another text */
    known = known_start_behind(starts, v, met_often(text), text, 7);
    CHECK(known == NULL);
}

int main(void) {
    struct fault fault = { 0 };
    v = sample_vocabulary(NULL, formats, &fault);
    scratch = regex_scratch_new();
    starts = mem_new(KNOWN_STARTS, sizeof *starts);
    CHECK(v != NULL);
    if (v) {
        test_same_start();
        test_match();
        test_settle();
        test_open();
        test_behind();
    }
    free(starts);
    regex_scratch_free(scratch);
    vocabulary_free(v);
    return check_report();
}
