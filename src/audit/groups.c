#include "groups.h"

#include "hash_index.h"
#include "mem.h"
#include "names.h"

#include <stdlib.h>

struct group_table {
    struct group *groups;
    size_t count, capacity;
    struct hash_index fingerprints;
    struct names rules;
    size_t *kinds; /* by number of the rule */
    size_t kinds_capacity;
    const struct group **sorted, **by_family;
    struct family *families;
    size_t family_count;
};

struct group_table *group_table_new(void) {
    return mem_new(1, sizeof(struct group_table));
}

static void forget_order(struct group_table *t) {
    free(t->sorted);
    free(t->by_family);
    free(t->families);
    t->sorted = t->by_family = NULL;
    t->families = NULL;
}

void group_table_free(struct group_table *t) {
    for (size_t i = 0; i < t->count; i++) {
        free((char *)t->groups[i].title.ptr);
        free((char *)t->groups[i].sample.ptr);
        free(t->groups[i].service);
        free(t->groups[i].sample_source);
        free(t->groups[i].context);
    }
    free(t->groups);
    hash_index_fini(&t->fingerprints);
    names_fini(&t->rules);
    free(t->kinds);
    forget_order(t);
    free(t);
}

/* ---- counting ---- */

static struct group *find_group(const struct group_table *t, struct hash fingerprint) {
    uint32_t place;
    for (size_t probe = 0; hash_index_next(&t->fingerprints, fingerprint.low, &probe, &place);)
        if (t->groups[place].fingerprint.high == fingerprint.high)
            return &t->groups[place];
    return NULL;
}

static char *copy(struct str s) {
    return mem_copy(s.ptr, s.len);
}

/* NULL: the finding has none. */
static char *context_json(const struct finding *f) {
    if (!f->before_count && !f->after_count)
        return NULL;
    struct buf json;
    buf_init(&json, SIZE_MAX / 2); /* its texts are bounded */
    struct json_writer w = { .out = &json };
    finding_put_context(&w, f);
    char *text = mem_copy(json.ptr, json.len);
    buf_fini(&json);
    return text;
}

static uint32_t number_of_rule(struct group_table *t, struct str id) {
    size_t known = t->rules.count;
    uint32_t number = names_add(&t->rules, id);
    if (t->rules.count > known) {
        mem_grow(&t->kinds, &t->kinds_capacity, known, sizeof *t->kinds);
        t->kinds[number] = 0;
    }
    return number;
}

static uint64_t value_hash(const struct finding *f, enum field field) {
    struct str value = f->fields.text[field];
    return value.len ? hash64_of(value) : 0;
}

/* Where the match stands in the message, as both are without secrets; 0: at its start, or nowhere. */
static size_t match_in_message(const struct finding *f) {
    size_t at = f->match_text.len ? str_find(f->message, f->match_text) : 0;
    return at < f->message.len ? at : 0;
}

static struct group *new_group(struct group_table *t, const struct finding *f) {
    uint32_t rule = number_of_rule(t, f->rule->id);
    if (t->count >= MAX_GROUPS && t->kinds[rule] >= GROUPS_OF_EACH_RULE)
        return NULL;
    t->kinds[rule]++;
    forget_order(t);
    mem_grow(&t->groups, &t->capacity, t->count, sizeof *t->groups);
    hash_index_add(&t->fingerprints, f->fingerprint.low, (uint32_t)t->count);
    struct group *g = &t->groups[t->count++];
    *g = (struct group){
        .fingerprint = f->fingerprint,
        .rule = f->rule,
        .rule_number = rule,
        .severity = f->severity,
        .correlated = f->correlated != NULL,
        .title = str_of(copy(f->title), f->title.len),
        .sample = str_of(copy(f->message), f->message.len),
        .service = f->fields.text[FIELD_SERVICE].len ? copy(f->fields.text[FIELD_SERVICE]) : NULL,
        .sample_source = copy(f->source),
        .sample_line = f->line,
        .sample_at = match_in_message(f),
        .context = t->count <= MAX_GROUP_CONTEXTS ? context_json(f) : NULL,
        .user = { .hash = value_hash(f, FIELD_USER_ID) },
        .address = { .hash = value_hash(f, FIELD_IP) },
    };
    return g;
}

bool group_table_add(struct group_table *t, const struct finding *f) {
    struct group *g = find_group(t, f->fingerprint);
    if (!g)
        g = new_group(t, f);
    if (!g)
        return false;
    forget_order(t);
    g->count++;
    g->user.several = g->user.several || value_hash(f, FIELD_USER_ID) != g->user.hash;
    g->address.several = g->address.several || value_hash(f, FIELD_IP) != g->address.hash;
    if (f->severity > g->severity)
        g->severity = f->severity;
    if (f->fields.has_time) {
        int64_t time = f->fields.time;
        g->first = !g->has_time || time < g->first ? time : g->first;
        g->last = !g->has_time || time > g->last ? time : g->last;
        g->has_time = true;
    }
    return true;
}

/* ---- order ---- */

static int worst_first(const void *a, const void *b) {
    const struct group *x = *(const struct group *const *)a, *y = *(const struct group *const *)b;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->correlated != y->correlated)
        return x->correlated ? -1 : 1;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x < y ? -1 : x > y; /* the order in which they appeared */
}

static bool same_family(const struct group *x, const struct group *y) {
    return x->severity == y->severity && x->rule_number == y->rule_number;
}

static int family_then_count(const void *a, const void *b) {
    const struct group *x = *(const struct group *const *)a, *y = *(const struct group *const *)b;
    if (x->severity == y->severity && x->rule_number != y->rule_number)
        return x->rule_number < y->rule_number ? -1 : 1;
    return worst_first(a, b);
}

static const struct group **pointers(const struct group_table *t,
                                     int (*order)(const void *a, const void *b)) {
    const struct group **list = mem_new(t->count, sizeof *list);
    for (size_t i = 0; i < t->count; i++)
        list[i] = &t->groups[i];
    mem_sort(list, t->count, sizeof *list, order);
    return list;
}

size_t group_table_count(const struct group_table *t) {
    return t->count;
}

const struct group *const *group_table_sorted(struct group_table *t) {
    free(t->sorted);
    t->sorted = pointers(t, worst_first);
    return t->sorted;
}

static int families_alike(const void *a, const void *b) {
    const struct group *x = *(const struct group *const *)a, *y = *(const struct group *const *)b;
    size_t x_rank = x->rank < FIRST_OF_FAMILY ? x->rank : FIRST_OF_FAMILY;
    size_t y_rank = y->rank < FIRST_OF_FAMILY ? y->rank : FIRST_OF_FAMILY;
    return x_rank != y_rank ? (x_rank > y_rank) - (x_rank < y_rank) : worst_first(a, b);
}

const struct group *const *group_table_chosen(struct group_table *t, size_t most) {
    size_t families;
    group_table_families(t, &families); /* for the ranks */
    free(t->sorted);
    t->sorted = pointers(t, families_alike);
    mem_sort(t->sorted, most, sizeof *t->sorted, worst_first);
    return t->sorted;
}

/* ---- families ---- */

static int by_hash(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* How many different values the groups have; 0 when one of them has several, which were not kept. */
static uint64_t distinct(const struct family *f, struct group_value (*value_of)(const struct group *g)) {
    uint64_t *hashes = mem_new(f->kinds, sizeof *hashes), count = 0;
    bool known = true;
    for (size_t i = 0; i < f->kinds; i++) {
        struct group_value value = value_of(f->groups[i]);
        hashes[i] = value.hash;
        known = known && !value.several;
    }
    mem_sort(hashes, f->kinds, sizeof *hashes, by_hash);
    for (size_t i = 0; known && i < f->kinds; i++)
        count += hashes[i] && (i == 0 || hashes[i] != hashes[i - 1]);
    free(hashes);
    return count;
}

static struct group_value user_of(const struct group *g) {
    return g->user;
}

static struct group_value address_of(const struct group *g) {
    return g->address;
}

static void add_up(struct family *f, struct group *const *groups) {
    for (size_t i = 0; i < f->kinds; i++) {
        struct group *g = groups[i];
        g->rank = i;
        f->count += g->count;
        if (!g->has_time)
            continue;
        f->first = !f->has_time || g->first < f->first ? g->first : f->first;
        f->last = !f->has_time || g->last > f->last ? g->last : f->last;
        f->has_time = true;
    }
    f->users = distinct(f, user_of);
    f->addresses = distinct(f, address_of);
}

static int worst_family_first(const void *a, const void *b) {
    const struct family *x = a, *y = b;
    const struct group *g = *x->groups, *h = *y->groups;
    if (g->severity == h->severity && g->correlated == h->correlated && x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return worst_first(x->groups, y->groups);
}

const struct family *group_table_families(struct group_table *t, size_t *count) {
    if (!t->families) {
        t->by_family = pointers(t, family_then_count);
        t->families = mem_new(t->count, sizeof *t->families);
        t->family_count = 0;
        for (size_t i = 0, end; i < t->count; i = end) {
            for (end = i + 1; end < t->count && same_family(t->by_family[i], t->by_family[end]);)
                end++;
            struct family *f = &t->families[t->family_count++];
            *f = (struct family){ .groups = t->by_family + i, .kinds = end - i };
            add_up(f, (struct group *const *)(t->by_family + i));
        }
        mem_sort(t->families, t->family_count, sizeof *t->families, worst_family_first);
    }
    *count = t->family_count;
    return t->families;
}

/* ---- what titles have in common ---- */

enum { MAX_WORDS = 64 };

struct words {
    struct str at[MAX_WORDS]; /* ptr NULL: it differs */
    size_t count;
};

static void split(struct str title, struct words *words) {
    words->count = 0;
    while (words->count < MAX_WORDS && title.len) {
        size_t len = str_find_byte(title, ' ');
        words->at[words->count++] = str_slice(title, 0, len);
        title = str_slice(title, len + 1, title.len);
    }
}

static bool same_word(const struct words *w, size_t i, const struct words *other, size_t j) {
    return w->at[i].ptr && str_equal(w->at[i], other->at[j]);
}

/* Word by word; of titles of different length what they begin and end with. */
static void keep_common(struct words *w, const struct words *other) {
    size_t shorter = w->count < other->count ? w->count : other->count, begin = 0, end = 0;
    bool alike = w->count == other->count;
    while (!alike && begin < shorter && same_word(w, begin, other, begin))
        begin++;
    while (!alike && end < shorter - begin && same_word(w, w->count - 1 - end, other, other->count - 1 - end))
        end++;
    for (size_t i = begin; i < w->count - end; i++)
        if (!alike || !same_word(w, i, other, i))
            w->at[i].ptr = NULL;
}

struct str family_title(const struct family *f, struct arena *arena) {
    struct words words, other;
    struct str first = f->groups[0]->title;
    split(first, &words);
    for (size_t i = 1; i < f->kinds; i++) {
        split(f->groups[i]->title, &other);
        keep_common(&words, &other);
    }
    struct buf title;
    buf_init(&title, first.len + 4 * MAX_WORDS); /* what is left out becomes three dots */
    bool any = false;
    for (size_t i = 0; i < words.count; i++) {
        bool dropped = !words.at[i].ptr;
        any = any || !dropped;
        if (dropped && i && !words.at[i - 1].ptr)
            continue;
        if (title.len)
            buf_add_byte(&title, ' ');
        buf_add(&title, dropped ? (struct str)STR("...") : words.at[i]);
    }
    if (!any) {
        buf_reset(&title);
        buf_add(&title, first);
        buf_add_c(&title, f->kinds > 1 ? " ..." : "");
    }
    struct str text = arena_copy(arena, buf_str(&title));
    buf_fini(&title);
    return text;
}
