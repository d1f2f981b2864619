/* Audits of text in memory with rules written in the test, for the tests of the audit layer. */
#ifndef AUDIT_FIXTURE_H
#define AUDIT_FIXTURE_H

#include "audit.h"
#include "result.h"
#include "scratch_folder.h"
#include "source_memory.h"

/* What an audit came to: the findings, each as one line of JSON, and the closing object. */
struct outcome {
    struct buf findings; /* a JSON array */
    struct buf closing;
    size_t count;
    bool complete;
    struct arena arena;
};

struct audit_case {
    const char *rules;      /* Lua source of one rule file; NULL: none */
    const char *conditions; /* JSON; NULL: none */
    struct str log;
    bool no_prefilter;
    unsigned threads; /* 0: one */
    enum frame_mode mode;
    enum redact_level redact;
    enum severity min_severity;
    const char *const *only;
    size_t only_count;
};

static inline void outcome_init(struct outcome *o) {
    *o = (struct outcome){ 0 };
    buf_init(&o->findings, 64 << 20);
    buf_init(&o->closing, 64 << 20);
    arena_init(&o->arena);
}

static inline void outcome_fini(struct outcome *o) {
    buf_fini(&o->findings);
    buf_fini(&o->closing);
    arena_fini(&o->arena);
}

static inline void outcome_add(void *context, const struct finding *f) {
    struct outcome *o = context;
    struct json_writer w = { .out = &o->findings };
    buf_add_c(&o->findings, o->count++ ? "," : "[");
    finding_put(&w, f);
}

/* NULL and a failed check when it does not load. */
static inline struct ruleset *load_rules(const char *lua, const char *conditions, bool no_prefilter,
                                         bool no_cache) {
    struct fault fault = { 0 };
    const char *path = lua ? scratch_file("case.lua", str_c(lua)) : NULL;
    struct ruleset_options options = {
        .lua_folder = LUA_FOLDER,
        .rule_paths = &path,
        .rule_path_count = path != NULL,
        .conditions = str_c(conditions),
        .no_cache = no_cache,
        .no_prefilter = no_prefilter,
    };
    struct ruleset *rs = ruleset_new(&options, &fault);
    CHECK_STR(str_c(fault.text), "");
    return rs;
}

/* Runs the audit over one source of the name `uri`; `o` must be initialised and is filled anew. */
static inline void audit_rulesets(struct outcome *o, const struct audit_case *c, struct ruleset **sets,
                                  size_t set_count) {
    struct fault fault = { 0 };
    struct audit_options options = {
        .ruleset_count = set_count,
        .only = c->only,
        .only_count = c->only_count,
        .min_severity = c->min_severity,
        .redact = c->redact,
        .mode = c->mode,
        .threads = c->threads ? c->threads : 1,
    };
    for (size_t i = 0; i < set_count; i++)
        options.rulesets[i] = sets[i];
    buf_reset(&o->findings);
    buf_reset(&o->closing);
    arena_reset(&o->arena);
    o->count = 0;
    struct audit *audit = audit_new(&options, outcome_add, o, &fault);
    CHECK_STR(str_c(fault.text), "");
    audit_source(audit, source_memory_new("test.log", c->log));
    struct tally *tally = audit_finish(audit);
    o->complete = result_complete(tally);
    buf_add_c(&o->findings, o->count ? "]" : "[]");
    struct json_writer w = { .out = &o->closing };
    result_put_closing(&w, tally, &(struct result_info){ .audit_id = "id" });
    audit_free(audit);
}

static inline void audit_run(struct outcome *o, const struct audit_case *c) {
    struct ruleset *sets[MAX_RULESETS] = { load_rules(c->rules, NULL, c->no_prefilter, false) };
    size_t count = 1;
    if (c->conditions)
        sets[count++] = load_rules(NULL, c->conditions, c->no_prefilter, false);
    if (sets[0] && sets[count - 1])
        audit_rulesets(o, c, sets, count);
    for (size_t i = 0; i < count; i++)
        ruleset_free(sets[i]);
}

/* One ruleset of many rules, each of which a test runs alone: compiling one for each would take seconds. */
struct rule_table {
    struct ruleset *gated, *every; /* with the prefilter and without */
};

/* `bodies[i]`: the keys of a rule; its id becomes r0, r1 ... */
static inline struct rule_table rule_table_load(const char *const *bodies, size_t count) {
    struct buf lua;
    buf_init(&lua, 1 << 20);
    buf_add_c(&lua, "return {");
    for (size_t i = 0; i < count; i++)
        buf_printf(&lua, "rule { id = 'r%zu', type = 'Error', %s },\n", i, bodies[i]);
    buf_add_c(&lua, "}");
    struct rule_table t = { load_rules(buf_c(&lua), NULL, false, false),
                            load_rules(buf_c(&lua), NULL, true, false) };
    for (size_t i = 0; t.gated && i < t.gated->failed_count; i++)
        CHECK_STR(str_c(t.gated->failed[i].reason), "");
    buf_fini(&lua);
    return t;
}

static inline void rule_table_free(struct rule_table *t) {
    ruleset_free(t->gated);
    ruleset_free(t->every);
}

/* Runs rule number `index` on the case's log. */
static inline void rule_table_run(struct rule_table *t, size_t index, bool prefilter, struct audit_case c,
                                  struct outcome *o) {
    char id[32];
    const char *only = id;
    snprintf(id, sizeof id, "r%zu", index);
    c.only = &only;
    c.only_count = 1;
    audit_rulesets(o, &c, prefilter ? &t->gated : &t->every, 1);
}

/* The value at a path of the findings ("[0].match.start") or of the closing object, as text. */
static inline struct str found_at(struct outcome *o, const char *path) {
    return json_text(json_path(json_parse(buf_str(&o->findings)), str_c(path)), &o->arena);
}

static inline struct str closing_at(struct outcome *o, const char *path) {
    return json_text(json_path(json_parse(buf_str(&o->closing)), str_c(path)), &o->arena);
}

/* The rule ids of the findings, each followed by a blank. */
static inline struct str found_ids(struct outcome *o) {
    struct buf ids;
    buf_init(&ids, 1 << 20);
    struct json_iter i = json_iter(json_parse(buf_str(&o->findings)));
    struct json key, item;
    while (json_next(&i, &key, &item)) {
        buf_add(&ids, json_text(json_get(item, str_c("rule_id")), &o->arena));
        buf_add_byte(&ids, ' ');
    }
    struct str copy = arena_copy(&o->arena, buf_str(&ids));
    buf_fini(&ids);
    return copy;
}

/* The rulesets of a test program are cached in its own folder. */
static inline void audit_fixture_make(void) {
    scratch_make();
    setenv("LOGAUDIT_CACHE", scratch("cache"), 1);
}

#endif
