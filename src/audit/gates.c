#include "gates.h"

#include "mem.h"

#include <stdlib.h>

void gates_init(struct gates *g, const struct json_node *root) {
    *g = (struct gates){ .expression_count = json_count(json_member(root, "expressions")) };
    g->usable = mem_new(g->expression_count, sizeof *g->usable);
    memset(g->usable, true, g->expression_count * sizeof *g->usable);
    g->starts = mem_new(g->expression_count + 1, sizeof *g->starts);
}

void gates_fini(struct gates *g) {
    free(g->items);
    free(g->usable);
    free(g->parts);
    free(g->starts);
}

struct use {
    size_t expression;
    struct gate_part part;
};

/* The gates at work, and the uses of expressions in the order of the gates. */
struct linking {
    struct gates *gates;
    size_t gate_capacity;
    struct use *uses;
    size_t use_count, use_capacity;
};

static size_t number_of(const struct json_node *n) {
    return (size_t)json_integer(n, 0);
}

static bool usable(const struct gates *g, const struct json_node *part) {
    for (const struct json_node *n = json_first(part); n; n = json_after(n))
        if (number_of(n) >= g->expression_count || !g->usable[number_of(n)])
            return false;
    return json_count(part) > 0;
}

static void add_gate(struct linking *l, size_t opens) {
    struct gates *g = l->gates;
    mem_grow(&g->items, &l->gate_capacity, g->count, sizeof *g->items);
    g->items[g->count++] = (struct gate){ .opens = (uint32_t)opens };
}

/* To the gate added last. `part`: the numbers of its expressions. */
static void add_part(struct linking *l, const struct json_node *part, uint8_t bit) {
    struct gates *g = l->gates;
    if (!usable(g, part))
        return;
    g->items[g->count - 1].parts |= bit;
    for (const struct json_node *n = json_first(part); n; n = json_after(n)) {
        mem_grow(&l->uses, &l->use_capacity, l->use_count, sizeof *l->uses);
        l->uses[l->use_count++] = (struct use){ number_of(n), { (uint32_t)(g->count - 1), bit } };
    }
}

static void add_pattern(struct linking *l, const struct json_node *alternatives, size_t pattern) {
    for (const struct json_node *a = json_first(alternatives); a; a = json_after(a)) {
        uint8_t bit = 1;
        add_gate(l, pattern);
        for (const struct json_node *part = json_first(a); part && bit; part = json_after(part)) {
            add_part(l, part, bit);
            bit = (uint8_t)(bit << 1);
        }
    }
}

/* Puts the uses in the order of their expressions. */
static void index_uses(const struct linking *l) {
    struct gates *g = l->gates;
    g->parts = mem_new(l->use_count, sizeof *g->parts);
    for (size_t i = 0; i < l->use_count; i++)
        g->starts[l->uses[i].expression]++;
    for (size_t i = 0, before = 0; i <= g->expression_count; i++) {
        before += g->starts[i];
        g->starts[i] = before; /* where they end; filled from there */
    }
    for (size_t i = l->use_count; i-- > 0;)
        g->parts[--g->starts[l->uses[i].expression]] = l->uses[i].part;
}

void gates_link(struct gates *g, const struct json_node *root) {
    struct linking l = { .gates = g };
    size_t opens = 0;
    for (const struct json_node *p = json_first(json_member(root, "patterns")); p; p = json_after(p), opens++)
        add_pattern(&l, json_member(p, "weak"), opens);
    const struct json_node *census = json_member(json_member(root, "vocabulary"), "census");
    for (const struct json_node *c = json_first(json_member(census, "gates")); c;
         c = json_after(c), opens++) {
        add_gate(&l, opens);
        add_part(&l, c, 1);
    }
    index_uses(&l);
    free(l.uses);
}
