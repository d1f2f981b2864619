#include "ruleset.h"

#include "compiler.h"
#include "file.h"
#include "log.h"
#include "mem.h"
#include "parse.h"
#include "rule_pack.h"

#include <stdlib.h>

/* The compiled form of some thousand rules; a larger document is an accident. */
enum { MAX_DOCUMENT = 256 << 20 };

/* ---- the key ---- */

static bool hash_library_file(void *context, const char *path) {
    struct buf text;
    struct fault fault;
    buf_init(&text, MAX_DOCUMENT);
    if (file_read(path, &text, FAULT_USAGE, &fault))
        hash_add(context, buf_str(&text));
    buf_fini(&text);
    return true;
}

/* The digest names what the rules say; the key also what they were compiled by and for. */
static bool make_keys(const struct ruleset_options *o, const struct ruleset *rs, char *digest, char *key,
                      struct fault *fault) {
    struct hash_state *h = hash_new();
    rule_files_hash(&rs->files, h);
    hash_add(h, o->conditions);
    rule_files_hash(&rs->support, h);
    rule_files_hash(&rs->formats, h);
    rule_files_hash(&rs->overrides, h);
    tables_hash(o->tables, h);
    hash_add(h, str_c(o->format));
    bool ok = file_walk(o->lua_folder, false, hash_library_file, h, fault);
    if (!ok) {
        fault->kind = FAULT_USAGE;
        fault_context(fault, "the Lua library");
    }
    hash_print(hash_get(h), digest);
    char platform[128];
    pattern_set_platform(platform, sizeof platform);
    hash_add(h, str_c(platform));
    hash_add(h, (struct str)STR(LOGAUDIT_VERSION));
    for (size_t i = 0; i < rs->files.count; i++) /* messages name the paths */
        hash_add(h, str_c(rs->files.items[i].path));
    for (size_t i = 0; i < rs->support.count; i++)
        hash_add(h, str_c(rs->support.items[i].path));
    for (size_t i = 0; i < rs->formats.count; i++)
        hash_add(h, str_c(rs->formats.items[i].path));
    hash_add(h, str_c(rs->overrides.count ? rs->overrides.items[0].path : NULL));
    hash_add_int(h, o->any_table);
    hash_print(hash_get(h), key);
    hash_free(h);
    return ok;
}

/* ---- the document ---- */

static bool compile_document(const struct ruleset_options *o, const struct ruleset *rs, struct buf *out,
                             struct fault *fault) {
    struct compiler *c = compiler_new(o->lua_folder, fault);
    if (!c)
        return false;
    if (!o->any_table)
        compiler_add_tables(c, o->tables);
    const struct rule_file *overrides = rs->overrides.count ? rs->overrides.items : NULL;
    bool ok = !overrides || compiler_add_overrides(c, overrides, fault);
    if (ok) {
        compiler_add_files(c, &rs->files);
        compiler_add_support(c, &rs->support, rs->files.count);
    }
    ok = ok && compiler_check_overrides(c, fault) &&
         (!o->conditions.len || compiler_add_conditions(c, o->conditions, fault)) &&
         compiler_add_formats(c, &rs->formats, fault) &&
         (!o->format || compiler_choose_format(c, o->format, fault)) && compiler_finish(c, out, fault);
    compiler_free(c);
    return ok;
}

static void load_groups(struct rule_pattern *p, const struct json_node *list) {
    p->groups = mem_new(json_count(list), sizeof *p->groups);
    p->span_count = 1;
    for (const struct json_node *g = json_first(list); g; g = json_after(g)) {
        size_t number = (size_t)json_integer(json_member(g, "index"), 0);
        if (number >= REGEX_MAX_SPANS)
            continue;
        p->groups[p->group_count++] = (struct named_group){ json_str(json_member(g, "name")), number };
        p->span_count = number + 1 > p->span_count ? number + 1 : p->span_count;
    }
}

static void load_patterns(struct ruleset *rs, const struct json_node *list) {
    rs->pattern_count = json_count(list);
    rs->patterns = mem_new(rs->pattern_count, sizeof *rs->patterns);
    size_t i = 0;
    for (const struct json_node *p = json_first(list); p; p = json_after(p), i++) {
        rs->patterns[i].source = json_str(json_member(p, "source"));
        rs->patterns[i].pcre = json_str(json_member(p, "pcre"));
        load_groups(&rs->patterns[i], json_member(p, "groups"));
    }
}

static void load_rules(struct ruleset *rs, const struct json_node *list) {
    rs->rule_count = json_count(list);
    rs->rules = mem_new(rs->rule_count, sizeof *rs->rules);
    size_t i = 0;
    for (const struct json_node *r = json_first(list); r; r = json_after(r), i++)
        rule_init(&rs->rules[i], r);
}

static void load_secrets(struct ruleset *rs, const struct json_node *list) {
    rs->secret_count = json_count(list);
    rs->secrets = mem_new(rs->secret_count, sizeof *rs->secrets);
    size_t i = 0;
    for (const struct json_node *s = json_first(list); s; s = json_after(s), i++) {
        int64_t pattern = json_integer(json_member(s, "pattern"), 0);
        rs->secrets[i] = (struct secret_pattern){
            .kind = json_c(json_member(s, "kind"), "secret"),
            .pii = strcmp(json_c(json_member(s, "level"), ""), "pii") == 0,
            .luhn = json_is_true(json_member(s, "luhn")),
            .pattern = (uint32_t)pattern,
            .need = (uint32_t)json_integer(json_member(s, "need"), pattern),
        };
    }
}

static void load_failed(struct ruleset *rs, const struct json_node *list) {
    rs->failed_count = json_count(list);
    rs->failed = mem_new(rs->failed_count, sizeof *rs->failed);
    size_t i = 0;
    for (const struct json_node *f = json_first(list); f; f = json_after(f), i++) {
        rs->failed[i] = (struct failed_file){
            .file = json_c(json_member(f, "file"), ""),
            .line = json_integer(json_member(f, "line"), 1),
            .reason = json_c(json_member(f, "reason"), ""),
            .rule_id = json_c(json_member(f, "rule_id"), ""),
            .key = json_c(json_member(f, "key"), ""),
            .position = json_integer(json_member(f, "position"), -1),
        };
    }
}

/* Takes over the document. */
static bool load_document(struct ruleset *rs, struct json_doc *document, struct fault *fault) {
    rs->document = document;
    if (!document)
        return false;
    const struct json_node *root = json_doc_root(rs->document);
    load_patterns(rs, json_member(root, "patterns"));
    load_rules(rs, json_member(root, "rules"));
    load_secrets(rs, json_member(root, "redact"));
    load_failed(rs, json_member(root, "failed"));
    gates_init(&rs->gates, root);
    rs->vocabulary = vocabulary_load(json_member(root, "vocabulary"), fault);
    return rs->vocabulary != NULL;
}

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

static void link_correlations(struct ruleset *rs) {
    rs->record_takers = mem_new(rs->rule_count, sizeof *rs->record_takers);
    rs->firing_takers = mem_new(rs->rule_count, sizeof *rs->firing_takers);
    rs->ratios = mem_new(rs->rule_count, sizeof *rs->ratios);
    for (uint32_t i = 0; i < rs->rule_count; i++)
        if (rs->rules[i].correlate)
            link_correlation(rs, i);
}

/* ---- the candidate set ---- */

struct weak_list {
    struct weak_pattern *items;
    size_t count, capacity;
};

static void add_weak(struct weak_list *list, const struct json_node *w, uint32_t id) {
    mem_grow(&list->items, &list->capacity, list->count, sizeof *list->items);
    list->items[list->count++] = (struct weak_pattern){ json_c(w, ""), id };
}

/* The usable expressions by their numbers. With `check` those that Vectorscan refuses are not. */
static void collect_weak(struct ruleset *rs, struct weak_list *list, bool check) {
    const struct json_node *root = json_doc_root(rs->document);
    uint32_t id = 0;
    list->count = 0;
    for (const struct json_node *w = json_first(json_member(root, "expressions")); w;
         w = json_after(w), id++) {
        struct fault fault;
        add_weak(list, w, id);
        if (!check || weak_pattern_check(&list->items[list->count - 1], &fault))
            continue;
        log_info("the expression %s is not used: %s", list->items[--list->count].expression, fault.text);
        rs->gates.usable[id] = false;
    }
    const struct json_node *decoys = json_member(root, "decoys");
    for (const struct json_node *d = json_first(decoys); d; d = json_after(d))
        add_weak(list, d, DECOY_ID);
}

/* One refused expression fails the whole set: only then each is tried alone, which takes as long again. */
static bool compile_set(struct ruleset *rs, struct fault *fault) {
    struct weak_list list = { 0 };
    for (int check = 0; check < 2 && !rs->set; check++) {
        collect_weak(rs, &list, check);
        rs->set = pattern_set_new(list.items, list.count, fault);
    }
    free(list.items);
    return rs->set != NULL;
}

/* A pattern is gated when each of its alternatives has a gate that tells something. */
static void link_gates(struct ruleset *rs) {
    gates_link(&rs->gates, json_doc_root(rs->document));
    for (size_t i = 0; i < rs->gates.count; i++)
        if (rs->gates.items[i].opens < rs->pattern_count)
            rs->patterns[rs->gates.items[i].opens].gated = true;
    for (size_t i = 0; i < rs->gates.count; i++)
        if (rs->gates.items[i].opens < rs->pattern_count && !rs->gates.items[i].parts)
            rs->patterns[rs->gates.items[i].opens].gated = false;
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

static void plan_candidates(struct ruleset *rs, bool prefilter) {
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

/* ---- the cache's form: length of the document, document, which expressions are usable, candidate set ----
 */

static void store(const struct ruleset *rs, const char *key) {
    char *set_bytes;
    size_t set_len;
    if (!pattern_set_bytes(rs->set, &set_bytes, &set_len))
        return;
    struct buf out;
    buf_init(&out, SIZE_MAX / 2);
    uint64_t document_len = 0;
    buf_add(&out, str_of((const char *)&document_len, sizeof document_len));
    json_doc_store(rs->document, &out);
    document_len = out.len - sizeof document_len;
    memcpy(out.ptr, &document_len, sizeof document_len);
    for (size_t i = 0; i < rs->gates.expression_count; i++)
        buf_add_byte(&out, rs->gates.usable[i]);
    buf_add(&out, str_of(set_bytes, set_len));
    cache_write(key, buf_str(&out));
    buf_fini(&out);
    free(set_bytes);
}

/* `stored`: the ruleset's own, where the document's strings stay. */
static bool load_stored(struct ruleset *rs, struct str stored) {
    uint64_t document_len;
    struct fault fault;
    if (stored.len < sizeof document_len)
        return false;
    memcpy(&document_len, stored.ptr, sizeof document_len);
    stored = str_slice(stored, sizeof document_len, stored.len);
    if (document_len > stored.len ||
        !load_document(rs, json_doc_load(str_slice(stored, 0, document_len)), &fault))
        return false;
    struct str rest = str_slice(stored, document_len, stored.len);
    size_t expressions = rs->gates.expression_count;
    if (rest.len < expressions)
        return false;
    for (size_t i = 0; i < expressions; i++)
        rs->gates.usable[i] = rest.ptr[i];
    rs->set = pattern_set_load(str_slice(rest, expressions, rest.len));
    if (rs->set)
        link_gates(rs);
    return rs->set != NULL;
}

static bool load_from_cache(struct ruleset *rs, const char *shipped, const char *key) {
    bool found = (shipped && cache_read_shipped(shipped, key, &rs->stored)) || cache_read(key, &rs->stored);
    return found && load_stored(rs, rs->stored.contents);
}

static bool compile_afresh(struct ruleset *rs, const struct ruleset_options *o, const char *key,
                           struct fault *fault) {
    struct buf document;
    buf_init(&document, MAX_DOCUMENT);
    bool ok = compile_document(o, rs, &document, fault) &&
              load_document(rs, json_doc_parse(buf_str(&document), "the compiled ruleset", FAULT_RULE, fault),
                            fault) &&
              parse_check_samples(rs->vocabulary, fault) && compile_set(rs, fault);
    if (ok)
        link_gates(rs);
    if (ok && !o->no_cache)
        store(rs, key);
    buf_fini(&document);
    return ok;
}

/* ---- life ---- */

/* Everything but the files: what a failed load from the cache leaves behind. */
static void clear(struct ruleset *rs) {
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
    pattern_set_free(rs->set);
    vocabulary_free(rs->vocabulary);
    json_doc_free(rs->document);
    cached_fini(&rs->stored);
    struct rule_files files = rs->files, formats = rs->formats, overrides = rs->overrides,
                      support = rs->support;
    *rs = (struct ruleset){ .files = files, .formats = formats, .overrides = overrides, .support = support };
}

static bool add_paths(struct rule_files *files, const char *const *paths, size_t count, enum fault_kind kind,
                      struct fault *fault) {
    for (size_t i = 0; i < count; i++) {
        if (rule_files_add(files, paths[i], fault))
            continue;
        fault->kind = kind;
        return false;
    }
    return true;
}

static bool speak_of_correlation(const struct rule_files *files) {
    for (size_t i = 0; i < files->count; i++) {
        struct str text = files->items[i].text;
        if (str_find(text, (struct str)STR("correlate")) < text.len)
            return true;
    }
    return false;
}

/* Without correlations nothing can be on a rule of the support. */
static bool read_support(struct ruleset *rs, const struct ruleset_options *o, struct fault *fault) {
    bool ok = true;
    for (size_t i = 0; ok && speak_of_correlation(&rs->files) && i < o->support_path_count; i++) {
        const char *path = o->support_paths[i];
        if (file_is_folder(path))
            ok = add_paths(&rs->support, &path, 1, FAULT_RULE, fault);
        else
            rule_files_add_beside(&rs->support, path);
    }
    return ok;
}

/* Those of the user stand for those that packs bring. */
static bool read_overrides(struct ruleset *rs, const struct ruleset_options *o, struct fault *fault) {
    if (o->overrides)
        return add_paths(&rs->overrides, &o->overrides, 1, FAULT_USAGE, fault);
    for (size_t i = 0; i < o->rule_path_count && o->packed_overrides; i++)
        if (!rule_files_add_packed(&rs->overrides, o->rule_paths[i], PACKED_OVERRIDES, fault))
            return false;
    return rs->overrides.count <= 1 ||
           fault_set(fault, FAULT_USAGE, "%s and %s both bring overrides: one of them was expected",
                     rs->overrides.items[0].path, rs->overrides.items[1].path);
}

/* An empty folder of rules is a choice; one of formats is a path that is not what was meant. */
static bool read_formats(struct ruleset *rs, const struct ruleset_options *o, struct fault *fault) {
    for (size_t i = 0; i < o->format_path_count; i++) {
        size_t before = rs->formats.count;
        if (!add_paths(&rs->formats, &o->format_paths[i], 1, FAULT_USAGE, fault))
            return false;
        if (rs->formats.count == before)
            return fault_set(fault, FAULT_USAGE,
                             "%s: a folder with .lua files of formats was expected, it has none",
                             o->format_paths[i]);
    }
    return true;
}

static void rename_files(struct ruleset *rs, const struct path_names *names) {
    struct rule_files *const all[] = { &rs->files, &rs->formats, &rs->overrides, &rs->support };
    for (size_t i = 0; names && i < sizeof all / sizeof *all; i++)
        rule_files_rename(all[i], names);
}

static bool read_files(struct ruleset *rs, const struct ruleset_options *o, struct fault *fault) {
    for (size_t i = 0; i < o->rule_path_count; i++)
        if (!rule_files_add_packed(&rs->formats, o->rule_paths[i], PACKED_FORMAT, fault))
            return false;
    return add_paths(&rs->files, o->rule_paths, o->rule_path_count, FAULT_RULE, fault) &&
           read_overrides(rs, o, fault) && read_support(rs, o, fault) && read_formats(rs, o, fault);
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
    bool ok = read_files(rs, o, fault);
    rename_files(rs, o->names);
    ok = ok && make_keys(o, rs, digest, key, fault);
    if (ok && (o->no_cache || !load_from_cache(rs, o->shipped, key))) {
        clear(rs);
        ok = compile_afresh(rs, o, key, fault);
    }
    if (!ok || !check_packed(rs, fault)) {
        ruleset_free(rs);
        return NULL;
    }
    memcpy(rs->digest, digest, sizeof digest);
    rs->matchers = match_pool_new(o->lua_folder);
    link_correlations(rs);
    plan_candidates(rs, !o->no_prefilter);
    return rs;
}

void ruleset_free(struct ruleset *rs) {
    if (!rs)
        return;
    clear(rs);
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
