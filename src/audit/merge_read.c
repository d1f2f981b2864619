/* Merging, the first half: a part is read whole and kept aside, then taken over (merge_pieces.c) or
 * forgotten. */
#include "merge_inside.h"

#include "mem.h"
#include "result_state.h"
#include "spool.h"

#include <stdlib.h>

/* Of a source's name and version: the longest place and a version id. */
enum { MAX_VERSION_NAME = 16384 };

/* What is known of the part at hand before it is taken over. */
struct reading {
    struct merge *m;
    const char *uri;
    uint32_t number;
    struct spool *pieces; /* JSON of what is taken over at the end, each marked with its number */
    struct hash_state *content;
    struct arena arena; /* of the piece at hand */
    struct buf id, options;
    struct names leaves, versions; /* versions: of its sources */
    bool divided;                  /* some sources are not whole, or have no version */
    struct hash *reported;         /* ids of its findings of correlations */
    size_t reported_count, reported_capacity;
    uint64_t findings_cut;
    bool has_state, any_time, merged, notified, untold;
    int64_t earliest, latest;
    int64_t stored; /* when; 0: not known */
};

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

static void note_version(struct reading *r, struct json source) {
    struct str uri = json_text(json_get_c(source, "uri"), &r->arena);
    struct str version = json_text(json_get_c(source, "version"), &r->arena);
    struct buf name;
    buf_init(&name, MAX_VERSION_NAME);
    buf_add(&name, uri);
    buf_add_byte(&name, '\0');
    buf_add(&name, version);
    r->divided =
        r->divided || !version.len || name.full || !str_equal_c(json_get_c(source, "complete").raw, "true");
    names_add(&r->versions, buf_str(&name));
    buf_fini(&name);
}

/* The result has some of its sources, its state the others one by one. */
static void note_sources(struct reading *r, enum result_part part, struct str key, struct json value) {
    bool sources = str_equal_c(key, "sources");
    struct json none, source;
    if (!r->m->wanted.overlapping)
        return;
    if (part == RESULT_STATE && sources)
        note_version(r, value);
    if (part == RESULT_STATE && (str_equal_c(key, "next") || str_equal_c(key, "continues")))
        r->divided = true;
    if (part != RESULT_MEMBER || !sources)
        return;
    for (struct json_iter i = json_iter(value); json_next(&i, &none, &source);)
        note_version(r, source);
}

/* What decides about the part as a whole. */
static bool take_about(struct reading *r, enum result_part part, struct str key, struct json value,
                       struct fault *fault) {
    if (part == RESULT_MEMBER && str_equal_c(key, "audit_id"))
        buf_add(&r->id, json_text(value, &r->arena));
    else if (part == RESULT_MEMBER && str_equal_c(key, "findings_truncated"))
        merge_add_to(&r->findings_cut, value);
    else if (part == RESULT_MEMBER && str_equal_c(key, "clock"))
        r->any_time =
            merge_instant(value, "earliest", &r->earliest) && merge_instant(value, "latest", &r->latest);
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
    uint8_t piece = merge_piece_find(part, key);
    if (piece != MERGE_NO_PIECE && !merge_piece_fits(piece, value))
        return wrong(r, key, fault);
    if (piece != MERGE_NO_PIECE && !spool_add(r->pieces, json_bytes(value), piece, fault))
        return false;
    note_sources(r, part, key, value);
    return take_about(r, part, key, value, fault);
}

/* ---- taking over ---- */

/* Records may come late, or late again: what is new is told by when it was stored. */
static bool overlaps(const struct reading *r) {
    const struct merge_options *o = &r->m->wanted;
    bool new = r->stored >= o->from && r->stored <= o->to;
    return !o->overlapping || new || (r->any_time && r->earliest <= o->to && r->latest >= o->from);
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

/* By the same options: what other rules found of it is another thing. */
static struct str held_name(const struct reading *r, size_t i, struct buf *out) {
    buf_reset(out);
    buf_add(out, buf_str(&r->options));
    buf_add_byte(out, '\0');
    buf_add(out, r->versions.items[i]);
    return buf_str(out);
}

/* Whether parts that were taken have all of it, because it was audited twice: alone, and with others below a
 * prefix. */
static bool is_superseded(const struct reading *r) {
    struct buf name;
    uint32_t at;
    bool held = r->versions.count && !r->divided;
    buf_init(&name, 2 * MAX_VERSION_NAME);
    for (size_t i = 0; held && i < r->versions.count; i++)
        held = names_find(&r->m->held, held_name(r, i, &name), &at);
    buf_fini(&name);
    return held;
}

static void hold_versions(const struct reading *r) {
    struct buf name;
    buf_init(&name, 2 * MAX_VERSION_NAME);
    for (size_t i = 0; !r->divided && i < r->versions.count; i++)
        names_add(&r->m->held, held_name(r, i, &name));
    buf_fini(&name);
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
                         "%s: %llu of its findings %s left out: a result with all of them was expected",
                         r->uri, (unsigned long long)r->findings_cut,
                         str_plural(r->findings_cut, "was", "were"));
    return r->id.len || fault_set(fault, FAULT_INPUT, "%s: has no audit_id", r->uri);
}

struct applying {
    struct merge *m;
    struct fault *fault;
};

static bool apply_piece(void *context, struct str json, uint8_t piece) {
    struct applying *a = context;
    return merge_piece_apply(a->m, piece, json, a->fault);
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
    if (is_superseded(r)) {
        r->m->superseded++;
        return MERGE_LEFT_OUT;
    }
    hold_versions(r);
    take_over(r);
    struct applying applying = { r->m, fault };
    return spool_each(r->pieces, apply_piece, &applying, fault) ? MERGE_TAKEN : MERGE_STOPPED;
}

static void reading_init(struct reading *r, struct merge *m, const struct source *source) {
    enum { MAX_ID = 1024 };
    *r = (struct reading){
        .m = m, .uri = source->uri, .number = (uint32_t)m->reading_count, .stored = source->modified
    };
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
    names_fini(&r->versions);
    free(r->reported);
}

enum merge_taken merge_add(struct merge *m, struct source *source, bool searched, struct fault *fault) {
    struct reading r;
    reading_init(&r, m, source);
    uint64_t mark = finding_runs_mark(m->runs);
    enum merge_taken taken = read_part(&r, source, searched, fault);
    if (taken != MERGE_TAKEN && !finding_runs_rewind(m->runs, mark, fault))
        taken = MERGE_STOPPED;
    reading_fini(&r);
    source->close(source);
    return taken;
}
