#include "finding_set.h"

#include "check.h"
#include "source_memory.h"

static struct finding_set *set;
static struct fault fault;
static struct rule rule = { .id = STR("r.one") };

static void add(enum finding_side side, uint64_t fingerprint, enum severity severity) {
    struct finding f = { .rule = &rule,
                         .severity = severity,
                         .title = STR("a title"),
                         .message = STR("a message"),
                         .source = STR("a.log"),
                         .line = 7,
                         .fingerprint = { fingerprint, fingerprint } };
    finding_set_add(set, side, &f);
}

static bool read_text(enum finding_side side, struct str text) {
    struct source *source = source_memory_new("base.json", text);
    bool ok = finding_set_read(set, side, source, &fault);
    source->close(source);
    return ok;
}

static void test_known(void) {
    add(SIDE_OLD, 1, SEVERITY_LOW);
    CHECK(finding_set_known(set, (struct hash){ 1, 1 }));
    CHECK(!finding_set_known(set, (struct hash){ 2, 1 })); /* only half of it is the same */
    add(SIDE_NEW, 2, SEVERITY_HIGH);
    CHECK(!finding_set_known(set, (struct hash){ 2, 2 })); /* of the new side only */
    size_t count;
    const struct finding_kind *const *kinds = finding_set_kinds(set, &count);
    CHECK_INT(count, 2);
    CHECK_INT(kinds[0]->severity, SEVERITY_HIGH);
    CHECK_INT(kinds[1]->count[SIDE_NEW], 1);
    CHECK(kinds[1]->face[SIDE_OLD].severity == SEVERITY_LOW && kinds[1]->face[SIDE_NEW].title == NULL);
}

/* What is written reads back, and says the same. */
static void test_baseline(void) {
    struct buf text;
    buf_init(&text, 1 << 20);
    add(SIDE_NEW, 2, SEVERITY_HIGH);
    finding_set_put(set, &text);
    finding_set_free(set);
    set = finding_set_new();
    CHECK(read_text(SIDE_OLD, buf_str(&text)));
    size_t count;
    const struct finding_kind *const *kinds = finding_set_kinds(set, &count);
    CHECK_INT(count, 2);
    CHECK_INT(kinds[0]->count[SIDE_OLD], 2);
    CHECK_INT(kinds[0]->severity, SEVERITY_HIGH);
    CHECK(strcmp(kinds[0]->rule_id, "r.one") == 0 && strcmp(kinds[0]->title, "a title") == 0);
    buf_fini(&text);
}

static void test_wrong(void) {
    CHECK(!read_text(SIDE_OLD,
                     str_c("{\"findings\":[{\"rule_id\":\"x\"}],\"summary\":{},\"schema_version\":1}")));
    CHECK(strstr(fault.text, "finding 1: a fingerprint was expected"));
    CHECK(!read_text(SIDE_OLD, str_c("not JSON")));
    CHECK(!read_text(SIDE_OLD, str_c("{\"a\":1}")));
}

int main(void) {
    set = finding_set_new();
    test_known();
    test_baseline();
    test_wrong();
    finding_set_free(set);
    return check_report();
}
