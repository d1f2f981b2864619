/* Merging results: parts in any order, parts that are left out, and parts that are wrong at any byte. */
#include "merge.h"

#include "audit_fixture.h"
#include "result_state.h"
#include "users.h"

static const char RULES[] =
    "return { rule { id = 'err', type = 'Error', severity = 'high', any = {'failed'} },"
    " rule { id = 'odd', type = 'Odd', severity = 'low', any = {'odd'}, match = function(e)"
    " if text.find(e.raw, 'x') then error('no') end return true end } }";

/* ---- a result in memory ---- */

struct memory_sink {
    struct sink sink;
    struct buf *out;
};

static bool write_memory(struct sink *s, struct str bytes, struct fault *fault) {
    (void)fault;
    return buf_add(((struct memory_sink *)s)->out, bytes);
}

static void put_result(struct buf *out, struct tally *t, struct result_info *info, struct str findings) {
    struct memory_sink sink = { { .write = write_memory }, out };
    struct json_writer w = { .out = out };
    struct fault fault = { 0 };
    info->with_state = true;
    result_put_head(&w, t);
    buf_add(out, findings);
    result_put_tail(&w, t, info);
    CHECK(result_write_state(t, info, &sink.sink, &fault));
}

static void add_finding(void *context, const struct finding *f) {
    struct buf *out = context;
    if (out->len)
        buf_add_byte(out, ',');
    struct json_writer w = { .out = out };
    finding_put(&w, f);
}

/* The stored result of an audit of one source. */
static struct buf part_of(struct ruleset *rs, const char *id, const char *uri, const char *log) {
    struct audit_options options = { .rulesets = { rs }, .ruleset_count = 1, .threads = 1 };
    struct result_info info = { .audit_id = id, .options = "0123456789abcdef0123456789abcdef" };
    struct fault fault = { 0 };
    struct buf findings, out;
    buf_init(&findings, 1 << 20);
    buf_init(&out, 1 << 20);
    struct audit *a = audit_new(&options, add_finding, &findings, &fault);
    audit_source(a, source_memory_new(uri, str_c(log)));
    put_result(&out, audit_finish(a), &info, buf_str(&findings));
    audit_free(a);
    buf_fini(&findings);
    return out;
}

/* ---- merging ---- */

static bool emit(void *context, struct str json, enum severity severity, struct fault *fault) {
    (void)severity;
    (void)fault;
    struct buf *out = context;
    if (out->len)
        buf_add_byte(out, ',');
    return buf_add(out, json);
}

static enum merge_taken add(struct merge *m, const struct buf *part, const char *name, struct fault *fault) {
    return merge_add(m, source_memory_new(name, buf_str(part)), false, fault);
}

static struct buf finish(struct merge *m) {
    struct buf findings, out;
    struct fault fault = { 0 };
    buf_init(&findings, 1 << 20);
    buf_init(&out, 1 << 20);
    struct tally *t = merge_finish(m, NULL, emit, &findings, &fault);
    CHECK(t != NULL);
    struct result_info info = { .audit_id = "merged", .options = merge_options_digest(m), .merged = true };
    info.parts = merge_parts(m, &info.part_count);
    put_result(&out, t, &info, buf_str(&findings));
    buf_fini(&findings);
    merge_free(m);
    return out;
}

static struct buf merged(const struct buf *parts, const size_t *order, size_t count) {
    struct merge *m = merge_new(&(struct merge_options){ 0 });
    struct fault fault = { 0 };
    for (size_t i = 0; i < count; i++)
        CHECK_INT(add(m, &parts[order[i]], "part", &fault), MERGE_TAKEN);
    return finish(m);
}

static struct str at(const struct buf *result, const char *path) {
    return json_path(json_parse(buf_str(result)), str_c(path)).raw;
}

struct parts {
    struct ruleset *rs;
    struct buf part[3];
};

static struct parts make_parts(void) {
    struct parts p = { .rs = load_rules(RULES, NULL, false, false) };
    p.part[0] = part_of(p.rs, "A", "a.log",
                        "2024-11-26T10:00:00Z failed 1 user=ann\n2024-11-26T10:00:01Z odd x\n"
                        "2024-11-26T10:00:02Z odd x\n");
    p.part[1] = part_of(p.rs, "B", "b.log",
                        "2024-11-26T11:00:00Z odd x\n2024-11-26T11:00:01Z odd one user=ann\n"
                        "2024-11-26T11:00:02Z odd x\n2024-11-26T11:00:03Z odd x\n"
                        "2024-11-26T11:00:04Z odd two\n");
    p.part[2] = part_of(p.rs, "C", "c.log",
                        "2024-11-26T12:00:00Z odd three\n2024-11-26T12:00:01Z failed 2 user=bob\n");
    return p;
}

static void free_parts(struct parts *p) {
    for (size_t i = 0; i < 3; i++)
        buf_fini(&p->part[i]);
    ruleset_free(p->rs);
}

static void test_any_order(struct parts *p) {
    static const size_t orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                        { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    static const char *const expected[][2] = {
        { "processed_logs", "10" },
        { "summary.findings_by_rule", "{\"err\":2,\"odd\":1}" }, /* off from the second failure in b.log on */
        { "summary.unique_users", "2" },
        { "summary.users[0].records", "2" },
        { "summary.users[0].first", "2024-11-26T10:00:00.000Z" },
        { "summary.users[0].last", "2024-11-26T11:00:01.000Z" },
        { "clock.latest", "2024-11-26T12:00:01.000Z" },
        { "findings[0].source", "a.log" },
        { "findings[1].source", "b.log" },
        { "findings[2].source", "c.log" },
        { "incomplete[0].count", "5" },
        { "rules.loaded", "2" },
        { "state.parts", "[\"A\",\"B\",\"C\"]" },
    };
    struct buf first = merged(p->part, orders[0], 3);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        CHECK_STR(at(&first, expected[i][0]), expected[i][1]);
    for (size_t i = 1; i < 6; i++) {
        struct buf other = merged(p->part, orders[i], 3);
        CHECK(str_equal(buf_str(&first), buf_str(&other)));
        buf_fini(&other);
    }
    struct buf half[2] = { merged(p->part, orders[3], 2), p->part[0] }; /* B and C, then A */
    struct buf other = merged(half, orders[0], 2);
    CHECK(str_equal(buf_str(&first), buf_str(&other)));
    buf_fini(&other);
    buf_fini(&half[0]);
    buf_fini(&first);
}

static void test_left_out(struct parts *p) {
    enum { HOUR = 3600 };
    int64_t ten = (int64_t)1732615200 * 1000000; /* 2024-11-26T10:00:00Z */
    struct merge_options options = { .overlapping = true,
                                     .from = ten + 1800 * 1000000LL,
                                     .to = ten + HOUR * 1000000LL };
    struct merge *m = merge_new(&options);
    struct fault fault = { 0 };
    CHECK_INT(add(m, &p->part[0], "a", &fault), MERGE_LEFT_OUT);
    CHECK_INT(add(m, &p->part[1], "b", &fault), MERGE_TAKEN);
    CHECK_INT(add(m, &p->part[1], "b again", &fault), MERGE_LEFT_OUT);
    CHECK_INT(add(m, &p->part[2], "c", &fault), MERGE_LEFT_OUT);
    CHECK_INT(merge_count(m), 1);
    struct buf one = finish(m);
    CHECK_STR(at(&one, "processed_logs"), "5");
    CHECK_STR(at(&one, "summary.total_findings"), "2"); /* three failures only */
    CHECK_STR(at(&one, "diagnostics[1].code"), "part_repeated");
    buf_fini(&one);
}

static void test_merged_again(struct parts *p) {
    struct fault fault = { 0 };
    struct buf one = merged(p->part, (const size_t[]){ 1 }, 1);
    struct merge *m = merge_new(&(struct merge_options){ 0 });
    CHECK_INT(merge_add(m, source_memory_new("one", buf_str(&one)), true, &fault),
              MERGE_LEFT_OUT); /* searched */
    CHECK_INT(add(m, &p->part[1], "b", &fault), MERGE_TAKEN);
    CHECK_INT(add(m, &one, "one", &fault), MERGE_STOPPED);
    CHECK_STR(str_c(fault.text), "b and one both hold the audit B: give one of them");
    CHECK_INT(fault.kind, FAULT_USAGE);
    merge_free(m);
    buf_fini(&one);
}

/* Cut or changed anywhere, a part is taken or is not; what was taken before stays as it was. */
static void test_broken(struct parts *p) {
    struct merge *m = merge_new(&(struct merge_options){ 0 });
    struct fault fault = { 0 };
    CHECK_INT(add(m, &p->part[0], "a", &fault), MERGE_TAKEN);
    for (size_t len = 0; len < p->part[1].len; len += 3) {
        struct buf cut = p->part[1];
        cut.len = len;
        CHECK_INT(add(m, &cut, "cut", &fault), MERGE_BAD);
    }
    CHECK_INT(add(m, &p->part[1], "b", &fault), MERGE_TAKEN);
    CHECK_INT(add(m, &p->part[2], "c", &fault), MERGE_TAKEN);
    struct buf got = finish(m), want = merged(p->part, (const size_t[]){ 0, 1, 2 }, 3);
    CHECK(str_equal(buf_str(&got), buf_str(&want)));
    buf_fini(&got);
    buf_fini(&want);
    for (size_t i = 0; i < p->part[1].len; i++) {
        struct buf changed;
        buf_init(&changed, 1 << 20);
        buf_add(&changed, buf_str(&p->part[1]));
        changed.ptr[i] = "\"{[x9,:"[i % 7];
        m = merge_new(&(struct merge_options){ 0 });
        add(m, &changed, "changed", &fault);
        got = finish(m);
        buf_fini(&got);
        buf_fini(&changed);
    }
}

int main(void) {
    audit_fixture_make();
    struct parts p = make_parts();
    test_any_order(&p);
    test_left_out(&p);
    test_merged_again(&p);
    test_broken(&p);
    free_parts(&p);
    scratch_remove();
    return check_report();
}
