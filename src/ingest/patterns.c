/* The patterns of formats.lua: which of them are worth trying on a text, and their compiled forms. */
#include "vocabulary_inside.h"

#include "mem.h"

#include <stdatomic.h>
#include <stdlib.h>

static const char *const list_names[PATTERN_LISTS] = {
    [PATTERN_FORMAT] = "formats",
    [PATTERN_EVENT] = "events",
    [PATTERN_EXTRA] = "extras",
};

/* ---------------------------------------------------------------- literals
 *
 * Most patterns cannot match most texts, and a word that must occur says so: one walk over the text finds all
 * such words of all patterns. A place is looked at closer only when its two bytes start one of them. */

static inline uint16_t pair_at(const char *at) {
    uint16_t pair;
    memcpy(&pair, at, sizeof pair);
    return pair | 0x2020; /* without case, near enough */
}

static inline size_t bucket_of(uint16_t pair) {
    return (uint16_t)(pair * 40503u) >> 8;
}

static inline void mark(struct literals *set, size_t number) {
    set->bits[number / 64] |= (uint64_t)1 << (number % 64);
}

static inline bool marked(const struct literals *set, size_t number) {
    return set->bits[number / 64] >> (number % 64) & 1;
}

static void look_closer(const struct vocabulary *v, struct str rest, uint16_t pair, struct literals *found) {
    for (size_t i = v->buckets[bucket_of(pair)]; i; i = v->literals[i - 1].next) {
        const struct literal *l = &v->literals[i - 1];
        if (!marked(found, l->number) && str_equal_nocase(str_slice(rest, 0, l->text.len), l->text))
            mark(found, l->number);
    }
}

void vocabulary_literals(const struct vocabulary *v, struct str text, struct literals *found) {
    *found = (struct literals){ 0 };
    for (size_t i = 0; i + 2 <= text.len; i++) {
        uint16_t pair = pair_at(text.ptr + i);
        if (v->pairs[pair / 64] >> (pair % 64) & 1)
            look_closer(v, str_slice(text, i, text.len), pair, found);
    }
}

bool pattern_possible(const struct pattern *p, const struct literals *found) {
    if (!p->needs)
        return true;
    for (size_t i = 0; i < sizeof found->bits / sizeof found->bits[0]; i++)
        if (p->need.bits[i] & found->bits[i])
            return true;
    return false;
}

/* The number of the literal, a new one when it is new. */
static size_t literal_number(struct vocabulary *v, struct str text) {
    char *lower = arena_bytes(&v->arena, text.len);
    for (size_t i = 0; i < text.len; i++)
        lower[i] = ascii_lower(text.ptr[i]);
    for (size_t i = 0; i < v->literal_count; i++)
        if (str_equal(v->literals[i].text, str_of(lower, text.len)))
            return i;
    uint16_t pair = pair_at(lower);
    size_t bucket = bucket_of(pair), number = v->literal_count++;
    v->literals[number] = (struct literal){ .text = { lower, text.len },
                                            .number = (uint16_t)number,
                                            .next = v->buckets[bucket] };
    v->buckets[bucket] = (uint16_t)(number + 1);
    v->pairs[pair / 64] |= (uint64_t)1 << (pair % 64);
    return number;
}

/* ---------------------------------------------------------------- loading */

static bool wrong(struct fault *fault, const struct pattern *p, const char *what) {
    return fault_set(fault, FAULT_RULE, "formats.lua: %s: '%s': %s", p->list, p->name, what);
}

static bool load_needs(struct vocabulary *v, struct pattern *p, const struct json_node *need,
                       struct fault *fault) {
    p->needs = json_count(need) > 0;
    for (const struct json_node *n = json_first(need); n; n = json_after(n)) {
        struct str text = json_str(n);
        if (text.len < 2)
            return wrong(fault, p, "'need' is a list of literals of two characters or more");
        if (v->literal_count == LITERALS_MAX)
            return wrong(fault, p, "too many literals in all 'need' lists");
        mark(&p->need, literal_number(v, text));
    }
    return true;
}

/* user_id, status ...; duration (says its unit), duration_s ...; message. */
static bool group_role(struct str name, struct role *role) {
    static const struct str duration = STR("duration"), duration_in = STR("duration_"),
                            message = STR("message");
    *role = (struct role){ .kind = ROLE_DURATION, .field = FIELD_DURATION_MS, .unit = UNIT_TEXT };
    if (str_equal(name, duration))
        return true;
    if (str_starts(name, duration_in))
        return unit_named(str_slice(name, duration_in.len, name.len), &role->unit);
    *role = (struct role){ .kind = ROLE_FIELD, .field = field_named(name) };
    if (str_equal(name, message))
        role->kind = ROLE_MESSAGE;
    return role->kind == ROLE_MESSAGE || role->field != FIELD_COUNT;
}

static bool load_groups(struct pattern *p, const struct json_node *groups, struct fault *fault) {
    p->span_count = 1;
    for (const struct json_node *n = json_first(groups); n; n = json_after(n)) {
        struct pattern_group group = { .number = (size_t)json_integer(json_member(n, "index"), 0) };
        if (group.number == 0 || group.number >= PATTERN_SPANS_MAX || p->group_count == PATTERN_GROUPS_MAX)
            return wrong(fault, p, "too many groups");
        if (!group_role(json_str(json_member(n, "name")), &group.role))
            return fault_set(fault, FAULT_RULE, "formats.lua: %s: '%s': the group '%s' is no field", p->list,
                             p->name, json_c(json_member(n, "name"), "?"));
        p->gives_user |= group.role.kind == ROLE_FIELD && group.role.field == FIELD_USER_ID;
        p->groups[p->group_count++] = group;
        if (p->span_count <= group.number)
            p->span_count = group.number + 1;
    }
    return true;
}

static struct str copied(struct vocabulary *v, const struct json_node *n) {
    return json_is_string(n) ? arena_copy(&v->arena, json_str(n)) : str_of(NULL, 0);
}

static bool load_pattern(struct vocabulary *v, struct pattern *p, const struct json_node *n,
                         struct fault *fault) {
    p->name = arena_copy(&v->arena, str_c(json_c(json_member(n, "name"), "?"))).ptr;
    p->pcre = copied(v, json_member(n, "pcre"));
    p->sample = copied(v, json_member(n, "sample"));
    const struct json_node *expect = json_member(n, "expect");
    if (!p->pcre.ptr)
        return wrong(fault, p, "has no pattern");
    if (!p->sample.ptr || !json_is_object(expect))
        return wrong(fault, p, "has no sample or no table of what it expects");
    p->expect = json_print(expect);
    return load_groups(p, json_member(n, "groups"), fault) && load_needs(v, p, json_member(n, "need"), fault);
}

bool load_patterns(struct vocabulary *v, const struct json_node *formats, struct fault *fault) {
    for (size_t i = 0; i < PATTERN_LISTS; i++) {
        const struct json_node *list = json_member(formats, list_names[i]);
        struct patterns *patterns = &v->lists[i];
        if (!json_is_array(list))
            return fault_set(fault, FAULT_RULE, "formats.lua: %s: a list expected, got %s", list_names[i],
                             json_kind_name(list));
        patterns->items = mem_new(json_count(list) + 1, sizeof *patterns->items);
        for (const struct json_node *n = json_first(list); n; n = json_after(n)) {
            struct pattern *p = &patterns->items[patterns->count++];
            p->list = list_names[i];
            if (!load_pattern(v, p, n, fault))
                return false;
        }
    }
    return true;
}

struct patterns vocabulary_patterns(const struct vocabulary *v, enum vocabulary_list list) {
    return v->lists[list];
}

/* ---------------------------------------------------------------- compiling */

const struct regex *pattern_regex(struct pattern *p, struct fault *fault) {
    struct regex *r = atomic_load_explicit(&p->regex, memory_order_acquire);
    if (r)
        return r;
    r = regex_new(p->pcre, fault);
    if (!r) {
        fault->kind = FAULT_RULE;
        fault_context(fault, "formats.lua: %s: '%s'", p->list, p->name);
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
    for (size_t i = 0; i < PATTERN_LISTS; i++) {
        for (size_t k = 0; k < v->lists[i].count; k++) {
            regex_free(atomic_load(&v->lists[i].items[k].regex));
            free(v->lists[i].items[k].expect);
        }
        free(v->lists[i].items);
    }
}
