/* Merging: the pieces of a part that are taken over once it is known that the part counts, each by one
 * function.
 */
#include "merge_inside.h"

#include "mem.h"

/* ---- values ---- */

static uint64_t number(struct json object, const char *key) {
    int64_t value;
    return json_to_int(json_get_c(object, key), &value) && value > 0 ? (uint64_t)value : 0;
}

static bool is_true(struct json object, const char *key) {
    return str_equal_c(json_get_c(object, key).raw, "true");
}

/* Kept as long as the merging. */
static struct str text(struct merge *m, struct json object, const char *key, bool *has) {
    struct json value = json_get_c(object, key);
    bool is = value.kind == JSON_STRING;
    if (has)
        *has = is;
    return is ? arena_copy(&m->texts, json_text(value, &m->texts)) : (struct str)STR("");
}

bool merge_instant(struct json object, const char *key, int64_t *out) {
    static const struct time_rules utc = { 0 };
    struct json value = json_get_c(object, key);
    struct stamp stamp;
    if (value.kind != JSON_STRING || !stamp_parse(value.raw, &utc, &stamp))
        return false;
    *out = stamp.micros;
    return true;
}

/* ---- by piece ---- */

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
    if (!merge_instant(clock, "earliest", &earliest) || !merge_instant(clock, "latest", &latest))
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

void merge_add_to(uint64_t *sum, struct json value) {
    int64_t more;
    if (json_to_int(value, &more) && more > 0)
        *sum += (uint64_t)more;
}

static void apply_incomplete_more(struct merge *m, struct json value) {
    merge_add_to(&m->incomplete_more, value);
}

static void apply_diagnostics_more(struct merge *m, struct json value) {
    merge_add_to(&m->diagnostics_more, value);
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
    each_element(m, json_get_c(rules, "failed"), apply_failed_file);
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
    if (!str_equal_c(json_get_c(suppressed, "by").raw, "override"))
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
        merge_add_to(&times, count);
        all = user_table_add_name(m->users, user, list, json_text(key, arena), times) && all;
    }
    return all;
}

static void apply_user(struct merge *m, struct json value) {
    struct arena arena;
    arena_init(&arena);
    struct user *user = user_table_get(m->users, json_text(json_get_c(value, "user_id"), &arena));
    bool all = user != NULL;
    if (user) {
        int64_t time;
        user->records += number(value, "records");
        if (merge_instant(value, "first", &time))
            user_add_time(user, time);
        if (merge_instant(value, "last", &time))
            user_add_time(user, time);
        for (int list = 0; list < USER_LISTS; list++)
            all = add_names(m, user, (enum user_list)list,
                            json_get_c(value, user_list_name((enum user_list)list)), &arena) &&
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
    merge_add_to(&m->correlated_filtered, value);
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
        .source = names_add(&m->sources, json_text(json_get_c(match, "source"), &arena)),
        .rule = merge_rule_number(m, json_text(json_get_c(match, "rule"), &arena), false, &arena),
        .part = (uint32_t)m->reading_count - 1,
        .offset = number(match, "offset"),
    };
    arena_fini(&arena);
    return finding_runs_add(m->matches, &key, json, fault);
}

uint8_t merge_piece_find(enum result_part part, struct str key) {
    for (size_t i = 0; i < PIECE_COUNT; i++)
        if (PIECES[i].part == part && str_equal_c(key, PIECES[i].key))
            return (uint8_t)i;
    return MERGE_NO_PIECE;
}

bool merge_piece_fits(uint8_t piece, struct json value) {
    return value.kind == PIECES[piece].kind;
}

bool merge_piece_apply(struct merge *m, uint8_t piece, struct str json, struct fault *fault) {
    if (!PIECES[piece].apply)
        return keep_match(m, json, fault);
    PIECES[piece].apply(m, json_value(json));
    return true;
}
