#include "rule.h"

#include "mem.h"

#include <math.h>
#include <stdlib.h>

static const char *const OPS[TEST_OP_COUNT] = { "eq",     "ne",     "gt",     "ge",       "lt",   "le",
                                                "re",     "prefix", "suffix", "contains", "cidr", "in_table",
                                                "exists", "null",   "any",    "all",      "none" };

const char *test_op_name(enum test_op op) {
    return OPS[op];
}

static enum test_op op_named(const char *name) {
    for (int op = 0; op < TEST_OP_COUNT; op++)
        if (strcmp(name, OPS[op]) == 0)
            return (enum test_op)op;
    abort(); /* the compiler writes nothing else */
}

static void read_tests(struct test_list *list, const struct json_node *node);

static void read_test(struct test *t, const struct json_node *node) {
    t->name = json_str(json_member(node, "field"));
    t->field = field_named(t->name);
    t->op = op_named(json_c(json_member(node, "op"), ""));
    t->wanted = json_is_true(json_member(node, "wanted"));
    t->by_field = json_is_true(json_member(node, "by_field"));
    t->pattern = (uint32_t)json_integer(json_member(node, "pattern"), 0);
    read_tests(&t->inside, json_member(node, "maps"));
    const struct json_node *values = json_member(node, "values");
    t->value_count = json_count(values);
    t->values = mem_new(t->value_count, sizeof *t->values);
    t->numbers = mem_new(t->value_count, sizeof *t->numbers);
    size_t i = 0;
    for (const struct json_node *v = json_first(values); v; v = json_after(v), i++) {
        t->values[i] = json_str(v);
        if (!str_to_double(t->values[i], &t->numbers[i]))
            t->numbers[i] = NAN;
    }
}

static void read_tests(struct test_list *list, const struct json_node *node) {
    list->count = json_count(node);
    list->maps = mem_new(list->count, sizeof *list->maps);
    size_t i = 0;
    for (const struct json_node *map = json_first(node); map; map = json_after(map), i++) {
        list->maps[i].count = json_count(map);
        list->maps[i].tests = mem_new(list->maps[i].count, sizeof *list->maps[i].tests);
        size_t j = 0;
        for (const struct json_node *test = json_first(map); test; test = json_after(test), j++)
            read_test(&list->maps[i].tests[j], test);
    }
}

/* by_fields: a list of names for each map. */
static void read_needs(struct test_list *list, const struct json_node *by_fields) {
    size_t i = 0;
    for (const struct json_node *names = json_first(by_fields); names && i < list->count;
         names = json_after(names), i++)
        for (const struct json_node *n = json_first(names); n; n = json_after(n))
            list->maps[i].needs |= field_bit(field_named(json_str(n)));
}

static void free_tests(struct test_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        for (size_t j = 0; j < list->maps[i].count; j++) {
            free(list->maps[i].tests[j].values);
            free(list->maps[i].tests[j].numbers);
            free_tests(&list->maps[i].tests[j].inside);
        }
        free(list->maps[i].tests);
    }
    free(list->maps);
}

static void read_patterns(struct pattern_list *list, const struct json_node *node) {
    list->count = json_count(node);
    list->at = mem_new(list->count, sizeof *list->at);
    size_t i = 0;
    for (const struct json_node *p = json_first(node); p; p = json_after(p), i++)
        list->at[i] = (uint32_t)json_integer(p, 0);
}

static struct str text_of(const struct json_node *node, const char *key) {
    return json_str(json_member(node, key));
}

static void read_lookups(struct rule *r, const struct json_node *list) {
    r->lookups = mem_new(json_count(list), sizeof *r->lookups);
    for (const struct json_node *l = json_first(list); l; l = json_after(l))
        r->lookups[r->lookup_count++] = (struct lookup){
            .name = text_of(l, "name"),
            .table = text_of(l, "table"),
            .key = text_of(l, "key"),
            .column = text_of(l, "column"),
            .field = field_named(text_of(l, "key")),
        };
}

static void read_limits(struct rule *r, const struct json_node *list) {
    r->limits = mem_new(json_count(list), sizeof *r->limits);
    for (const struct json_node *l = json_first(list); l; l = json_after(l)) {
        struct slow_limit *limit = &r->limits[r->limit_count++];
        limit->ms = json_number(json_member(l, "ms"), 0);
        read_tests(&limit->where, json_member(l, "where"));
    }
}

static void read_exceptions(struct rule *r, const struct json_node *list) {
    r->exceptions = mem_new(json_count(list), sizeof *r->exceptions);
    for (const struct json_node *e = json_first(list); e; e = json_after(e)) {
        struct exception *x = &r->exceptions[r->exception_count++];
        *x = (struct exception){
            .reason = text_of(e, "reason"),
            .owner = text_of(e, "owner"),
            .until = text_of(e, "until"),
            .ends = json_integer(json_member(e, "ends"), INT64_MAX),
        };
        read_tests(&x->where, json_member(e, "where"));
    }
}

static void read_dedup(struct rule *r, const struct json_node *list) {
    r->dedup = mem_new(json_count(list), sizeof *r->dedup);
    for (const struct json_node *d = json_first(list); d; d = json_after(d))
        r->dedup[r->dedup_count++] = json_str(d);
}

void rule_init(struct rule *r, const struct json_node *node) {
    *r = (struct rule){
        .id = text_of(node, "id"),
        .title = text_of(node, "title"),
        .type = text_of(node, "type"),
        .description = text_of(node, "description"),
        .owner = text_of(node, "owner"),
        .runbook = text_of(node, "runbook"),
        .author = text_of(node, "author"),
        .status = text_of(node, "status"),
        .condition_name = text_of(node, "condition_name"),
        .tags_json = text_of(node, "tags_json"),
        .references_json = text_of(node, "references_json"),
        .version_json = text_of(node, "version_json"),
        .meta_json = text_of(node, "meta_json"),
        .severity = severity_named(text_of(node, "severity")),
        .has_match = json_is_true(json_member(node, "match")),
        .correlate = correlation_new(json_member(node, "correlate")),
        .support = json_is_true(json_member(node, "support")),
        .fallback = json_is_true(json_member(node, "fallback")),
        .search_raw = json_is_true(json_member(node, "search_raw")),
        .file = (uint32_t)json_integer(json_member(node, "file"), UINT32_MAX),
        .place = (uint32_t)json_integer(json_member(node, "place"), 1),
    };
    read_dedup(r, json_member(node, "dedup"));
    read_patterns(&r->any, json_member(node, "any"));
    read_patterns(&r->all, json_member(node, "all"));
    read_patterns(&r->none, json_member(node, "none"));
    read_patterns(&r->gate, json_member(node, "gate"));
    read_tests(&r->where, json_member(node, "where"));
    r->by_fields = json_count(json_member(node, "by_fields")) > 0;
    read_needs(&r->where, json_member(node, "by_fields"));
    read_tests(&r->unless, json_member(node, "unless"));
    read_lookups(r, json_member(node, "lookup"));
    read_limits(r, json_member(node, "limits"));
    r->least_ms = json_number(json_member(node, "least_ms"), 0);
    read_exceptions(r, json_member(node, "except"));
}

void rule_fini(struct rule *r) {
    free(r->dedup);
    correlation_free(r->correlate);
    free(r->any.at);
    free(r->all.at);
    free(r->none.at);
    free(r->gate.at);
    free_tests(&r->where);
    free_tests(&r->unless);
    for (size_t i = 0; i < r->limit_count; i++)
        free_tests(&r->limits[i].where);
    for (size_t i = 0; i < r->exception_count; i++)
        free_tests(&r->exceptions[i].where);
    free(r->lookups);
    free(r->limits);
    free(r->exceptions);
}

bool rule_is_experimental(const struct rule *r) {
    return str_equal_c(r->status, "experimental");
}
