#include "correlator_inside.h"

#include "env.h"
#include "match_state.h"
#include "mem.h"

#include <inttypes.h>
#include <stdlib.h>

struct correlator *correlator_new(const struct ruleset *rs) {
    struct correlator *c = mem_new(1, sizeof *c);
    c->rs = rs;
    c->spool = spool_new();
    c->notes = mem_new(rs->rule_count, sizeof *c->notes);
    c->best = mem_new(rs->rule_count, sizeof *c->best);
    c->lost = mem_new(rs->rule_count, sizeof *c->lost);
    c->hash = hash_new();
    c->max_kept = (uint64_t)env_number("LOGAUDIT_CORRELATION_BYTES", MAX_KEPT_BYTES);
    buf_init(&c->packed, UINT32_MAX);
    buf_init(&c->read, UINT32_MAX);
    buf_init(&c->evidence, MAX_EVIDENCE_JSON);
    arena_init(&c->arena);
    for (size_t i = 0; i < rs->rule_count; i++)
        c->wanted = c->wanted || rs->rules[i].correlate;
    return c;
}

void correlator_free(struct correlator *c) {
    if (!c)
        return;
    for (size_t i = 0; i < MAX_LEVELS; i++)
        sorter_free(c->levels[i]);
    sorter_free(c->fired);
    spool_free(c->spool);
    for (size_t i = 0; i < c->source_count; i++) {
        free(c->sources[i].uri);
        free(c->sources[i].version);
    }
    free(c->sources);
    hash_index_fini(&c->source_index);
    free(c->notes);
    free(c->best);
    free(c->lost);
    hash_free(c->hash);
    buf_fini(&c->packed);
    buf_fini(&c->read);
    buf_fini(&c->evidence);
    arena_fini(&c->arena);
    free(c);
}

uint64_t correlator_kept(const struct correlator *c) {
    return spool_end(c->spool);
}

bool correlator_wanted(const struct correlator *c) {
    return c->wanted;
}

const char *correlator_failure(const struct correlator *c) {
    return c->fault.kind == FAULT_NONE ? NULL : c->fault.text;
}

/* ---- sources ---- */

static bool is_source(const struct source_name *s, struct str uri, struct str version) {
    return str_equal_c(uri, s->uri) && str_equal_c(version, s->version);
}

static uint32_t source_number(struct correlator *c, struct str uri, struct str version) {
    if (c->source_count && c->last_uri.ptr == uri.ptr && c->last_version.ptr == version.ptr)
        return c->last_source;
    uint64_t hash = hash64_of(uri);
    uint32_t place = 0;
    bool found = false;
    for (size_t probe = 0; !found && hash_index_next(&c->source_index, hash, &probe, &place);)
        found = is_source(&c->sources[place], uri, version);
    if (!found) {
        place = (uint32_t)c->source_count;
        mem_grow(&c->sources, &c->source_capacity, c->source_count, sizeof *c->sources);
        c->sources[c->source_count++] =
            (struct source_name){ mem_copy(uri.ptr, uri.len), mem_copy(version.ptr, version.len) };
        hash_index_add(&c->source_index, hash, place);
    }
    c->last_uri = uri;
    c->last_version = version;
    return c->last_source = place;
}

static void name_source(const struct correlator *c, struct packed_match *m) {
    m->finding.source = str_c(c->sources[m->source].uri);
    m->finding.version = str_c(c->sources[m->source].version);
}

/* ---- adding ---- */

bool correlator_keep(struct correlator *c, uint8_t mark) {
    if (c->fault.kind != FAULT_NONE || spool_end(c->spool) + c->packed.len > c->max_kept)
        return false;
    return spool_add(c->spool, buf_str(&c->packed), mark, &c->fault);
}

static void add_match(struct correlator *c, const struct packed_match *m) {
    buf_reset(&c->packed);
    match_pack(&c->packed, m, c->rs);
    if (correlator_keep(c, MARK_MATCH))
        return;
    for (size_t i = 0; i < m->use_count; i++)
        c->lost[m->uses[i].correlation]++;
}

void correlator_add(struct correlator *c, const struct found_finding *match) {
    if (!match->use_count)
        return;
    struct packed_match m = {
        .finding = match->finding,
        .rule = match->rule,
        .source = source_number(c, match->finding.source, match->finding.version),
        .uses = match->uses,
        .use_count = match->use_count,
    };
    add_match(c, &m);
}

void correlator_add_total(struct correlator *c, const struct record_total *total) {
    buf_reset(&c->packed);
    buf_add(&c->packed, str_of((const char *)total, sizeof *total));
    if (!correlator_keep(c, MARK_TOTAL))
        c->lost[total->correlation] += total->records;
}

bool correlator_read(struct correlator *c, uint64_t place, struct packed_match *m) {
    if (c->fault.kind != FAULT_NONE || !spool_read(c->spool, place, &c->read, &c->fault))
        return false;
    match_unpack(arena_copy(&c->arena, buf_str(&c->read)), c->rs, &c->arena, m);
    name_source(c, m);
    return true;
}

/* ---- state ---- */

struct stating {
    struct correlator *c;
    bool (*visit)(void *context, struct str json);
    void *context;
    struct buf json;
};

static bool visit_state(struct stating *s) {
    bool go_on = s->visit(s->context, buf_str(&s->json));
    buf_reset(&s->json);
    return go_on;
}

static bool state_kept(void *context, struct str bytes, uint8_t mark) {
    struct stating *s = context;
    struct correlator *c = s->c;
    struct json_writer w = { .out = &s->json };
    struct record_total total;
    struct packed_match m;
    arena_reset(&c->arena);
    if (mark == MARK_FINDING)
        return true;
    if (mark == MARK_TOTAL) {
        memcpy(&total, bytes.ptr, sizeof total);
        total_state_put(&w, &total, c->rs);
    } else {
        match_unpack(bytes, c->rs, &c->arena, &m);
        name_source(c, &m);
        match_state_put(&w, &m, c->rs);
    }
    return visit_state(s);
}

static bool state_lost(struct stating *s) {
    bool go_on = true;
    for (size_t i = 0; go_on && i < s->c->rs->rule_count; i++) {
        struct json_writer w = { .out = &s->json };
        if (!s->c->lost[i])
            continue;
        json_begin(&w, '{');
        json_key(&w, "lost");
        json_put(&w, s->c->rs->rules[i].id);
        json_add_count(&w, "matches", s->c->lost[i]);
        json_end(&w, '}');
        go_on = visit_state(s);
    }
    return go_on;
}

bool correlator_each_state(struct correlator *c, bool (*visit)(void *context, struct str json), void *context,
                           struct fault *fault) {
    struct stating s = { .c = c, .visit = visit, .context = context };
    buf_init(&s.json, UINT32_MAX);
    bool ok = spool_each(c->spool, state_kept, &s, fault) && state_lost(&s);
    buf_fini(&s.json);
    return ok;
}

bool correlator_add_state(struct correlator *c, struct json entry) {
    struct state_entry e;
    arena_reset(&c->arena);
    state_entry_read(entry, c->rs, &c->arena, &e);
    if (e.kind == STATE_MATCH) {
        c->last_uri = c->last_version = (struct str){ 0 }; /* views of the arena do not stay */
        e.match.source = source_number(c, e.match.finding.source, e.match.finding.version);
        c->last_uri = c->last_version = (struct str){ 0 };
        add_match(c, &e.match);
    } else if (e.kind == STATE_TOTAL) {
        correlator_add_total(c, &e.total);
    } else if (e.kind == STATE_LOST) {
        c->lost[e.rule] += e.lost;
    }
    return e.kind != STATE_BAD;
}

/* ---- what is said beside ---- */

struct correlation_notes correlator_notes(const struct correlator *c, uint32_t rule) {
    struct correlation_notes notes = c->notes[rule];
    notes.evicted += c->lost[rule];
    return notes;
}

static void print_span(struct buf *out, int64_t micros) {
    static const struct {
        const char *name;
        int64_t micros;
    } units[] = { { "d", 86400LL * MICROS }, { "h", 3600LL * MICROS }, { "m", 60LL * MICROS },
                  { "s", MICROS },           { "ms", 1000 },           { "us", 1 } };
    size_t i = 0;
    while (micros % units[i].micros)
        i++;
    buf_printf(out, "%" PRId64 "%s", micros / units[i].micros, units[i].name);
}

static void print_best(struct correlator *c, uint32_t rule, struct buf *out) {
    static const char *const names[] = { "count", "distinct", "sequence", "together", "value", "ratio" };
    const struct correlation *co = c->rs->rules[rule].correlate;
    struct packed_match m;
    arena_reset(&c->arena);
    if (!correlator_read(c, c->best[rule].place, &m))
        return;
    for (size_t i = 0; i < m.use_count; i++)
        for (size_t k = 0; m.uses[i].correlation == rule && k < co->by_count; k++)
            buf_printf(out, "%s%.*s=%.*s", k ? " " : "key ", STR_ARG(co->by[k].text),
                       STR_ARG(m.uses[i].by[k]));
    buf_add_c(out, co->by_count ? "  window " : "window ");
    print_span(out, co->within);
    buf_printf(out, "  best %s %.15g of ", names[co->kind], c->best[rule].measure);
    correlation_print_bounds(co, out);
    buf_printf(out, " at line %" PRIu64 "\n", m.finding.line);
}

static void print_skipped(const struct skipped_matches *skipped, const char *without, struct buf *out) {
    buf_printf(out, "%" PRIu64 " %s without %s %s not counted, the first at line %" PRIu64 "\n",
               skipped->count, str_plural(skipped->count, "match", "matches"), without,
               str_plural(skipped->count, "was", "were"), skipped->line);
}

void correlator_explain(struct correlator *c, uint32_t rule, struct buf *out) {
    const struct correlation_notes *n = &c->notes[rule];
    if (c->best[rule].any)
        print_best(c, rule, out);
    else
        buf_add_c(out, "no match was counted\n");
    if (n->untimed.count)
        print_skipped(&n->untimed, "a time", out);
    if (n->unkeyed.count)
        print_skipped(&n->unkeyed, "a field that is counted by", out);
}
