/* Merging, the second half: what all parts hold becomes one result. */
#include "merge_inside.h"

#include "mem.h"

#include <stdlib.h>

struct merge *merge_new(const struct merge_options *options) {
    struct merge *m = mem_new(1, sizeof *m);
    m->wanted = *options;
    m->runs = finding_runs_new();
    m->users = user_table_new();
    m->matches = finding_runs_new();
    m->min_severity = SEVERITY_COUNT;
    arena_init(&m->texts);
    return m;
}

static void free_sets(struct merge *m) {
    for (size_t set = 0; set < MAX_RULESETS; set++) {
        if (m->sets[set])
            free(m->sets[set]->rules);
        free(m->sets[set]);
        free(m->switches.off[set]);
    }
}

void merge_free(struct merge *m) {
    if (!m)
        return;
    if (m->has_tally)
        tally_fini(&m->tally);
    else
        user_table_free(m->users);
    free_sets(m);
    finding_runs_free(m->runs);
    finding_runs_free(m->matches);
    correlator_free(m->correlator);
    struct names *const lists[] = { &m->rules,    &m->sources,   &m->digests, &m->options,
                                    &m->ids,      &m->leaves,    &m->held,    &m->correlations,
                                    &m->rulesets, &m->reporters, &m->notified };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        names_fini(lists[i]);
    void *const arrays[] = { m->experimental, m->parts,        m->leaf_parts,    m->id_of,
                             m->source_list,  m->notes,        m->trips,         m->failed,
                             m->part_ids,     m->suppressions, m->reported,      m->continues.items,
                             m->nexts.items,  m->open_nexts,   m->open_continues };
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
    hash_index_fini(&m->reported_ids);
    arena_fini(&m->texts);
    free(m);
}

bool merge_correlates(const struct merge *m) {
    return m->correlations.count > 0;
}

size_t merge_count(const struct merge *m) {
    return m->ids.count;
}

const char *merge_audit_id(const struct merge *m) {
    return m->audit_id;
}

bool merge_rules_failed(const struct merge *m) {
    return m->failed_count > 0;
}

bool merge_notified(const struct merge *m) {
    uint32_t own;
    return names_find(&m->notified, str_c(m->audit_id), &own);
}

const char *merge_options_digest(const struct merge *m) {
    return m->options_digest;
}

const char *const *merge_parts(const struct merge *m, size_t *count) {
    *count = m->leaves.count;
    return m->part_ids;
}

void merge_missing(struct merge *m, const char *uri, const struct fault *fault) {
    mem_grow(&m->notes, &m->note_capacity, m->note_count, sizeof *m->notes);
    m->news.missing++;
    m->notes[m->note_count++] = (struct merged_note){
        .code = STR("read"),
        .source = arena_copy(&m->texts, str_c(uri)),
        .text = arena_copy(&m->texts, str_c(fault->text)),
        .count = 1,
        .has_source = true,
    };
}

const struct merge_news *merge_news(const struct merge *m) {
    return &m->news;
}

void merge_each_source(const struct merge *m, void (*visit)(void *context, struct str uri), void *context) {
    for (size_t i = 0; i < m->source_count; i++)
        visit(context, m->source_list[i].uri);
}

/* ---- the rules, as the parts name them ---- */

uint32_t merge_rule_number(struct merge *m, struct str id, bool condition, struct arena *arena) {
    char *name = arena_bytes(arena, id.len + 2);
    if (id.len)
        memcpy(name, id.ptr, id.len);
    name[id.len] = '\0';
    name[id.len + 1] = condition ? '1' : '0';
    uint32_t rule = names_add(&m->rules, str_of(name, id.len + 2));
    if (rule == m->rules_known) {
        mem_grow(&m->experimental, &m->experimental_capacity, rule, sizeof *m->experimental);
        m->experimental[m->rules_known++] = false;
    }
    return rule;
}

/* Its last two bytes tell the set; both are in the order of the names. */
struct str merge_rule_id(const struct merge *m, uint32_t rule) {
    struct str name = m->rules.items[rule];
    return str_slice(name, 0, name.len - 2);
}

static size_t rule_set(const struct merge *m, uint32_t rule) {
    struct str name = m->rules.items[rule];
    return name.ptr[name.len - 1] == '1';
}

static struct rule_place *make_rulesets(struct merge *m, const uint32_t *ranks) {
    struct rule_place *places = mem_new(m->rules.count, sizeof *places);
    uint32_t *by_rank = mem_new(m->rules.count, sizeof *by_rank);
    for (uint32_t i = 0; i < m->rules.count; i++)
        by_rank[ranks[i]] = i;
    for (size_t set = 0; set < MAX_RULESETS; set++) {
        m->sets[set] = mem_new(1, sizeof **m->sets);
        m->sets[set]->rules = mem_new(m->rules.count, sizeof(struct rule));
        m->switches.off[set] = mem_new(m->rules.count, sizeof(atomic_bool));
        m->audit_options.rulesets[set] = m->sets[set];
    }
    m->audit_options.ruleset_count = MAX_RULESETS;
    for (size_t i = 0; i < m->rules.count; i++) {
        uint32_t number = by_rank[i];
        struct ruleset *rs = m->sets[rule_set(m, number)];
        places[number] = (struct rule_place){ (uint32_t)rule_set(m, number), (uint32_t)rs->rule_count };
        rs->rules[rs->rule_count++] = (struct rule){
            .id = merge_rule_id(m, number),
            .status = str_c(m->experimental[number] ? "experimental" : NULL),
            .condition_name = rule_set(m, number) ? merge_rule_id(m, number) : (struct str){ 0 },
        };
    }
    free(by_rank);
    return places;
}

static int by_file(const void *a, const void *b) {
    const struct failed_file *x = a, *y = b;
    int order = strcmp(x->file, y->file);
    order = order ? order : (x->line > y->line) - (x->line < y->line);
    return order ? order : strcmp(x->reason, y->reason);
}

/* Each file once, however many parts could not load it. */
static void sort_failed_files(struct merge *m) {
    size_t kept = 0;
    mem_sort(m->failed, m->failed_count, sizeof *m->failed, by_file);
    for (size_t i = 0; i < m->failed_count; i++)
        if (!kept || by_file(&m->failed[kept - 1], &m->failed[i]) != 0)
            m->failed[kept++] = m->failed[i];
    m->failed_count = kept;
    m->sets[0]->failed = m->failed;
    m->sets[0]->failed_count = kept;
}

/* The only name, else a digest of all of them. */
static struct hash digest_of(const struct names *names) {
    struct hash digest;
    if (names->count == 1 && hash_read(names->items[0], &digest))
        return digest;
    uint32_t *ranks = names_ranks(names);
    const struct str **sorted = mem_new(names->count, sizeof(struct str *));
    struct hash_state *h = hash_new();
    for (size_t i = 0; i < names->count; i++)
        sorted[ranks[i]] = &names->items[i];
    for (size_t i = 0; i < names->count; i++)
        hash_add(h, *sorted[i]);
    digest = hash_get(h);
    hash_free(h);
    free(sorted);
    free(ranks);
    return digest;
}

/* ---- the whole ---- */

static void make_tally(struct merge *m) {
    struct tally *t = &m->tally;
    if (m->min_severity == SEVERITY_COUNT)
        m->min_severity = SEVERITY_INFO;
    m->audit_options.min_severity = m->min_severity;
    tally_init(t, &m->audit_options, &m->switches, NULL);
    user_table_free(t->users);
    t->users = m->users;
    m->has_tally = true;
    t->counts = m->counts;
    t->counts.filtered -=
        m->correlated_filtered < t->counts.filtered ? m->correlated_filtered : t->counts.filtered;
    for (size_t i = 0; i < m->correlations.count; i++)
        names_add(&t->correlations, m->correlations.items[i]);
    t->clock = m->clock;
    t->rules_loaded = m->loaded;
    t->rules_digest = digest_of(&m->digests);
    hash_print(digest_of(&m->options), m->options_digest);
}

static void list_parts(struct merge *m) {
    uint32_t *ranks = names_ranks(&m->leaves);
    m->part_ids = mem_new(m->leaves.count, sizeof *m->part_ids);
    for (size_t i = 0; i < m->leaves.count; i++)
        m->part_ids[ranks[i]] = m->leaves.items[i].ptr;
    free(ranks);
}

static void make_audit_id(struct merge *m, const struct ruleset *rules) {
    struct hash_state *h = hash_new();
    for (size_t i = 0; i < m->leaves.count; i++)
        hash_add(h, str_c(m->part_ids[i]));
    hash_add(h, str_c("merge"));
    hash_add(h, str_c(rules ? rules->digest : NULL));
    hash_print(hash_get(h), m->audit_id);
    hash_free(h);
}

static uint32_t *part_ranks(const struct merge *m) {
    uint32_t *ranks = mem_new(m->reading_count, sizeof *ranks), *by_id = names_ranks(&m->ids);
    for (size_t i = 0; i < m->reading_count && m->ids.count; i++)
        ranks[i] = by_id[m->id_of[i]];
    free(by_id);
    return ranks;
}

/* Rules whose findings are made here are among the others. */
static void name_correlations(struct merge *m) {
    for (size_t i = 0; i < m->correlations.count; i++)
        merge_rule_number(m, m->correlations.items[i], false, &m->texts);
}

struct tally *merge_finish(struct merge *m, const struct ruleset *rules,
                           bool (*emit)(void *context, struct str json, enum severity severity,
                                        struct fault *fault),
                           void *context, struct fault *fault) {
    name_correlations(m);
    uint32_t *source_rank = names_ranks(&m->sources), *rule_rank = names_ranks(&m->rules);
    uint32_t *part_rank = part_ranks(m);
    struct rule_place *places = make_rulesets(m, rule_rank);
    const struct finding_order order = { source_rank, rule_rank, part_rank };
    sort_failed_files(m);
    make_tally(m);
    list_parts(m);
    make_audit_id(m, rules);
    merge_add_sources(m);
    const struct merge_emit to = { emit, context };
    bool ok = merge_replay(m, places, &order, rules, to, fault);
    merge_add_notes(m);
    free(places);
    free(source_rank);
    free(rule_rank);
    free(part_rank);
    return ok ? &m->tally : NULL;
}
