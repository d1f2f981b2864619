/* The patterns of formats.lua: which of them are worth trying on a text, and their compiled forms. */
#include "vocabulary_inside.h"

#include "buf.h"
#include "mem.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const list_names[PATTERN_LISTS] = {
    [PATTERN_FORMAT] = "formats",
    [PATTERN_EVENT] = "events",
    [PATTERN_EXTRA] = "extras",
};

/* ---------------------------------------------------------------- literals
 *
 * Most patterns cannot match most texts, and a word that must occur says so: one walk over the text finds all
 * such words of all patterns. A place is looked at closer only when its first bytes start one of them. */

/* The start of a literal: its first three bytes, without case (near enough: the closer look is exact). */
static inline uint32_t start_at(const char *at) {
    uint32_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return ((bytes | 0x20202020) & 0xFFFFFF) * 2654435761u >> (32 - START_BITS);
}

/* What stands for a class of characters in a literal. Bytes above 0x7F may belong to a digit of another
 * script. */
enum { ANY_DIGIT = 1, ANY_HEX = 2, HEX_OR_COLON = 3, LAST_CLASS = HEX_OR_COLON };

static inline bool is_class(char literal) {
    return literal >= ANY_DIGIT && literal <= LAST_CLASS;
}

static inline bool fits(char literal, char c) {
    if (!is_class(literal))
        return literal == ascii_lower(c);
    if (ascii_digit(c) || (unsigned char)c >= 0x80)
        return true;
    bool hex = ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f';
    return literal != ANY_DIGIT && (hex || (c == ':' && literal == HEX_OR_COLON));
}

static bool stands_at(struct str literal, struct str rest) {
    for (size_t i = 0; i < literal.len; i++)
        if (i == rest.len || !fits(literal.ptr[i], rest.ptr[i]))
            return false;
    return true;
}

static void look_closer(const struct literal_set *set, struct str rest, uint32_t start, struct marks *found) {
    for (size_t i = set->buckets[start % LITERAL_BUCKETS]; i; i = set->literals[i - 1].next) {
        const struct literal *l = &set->literals[i - 1];
        if (!marks_have(found, l->number) && stands_at(l->text, rest))
            marks_add(found, l->number);
    }
}

static inline void look_at(const struct literal_set *set, const char *at, const char *end,
                           struct marks *found) {
    uint32_t start = start_at(at);
    if (set->starts[start])
        look_closer(set, str_of(at, (size_t)(end - at)), start, found);
}

static void look(const struct literal_set *set, struct str text, struct marks *found) {
    const char *at = text.ptr, *end = at + text.len;
    if (text.len < LITERAL_MIN)
        return;
    for (; end - at >= 7; at += 4) { /* four places with one branch; start_at reads four bytes */
        if (!(set->starts[start_at(at)] | set->starts[start_at(at + 1)] | set->starts[start_at(at + 2)] |
              set->starts[start_at(at + 3)]))
            continue;
        for (int i = 0; i < 4; i++)
            look_at(set, at + i, end, found);
    }
    for (; end - at >= 4; at++)
        look_at(set, at, end, found);
    char tail[4] = { 0 };
    memcpy(tail, at, LITERAL_MIN);
    look_at(set, tail, tail + LITERAL_MIN, found);
}

void vocabulary_literals(const struct vocabulary *v, struct str text, bool formats, struct marks *found) {
    *found = (struct marks){ 0 };
    look(formats ? &v->format_literals : &v->literals, text, found);
}

static struct str without_closing(struct str text) {
    while (text.len && (text.ptr[text.len - 1] == '"' || text.ptr[text.len - 1] == '\'' ||
                        text.ptr[text.len - 1] == ')' || text.ptr[text.len - 1] == ']'))
        text.len--;
    return text;
}

static bool ends_right(const struct pattern *p, struct str text) {
    text = without_closing(text);
    for (size_t i = 0; i < p->ends_count; i++) {
        struct str end = p->ends[i];
        if (text.len >= end.len && fits(end.ptr[end.len - 1], text.ptr[text.len - 1]) &&
            stands_at(end, str_slice(text, text.len - end.len, end.len)))
            return true;
    }
    return false;
}

/* Where a literal is looked for: its first byte that is no class, and no blank if it can be. */
static size_t anchor_of(struct str literal) {
    size_t plain = literal.len - 1;
    for (size_t i = literal.len; i-- > 0;)
        if (!is_class(literal.ptr[i]) && (literal.ptr[i] != ' ' || is_class(literal.ptr[plain])))
            plain = i;
    return plain;
}

/* Whether one of them stands with its anchor at that place. */
static bool one_stands_at(const struct held *held, struct str text, size_t at) {
    for (size_t i = 0; i < held->count; i++) {
        const struct held_literal *l = &held->literals[i];
        if (l->text.ptr[l->anchor] == text.ptr[at] && at >= l->anchor &&
            stands_at(l->text, str_slice(text, at - l->anchor, text.len)))
            return true;
    }
    return false;
}

bool text_holds(struct str text, const struct held *held) {
    for (const char *anchor = held->anchors; *anchor; anchor++) {
        for (size_t at = 0; at < text.len; at++) {
            at += str_find_byte(str_slice(text, at, text.len), *anchor);
            if (at < text.len && one_stands_at(held, text, at))
                return true;
        }
    }
    return false;
}

bool pattern_fits(const struct pattern *p, struct str text) {
    char first = text.len ? text.ptr[0] : '\0';
    if ((unsigned char)first < 0x80 && !pattern_begins(p, first))
        return false;
    return !p->ends_count || ends_right(p, text);
}

bool pattern_possible(const struct pattern *p, const struct marks *found) {
    return !p->needs || marks_meet(&p->need, found, p->least_need, p->greatest_need);
}

/* The first two bytes of a head without case (near enough: the closer look is exact). */
static inline uint32_t head_pair(const char *at) {
    uint16_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes | 0x2020;
}

static inline size_t head_start(const char *at) {
    return head_pair(at) * 2654435761u >> (32 - HEAD_STARTS_BITS);
}

static bool head_stands_at(const struct pattern *p, struct str rest) {
    uint32_t pair = head_pair(rest.ptr);
    for (size_t i = 0; i < p->head_count; i++)
        if (head_pair(p->heads[i].ptr) == pair &&
            str_equal_nocase(str_slice(rest, 0, p->heads[i].len), p->heads[i]))
            return true;
    return false;
}

size_t pattern_next_head(const struct pattern *p, struct str text, size_t at) {
    const bool *starts = p->head_starts;
    for (; at + 1 < text.len; at++) {
        const char *near = text.ptr + at;
        while (text.len - at > 4 && !(starts[head_start(near)] | starts[head_start(near + 1)] |
                                      starts[head_start(near + 2)] | starts[head_start(near + 3)])) {
            at += 4; /* four places with one branch */
            near += 4;
        }
        if (at + 1 < text.len && starts[head_start(near)] && head_stands_at(p, str_slice(text, at, text.len)))
            return at;
    }
    return text.len;
}

/* The number of the literal in the set, `number` when it is new. */
static size_t add_literal(struct literal_set *set, struct str lower, size_t number) {
    for (size_t i = 0; i < set->count; i++)
        if (str_equal(set->literals[i].text, lower))
            return set->literals[i].number;
    uint32_t start = start_at(lower.ptr);
    uint16_t *bucket = &set->buckets[start % LITERAL_BUCKETS];
    set->literals[set->count++] = (struct literal){ lower, (uint16_t)number, *bucket };
    *bucket = (uint16_t)set->count;
    set->starts[start] = 1;
    return number;
}

/* In lower case, with classes as one byte. */
static struct str compiled_literal(struct vocabulary *v, struct str text) {
    char *out = arena_bytes(&v->arena, text.len + 1);
    size_t used = 0;
    for (size_t i = 0; i < text.len; i++) {
        char next = text.ptr[i] == '\\' && i + 1 < text.len ? text.ptr[i + 1] : '\0';
        char class = next == 'd' ? ANY_DIGIT : next == 'x' ? ANY_HEX : next == 'h' ? HEX_OR_COLON : 0;
        out[used++] = class ? class : ascii_lower(text.ptr[i]);
        i += class != 0;
    }
    out[used] = '\0'; /* start_at reads four bytes */
    return str_of(out, used);
}

/* The first bytes are looked up, so they must be plain. */
static bool plain_start(struct str literal) {
    for (size_t i = 0; i < LITERAL_MIN; i++)
        if (i == literal.len || is_class(literal.ptr[i]))
            return false;
    return true;
}

/* ---------------------------------------------------------------- loading */

/* A user's file is part of the request, the shipped table is not. */
static bool place_fault(const struct pattern *p, struct fault *fault) {
    fault->kind = p->own ? FAULT_USAGE : FAULT_RULE;
    return p->own ? fault_context(fault, "%s: format '%s'", p->file, p->name)
                  : fault_context(fault, "%s: %s: '%s'", p->file, p->list, p->name);
}

bool pattern_fault(const struct pattern *p, struct fault *fault, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(fault->text, sizeof fault->text, format, args);
    va_end(args);
    return place_fault(p, fault);
}

static bool load_needs(struct vocabulary *v, struct pattern *p, const struct json_node *need,
                       struct fault *fault) {
    p->needs = json_count(need) > 0;
    for (const struct json_node *n = json_first(need); n; n = json_after(n)) {
        struct str literal = compiled_literal(v, json_str(n));
        if (!plain_start(literal))
            return pattern_fault(p, fault,
                                 "'need' is a list of literals that begin with three characters, no classes");
        if (v->literals.count == MARKS_MAX)
            return pattern_fault(p, fault, "too many literals in all 'need' lists");
        size_t number = add_literal(&v->literals, literal, v->literals.count);
        if (p->list == list_names[PATTERN_FORMAT])
            add_literal(&v->format_literals, literal, number);
        marks_add(&p->need, number);
        p->least_need = n == json_first(need) || number < p->least_need ? number : p->least_need;
        p->greatest_need = number > p->greatest_need ? number : p->greatest_need;
    }
    return true;
}

static bool same_literals(const struct held *a, const struct held *b) {
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = str_equal(a->literals[i].text, b->literals[i].text);
    return same;
}

static bool add_anchor(struct held *held, char anchor) {
    size_t count = strlen(held->anchors);
    bool full = count + 1 == sizeof held->anchors;
    if (strchr(held->anchors, anchor))
        return true;
    held->anchors[count] = full ? '\0' : anchor;
    return !full;
}

static bool load_holds(struct vocabulary *v, struct pattern *p, const struct json_node *holds,
                       struct fault *fault) {
    struct held *new = &v->helds[v->held_count];
    if (json_count(holds) == 0)
        return true;
    if (v->held_count == HELD_MAX)
        return pattern_fault(p, fault, "too many different lists 'holds'");
    *new = (struct held){ .literals = arena_new(&v->arena, json_count(holds), sizeof *new->literals),
                          .number = v->held_count };
    for (const struct json_node *n = json_first(holds); n; n = json_after(n)) {
        struct str literal = compiled_literal(v, json_str(n));
        size_t anchor = literal.len ? anchor_of(literal) : 0;
        if (!literal.len || ascii_alpha(literal.ptr[anchor]))
            return pattern_fault(p, fault,
                                 "'holds' is a list of literals that begin with a class or no letter");
        new->literals[new->count++] = (struct held_literal){ literal, anchor };
        if (!add_anchor(new, literal.ptr[anchor]))
            return pattern_fault(p, fault, "'holds' has too many different first bytes");
    }
    for (p->holds = v->helds; !same_literals(p->holds, new); p->holds++)
        ;
    v->held_count += p->holds == new;
    return true;
}

/* user_id, status ...; duration (says its unit), duration_s ...; time; message. */
static bool group_role(struct str name, struct role *role) {
    static const struct str duration = STR("duration"), duration_in = STR("duration_"),
                            message = STR("message"), time = STR("time");
    *role = (struct role){ .kind = ROLE_DURATION, .field = FIELD_DURATION_MS, .unit = UNIT_TEXT };
    if (str_equal(name, duration))
        return true;
    if (str_starts(name, duration_in))
        return unit_named(str_slice(name, duration_in.len, name.len), &role->unit);
    *role = (struct role){ .kind = ROLE_FIELD, .field = field_named(name) };
    if (str_equal(name, message))
        role->kind = ROLE_MESSAGE;
    if (str_equal(name, time))
        role->kind = ROLE_TIME;
    return role->kind != ROLE_FIELD || role->field != FIELD_COUNT;
}

static bool unknown_group(const struct pattern *p, const char *name, struct fault *fault) {
    struct buf names;
    buf_init(&names, 1024);
    for (int f = 0; f < FIELD_COUNT; f++)
        buf_printf(&names, "%s, ", field_name((enum field)f));
    pattern_fault(
        p, fault,
        "the group '%s' is no field: %sduration, duration_s, _us, _ns, time or message was expected", name,
        buf_c(&names));
    buf_fini(&names);
    return false;
}

static bool load_groups(struct vocabulary *v, struct pattern *p, const struct json_node *groups,
                        struct fault *fault) {
    p->span_count = 1;
    for (const struct json_node *n = json_first(groups); n; n = json_after(n)) {
        struct pattern_group group = { .number = (size_t)json_integer(json_member(n, "index"), 0) };
        if (group.number == 0 || group.number >= PATTERN_SPANS_MAX || p->group_count == PATTERN_GROUPS_MAX)
            return pattern_fault(p, fault, "too many groups");
        if (!group_role(json_str(json_member(n, "name")), &group.role))
            return unknown_group(p, json_c(json_member(n, "name"), "?"), fault);
        v->timed |= group.role.kind == ROLE_TIME;
        if (group.role.kind != ROLE_MESSAGE && group.role.kind != ROLE_TIME)
            p->gives |= field_bit(group.role.field);
        p->groups[p->group_count++] = group;
        if (p->span_count <= group.number)
            p->span_count = group.number + 1;
    }
    return true;
}

static struct str copied(struct vocabulary *v, const struct json_node *n) {
    return json_is_string(n) ? arena_copy(&v->arena, json_str(n)) : str_of(NULL, 0);
}

/* 128 bits in hexadecimal: bytes 63..0 and 127..64. */
static void load_first(struct pattern *p, const char *bits) {
    char low[17] = { 0 };
    p->first[0] = p->first[1] = UINT64_MAX;
    if (!bits || strlen(bits) != 32)
        return;
    memcpy(low, bits, 16);
    p->first[0] = strtoull(low, NULL, 16);
    p->first[1] = strtoull(bits + 16, NULL, 16);
}

static bool load_heads(struct vocabulary *v, struct pattern *p, const struct json_node *heads,
                       struct fault *fault) {
    p->heads = arena_new(&v->arena, json_count(heads), sizeof *p->heads);
    for (const struct json_node *n = json_first(heads); n; n = json_after(n)) {
        struct str head = copied(v, n);
        if (head.len < 2)
            return pattern_fault(p, fault, "'heads' is a list of literals of two bytes and more");
        p->head_starts[head_start(head.ptr)] = true;
        p->heads[p->head_count++] = head;
    }
    return true;
}

static bool load_pattern(struct vocabulary *v, struct pattern *p, const struct json_node *n,
                         struct fault *fault) {
    const char *file = json_c(json_member(n, "file"), NULL);
    p->own = file != NULL;
    p->file = arena_copy(&v->arena, str_c(file ? file : "formats.lua")).ptr;
    p->name = arena_copy(&v->arena, str_c(json_c(json_member(n, "name"), "?"))).ptr;
    p->pcre = copied(v, json_member(n, "pcre"));
    p->sample = copied(v, json_member(n, "sample"));
    const struct json_node *expect = json_member(n, "expect");
    if (!p->pcre.ptr)
        return pattern_fault(p, fault, "has no pattern");
    if (!p->sample.ptr || !json_is_object(expect))
        return pattern_fault(p, fault, "has no sample or no table of what it expects");
    p->expect = json_print(expect);
    if (!load_groups(v, p, json_member(n, "groups"), fault))
        return false;
    p->decides = json_is_true(json_member(n, "decides"));
    size_t rest = (size_t)json_integer(json_member(n, "rest"), 0);
    p->rest = rest < p->span_count ? rest : 0; /* else nobody asks for it */
    load_first(p, json_c(json_member(n, "first"), NULL));
    const struct json_node *ends = json_member(n, "ends");
    p->ends = arena_new(&v->arena, json_count(ends), sizeof *p->ends);
    for (const struct json_node *end = json_first(ends); end; end = json_after(end)) {
        p->ends[p->ends_count] = compiled_literal(v, json_str(end));
        if (!p->ends[p->ends_count++].len)
            return pattern_fault(p, fault, "'ends' is a list of literals");
    }
    return load_heads(v, p, json_member(n, "heads"), fault) &&
           load_needs(v, p, json_member(n, "need"), fault) &&
           load_holds(v, p, json_member(n, "holds"), fault);
}

static void add_pattern(struct patterns *list, struct pattern *p) {
    list->items = mem_resize(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = p;
}

/* `gate`: its number, or false for a pattern that nothing is asked of. */
static bool load_gate(struct vocabulary *v, enum vocabulary_list list, struct pattern *p,
                      const struct json_node *gate, struct fault *fault) {
    size_t number = (size_t)json_integer(gate, 0);
    if (!json_is_number(gate))
        return true;
    if (number >= MARKS_MAX)
        return pattern_fault(p, fault, "at most %d patterns that give what is asked were expected",
                             MARKS_MAX);
    v->gated[number] = p;
    v->gate_limit = number < v->gate_limit ? v->gate_limit : number + 1;
    marks_add(&v->asked_gates[list], number);
    return true;
}

static bool load_list(struct vocabulary *v, enum vocabulary_list list, const struct json_node *items,
                      const struct json_node *census, struct fault *fault) {
    if (!json_is_array(items))
        return fault_set(fault, FAULT_RULE, "formats.lua: %s: a list expected, got %s", list_names[list],
                         json_kind_name(items));
    const struct json_node *gate = json_first(json_member(json_member(census, "asked"), list_names[list]));
    const struct json_node *need = list == PATTERN_FORMAT ? json_first(json_member(census, "needs")) : NULL;
    for (const struct json_node *n = json_first(items); n;
         n = json_after(n), gate = json_after(gate), need = json_after(need)) {
        struct pattern *p = mem_new(1, sizeof *p);
        p->list = list_names[list];
        if (list == PATTERN_FORMAT && v->lists[list].count == MARKS_MAX) {
            free(p);
            return fault_set(fault, FAULT_USAGE, "at most %d text formats were expected", MARKS_MAX);
        }
        add_pattern(&v->lists[list], p);
        if (!load_pattern(v, p, n, fault) || !load_gate(v, list, p, gate, fault))
            return false;
        int64_t need_gate = json_integer(need, NO_GATE);
        p->need_gate = need_gate < NO_GATE ? (size_t)need_gate : NO_GATE;
    }
    return true;
}

/* By the byte that a text begins with; those behind ASCII may begin anything. */
static void load_first_bytes(struct vocabulary *v) {
    struct patterns formats = v->lists[PATTERN_FORMAT];
    for (size_t i = 0; i < formats.count; i++)
        for (int first = 0; first < FIRST_BYTES; first++)
            if (first == ASCII || pattern_begins(formats.items[i], (char)first))
                marks_add(&v->formats[first], i);
}

/* Those without a literal. */
static void load_open_gates(struct vocabulary *v, const struct json_node *gates) {
    size_t number = 0;
    for (const struct json_node *n = json_first(gates); n && number < MARKS_MAX; n = json_after(n), number++)
        if (json_count(n) == 0)
            marks_add(&v->open_gates, number);
}

bool load_patterns(struct vocabulary *v, const struct json_node *formats, const struct json_node *census,
                   struct fault *fault) {
    for (int list = 0; list < PATTERN_LISTS; list++)
        if (!load_list(v, (enum vocabulary_list)list, json_member(formats, list_names[list]), census, fault))
            return false;
    load_first_bytes(v);
    load_open_gates(v, json_member(census, "gates"));
    return true;
}

struct patterns vocabulary_patterns(const struct vocabulary *v, enum vocabulary_list list) {
    return v->lists[list];
}

const struct marks *vocabulary_formats(const struct vocabulary *v, char first) {
    return &v->formats[(unsigned char)first < ASCII ? first : ASCII];
}

const struct marks *vocabulary_asked_gates(const struct vocabulary *v, enum vocabulary_list list) {
    return &v->asked_gates[list];
}

size_t vocabulary_gate_limit(const struct vocabulary *v) {
    return v->gate_limit;
}

struct pattern *vocabulary_gated(const struct vocabulary *v, size_t gate) {
    return v->gated[gate];
}

const struct marks *vocabulary_open_gates(const struct vocabulary *v) {
    return &v->open_gates;
}

uint32_t vocabulary_asked(const struct vocabulary *v) {
    return v->asked;
}

uint32_t vocabulary_facts(const struct vocabulary *v) {
    return v->facts;
}

bool vocabulary_timed(const struct vocabulary *v) {
    return v->timed;
}

uint32_t vocabulary_shaped(const struct vocabulary *v) {
    return v->shaped;
}

void vocabulary_remove_gates(struct vocabulary *v) {
    memset(&v->open_gates, 0xFF, sizeof v->open_gates);
}

/* ---------------------------------------------------------------- compiling */

const struct regex *pattern_regex(struct pattern *p, struct fault *fault) {
    struct regex *r = atomic_load_explicit(&p->regex, memory_order_acquire);
    if (r)
        return r;
    r = regex_new(p->pcre, fault);
    if (!r) {
        place_fault(p, fault);
        return NULL;
    }
    struct regex *first = NULL;
    if (!atomic_compare_exchange_strong(&p->regex, &first, r)) { /* another thread was faster */
        regex_free(r);
        r = first;
    }
    return r;
}

void free_patterns(struct vocabulary *v) {
    for (size_t list = 0; list < PATTERN_LISTS; list++) {
        for (size_t i = 0; i < v->lists[list].count; i++) {
            struct pattern *p = v->lists[list].items[i];
            regex_free(atomic_load(&p->regex));
            free(p->expect);
            free(p);
        }
        free(v->lists[list].items);
    }
}
