/* A ruleset from its compiled document, which the Lua library writes and the cache keeps. */
#include "compiler.h"
#include "log.h"
#include "mem.h"
#include "parse.h"
#include "ruleset_inside.h"

#include <malloc.h>
#include <stdlib.h>

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
            .each = (uint32_t)json_integer(json_member(s, "each"), pattern),
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

static void load_switched_off(struct ruleset *rs, const struct json_node *list) {
    rs->switched_off = mem_new(json_count(list), sizeof *rs->switched_off);
    for (const struct json_node *o = json_first(list); o; o = json_after(o))
        rs->switched_off[rs->switched_off_count++] = (struct switched_off){
            .rule_id = json_c(json_member(o, "rule_id"), ""),
            .reason = json_c(json_member(o, "reason"), ""),
            .file = (uint32_t)json_integer(json_member(o, "file"), 0),
        };
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
    load_switched_off(rs, json_member(root, "switched_off"));
    gates_init(&rs->gates, root);
    rs->vocabulary = vocabulary_load(json_member(root, "vocabulary"), fault);
    return rs->vocabulary != NULL;
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

/* ---- in the cache: length of the document, document, usable expressions, candidate set ---- */

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
    buf_init(&document, RULESET_MAX_DOCUMENT);
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

bool ruleset_load(struct ruleset *rs, const struct ruleset_options *o, const char *key, struct fault *fault) {
    if (!o->no_cache && load_from_cache(rs, o->shipped, key))
        return true;
    ruleset_clear(rs);
    bool ok = compile_afresh(rs, o, key, fault);
    malloc_trim(0); /* compiling leaves some 25 MiB of heap; a function that stays warm pays for them */
    return ok;
}
