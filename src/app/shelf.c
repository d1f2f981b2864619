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

struct kept_tables {
    struct hash files;
    struct tables *tables;
    uint64_t used;
};

struct shelf {
    struct kept *items;
    size_t count, capacity;
    struct kept_tables *tables;
    size_t tables_count, tables_capacity;
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
    for (size_t i = 0; i < s->tables_count; i++)
        tables_free(s->tables[i].tables);
    free(s->items);
    free(s->tables);
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
    for (size_t i = 0; i < o->support_path_count; i++)
        if (file_is_folder(o->support_paths[i]))
            file_add_traits(h, o->support_paths[i]);
        else
            rule_files_add_beside_traits(h, o->support_paths[i]);
    if (o->overrides)
        file_add_traits(h, o->overrides);
    struct hash hash = hash_get(h);
    hash_free(h);
    return hash;
}

static struct hash hash_folder(const char *folder) {
    struct hash_state *h = hash_new();
    hash_add(h, str_c(folder));
    file_add_traits(h, folder);
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

const struct tables *shelf_take_tables(struct shelf *s, const char *folder, struct fault *fault) {
    struct hash files = hash_folder(folder);
    for (size_t i = 0; i < s->tables_count; i++) {
        if (hash_equal(s->tables[i].files, files)) {
            s->tables[i].used = ++s->clock;
            return s->tables[i].tables;
        }
    }
    struct tables *tables = tables_new(folder, fault);
    if (!tables)
        return NULL;
    mem_grow(&s->tables, &s->tables_capacity, s->tables_count, sizeof *s->tables);
    s->tables[s->tables_count++] = (struct kept_tables){ files, tables, ++s->clock };
    return tables;
}

static void trim_rulesets(struct shelf *s) {
    while (s->count > KEPT) {
        size_t oldest = 0;
        for (size_t i = 1; i < s->count; i++)
            oldest = s->items[i].used < s->items[oldest].used ? i : oldest;
        ruleset_free(s->items[oldest].ruleset);
        s->items[oldest] = s->items[--s->count];
    }
}

static uint64_t newest_tables(const struct shelf *s) {
    uint64_t newest = 0;
    for (size_t i = 0; i < s->tables_count; i++)
        newest = s->tables[i].used > newest ? s->tables[i].used : newest;
    return newest;
}

/* They may be large, and an event cannot choose them: those in use last are kept. */
static void trim_tables(struct shelf *s) {
    for (size_t i = s->tables_count; i-- && s->tables_count > 1;) {
        if (s->tables[i].used == newest_tables(s))
            continue;
        tables_free(s->tables[i].tables);
        s->tables[i] = s->tables[--s->tables_count];
    }
}

void shelf_trim(struct shelf *s) {
    trim_rulesets(s);
    trim_tables(s);
}
