/* Loading the table `columns` of formats.lua. */
#include "columns_inside.h"

#include "mem.h"
#include "vocabulary_inside.h"

#include <stdlib.h>

static struct str copied(struct vocabulary *v, const struct json_node *n) {
    return json_is_string(n) ? arena_copy(&v->arena, json_str(n)) : str_of(NULL, 0);
}

static struct str_list copied_list(struct vocabulary *v, const struct json_node *n) {
    struct str_list list = { arena_new(&v->arena, json_count(n) + 1, sizeof *list.items), 0 };
    for (const struct json_node *item = json_first(n); item; item = json_after(item))
        list.items[list.count++] = copied(v, item);
    return list;
}

static void load_aliases(struct vocabulary *v, struct column_format *f, const struct json_node *table) {
    f->aliases = arena_new(&v->arena, json_count(table) + 1, sizeof *f->aliases);
    for (const struct json_node *n = json_first(table); n; n = json_after(n))
        f->aliases[f->alias_count++] =
            (struct column_alias){ arena_copy(&v->arena, str_c(json_name(n))), copied(v, n) };
}

static bool load_one(struct vocabulary *v, struct column_format *f, const struct json_node *n,
                     struct fault *fault) {
    struct str separator = json_str(json_member(n, "separator"));
    const struct json_node *expect = json_member(n, "expect");
    *f = (struct column_format){
        .name = arena_copy(&v->arena, str_c(json_c(json_member(n, "name"), "?"))).ptr,
        .header = copied(v, json_member(n, "header")),
        .has = copied_list(v, json_member(n, "has")),
        .notes = copied_list(v, json_member(n, "notes")),
        .absent = copied(v, json_member(n, "absent")),
        .time = copied_list(v, json_member(n, "time")),
        .zone = copied(v, json_member(n, "zone")),
        .percent = copied_list(v, json_member(n, "percent")),
        .shape = copied(v, json_member(n, "shape")),
        .always = copied(v, json_member(n, "always")),
        .sample = copied(v, json_member(n, "sample")),
    };
    if (separator.len != 1)
        return fault_set(fault, FAULT_RULE, "formats.lua: columns: '%s': has no separator of one character",
                         f->name);
    if (!f->sample.ptr || !json_is_object(expect))
        return fault_set(fault, FAULT_RULE,
                         "formats.lua: columns: '%s': has no sample or no table of what it expects", f->name);
    f->separator = separator.ptr[0];
    f->expect = json_print(expect);
    load_aliases(v, f, json_member(n, "as"));
    return true;
}

bool load_column_formats(struct vocabulary *v, const struct json_node *list, struct fault *fault) {
    v->column_formats = mem_new(json_count(list), sizeof *v->column_formats);
    for (const struct json_node *n = json_first(list); n; n = json_after(n))
        if (!load_one(v, &v->column_formats[v->column_format_count++], n, fault))
            return false;
    return true;
}

void free_column_formats(struct vocabulary *v) {
    for (size_t i = 0; i < v->column_format_count; i++)
        free(v->column_formats[i].expect);
    free(v->column_formats);
}
