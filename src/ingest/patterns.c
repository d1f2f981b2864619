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

static inline void mark(struct literals *set, size_t number) {
    set->bits[number / 64] |= (uint64_t)1 << (number % 64);
}

static inline bool marked(const struct literals *set, size_t number) {
    return set->bits[number / 64] >> (number % 64) & 1;
}

static void look_closer(const struct literal_set *set, struct str rest, uint32_t start,
                        struct literals *found) {
    for (size_t i = set->buckets[start % LITERAL_BUCKETS]; i; i = set->literals[i - 1].next) {
        const struct literal *l = &set->literals[i - 1];
        if (!marked(found, l->number) && str_equal_nocase(str_slice(rest, 0, l->text.len), l->text))
            mark(found, l->number);
    }
}

static inline void look_at(const struct literal_set *set, const char *at, const char *end,
                           struct literals *found) {
    uint32_t start = start_at(at);
    if (set->starts[start])
        look_closer(set, str_of(at, (size_t)(end - at)), start, found);
}

static void look(const struct literal_set *set, struct str text, struct literals *found) {
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

void vocabulary_literals(const struct vocabulary *v, struct str text, bool users, struct literals *found) {
    *found = (struct literals){ 0 };
    look(users ? &v->user_literals : &v->literals, text, found);
}

bool patterns_possible(struct patterns list, const struct literals *found) {
    uint64_t any = 0;
    for (size_t i = 0; i < sizeof found->bits / sizeof found->bits[0]; i++)
        any |= found->bits[i];
    return any || list.ungated;
}

bool pattern_possible(const struct pattern *p, const struct literals *found) {
    if (!p->needs)
        return true;
    for (size_t i = 0; i < sizeof found->bits / sizeof found->bits[0]; i++)
        if (p->need.bits[i] & found->bits[i])
            return true;
    return false;
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

static struct str lower_copy(struct vocabulary *v, struct str text) {
    char *lower = arena_bytes(&v->arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        lower[i] = ascii_lower(text.ptr[i]);
    lower[text.len] = '\0'; /* start_at reads four bytes */
    return str_of(lower, text.len);
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
        struct str text = json_str(n);
        if (text.len < LITERAL_MIN)
            return pattern_fault(p, fault, "'need' is a list of literals of three characters or more");
        if (v->literals.count == LITERALS_MAX)
            return pattern_fault(p, fault, "too many literals in all 'need' lists");
        struct str lower = lower_copy(v, text);
        size_t number = add_literal(&v->literals, lower, v->literals.count);
        if (p->gives_user)
            add_literal(&v->user_literals, lower, number);
        mark(&p->need, number);
    }
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

static bool load_groups(struct pattern *p, const struct json_node *groups, struct fault *fault) {
    p->span_count = 1;
    for (const struct json_node *n = json_first(groups); n; n = json_after(n)) {
        struct pattern_group group = { .number = (size_t)json_integer(json_member(n, "index"), 0) };
        if (group.number == 0 || group.number >= PATTERN_SPANS_MAX || p->group_count == PATTERN_GROUPS_MAX)
            return pattern_fault(p, fault, "too many groups");
        if (!group_role(json_str(json_member(n, "name")), &group.role))
            return unknown_group(p, json_c(json_member(n, "name"), "?"), fault);
        p->gives_user |= group.role.kind == ROLE_FIELD && group.role.field == FIELD_USER_ID;
        p->gives_time |= group.role.kind == ROLE_TIME;
        p->groups[p->group_count++] = group;
        if (p->span_count <= group.number)
            p->span_count = group.number + 1;
    }
    return true;
}

static struct str copied(struct vocabulary *v, const struct json_node *n) {
    return json_is_string(n) ? arena_copy(&v->arena, json_str(n)) : str_of(NULL, 0);
}

/* The census reads events and extras that name users, and formats only when a format of the user's asks for
 * it. */
static bool check_census(const struct pattern *p, struct fault *fault) {
    bool format = p->list == list_names[PATTERN_FORMAT];
    if (p->gives_user && format && !p->own)
        return pattern_fault(p, fault, "users are named by events and extras, not by formats");
    if (p->gives_time && !(format && p->own))
        return pattern_fault(p, fault, "the group 'time' is for formats in files of their own");
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
    if (!load_groups(p, json_member(n, "groups"), fault) || !check_census(p, fault))
        return false;
    v->census_formats |= p->own && (p->gives_user || p->gives_time);
    return load_needs(v, p, json_member(n, "need"), fault);
}

static void add_pattern(struct patterns *list, struct pattern *p) {
    list->ungated |= !p->needs;
    list->items = mem_resize(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = p;
}

static bool load_list(struct vocabulary *v, enum vocabulary_list list, const struct json_node *items,
                      struct fault *fault) {
    if (!json_is_array(items))
        return fault_set(fault, FAULT_RULE, "formats.lua: %s: a list expected, got %s", list_names[list],
                         json_kind_name(items));
    for (const struct json_node *n = json_first(items); n; n = json_after(n)) {
        struct pattern *p = mem_new(1, sizeof *p);
        p->list = list_names[list];
        bool loaded = load_pattern(v, p, n, fault);
        add_pattern(&v->lists[list], p);
        if (!loaded)
            return false;
        if (p->gives_user)
            add_pattern(&v->user_lists[list], p);
    }
    return true;
}

bool load_patterns(struct vocabulary *v, const struct json_node *formats, struct fault *fault) {
    for (int list = 0; list < PATTERN_LISTS; list++)
        if (!load_list(v, (enum vocabulary_list)list, json_member(formats, list_names[list]), fault))
            return false;
    return true;
}

bool vocabulary_census_formats(const struct vocabulary *v) {
    return v->census_formats;
}

struct patterns vocabulary_patterns(const struct vocabulary *v, enum vocabulary_list list, bool users) {
    return users ? v->user_lists[list] : v->lists[list];
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
        free(v->user_lists[list].items);
    }
}
