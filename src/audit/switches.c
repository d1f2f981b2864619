#include "switches.h"

#include "mem.h"
#include "suggest.h"

#include <fnmatch.h>
#include <stdlib.h>

static bool matches_any(struct str id, const char *const *globs, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (fnmatch(globs[i], id.ptr, 0) == 0)
            return true;
    return false;
}

static bool names_a_rule(const struct audit_options *o, const char *glob) {
    for (size_t set = 0; set < o->ruleset_count; set++)
        for (size_t i = 0; i < o->rulesets[set]->rule_count; i++)
            if (!o->rulesets[set]->rules[i].support &&
                fnmatch(glob, o->rulesets[set]->rules[i].id.ptr, 0) == 0)
                return true;
    return false;
}

/* Of the rules that --only and --skip choose among. */
static const char *nearest(const struct audit_options *o, const char *id) {
    size_t most = 0, count = 0;
    for (size_t set = 0; set < o->ruleset_count; set++)
        most += o->rulesets[set]->rule_count;
    const char **ids = mem_new(most, sizeof *ids);
    for (size_t set = 0; set < o->ruleset_count; set++)
        for (size_t i = 0; i < o->rulesets[set]->rule_count; i++)
            if (!o->rulesets[set]->rules[i].support)
                ids[count++] = o->rulesets[set]->rules[i].id.ptr;
    const char *near = suggest_nearest(id, ids, count);
    free(ids);
    return near;
}

static bool unknown_rule(const struct audit_options *o, const char *id, struct fault *fault) {
    const char *near = nearest(o, id);
    return near ? fault_set(fault, FAULT_USAGE, "there is no rule '%s' (did you mean '%s'?)", id, near)
                : fault_set(fault, FAULT_USAGE, "there is no rule '%s' (see logaudit rules list)", id);
}

static bool check_names(const struct audit_options *o, const char *const *globs, size_t count,
                        struct fault *fault) {
    for (size_t i = 0; i < count; i++)
        if (!names_a_rule(o, globs[i]))
            return unknown_rule(o, globs[i], fault);
    return true;
}

bool switches_check(const struct audit_options *o, struct fault *fault) {
    return check_names(o, o->only, o->only_count, fault) && check_names(o, o->skip, o->skip_count, fault);
}

/* Conditions are part of the request: --only and --skip choose among the packs' rules. */
static bool is_chosen(const struct audit_options *o, size_t set, const struct rule *r) {
    bool named = !o->only_count || matches_any(r->id, o->only, o->only_count);
    return set > 0 || (named && !r->support && !matches_any(r->id, o->skip, o->skip_count));
}

/* The rule, and all that its correlation is on. */
static void switch_on(struct rule_switches *s, const struct ruleset *rs, size_t set, size_t rule) {
    if (!atomic_load(&s->off[set][rule]))
        return;
    atomic_store(&s->off[set][rule], false);
    const struct correlation *c = rs->rules[rule].correlate;
    for (size_t i = 0; c && i < c->on_count; i++) {
        const struct rule *on = ruleset_find(rs, c->on[i].rule);
        if (on)
            switch_on(s, rs, set, (size_t)(on - rs->rules));
    }
}

void switches_init(struct rule_switches *s, const struct audit_options *o) {
    for (size_t set = 0; set < o->ruleset_count; set++) {
        const struct ruleset *rs = o->rulesets[set];
        s->off[set] = mem_new(rs->rule_count, sizeof *s->off[set]);
        s->chosen[set] = mem_new(rs->rule_count, sizeof *s->chosen[set]);
        for (size_t i = 0; i < rs->rule_count; i++) {
            s->chosen[set][i] = is_chosen(o, set, &rs->rules[i]);
            atomic_init(&s->off[set][i], true);
        }
        for (size_t i = 0; i < rs->rule_count; i++)
            if (s->chosen[set][i])
                switch_on(s, rs, set, i);
    }
}

void switches_fini(struct rule_switches *s) {
    for (size_t set = 0; set < MAX_RULESETS; set++) {
        free(s->off[set]);
        free(s->chosen[set]);
    }
    *s = (struct rule_switches){ 0 };
}
