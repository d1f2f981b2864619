#include "ruleset_inside.h"

#include "mem.h"

#include <stdlib.h>

void ruleset_clear(struct ruleset *rs) {
    for (size_t i = 0; i < rs->rule_count; i++) {
        rule_fini(&rs->rules[i]);
        if (!rs->record_takers)
            continue;
        free(rs->record_takers[i].items);
        free(rs->firing_takers[i].items);
    }
    free(rs->record_takers);
    free(rs->firing_takers);
    free(rs->ratios);
    for (size_t i = 0; i < rs->pattern_count; i++) {
        free(rs->patterns[i].triggers);
        free(rs->patterns[i].groups);
        regex_free(rs->patterns[i].regex);
    }
    free(rs->rules);
    free(rs->patterns);
    match_pool_free(rs->matchers);
    gates_fini(&rs->gates);
    free(rs->every);
    free(rs->by_fields);
    free(rs->secrets);
    free(rs->failed);
    free(rs->switched_off);
    pattern_set_free(rs->set);
    vocabulary_free(rs->vocabulary);
    json_doc_free(rs->document);
    cached_fini(&rs->stored);
    struct rule_files files = rs->files, formats = rs->formats, overrides = rs->overrides,
                      support = rs->support;
    *rs = (struct ruleset){ .files = files, .formats = formats, .overrides = overrides, .support = support };
}

/* A pack is used whole or not at all. */
static bool check_packed(const struct ruleset *rs, struct fault *fault) {
    for (size_t i = 0; i < rs->failed_count; i++)
        for (size_t k = 0; k < rs->files.count; k++)
            if (rs->files.items[k].packed && strcmp(rs->files.items[k].path, rs->failed[i].file) == 0)
                return fault_set(fault, FAULT_RULE, "%s:%lld: %s (nothing of the pack is used)",
                                 rs->failed[i].file, (long long)rs->failed[i].line, rs->failed[i].reason);
    return true;
}

struct ruleset *ruleset_new(const struct ruleset_options *o, struct fault *fault) {
    struct ruleset *rs = mem_new(1, sizeof *rs);
    rule_files_init(&rs->files);
    rule_files_init(&rs->formats);
    rule_files_init(&rs->overrides);
    rule_files_init(&rs->support);
    char digest[HASH_HEX + 1], key[HASH_HEX + 1];
    if (!ruleset_read_files(rs, o, fault) || !ruleset_keys(o, rs, digest, key, fault) ||
        !ruleset_load(rs, o, key, fault) || !check_packed(rs, fault)) {
        ruleset_free(rs);
        return NULL;
    }
    memcpy(rs->digest, digest, sizeof digest);
    rs->matchers = match_pool_new(o->lua_folder);
    ruleset_link_correlations(rs);
    ruleset_plan_candidates(rs, !o->no_prefilter);
    return rs;
}

void ruleset_free(struct ruleset *rs) {
    if (!rs)
        return;
    ruleset_clear(rs);
    rule_files_fini(&rs->files);
    rule_files_fini(&rs->formats);
    rule_files_fini(&rs->overrides);
    rule_files_fini(&rs->support);
    free(rs);
}

const struct regex *ruleset_regex(struct ruleset *rs, uint32_t pattern) {
    struct rule_pattern *p = &rs->patterns[pattern];
    struct regex *r = atomic_load(&p->regex);
    if (r)
        return r;
    struct fault fault;
    struct regex *mine = regex_new(p->pcre, &fault);
    if (!mine)
        return NULL;
    if (atomic_compare_exchange_strong(&p->regex, &r, mine))
        return mine;
    regex_free(mine); /* another thread was first */
    return r;
}

const struct rule_file *ruleset_file(const struct ruleset *rs, const struct rule *rule) {
    size_t count = rs->files.count;
    return rule->file < count ? &rs->files.items[rule->file] : &rs->support.items[rule->file - count];
}

size_t ruleset_rule_count(const struct ruleset *rs) {
    size_t count = 0;
    for (size_t i = 0; i < rs->rule_count; i++)
        count += !rs->rules[i].support;
    return count;
}

const struct rule *ruleset_find(const struct ruleset *rs, struct str id) {
    for (size_t i = 0; i < rs->rule_count; i++)
        if (str_equal(rs->rules[i].id, id))
            return &rs->rules[i];
    return NULL;
}
