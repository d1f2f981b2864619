/* Which rules are asked about which records, and which correlations about which matches. */
#include "mem.h"
#include "ruleset_inside.h"

/* ---- correlations ---- */

static void add_taker(struct takers *t, uint32_t correlation, size_t on) {
    t->items = mem_resize(t->items, t->count + 1, sizeof *t->items);
    t->items[t->count++] = (struct taker){ correlation, (uint32_t)on };
}

static uint32_t rule_number(const struct ruleset *rs, struct str id) {
    const struct rule *r = ruleset_find(rs, id);
    return r ? (uint32_t)(r - rs->rules) : UINT32_MAX;
}

static void link_correlation(struct ruleset *rs, uint32_t number) {
    const struct correlation *c = rs->rules[number].correlate;
    for (size_t i = 0; i < c->on_count; i++) {
        uint32_t on = rule_number(rs, c->on[i].rule);
        if (on == UINT32_MAX) /* the compiler has seen to it that it is there */
            continue;
        bool firings = rs->rules[on].correlate && !c->own;
        add_taker(firings ? &rs->firing_takers[on] : &rs->record_takers[on], number, i);
    }
    if (c->kind == CORRELATE_RATIO)
        rs->ratios[rs->ratio_count++] = number;
}

void ruleset_link_correlations(struct ruleset *rs) {
    rs->record_takers = mem_new(rs->rule_count, sizeof *rs->record_takers);
    rs->firing_takers = mem_new(rs->rule_count, sizeof *rs->firing_takers);
    rs->ratios = mem_new(rs->rule_count, sizeof *rs->ratios);
    for (uint32_t i = 0; i < rs->rule_count; i++)
        if (rs->rules[i].correlate)
            link_correlation(rs, i);
}

/* ---- which records a rule must see ---- */

static bool all_gated(const struct ruleset *rs, const struct pattern_list *list) {
    for (size_t i = 0; i < list->count; i++)
        if (!rs->patterns[list->at[i]].gated)
            return false;
    return list->count > 0;
}

static void add_trigger(struct rule_pattern *p, uint32_t rule) {
    p->triggers = mem_resize(p->triggers, p->trigger_count + 1, sizeof *p->triggers);
    p->triggers[p->trigger_count++] = rule;
}

static void add_all_triggers(struct ruleset *rs, const struct pattern_list *list, uint32_t rule) {
    for (size_t i = 0; i < list->count; i++)
        add_trigger(&rs->patterns[list->at[i]], rule);
}

/* A rule without patterns: a word that its `where` asks for, or the fields of the census, tell its records.
 */
static bool add_where_triggers(struct ruleset *rs, const struct rule *r, uint32_t rule) {
    bool words = all_gated(rs, &r->gate);
    if (!words && (r->gate.count || !r->by_fields))
        return false;
    add_all_triggers(rs, &r->gate, rule);
    if (r->by_fields)
        rs->by_fields[rs->by_fields_count++] = rule;
    return true;
}

/* A rule is a candidate where one of its `any` hits, or else where the first gated one of its `all` does. */
static bool add_triggers(struct ruleset *rs, uint32_t rule) {
    const struct rule *r = &rs->rules[rule];
    if (all_gated(rs, &r->any)) {
        add_all_triggers(rs, &r->any, rule);
        return true;
    }
    for (size_t i = 0; i < r->all.count; i++) {
        if (rs->patterns[r->all.at[i]].gated) {
            add_trigger(&rs->patterns[r->all.at[i]], rule);
            return true;
        }
    }
    return add_where_triggers(rs, r, rule);
}

void ruleset_plan_candidates(struct ruleset *rs, bool prefilter) {
    if (!prefilter)
        vocabulary_remove_gates(rs->vocabulary);
    for (size_t i = 0; !prefilter && i < rs->pattern_count; i++)
        rs->patterns[i].gated = false;
    rs->every = mem_new(rs->rule_count, sizeof *rs->every);
    rs->by_fields = mem_new(rs->rule_count, sizeof *rs->by_fields);
    for (uint32_t i = 0; i < rs->rule_count; i++) {
        const struct correlation *c = rs->rules[i].correlate;
        if (c && !c->own) /* it holds for no record */
            continue;
        if (!prefilter || !add_triggers(rs, i))
            rs->every[rs->every_count++] = i;
    }
}
