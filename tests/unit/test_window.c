/* When windows fire. Times are small numbers; a correlation is what correlate.lua would have made of it. */
#include "window.h"

#include "check.h"
#include "str.h"

#include <stdlib.h>

#define AT_LEAST(n) .bounds = { { BOUND_GE, (n) } }, .bound_count = 1

static struct window_firing last;

/* One match for each word: its time, then `=7` its number, `:AB` its steps, `&` of the record before; `#4`:
 * instead of a match, so many records in that second. */
static struct window_match read_match(const char *word, int64_t unit, uint64_t *records) {
    struct window_match m = { .weight = 1 };
    char *rest;
    m.time = m.stamp = strtoll(word, &rest, 10) * unit;
    *records = 0;
    if (*rest == '#')
        *records = strtoull(rest + 1, &rest, 10);
    if (*rest == '=')
        m.number = strtod(rest + 1, &rest);
    m.distinct = (uint64_t)m.number;
    if (*rest == ':')
        for (rest++; *rest >= 'A' && *rest <= 'Z'; rest++)
            m.steps |= 1u << (*rest - 'A');
    m.again = *rest == '&';
    return m;
}

/* The places (from 1) of the matches at which it fired, each with its count: "5:5 ". */
static struct str fired(struct window *w, const char *words, int64_t unit) {
    static char text[1024];
    size_t used = 0;
    text[0] = '\0';
    for (uint64_t place = 1; *words; place++) {
        uint64_t records;
        struct window_match m = read_match(words, unit, &records);
        struct window_firing firing;
        m.place = place;
        if (records) {
            window_add_records(w, m.time, records);
        } else if (window_add(w, &m, &firing)) {
            last = firing;
            used += (size_t)snprintf(text + used, sizeof text - used, "%" PRIu64 ":%g ", place, firing.count);
        }
        words += strcspn(words, " ");
        words += strspn(words, " ");
    }
    return str_of(text, used);
}

static struct str run(struct correlation c, const char *words) {
    struct window *w = window_new(&c, 0);
    struct str text = fired(w, words, c.kind == CORRELATE_RATIO ? 1000000 : 1);
    window_free(w);
    return text;
}

static void test_count(void) {
    struct correlation c = { .kind = CORRELATE_COUNT, .within = 10, AT_LEAST(3) };
    CHECK_STR(run(c, "1 5 10"), "3:3 ");
    CHECK_INT(last.first, 1);
    CHECK_INT(last.last, 10);
    CHECK_INT(last.evidence_count, 3);
    CHECK_INT(last.evidence[2], 3);
    CHECK_STR(run(c, "0 5 10"), "");      /* (0, 10]: the first one is out */
    CHECK_STR(run(c, "4 4 4 4"), "3:3 "); /* equal times; the window is empty then */
    CHECK_STR(run(c, "4 4 4 5 6 7"), "3:3 6:3 ");
    CHECK_STR(run(c, "4 4& 4&"), ""); /* one record */
    c.quiet = 5;
    CHECK_STR(run(c, "1 1 1 2 5 6 6 6"), "3:3 8:3 ");
}

static void test_bounds(void) {
    struct correlation c = { .kind = CORRELATE_COUNT,
                             .within = 10,
                             .bounds = { { BOUND_GT, 2 }, { BOUND_LE, 4 } } };
    c.bound_count = 2;
    CHECK_STR(run(c, "1 2 3"), "3:3 ");
    c.bounds[0] = (struct bound){ BOUND_EQ, 2 };
    c.bound_count = 1;
    CHECK_STR(run(c, "1 2 3"), "2:2 ");
    c.bounds[0] = (struct bound){ BOUND_NE, 1 };
    CHECK_STR(run(c, "1 2 3"), "2:2 ");
    c.bounds[0] = (struct bound){ BOUND_LT, 2 };
    CHECK_STR(run(c, "1 2"), "1:1 2:1 ");
}

static void test_distinct(void) {
    struct correlation c = { .kind = CORRELATE_DISTINCT, .within = 10, AT_LEAST(3) };
    CHECK_STR(run(c, "1=7 2=8 3=7 4=9"), "4:4 ");
    CHECK(last.measure > 2.9 && last.measure < 3.1);
    CHECK_STR(run(c, "1=7 2=8 11=9"), ""); /* 7 is out */
    CHECK_STR(run(c, "1=7 2=8 9=7 11=9"), "4:3 ");
    CHECK_STR(run(c, "1=7 1=8& 1=9&"), "3:1 "); /* of one record */
}

static void test_sequence(void) {
    struct correlation c = { .kind = CORRELATE_SEQUENCE, .within = 10, .step_count = 3 };
    CHECK_STR(run(c, "1:A 2:B 3:C"), "3:3 ");
    CHECK_STR(run(c, "1:B 2:A 3:C"), "");
    CHECK_STR(run(c, "1:A 2:B 11:C"), "");
    /* A chain begins as late as it can. */
    CHECK_STR(run(c, "1:A 5:A 6:B 14:C"), "4:3 ");
    CHECK_INT(last.first, 5);
    /* One record is one step; here the earlier one is A. */
    CHECK_STR(run(c, "1:AB 2:C"), "");
    CHECK_STR(run(c, "1:A 2:AB 3:C"), "3:3 ");
    CHECK_INT(last.evidence[1], 2);
    /* Firing empties. */
    CHECK_STR(run(c, "1:A 2:B 3:C 4:C"), "3:3 ");
}

static void test_together(void) {
    struct correlation c = { .kind = CORRELATE_TOGETHER, .within = 10, .step_count = 2 };
    CHECK_STR(run(c, "1:B 5:A"), "2:2 ");
    CHECK_STR(run(c, "1:B 11:A"), "");
    CHECK_STR(run(c, "1:AB"), "1:1 ");
    CHECK_STR(run(c, "1:A 2:A 3:B"), "3:3 ");
}

static void test_value(void) {
    struct correlation c = {
        .kind = CORRELATE_VALUE, .within = 10, .measure = MEASURE_P, .p = 90, .min = 3, AT_LEAST(50)
    };
    CHECK_STR(run(c, "1=99 2=99"), ""); /* too few */
    CHECK_STR(run(c, "1=10 2=10 3=60"), "3:3 ");
    CHECK(last.measure > 59 && last.measure < 61);
    c.p = 50;
    CHECK_STR(run(c, "1=10 2=10 3=60"), "");
    CHECK_STR(run(c, "1=10 2=10 3=60 12=60"), ""); /* the tens are out, and then it is two */
    c.min = 1;
    CHECK_STR(run(c, "1=10 2=10 3=60 12=60"), "4:2 ");
    c.measure = MEASURE_AVG;
    CHECK_STR(run(c, "1=40 2=59 3=51"), "3:3 ");
    c.measure = MEASURE_SUM;
    CHECK_STR(run(c, "1=40 11=20 12=30"), "3:2 ");
    c.measure = MEASURE_MAX;
    CHECK_STR(run(c, "1=40 2=50"), "2:2 ");
}

static void test_ratio(void) {
    struct correlation c = { .kind = CORRELATE_RATIO, .within = 10 * 1000000, .min = 4, AT_LEAST(0.5) };
    CHECK_STR(run(c, "1#1 1 2#3 2"), "4:2 ");
    CHECK(last.records > 3.9 && last.records < 4.1);
    CHECK_STR(run(c, "1#3 1 1 1"), "");
    /* The second in which it fired is over. */
    CHECK_STR(run(c, "1#4 1 1 1 1 2#4 2 2"), "3:2 8:2 ");
}

static void test_versus(void) {
    struct correlation c = {
        .kind = CORRELATE_COUNT, .within = 10, .previous = 20, .factor = 2, AT_LEAST(2)
    };
    CHECK_STR(run(c, "15 30 41 43"), "4:2 "); /* two in ten, one in ten before */
    c.bounds[0].limit = 3;
    CHECK_STR(run(c, "15 17 27 41 42 43"), "6:3 "); /* 1.5 in ten before */
    CHECK_STR(run(c, "15 17 27 29 41 42 43"), "");
    c.bounds[0].limit = 2;
    /* Nothing is known of the time before the log. */
    CHECK_STR(run(c, "20 29"), "");
    CHECK_STR(run(c, "29 30"), "2:2 ");
    /* What fired is the past of later ones. */
    CHECK_STR(run(c, "30 31 42 43 44 45"), "2:2 4:2 6:2 ");
    struct window *w = window_new(&c, 35); /* the log begins later */
    CHECK_STR(fired(w, "41 43", 1), "");
    window_free(w);
}

static void test_keys(void) {
    struct correlation c = { .kind = CORRELATE_COUNT, .within = 10, .quiet = 100, AT_LEAST(2) };
    struct window *w = window_new(&c, 0);
    CHECK_STR(fired(w, "1 2 3", 1), "2:2 ");
    window_reset(w);
    CHECK_STR(fired(w, "1", 1), "");
    window_reset(w);
    CHECK_STR(fired(w, "1 3", 1), "2:2 ");
    CHECK(window_best(w)->any);
    CHECK_INT(window_best(w)->measure, 2);
    CHECK_INT(window_evicted(w), 0);
    window_free(w);
}

/* More than a window holds: the oldest go, and are counted. Evidence is the first and the last. */
static void test_many(void) {
    enum { MORE = MAX_WINDOW + 1000 };
    struct correlation c = { .kind = CORRELATE_DISTINCT, .within = MORE * 10LL, AT_LEAST(2) };
    struct window *w = window_new(&c, 0);
    struct window_firing f;
    bool any = false;
    for (int i = 0; i < MORE; i++)
        any = any ||
              window_add(
                  w, &(struct window_match){ .time = i, .stamp = i, .place = (uint64_t)i, .weight = 1 }, &f);
    CHECK(!any);
    CHECK_INT(window_evicted(w), 1000);
    CHECK(window_add(
        w, &(struct window_match){ .time = MORE, .stamp = MORE, .place = MORE, .weight = 1, .distinct = 1 },
        &f));
    CHECK_INT(f.matches, MAX_WINDOW);
    CHECK_INT(f.evidence_count, MAX_EVIDENCE);
    CHECK_INT(f.evidence[0], 1001);
    CHECK_INT(f.evidence[EVIDENCE_FIRST], MORE - EVIDENCE_LAST + 1);
    CHECK_INT(f.evidence[MAX_EVIDENCE - 1], MORE);
    window_free(w);
    window_free(NULL);
}

int main(void) {
    test_count();
    test_bounds();
    test_distinct();
    test_sequence();
    test_together();
    test_value();
    test_ratio();
    test_versus();
    test_keys();
    test_many();
    return check_report();
}
