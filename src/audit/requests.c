#include "requests.h"

#include "hash_index.h"
#include "mem.h"
#include "utf8.h"

#include <stdlib.h>

/* Shorter ids are counters, which two services share by chance. */
enum { MIN_ID = 5, MIN_NUMBER = 10 };

struct request_table {
    struct seen_request *requests;
    size_t count, capacity;
    struct hash_index by_id;
    struct name_lists *names;
    struct arena ids;
};

struct request_table *request_table_new(void) {
    struct request_table *t = mem_new(1, sizeof *t);
    t->names = name_lists_new(MAX_REQUEST_NAMES);
    arena_init(&t->ids);
    return t;
}

void request_table_free(struct request_table *t) {
    if (!t)
        return;
    free(t->requests);
    hash_index_fini(&t->by_id);
    name_lists_free(t->names);
    arena_fini(&t->ids);
    free(t);
}

static struct seen_request *get(struct request_table *t, struct str id) {
    uint64_t hash = hash64_of(id);
    uint32_t place;
    for (size_t probe = 0; hash_index_next(&t->by_id, hash, &probe, &place);)
        if (str_equal(id, t->requests[place].id))
            return &t->requests[place];
    if (t->count >= MAX_REQUESTS)
        return NULL;
    mem_grow(&t->requests, &t->capacity, t->count, sizeof *t->requests);
    hash_index_add(&t->by_id, hash, (uint32_t)t->count);
    t->requests[t->count] = (struct seen_request){ .id = arena_copy(&t->ids, id) };
    return &t->requests[t->count++];
}

static bool is_shared(struct str id) {
    size_t digits = 0;
    while (digits < id.len && ascii_digit(id.ptr[digits]))
        digits++;
    return id.len >= (digits == id.len ? MIN_NUMBER : MIN_ID) && utf8_valid(id);
}

static void add_time(struct seen_request *r, int64_t time) {
    r->first = !r->has_time || time < r->first ? time : r->first;
    r->last = !r->has_time || time > r->last ? time : r->last;
    r->has_time = true;
}

bool request_table_add(struct request_table *t, const struct finding *f) {
    const struct str *fields = f->fields.text;
    struct str id = fields[FIELD_REQUEST_ID];
    if (!is_shared(id))
        return true;
    struct seen_request *r = get(t, id);
    if (!r)
        return false;
    r->findings++;
    r->severity = f->severity > r->severity ? f->severity : r->severity;
    if (f->fields.has_time)
        add_time(r, f->fields.time);
    const struct str names[REQUEST_LISTS] = { fields[FIELD_SERVICE], f->source, f->rule->id,
                                              fields[FIELD_USER_ID] };
    uint64_t owner = (uint64_t)(r - t->requests) * REQUEST_LISTS;
    bool all = true;
    for (int list = 0; list < REQUEST_LISTS; list++)
        all = name_lists_add(t->names, &r->lists[list], owner + (uint64_t)list, names[list], 1) && all;
    return all;
}

static int gravest_first(const void *a, const void *b) {
    const struct seen_request *const *x = a, *const *y = b;
    if ((*x)->severity != (*y)->severity)
        return (*x)->severity > (*y)->severity ? -1 : 1;
    if ((*x)->findings != (*y)->findings)
        return (*x)->findings > (*y)->findings ? -1 : 1;
    return str_compare((*x)->id, (*y)->id);
}

const struct seen_request **request_table_across(const struct request_table *t, size_t *count) {
    const struct seen_request **list = mem_new(t->count, sizeof *list);
    *count = 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct seen_request *r = &t->requests[i];
        if (name_lists_several(t->names, &r->lists[REQUEST_SERVICES]) ||
            name_lists_several(t->names, &r->lists[REQUEST_SOURCES]))
            list[(*count)++] = r;
    }
    mem_sort(list, *count, sizeof *list, gravest_first);
    return list;
}

const struct name_count *request_table_names(struct request_table *t, const struct seen_request *r,
                                             enum request_list list, size_t *count) {
    return name_lists_sorted(t->names, &r->lists[list], count);
}
