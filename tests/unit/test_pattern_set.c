#include "pattern_set.h"

#include "buf.h"
#include "check.h"

#include <stdlib.h>

enum { MAX_RECORDS = 4000 };

/* A set over `records`, which lie one behind the other with a line end after each. */
struct fixture {
    struct pattern_set *set;
    struct scan_scratch *scratch;
    struct buf bytes;
    uint32_t starts[MAX_RECORDS];
    size_t count;
};

static void setup(struct fixture *f, const struct weak_pattern *patterns, size_t count) {
    struct fault fault = { 0 };
    f->set = pattern_set_new(patterns, count, &fault);
    CHECK_STR(str_c(fault.text), "");
    f->scratch = scan_scratch_new();
    scan_scratch_fit(f->scratch, f->set);
    buf_init(&f->bytes, 1 << 24);
    f->count = 0;
}

static void teardown(struct fixture *f) {
    pattern_set_free(f->set);
    scan_scratch_free(f->scratch);
    buf_fini(&f->bytes);
}

static void add_record(struct fixture *f, const char *text) {
    f->starts[f->count++] = (uint32_t)f->bytes.len;
    buf_add_c(&f->bytes, text);
    buf_add_byte(&f->bytes, '\n');
}

/* The distinct hits as "record:id ", in order of record and id. */
static void hits_as_text(struct fixture *f, struct buf *out) {
    size_t count;
    const struct hit *hits =
        pattern_set_scan(f->set, f->scratch, buf_str(&f->bytes), f->starts, f->count, &count);
    buf_reset(out);
    for (size_t i = 1; i < count; i++)
        CHECK(hits[i - 1].record <= hits[i].record);
    for (uint32_t record = 0; record < f->count; record++) {
        for (uint32_t id = 0; id < 100; id++) {
            bool hit = false;
            for (size_t i = 0; i < count; i++)
                hit = hit || (hits[i].record == record && hits[i].id == id);
            if (hit)
                buf_printf(out, "%u:%u ", record, id);
        }
    }
}

static const struct weak_pattern PATTERNS[] = {
    { "failed", 3 }, { "(?i)error", 7 }, { "timeout", 3 }, /* two of one id */
    { "fail", 4 },   { "\\nnext", 9 },   { "end$", 12 },   { "decoy", DECOY_ID },
};
enum { PATTERN_COUNT = sizeof PATTERNS / sizeof *PATTERNS };

static void add_sample(struct fixture *f) {
    add_record(f, "nothing");
    add_record(f, "login failed");
    add_record(f, "ERROR: failed, failed again, timeout");
    add_record(f, "a decoy");
    add_record(f, "erro"); /* the record border cuts the word */
    add_record(f, "r");
    add_record(f, "timeout");
    add_record(f, "next"); /* begins in the record before, ends in this one */
}

static const char WANT[] = "1:3 1:4 2:3 2:4 2:7 6:3 7:9 ";

static void test_hits_by_record(void) {
    struct fixture f;
    struct buf out;
    buf_init(&out, 1 << 16);
    setup(&f, PATTERNS, PATTERN_COUNT);
    add_sample(&f);
    for (int again = 0; again < 3; again++) {
        hits_as_text(&f, &out);
        CHECK_STR(buf_str(&out), WANT);
    }
    f.bytes.len--; /* without the last line end */
    hits_as_text(&f, &out);
    CHECK_STR(buf_str(&out), WANT);
    teardown(&f);
    buf_fini(&out);
}

static void test_round_trip(void) {
    struct fixture f;
    struct buf out;
    char *bytes;
    size_t len;
    buf_init(&out, 1 << 16);
    setup(&f, PATTERNS, PATTERN_COUNT);
    add_sample(&f);
    CHECK(pattern_set_bytes(f.set, &bytes, &len));
    pattern_set_free(f.set);
    f.set = pattern_set_load(str_of(bytes, len));
    CHECK(f.set != NULL);
    scan_scratch_fit(f.scratch, f.set);
    hits_as_text(&f, &out);
    CHECK_STR(buf_str(&out), WANT);
    for (size_t cut = 1; cut < len; cut += len / 7)
        CHECK(pattern_set_load(str_of(bytes, cut)) == NULL);
    CHECK(pattern_set_load(str_c("no database at all")) == NULL);
    free(bytes);
    teardown(&f);
    buf_fini(&out);
}

static void test_empty(void) {
    struct fixture f;
    char *bytes;
    size_t len, count;
    setup(&f, NULL, 0);
    pattern_set_scan(f.set, f.scratch, (struct str){ 0 }, f.starts, 0, &count);
    CHECK_INT(count, 0);
    add_sample(&f);
    pattern_set_scan(f.set, f.scratch, buf_str(&f.bytes), f.starts, f.count, &count);
    CHECK_INT(count, 0);
    CHECK(pattern_set_bytes(f.set, &bytes, &len));
    CHECK_INT(len, 0);
    pattern_set_free(f.set);
    f.set = pattern_set_load((struct str){ 0 });
    CHECK(f.set != NULL);
    teardown(&f);
    setup(&f, PATTERNS, PATTERN_COUNT); /* no records for a set that is not empty */
    pattern_set_scan(f.set, f.scratch, (struct str){ 0 }, f.starts, 0, &count);
    CHECK_INT(count, 0);
    teardown(&f);
}

/* Every record, the first, the last, those without an own text; one scratch for sets of different sizes. */
static void test_many_records(void) {
    struct fixture f, other;
    setup(&f, PATTERNS, PATTERN_COUNT);
    setup(&other, &(struct weak_pattern){ "failed", 1000 * 1000 }, 1);
    for (size_t i = 0; i < MAX_RECORDS; i++)
        add_record(&f, i % 3 == 1 ? "" : i % 3 ? "failed" : "failed and failed");
    size_t count, wanted = 0;
    const struct hit *hits = pattern_set_scan(f.set, f.scratch, buf_str(&f.bytes), f.starts, f.count, &count);
    for (size_t i = 0; i < count; i++) {
        CHECK(hits[i].record % 3 != 1);
        wanted += hits[i].id == 3;
    }
    CHECK_INT(wanted, MAX_RECORDS - MAX_RECORDS / 3); /* a noisy pattern costs one hit a record */
    scan_scratch_fit(f.scratch, other.set);
    hits = pattern_set_scan(other.set, f.scratch, buf_str(&f.bytes), f.starts, f.count, &count);
    CHECK_INT(count, wanted);
    CHECK_INT(hits[0].id, 1000 * 1000);
    teardown(&f);
    teardown(&other);
}

static void test_bad_expression(void) {
    struct fault fault = { 0 };
    struct weak_pattern bad[] = { { "fine", 0 }, { "a(?=b)", 1 }, { "x*", 2 } };
    CHECK(weak_pattern_check(&bad[0], &fault));
    CHECK(!weak_pattern_check(&bad[1], &fault));
    CHECK(fault.text[0] != '\0');
    CHECK(!weak_pattern_check(&bad[2], &fault)); /* matches the empty text */
    CHECK(pattern_set_new(bad, 3, &fault) == NULL);
    CHECK_INT(fault.kind, FAULT_RULE);
    char platform[128];
    pattern_set_platform(platform, sizeof platform);
    CHECK(strstr(platform, "features=") != NULL);
}

int main(void) {
    test_hits_by_record();
    test_round_trip();
    test_empty();
    test_many_records();
    test_bad_expression();
    return check_report();
}
