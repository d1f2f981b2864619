/* Merging, the first half: a part is read whole and kept aside, then taken over or forgotten. */
#include "merge_inside.h"

#include "mem.h"
#include "result_read.h"
#include "result_state.h"
#include "spool.h"

#include <stdlib.h>

/* What is known of the part at hand before it is taken over. */
struct reading {
    struct merge *m;
    const char *uri;
    uint32_t number;
    struct spool *pieces; /* JSON of what is taken over at the end, each marked with its row in PIECES */
    struct hash_state *content;
    struct arena arena; /* of the piece at hand */
    struct buf id, options;
    struct names leaves;
    struct hash *reported; /* ids of its findings of correlations */
    size_t reported_count, reported_capacity;
    uint64_t findings_cut;
    bool has_state, any_time, merged, notified, untold;
    int64_t earliest, latest;
};

/* ---- values ---- */

static struct json member(struct json object, const char *key) {
    return json_get(object, str_c(key));
}

static uint64_t number(struct json object, const char *key) {
    int64_t value;
    return json_to_int(member(object, key), &value) && value > 0 ? (uint64_t)value : 0;
}

static bool is_true(struct json object, const char *key) {
    return str_equal_c(member(object, key).raw, "true");
}

/* Kept as long as the merging. */
static struct str text(struct merge *m, struct json object, const char *key, bool *has) {
    struct json value = member(object, key);
    bool is = value.kind == JSON_STRING;
    if (has)
        *has = is;
    return is ? arena_copy(&m->texts, json_text(value, &m->texts)) : (struct str)STR("");
}

static bool instant(struct json object, const char *key, int64_t *out) {
    static const struct time_rules utc = { 0 };
    struct json value = member(object, key);
    struct stamp stamp;
    if (value.kind != JSON_STRING || !stamp_parse(value.raw, &utc, &stamp))
        return false;
    *out = stamp.micros;
    return true;
}

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

/* ---- what is taken over: by piece ---- */

static void apply_counts(struct merge *m, struct json counts) {
    struct counts *c = &m->counts;
    const struct {
        const char *key;
        uint64_t *sum;
    } sums[] = {
        { "bytes", &c->bytes },         { "lines", &c->lines },
        { "records", &c->records },     { "json", &c->json },
        { "text", &c->text },           { "multiline", &c->multiline },
        { "malformed", &c->malformed }, { "truncated", &c->truncated },
        { "skipped", &c->skipped },     { "invalid_utf8", &c->invalid_utf8 },
        { "filtered", &c->filtered },
    };
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        *sums[i].sum += number(counts, sums[i].key);
}

static void apply_clock(struct merge *m, struct json clock) {
    struct clock_counts *c = &m->clock;
    int64_t earliest, latest;
    c->without_time += number(clock, "without_time");
    c->out_of_order += number(clock, "out_of_order");
    if (!instant(clock, "earliest", &earliest) || !instant(clock, "latest", &latest))
        return;
    c->earliest = !c->any || earliest < c->earliest ? earliest : c->earliest;
    c->latest = !c->any || latest > c->latest ? latest : c->latest;
    c->any = true;
}

static void apply_source(struct merge *m, struct json source) {
    mem_grow(&m->source_list, &m->source_capacity, m->source_count, sizeof *m->source_list);
    m->source_list[m->source_count++] = (struct merged_source){
        .uri = text(m, source, "uri", NULL),
        .version = text(m, source, "version", NULL),
        .records = number(source, "records"),
        .bytes = number(source, "bytes"),
        .complete = is_true(source, "complete"),
    };
}

static void apply_note(struct merge *m, struct json note, bool diagnostic) {
    struct merged_note n = {
        .diagnostic = diagnostic,
        .code = text(m, note, diagnostic ? "code" : "reason", NULL),
        .level = text(m, note, "level", NULL),
        .text = text(m, note, diagnostic ? "message" : "detail", NULL),
        .line = number(note, "line"),
        .count = number(note, "count"),
    };
    n.rule_id = text(m, note, "rule_id", &n.has_rule);
    n.source = text(m, note, "source", &n.has_source);
    mem_grow(&m->notes, &m->note_capacity, m->note_count, sizeof *m->notes);
    m->notes[m->note_count++] = n;
}

static void each_element(struct merge *m, struct json list,
                         void (*apply)(struct merge *m, struct json item)) {
    struct json_iter i = json_iter(list);
    struct json key, item;
    while (json_next(&i, &key, &item))
        apply(m, item);
}

static void apply_sources(struct merge *m, struct json list) {
    each_element(m, list, apply_source);
}

static void apply_incomplete_note(struct merge *m, struct json note) {
    apply_note(m, note, false);
}

static void apply_incomplete(struct merge *m, struct json list) {
    each_element(m, list, apply_incomplete_note);
}

static void apply_diagnostic(struct merge *m, struct json note) {
    apply_note(m, note, true);
}

static void apply_diagnostics(struct merge *m, struct json list) {
    each_element(m, list, apply_diagnostic);
}

static void add_to(uint64_t *sum, struct json value) {
    int64_t more;
    if (json_to_int(value, &more) && more > 0)
        *sum += (uint64_t)more;
}

static void apply_incomplete_more(struct merge *m, struct json value) {
    add_to(&m->incomplete_more, value);
}

static void apply_diagnostics_more(struct merge *m, struct json value) {
    add_to(&m->diagnostics_more, value);
}

static void apply_failed_file(struct merge *m, struct json failed) {
    struct failed_file f = {
        .file = text(m, failed, "file", NULL).ptr,
        .line = (int64_t)number(failed, "line"),
        .reason = text(m, failed, "reason", NULL).ptr,
    };
    mem_grow(&m->failed, &m->failed_capacity, m->failed_count, sizeof *m->failed);
    m->failed[m->failed_count++] = f;
}

static void apply_rules(struct merge *m, struct json rules) {
    uint64_t loaded = number(rules, "loaded");
    m->loaded = loaded > m->loaded ? loaded : m->loaded;
    names_add(&m->digests, text(m, rules, "digest", NULL));
    each_element(m, member(rules, "failed"), apply_failed_file);
}

static void apply_trip(struct merge *m, struct json trip) {
    struct str id = text(m, trip, "rule_id", NULL);
    mem_grow(&m->trips, &m->trip_capacity, m->trip_count, sizeof *m->trips);
    m->trips[m->trip_count++] = (struct merged_trip){
        .rule = merge_rule_number(m, id, is_true(trip, "condition"), &m->texts),
        .source = names_add(&m->sources, text(m, trip, "source", NULL)),
        .kind = is_true(trip, "over_budget") ? TRIP_OVER_BUDGET : TRIP_RAISED,
        .line = number(trip, "line"),
        .offset = number(trip, "offset"),
        .reason = text(m, trip, "reason", NULL),
    };
}

static bool same_exception(const struct exception *a, const struct exception *b) {
    if (!a || !b)
        return a == b;
    return str_equal(a->reason, b->reason) && str_equal(a->owner, b->owner) && str_equal(a->until, b->until);
}

static const struct exception *exception_of(struct merge *m, struct json suppressed) {
    if (!str_equal_c(member(suppressed, "by").raw, "override"))
        return NULL;
    struct exception *e = arena_new(&m->texts, 1, sizeof *e);
    *e = (struct exception){
        .reason = text(m, suppressed, "reason", NULL),
        .owner = text(m, suppressed, "owner", NULL),
        .until = text(m, suppressed, "until", NULL),
    };
    return e;
}

static void apply_suppressed(struct merge *m, struct json suppressed) {
    struct str id = text(m, suppressed, "rule_id", NULL);
    struct merged_suppression s = {
        .rule = merge_rule_number(m, id, is_true(suppressed, "condition"), &m->texts),
        .exception = exception_of(m, suppressed),
        .count = number(suppressed, "count"),
    };
    for (size_t i = 0; i < m->suppression_count; i++) {
        struct merged_suppression *known = &m->suppressions[i];
        if (known->rule == s.rule && same_exception(known->exception, s.exception)) {
            known->count += s.count;
            return;
        }
    }
    mem_grow(&m->suppressions, &m->suppression_capacity, m->suppression_count, sizeof *m->suppressions);
    m->suppressions[m->suppression_count++] = s;
}

static bool add_names(struct merge *m, struct user *user, enum user_list list, struct json names,
                      struct arena *arena) {
    struct json_iter i = json_iter(names);
    struct json key, count;
    bool all = true;
    while (json_next(&i, &key, &count)) {
        uint64_t times = 0;
        add_to(&times, count);
        all = user_table_add_name(m->users, user, list, json_text(key, arena), times) && all;
    }
    return all;
}

static void apply_user(struct merge *m, struct json value) {
    struct arena arena;
    arena_init(&arena);
    struct user *user = user_table_get(m->users, json_text(member(value, "user_id"), &arena));
    bool all = user != NULL;
    if (user) {
        int64_t time;
        user->records += number(value, "records");
        if (instant(value, "first", &time))
            user_add_time(user, time);
        if (instant(value, "last", &time))
            user_add_time(user, time);
        for (int list = 0; list < USER_LISTS; list++)
            all = add_names(m, user, (enum user_list)list,
                            member(value, user_list_name((enum user_list)list)), &arena) &&
                  all;
    }
    m->users_evicted = m->users_evicted || !all;
    arena_fini(&arena);
}

static void apply_correlation(struct merge *m, struct json id) {
    names_add(&m->correlations, json_text(id, &m->texts));
}

static void apply_ruleset(struct merge *m, struct json digest) {
    names_add(&m->rulesets, digest.raw);
}

static void apply_correlated_filtered(struct merge *m, struct json value) {
    add_to(&m->correlated_filtered, value);
}

static void apply_min_severity(struct merge *m, struct json value) {
    enum severity severity = severity_named(value.raw);
    if (severity < m->min_severity)
        m->min_severity = severity;
}

static void add_link(struct merge *m, struct merged_links *links, struct json link) {
    mem_grow(&links->items, &links->capacity, links->count, sizeof *links->items);
    links->items[links->count++] = (struct merged_link){
        .link = { text(m, link, "cursor", NULL).ptr, text(m, link, "source", NULL).ptr },
    };
}

static void apply_continues(struct merge *m, struct json link) {
    add_link(m, &m->continues, link);
}

static void apply_next(struct merge *m, struct json link) {
    add_link(m, &m->nexts, link);
}

static const struct piece {
    enum result_part part;
    const char *key;
    enum json_kind kind; /* what it must be */
    void (*apply)(struct merge *m, struct json value);
} PIECES[] = {
    { RESULT_MEMBER, "counts", JSON_OBJECT, apply_counts },
    { RESULT_MEMBER, "clock", JSON_OBJECT, apply_clock },
    { RESULT_MEMBER, "sources", JSON_ARRAY, apply_sources },
    { RESULT_MEMBER, "incomplete", JSON_ARRAY, apply_incomplete },
    { RESULT_MEMBER, "incomplete_truncated", JSON_NUMBER, apply_incomplete_more },
    { RESULT_MEMBER, "diagnostics", JSON_ARRAY, apply_diagnostics },
    { RESULT_MEMBER, "diagnostics_truncated", JSON_NUMBER, apply_diagnostics_more },
    { RESULT_MEMBER, "rules", JSON_OBJECT, apply_rules },
    { RESULT_STATE, "sources", JSON_OBJECT, apply_source },
    { RESULT_STATE, "continues", JSON_OBJECT, apply_continues },
    { RESULT_STATE, "next", JSON_OBJECT, apply_next },
    { RESULT_STATE, "trips", JSON_OBJECT, apply_trip },
    { RESULT_STATE, "suppressed", JSON_OBJECT, apply_suppressed },
    { RESULT_STATE, "users", JSON_OBJECT, apply_user },
    { RESULT_STATE, "correlations", JSON_STRING, apply_correlation },
    { RESULT_STATE, "ruleset", JSON_STRING, apply_ruleset },
    { RESULT_STATE, "correlated_filtered", JSON_NUMBER, apply_correlated_filtered },
    { RESULT_STATE, "min_severity", JSON_STRING, apply_min_severity },
    { RESULT_STATE, "matches", JSON_OBJECT, NULL },
};
enum { PIECE_COUNT = sizeof PIECES / sizeof *PIECES };

/* What a correlation counted of a record, or (then without a rule and a source) of many. */
static bool keep_match(struct merge *m, struct str json, struct fault *fault) {
    struct json match = json_value(json);
    struct arena arena;
    arena_init(&arena);
    struct finding_key key = {
        .source = names_add(&m->sources, json_text(member(match, "source"), &arena)),
        .rule = merge_rule_number(m, json_text(member(match, "rule"), &arena), false, &arena),
        .part = (uint32_t)m->reading_count - 1,
        .offset = number(match, "offset"),
    };
    arena_fini(&arena);
    return finding_runs_add(m->matches, &key, json, fault);
}

struct applying {
    struct merge *m;
    struct fault *fault;
};

static bool apply_piece(void *context, struct str json, uint8_t piece) {
    struct applying *a = context;
    if (!PIECES[piece].apply)
        return keep_match(a->m, json, a->fault);
    PIECES[piece].apply(a->m, json_value(json));
    return true;
}

/* ---- reading ---- */

static bool wrong(const struct reading *r, struct str where, struct fault *fault) {
    return fault_set(fault, FAULT_INPUT, "%s: %.*s is not what results have there", r->uri, STR_ARG(where));
}

/* Kept of one result; a further one may be reported again. */
enum { MAX_REPORTED = 100 * 1000 };

static void note_correlated(struct reading *r, struct hash id) {
    if (r->reported_count == MAX_REPORTED)
        return;
    mem_grow(&r->reported, &r->reported_capacity, r->reported_count, sizeof *r->reported);
    r->reported[r->reported_count++] = id;
}

/* A result of earlier merging; when what is new is asked for, its correlations are not reported again, unless
 * whoever was to be notified of them could not be. */
static void remember_reported(const struct reading *r) {
    struct merge *m = r->m;
    uint32_t by = names_add(&m->reporters, buf_str(&r->id));
    if (r->notified)
        names_add(&m->notified, buf_str(&r->id));
    for (size_t i = 0; m->wanted.overlapping && !r->untold && i < r->reported_count; i++) {
        mem_grow(&m->reported, &m->reported_capacity, m->reported_count, sizeof *m->reported);
        hash_index_add(&m->reported_ids, r->reported[i].low, (uint32_t)m->reported_count);
        m->reported[m->reported_count++] = (struct reported){ r->reported[i], by };
    }
}

/* Correlation findings are made anew, of what the parts matched. */
static bool take_finding(struct reading *r, struct json value, struct fault *fault) {
    struct stored_finding f;
    struct merge *m = r->m;
    if (!stored_finding_read(&f, value, &r->arena, fault))
        return fault_context(fault, "%s", r->uri);
    if (f.correlated) {
        note_correlated(r, f.id);
        return true;
    }
    uint32_t rule = merge_rule_number(m, f.rule_id, f.condition, &r->arena);
    m->experimental[rule] = m->experimental[rule] || f.experimental;
    struct finding_key key = { names_add(&m->sources, f.source), rule, r->number, f.offset };
    hash_add(r->content, value.raw);
    return finding_runs_add(m->runs, &key, value.raw, fault);
}

/* What decides about the part as a whole. */
static bool take_about(struct reading *r, enum result_part part, struct str key, struct json value,
                       struct fault *fault) {
    if (part == RESULT_MEMBER && str_equal_c(key, "audit_id"))
        buf_add(&r->id, json_text(value, &r->arena));
    else if (part == RESULT_MEMBER && str_equal_c(key, "findings_truncated"))
        add_to(&r->findings_cut, value);
    else if (part == RESULT_MEMBER && str_equal_c(key, "clock"))
        r->any_time = instant(value, "earliest", &r->earliest) && instant(value, "latest", &r->latest);
    else if (part == RESULT_STATE && str_equal_c(key, "options"))
        buf_add(&r->options, json_text(value, &r->arena));
    else if (part == RESULT_STATE && str_equal_c(key, "merged"))
        r->merged = str_equal_c(value.raw, "true");
    else if (part == RESULT_STATE && str_equal_c(key, "notified"))
        r->untold = !(r->notified = str_equal_c(value.raw, "true"));
    else if (part == RESULT_STATE && str_equal_c(key, "parts"))
        names_add(&r->leaves, json_text(value, &r->arena));
    else if (part == RESULT_STATE && str_equal_c(key, "version") &&
             !(value.raw.len == 1 && value.raw.ptr[0] == '0' + STATE_VERSION))
        return fault_set(fault, FAULT_INPUT, "%s: state of version %d was expected, got %.*s", r->uri,
                         STATE_VERSION, STR_ARG(str_slice(value.raw, 0, 16)));
    return true;
}

static bool take(void *context, enum result_part part, struct str key, struct json value,
                 struct fault *fault) {
    struct reading *r = context;
    arena_reset(&r->arena);
    if (part == RESULT_FINDING)
        return take_finding(r, value, fault);
    if (part == RESULT_STATE) {
        r->has_state = true;
        hash_add(r->content, key);
        hash_add(r->content, json_bytes(value));
    }
    for (size_t i = 0; i < PIECE_COUNT; i++) {
        if (PIECES[i].part != part || !str_equal_c(key, PIECES[i].key))
            continue;
        if (value.kind != PIECES[i].kind)
            return wrong(r, key, fault);
        if (!spool_add(r->pieces, json_bytes(value), (uint8_t)i, fault))
            return false;
    }
    return take_about(r, part, key, value, fault);
}

/* ---- taking over ---- */

static bool overlaps(const struct reading *r) {
    const struct merge_options *o = &r->m->wanted;
    return !o->overlapping || (r->any_time && r->earliest <= o->to && r->latest >= o->from);
}

static bool both_hold(const struct reading *r, const struct merged_part *other, const char *id,
                      struct fault *fault) {
    bool first = strcmp(r->uri, other->uri.ptr) < 0;
    return fault_set(fault, FAULT_USAGE, "%s and %s both hold the audit %s: give one of them",
                     first ? r->uri : other->uri.ptr, first ? other->uri.ptr : r->uri, id);
}

/* A part that was given before is left out; one that holds a part of another's cannot be told apart from it.
 */
static enum merge_taken check_repeated(struct reading *r, struct fault *fault) {
    struct merge *m = r->m;
    uint32_t at;
    if (names_find(&m->ids, buf_str(&r->id), &at)) {
        struct hash content = hash_get(r->content);
        bool same = hash_equal(content, m->parts[at].content);
        m->repeated += same;
        return same ? MERGE_LEFT_OUT : (both_hold(r, &m->parts[at], buf_c(&r->id), fault), MERGE_STOPPED);
    }
    for (size_t i = 0; i < r->leaves.count; i++)
        if (names_find(&m->leaves, r->leaves.items[i], &at))
            return both_hold(r, &m->leaf_parts[at], r->leaves.items[i].ptr, fault), MERGE_STOPPED;
    return MERGE_TAKEN;
}

static void take_over(struct reading *r) {
    struct merge *m = r->m;
    struct merged_part part = { arena_copy(&m->texts, str_c(r->uri)), hash_get(r->content) };
    mem_grow(&m->parts, &m->part_capacity, m->ids.count, sizeof *m->parts);
    m->parts[m->ids.count] = part;
    m->id_of[r->number] = names_add(&m->ids, buf_str(&r->id));
    for (size_t i = 0; i < r->leaves.count; i++) {
        mem_grow(&m->leaf_parts, &m->leaf_capacity, m->leaves.count, sizeof *m->leaf_parts);
        m->leaf_parts[m->leaves.count] = part;
        names_add(&m->leaves, r->leaves.items[i]);
    }
    names_add(&m->options, buf_str(&r->options));
}

static bool check_whole(struct reading *r, struct fault *fault) {
    if (!r->has_state)
        return fault_set(fault, FAULT_INPUT,
                         "%s: has no state: a result that scan -o FILE or invoke stored was expected",
                         r->uri);
    if (r->findings_cut)
        return fault_set(fault, FAULT_INPUT,
                         "%s: %llu of its findings were left out: a result with all of them was expected",
                         r->uri, (unsigned long long)r->findings_cut);
    return r->id.len || fault_set(fault, FAULT_INPUT, "%s: has no audit_id", r->uri);
}

static enum merge_taken read_part(struct reading *r, struct source *source, bool searched,
                                  struct fault *fault) {
    if (!result_read(source, take, r, fault) || !check_whole(r, fault))
        return fault->kind == FAULT_INPUT ? MERGE_BAD : MERGE_STOPPED;
    bool passed_over = searched && r->merged;
    if (passed_over)
        remember_reported(r);
    if (passed_over || !overlaps(r))
        return MERGE_LEFT_OUT;
    if (!r->merged)
        names_add(&r->leaves, buf_str(&r->id));
    enum merge_taken taken = check_repeated(r, fault);
    if (taken != MERGE_TAKEN)
        return taken;
    take_over(r);
    struct applying applying = { r->m, fault };
    return spool_each(r->pieces, apply_piece, &applying, fault) ? MERGE_TAKEN : MERGE_STOPPED;
}

static void reading_init(struct reading *r, struct merge *m, const char *uri) {
    enum { MAX_ID = 1024 };
    *r = (struct reading){ .m = m, .uri = uri, .number = (uint32_t)m->reading_count };
    r->pieces = spool_new();
    r->content = hash_new();
    arena_init(&r->arena);
    buf_init(&r->id, MAX_ID);
    buf_init(&r->options, MAX_ID);
    mem_grow(&m->id_of, &m->id_capacity, m->reading_count, sizeof *m->id_of);
    m->id_of[m->reading_count++] = 0;
}

static void reading_fini(struct reading *r) {
    spool_free(r->pieces);
    hash_free(r->content);
    arena_fini(&r->arena);
    buf_fini(&r->id);
    buf_fini(&r->options);
    names_fini(&r->leaves);
    free(r->reported);
}

enum merge_taken merge_add(struct merge *m, struct source *source, bool searched, struct fault *fault) {
    struct reading r;
    reading_init(&r, m, source->uri);
    uint64_t mark = finding_runs_mark(m->runs);
    enum merge_taken taken = read_part(&r, source, searched, fault);
    if (taken != MERGE_TAKEN && !finding_runs_rewind(m->runs, mark, fault))
        taken = MERGE_STOPPED;
    reading_fini(&r);
    source->close(source);
    return taken;
}
