#include "finding_runs.h"

#include "buf.h"
#include "check.h"

/* Numbers are not in the order: 1 comes before 0. */
static const uint32_t TURNED[] = { 1, 0, 2, 3 };
static const struct finding_order ORDER = { TURNED, TURNED, TURNED };

static bool collect(void *context, const struct finding_key *key, struct str json, struct fault *fault) {
    (void)fault;
    buf_printf(context, "%u:%llu:%u=%.*s ", key->source, (unsigned long long)key->offset, key->rule,
               STR_ARG(json));
    return true;
}

static void add(struct finding_runs *r, uint32_t part, uint32_t source, uint64_t offset, uint32_t rule,
                const char *text) {
    struct finding_key key = { source, rule, part, offset };
    struct fault fault = { 0 };
    CHECK(finding_runs_add(r, &key, str_c(text), &fault));
}

static void check(struct finding_runs *r, const char *want) {
    struct buf got;
    struct fault fault = { 0 };
    buf_init(&got, 1 << 20);
    CHECK(finding_runs_each(r, &ORDER, collect, &got, &fault));
    CHECK_STR(buf_str(&got), want);
    buf_fini(&got);
}

static void test_order(void) {
    struct finding_runs *r = finding_runs_new();
    check(r, "");
    add(r, 0, 0, 10, 0, "a");
    add(r, 0, 0, 30, 0, "b");
    add(r, 0, 1, 5, 0, "c");  /* another source of the same part */
    add(r, 1, 0, 20, 0, "d"); /* the same source in another part */
    add(r, 1, 0, 30, 1, "e"); /* the same record: by rule */
    add(r, 1, 0, 30, 0, "f"); /* ... and by part */
    add(r, 1, 0, 2, 0, "g");  /* out of order: a run of its own */
    check(r, "1:5:0=c 0:2:0=g 0:10:0=a 0:20:0=d 0:30:1=e 0:30:0=f 0:30:0=b ");
    finding_runs_free(r);
}

static void test_rewind(void) {
    struct finding_runs *r = finding_runs_new();
    struct fault fault = { 0 };
    add(r, 0, 0, 10, 0, "a");
    uint64_t mark = finding_runs_mark(r);
    add(r, 1, 0, 11, 0, "lost");
    add(r, 1, 1, 1, 0, "lost too");
    CHECK(finding_runs_rewind(r, mark, &fault));
    add(r, 2, 0, 9, 0, "b");
    check(r, "0:9:0=b 0:10:0=a ");
    CHECK(finding_runs_rewind(r, 0, &fault));
    check(r, "");
    finding_runs_free(r);
}

struct counting {
    uint64_t last, count;
    bool sorted;
};

static bool count(void *context, const struct finding_key *key, struct str json, struct fault *fault) {
    (void)json;
    (void)fault;
    struct counting *c = context;
    c->sorted = c->sorted && key->offset >= c->last;
    c->last = key->offset;
    return ++c->count < 90000;
}

/* Many runs of one source: every finding a run of its own. */
static void test_many(void) {
    struct finding_runs *r = finding_runs_new();
    struct fault fault = { 0 };
    struct counting c = { .sorted = true };
    for (uint32_t i = 0; i < 100000; i++)
        add(r, 0, 0, 1000000 - i, 0, "some bytes of a finding");
    CHECK(!finding_runs_each(r, &ORDER, count, &c, &fault)); /* stopped */
    CHECK(c.sorted && c.count == 90000);
    finding_runs_free(r);
}

int main(void) {
    test_order();
    test_rewind();
    test_many();
    return check_report();
}
