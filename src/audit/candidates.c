#include "candidates.h"

#include "columns.h"
#include "mem.h"

#include <ctype.h>
#include <stdlib.h>

struct set_state {
    struct ruleset *rules;
    struct scan_scratch *scratch, *hidden_scratch;
    const struct hit *hits; /* of the batch, by record */
    size_t hit_count, next_hit;
    bool *hit;         /* by pattern, for the record at hand: one of its gates is open */
    uint8_t *parts;    /* by gate: those that have hit */
    uint32_t *touched; /* the gates of which one has */
    size_t touched_count;
    uint64_t *seen; /* by rule: the serial of the last record it was made a candidate of */
};

struct candidates {
    struct set_state sets[MAX_RULESETS];
    size_t set_count;
    const struct batch *batch;
    uint32_t *starts;
    size_t starts_capacity;
    bool *hides; /* by record: raw bytes hide text */
    size_t hides_capacity;
    bool *secrets;       /* by pattern of the first set: its hit may be one */
    bool hidden_secrets; /* some have no gate */
    struct marks gates;  /* of the record at hand */
    uint64_t serial;     /* of the record at hand, over all batches */
    struct candidate *list;
    size_t count, capacity;
    struct arena arena; /* of hidden texts */
};

static void watch_secrets(struct candidates *c, const struct audit_options *o) {
    const struct ruleset *rs = o->rulesets[0];
    c->secrets = mem_new(rs->pattern_count, sizeof *c->secrets);
    for (size_t i = 0; o->redact != REDACT_OFF && i < rs->secret_count; i++) {
        const struct secret_pattern *p = &rs->secrets[i];
        if (p->luhn || (p->pii && o->redact != REDACT_PII))
            continue;
        c->secrets[p->need] = true;
        c->hidden_secrets |= !rs->patterns[p->need].gated;
    }
}

struct candidates *candidates_new(const struct audit_options *options) {
    struct candidates *c = mem_new(1, sizeof *c);
    c->set_count = options->ruleset_count;
    arena_init(&c->arena);
    for (size_t i = 0; i < c->set_count; i++) {
        struct set_state *s = &c->sets[i];
        s->rules = options->rulesets[i];
        s->scratch = scan_scratch_new();
        s->hidden_scratch = scan_scratch_new();
        scan_scratch_fit(s->scratch, s->rules->set);
        scan_scratch_fit(s->hidden_scratch, s->rules->set);
        s->hit = mem_new(s->rules->pattern_count, sizeof *s->hit);
        s->parts = mem_new(s->rules->gates.count, sizeof *s->parts);
        s->touched = mem_new(s->rules->gates.count, sizeof *s->touched);
        s->seen = mem_new(s->rules->rule_count, sizeof *s->seen);
    }
    watch_secrets(c, options);
    return c;
}

void candidates_free(struct candidates *c) {
    if (!c)
        return;
    free(c->secrets);
    for (size_t i = 0; i < c->set_count; i++) {
        struct set_state *s = &c->sets[i];
        scan_scratch_free(s->scratch);
        scan_scratch_free(s->hidden_scratch);
        free(s->hit);
        free(s->parts);
        free(s->touched);
        free(s->seen);
    }
    arena_fini(&c->arena);
    free(c->starts);
    free(c->hides);
    free(c->list);
    free(c);
}

/* ---- hidden text ---- */

/* U+0130 and U+0131 equal i without case, U+017F s, U+212A k. */
static const struct odd_letter {
    struct str bytes;
    char ascii;
} ODD_LETTERS[] = {
    { STR("\xC4\xB0"), 'i' }, { STR("\xC4\xB1"), 'i' }, { STR("\xC5\xBF"), 's' }, { STR("\xE2\x84\xAA"), 'k' }
};
enum { ODD_LETTER_COUNT = sizeof ODD_LETTERS / sizeof *ODD_LETTERS };

/* Whether it is a JSON object, or a line of text that may carry one. */
static bool may_be_json(const struct candidates *c, const struct record *r) {
    struct str bytes = record_bytes(c->batch, r);
    return r->kind == RECORD_JSON || str_find_byte(bytes, '{') < bytes.len;
}

/* Marks the records in which `part` occurs. */
static void mark_where(struct candidates *c, struct str part, bool json_only) {
    struct str bytes = buf_str(&c->batch->bytes);
    size_t record = 0;
    for (size_t at = 0; at < bytes.len;) {
        at += str_find(str_slice(bytes, at, bytes.len), part);
        while (record < c->batch->count &&
               at >= c->batch->records[record].start + c->batch->records[record].len)
            record++;
        if (at >= bytes.len || record == c->batch->count)
            return;
        const struct record *r = &c->batch->records[record];
        if (at >= r->start && (!json_only || may_be_json(c, r)))
            c->hides[record] = true;
        size_t next = at < r->start ? at + part.len : (size_t)r->start + r->len; /* once a record is enough */
        at = next > at ? next : at + 1;
    }
}

static struct str fold_odd_letters(struct str s, struct arena *arena) {
    char *out = arena_bytes(arena, s.len + 1);
    size_t used = 0;
    for (size_t i = 0; i < s.len;) {
        size_t taken = 0;
        for (size_t k = 0; k < ODD_LETTER_COUNT && !taken; k++) {
            if (!str_starts(str_slice(s, i, s.len), ODD_LETTERS[k].bytes))
                continue;
            out[used++] = ODD_LETTERS[k].ascii;
            taken = ODD_LETTERS[k].bytes.len;
        }
        if (!taken) {
            out[used++] = s.ptr[i];
            taken = 1;
        }
        i += taken;
    }
    return str_of(out, used);
}

static bool is_unicode_escape(struct str s) {
    bool is = s.len >= 6 && s.ptr[0] == '\\' && s.ptr[1] == 'u';
    for (size_t i = 2; is && i < 6; i++)
        is = isxdigit((unsigned char)s.ptr[i]);
    return is;
}

/* Length of the JSON escape (of a surrogate pair: both) at the start of `s`; 0 when there is none. */
static size_t escape_len(struct str s) {
    if (is_unicode_escape(s))
        return is_unicode_escape(str_slice(s, 6, 6)) ? 12 : 6;
    return s.len > 1 && strchr("\"\\/bfnrt", s.ptr[1]) && s.ptr[1] ? 2 : 0;
}

struct str decode_escapes(struct str s, struct arena *arena) {
    char *out = arena_bytes(arena, s.len + 1);
    size_t used = 0;
    for (size_t i = 0, len; i < s.len; i += len) {
        struct str rest = str_slice(s, i, s.len);
        len = rest.ptr[0] == '\\' ? escape_len(rest) : 0;
        struct json escape = { .kind = JSON_STRING, .escaped = true, .raw = str_slice(rest, 0, len) };
        struct str text = len ? json_text(escape, arena) : str_slice(rest, 0, 1);
        memcpy(out + used, text.ptr, text.len);
        used += text.len;
        len = len ? len : 1;
    }
    return str_of(out, used);
}

static bool has_odd_letters(struct str text) {
    for (size_t k = 0; k < ODD_LETTER_COUNT; k++)
        if (str_find(text, ODD_LETTERS[k].bytes) < text.len)
            return true;
    return false;
}

static struct str joined(struct str a, struct str b, struct arena *arena) {
    char *out = arena_bytes(arena, a.len + b.len + 1);
    memcpy(out, a.ptr, a.len);
    out[a.len] = '\n';
    memcpy(out + a.len + 1, b.ptr, b.len);
    return str_of(out, a.len + b.len + 1);
}

/* The record as its readers will see it: escapes decoded all over (as if it were one string), odd letters as
 * the ASCII ones they equal. */
static struct str hidden_text(struct candidates *c, size_t index) {
    const struct record *r = &c->batch->records[index];
    struct json as_string = { .kind = JSON_STRING, .escaped = true, .raw = record_bytes(c->batch, r) };
    struct str text = as_string.raw;
    if (r->kind == RECORD_JSON) /* checked: every backslash begins an escape */
        text = json_text(as_string, &c->arena);
    else if (may_be_json(c, r))
        text = decode_escapes(text, &c->arena);
    if (!has_odd_letters(text))
        return text;
    if (text.ptr != as_string.raw.ptr &&
        has_odd_letters(as_string.raw)) /* conditions search the raw text too */
        text = joined(text, as_string.raw, &c->arena);
    return fold_odd_letters(text, &c->arena);
}

/* A block at a time, which compilers do with few instructions. */
static bool has_high_bytes(struct str s) {
    enum { BLOCK = 4096 };
    for (size_t i = 0; i < s.len; i += BLOCK) {
        struct str block = str_slice(s, i, BLOCK);
        unsigned char bits = 0;
        for (size_t k = 0; k < block.len; k++)
            bits |= (unsigned char)block.ptr[k];
        if (bits & 0x80)
            return true;
    }
    return false;
}

static void mark_hidden(struct candidates *c) {
    if (c->batch->count == 0)
        return;
    memset(c->hides, 0, c->batch->count * sizeof *c->hides);
    mark_where(c, (struct str)STR("\\"), true);
    if (!has_high_bytes(buf_str(&c->batch->bytes)))
        return;
    for (size_t k = 0; k < ODD_LETTER_COUNT; k++)
        mark_where(c, ODD_LETTERS[k].bytes, false);
}

/* ---- the scan ---- */

static void fit(struct candidates *c, size_t count) {
    while (c->starts_capacity < count)
        mem_grow(&c->starts, &c->starts_capacity, c->starts_capacity, sizeof *c->starts);
    while (c->hides_capacity < count)
        mem_grow(&c->hides, &c->hides_capacity, c->hides_capacity, sizeof *c->hides);
}

void candidates_scan(struct candidates *c, const struct batch *batch) {
    c->batch = batch;
    fit(c, batch->count);
    for (size_t i = 0; i < batch->count; i++)
        c->starts[i] = batch->records[i].start;
    mark_hidden(c);
    for (size_t i = 0; i < c->set_count; i++) {
        struct set_state *s = &c->sets[i];
        s->next_hit = 0;
        s->hits = pattern_set_scan(s->rules->set, s->scratch, buf_str(&batch->bytes), c->starts, batch->count,
                                   &s->hit_count);
    }
}

/* ---- one record ---- */

void candidates_add(struct candidates *c, uint32_t set, uint32_t rule) {
    uint64_t *seen = &c->sets[set].seen[rule];
    if (*seen == c->serial)
        return;
    *seen = c->serial;
    mem_grow(&c->list, &c->capacity, c->count, sizeof *c->list);
    c->list[c->count++] = (struct candidate){ set, rule };
}

static void open_gate(struct candidates *c, uint32_t set, uint32_t opens) {
    struct set_state *s = &c->sets[set];
    if (opens >= s->rules->pattern_count) {
        size_t mark = opens - s->rules->pattern_count;
        if (set == 0 && mark < MARKS_MAX)
            marks_add(&c->gates, mark);
        return;
    }
    if (s->hit[opens])
        return;
    s->hit[opens] = true;
    const struct rule_pattern *p = &s->rules->patterns[opens];
    for (size_t i = 0; i < p->trigger_count; i++)
        candidates_add(c, set, p->triggers[i]);
}

static void take_hit(struct candidates *c, uint32_t set, uint32_t expression) {
    struct set_state *s = &c->sets[set];
    const struct gates *gates = &s->rules->gates;
    for (size_t i = gates->starts[expression]; i < gates->starts[expression + 1]; i++) {
        const struct gate_part *part = &gates->parts[i];
        uint8_t *parts = &s->parts[part->gate];
        if (*parts & part->bit)
            continue;
        if (!*parts)
            s->touched[s->touched_count++] = part->gate;
        *parts |= part->bit;
        if (*parts == gates->items[part->gate].parts)
            open_gate(c, set, gates->items[part->gate].opens);
    }
}

static void take_batch_hits(struct candidates *c, uint32_t set, size_t index) {
    struct set_state *s = &c->sets[set];
    while (s->next_hit < s->hit_count && s->hits[s->next_hit].record < index)
        s->next_hit++;
    for (; s->next_hit < s->hit_count && s->hits[s->next_hit].record == index; s->next_hit++)
        take_hit(c, set, s->hits[s->next_hit].id);
}

static void take_hidden_hits(struct candidates *c, uint32_t set, struct str text) {
    struct set_state *s = &c->sets[set];
    static const uint32_t start = 0;
    size_t count;
    const struct hit *hits = pattern_set_scan(s->rules->set, s->hidden_scratch, text, &start, 1, &count);
    for (size_t i = 0; i < count; i++)
        take_hit(c, set, hits[i].id);
}

static void forget_hits(struct set_state *s) {
    for (size_t i = 0; i < s->touched_count; i++) {
        uint32_t opens = s->rules->gates.items[s->touched[i]].opens;
        s->parts[s->touched[i]] = 0;
        if (opens < s->rules->pattern_count)
            s->hit[opens] = false;
    }
    s->touched_count = 0;
}

void candidates_find(struct candidates *c, size_t index) {
    c->serial++;
    c->gates = *vocabulary_open_gates(c->sets[0].rules->vocabulary);
    c->count = 0;
    arena_reset(&c->arena);
    struct str hidden = c->hides[index] ? hidden_text(c, index) : (struct str){ 0 };
    const struct columns *columns = c->batch->records[index].columns; /* its names stand in another line */
    struct str bytes = record_bytes(c->batch, &c->batch->records[index]);
    struct str decoded = columns ? columns_decoded(bytes, &c->arena) : bytes;
    for (uint32_t set = 0; set < c->set_count; set++) {
        struct set_state *s = &c->sets[set];
        forget_hits(s);
        take_batch_hits(c, set, index);
        if (hidden.len)
            take_hidden_hits(c, set, hidden);
        if (columns)
            take_hidden_hits(c, set, columns_header(columns));
        if (decoded.ptr != bytes.ptr)
            take_hidden_hits(c, set, decoded);
        for (size_t i = 0; i < s->rules->every_count; i++)
            candidates_add(c, set, s->rules->every[i]);
    }
}

struct candidate *candidates_list(struct candidates *c, size_t *count) {
    *count = c->count;
    return c->list;
}

const struct marks *candidates_gates(const struct candidates *c) {
    return &c->gates;
}

bool candidates_secret(const struct candidates *c) {
    const struct set_state *s = &c->sets[0];
    for (size_t i = 0; i < s->touched_count; i++) {
        uint32_t opens = s->rules->gates.items[s->touched[i]].opens;
        if (opens < s->rules->pattern_count && c->secrets[opens] && s->hit[opens])
            return true;
    }
    return c->hidden_secrets;
}

const bool *candidates_hits(const struct candidates *c, size_t set) {
    return c->sets[set].hit;
}
