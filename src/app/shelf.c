#include "shelf.h"

#include "file.h"
#include "mem.h"
#include "tables.h"

#include <stdlib.h>

/* The packs' and the conditions' of a few kinds of events. */
enum { KEPT = 6 };

struct kept {
    struct hash asked, files;
    struct ruleset *ruleset;
    uint64_t used;
};

struct shelf {
    struct kept *items;
    size_t count, capacity;
    uint64_t clock;
};

struct shelf *shelf_new(void) {
    return mem_new(1, sizeof(struct shelf));
}

void shelf_free(struct shelf *s) {
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++)
        ruleset_free(s->items[i].ruleset);
    free(s->items);
    free(s);
}

/* ---- what a ruleset depends on ---- */

static struct hash hash_asked(const struct ruleset_options *o) {
    struct hash_state *h = hash_new();
    hash_add(h, str_c(o->lua_folder));
    for (size_t i = 0; i < o->rule_path_count; i++)
        hash_add(h, str_c(o->rule_paths[i]));
    hash_add_int(h, (int64_t)o->rule_path_count);
    for (size_t i = 0; i < o->format_path_count; i++)
        hash_add(h, str_c(o->format_paths[i]));
    hash_add(h, str_c(o->format));
    for (size_t i = 0; i < o->support_path_count; i++)
        hash_add(h, str_c(o->support_paths[i]));
    hash_add(h, str_c(o->overrides));
    hash_add_int(h, o->packed_overrides);
    hash_add(h, o->conditions);
    hash_add_int(h, o->no_prefilter);
    tables_hash(o->tables, h);
    struct hash hash = hash_get(h);
    hash_free(h);
    return hash;
}

static struct hash hash_files(const struct ruleset_options *o) {
    struct hash_state *h = hash_new();
    file_add_traits(h, o->lua_folder);
    for (size_t i = 0; i < o->rule_path_count; i++)
        file_add_traits(h, o->rule_paths[i]);
    for (size_t i = 0; i < o->format_path_count; i++)
        file_add_traits(h, o->format_paths[i]);
    if (o->overrides)
        file_add_traits(h, o->overrides);
    struct hash hash = hash_get(h);
    hash_free(h);
    return hash;
}

/* ---- taking ---- */

struct ruleset *shelf_take(struct shelf *s, const struct ruleset_options *options, struct fault *fault) {
    struct hash asked = hash_asked(options), files = hash_files(options);
    for (size_t i = 0; i < s->count; i++) {
        if (hash_equal(s->items[i].asked, asked) && hash_equal(s->items[i].files, files)) {
            s->items[i].used = ++s->clock;
            return s->items[i].ruleset;
        }
    }
    struct ruleset *ruleset = ruleset_new(options, fault);
    if (!ruleset)
        return NULL;
    mem_grow(&s->items, &s->capacity, s->count, sizeof *s->items);
    s->items[s->count++] = (struct kept){ asked, files, ruleset, ++s->clock };
    return ruleset;
}

void shelf_trim(struct shelf *s) {
    while (s->count > KEPT) {
        size_t oldest = 0;
        for (size_t i = 1; i < s->count; i++)
            oldest = s->items[i].used < s->items[oldest].used ? i : oldest;
        ruleset_free(s->items[oldest].ruleset);
        s->items[oldest] = s->items[--s->count];
    }
}
