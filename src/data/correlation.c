#include "correlation.h"

#include "mem.h"

#include <stdlib.h>

static const char *const KINDS[CORRELATION_KINDS] = { "count",    "distinct", "sequence",
                                                      "together", "value",    "ratio" };
static const char *const MEASURE_NAMES[MEASURES] = { "p", "avg", "sum", "max" };
static const char *const OPS[BOUND_OPS] = { "ge", "gt", "le", "lt", "eq", "ne" };

static int index_of(const char *name, const char *const *names, int count) {
    for (int i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    return 0; /* the compiler writes nothing else */
}

static struct name name_of(struct str text) {
    return (struct name){ text, field_named(text) };
}

static const struct name *read_names(const struct json_node *list) {
    struct name *names = mem_new(json_count(list), sizeof *names);
    size_t i = 0;
    for (const struct json_node *n = json_first(list); n; n = json_after(n), i++)
        names[i] = name_of(json_str(n));
    return names;
}

static void read_on(struct correlation *c, const struct json_node *list) {
    c->on_count = json_count(list);
    c->on = mem_new(c->on_count, sizeof *c->on);
    size_t i = 0;
    for (const struct json_node *n = json_first(list); n; n = json_after(n), i++)
        c->on[i] = (struct correlation_on){
            .rule = json_str(json_member(n, "rule")),
            .by = read_names(json_member(n, "by")),
            .steps = (uint32_t)json_integer(json_member(n, "steps"), 0),
        };
}

static void read_bounds(struct correlation *c, const struct json_node *bounds) {
    for (const struct json_node *b = json_first(bounds); b && c->bound_count < BOUND_OPS; b = json_after(b)) {
        struct bound *bound = &c->bounds[c->bound_count++];
        bound->op = index_of(json_name(b), OPS, BOUND_OPS);
        bound->limit = json_number(b, 0);
    }
}

struct correlation *correlation_new(const struct json_node *node) {
    if (!node)
        return NULL;
    struct correlation *c = mem_new(1, sizeof *c);
    *c = (struct correlation){
        .kind = index_of(json_c(json_member(node, "kind"), ""), KINDS, CORRELATION_KINDS),
        .own = json_is_true(json_member(node, "own")),
        .by = read_names(json_member(node, "by")),
        .by_count = json_count(json_member(node, "by")),
        .within = json_integer(json_member(node, "within"), 0),
        .quiet = json_integer(json_member(node, "quiet"), 0),
        .previous = json_integer(json_member(node, "previous"), 0),
        .factor = json_number(json_member(node, "factor"), 0),
        .field = name_of(json_str(json_member(node, "field"))),
        .weight = name_of(json_str(json_member(node, "weight"))),
        .measure = index_of(json_c(json_member(node, "measure"), ""), MEASURE_NAMES, MEASURES),
        .p = json_number(json_member(node, "p"), 0),
        .min = json_number(json_member(node, "min"), 1),
        .step_count = (size_t)json_integer(json_member(node, "step_count"), 0),
        .level = (uint32_t)json_integer(json_member(node, "level"), 0),
    };
    read_on(c, json_member(node, "on"));
    read_bounds(c, json_member(node, "bounds"));
    return c;
}

void correlation_free(struct correlation *c) {
    if (!c)
        return;
    for (size_t i = 0; i < c->on_count; i++)
        free((void *)(uintptr_t)c->on[i].by);
    free(c->on);
    free((void *)(uintptr_t)c->by);
    free(c);
}

static bool holds(const struct bound *b, double measure) {
    switch (b->op) {
    case BOUND_GE:
        return measure >= b->limit;
    case BOUND_GT:
        return measure > b->limit;
    case BOUND_LE:
        return measure <= b->limit;
    case BOUND_LT:
        return measure < b->limit;
    case BOUND_EQ:
        return !(measure < b->limit || measure > b->limit);
    default:
        return measure < b->limit || measure > b->limit;
    }
}

bool correlation_holds(const struct correlation *c, double measure) {
    for (size_t i = 0; i < c->bound_count; i++)
        if (!holds(&c->bounds[i], measure))
            return false;
    return true;
}

void correlation_print_bounds(const struct correlation *c, struct buf *out) {
    static const char *const words[BOUND_OPS] = { "",           "more than ", "at most ",
                                                  "less than ", "exactly ",   "not " };
    if (c->step_count)
        buf_printf(out, "%zu", c->step_count);
    for (size_t i = 0; i < c->bound_count; i++)
        buf_printf(out, "%s%s%.15g", i ? ", " : "", words[c->bounds[i].op], c->bounds[i].limit);
}
