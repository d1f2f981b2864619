#include "newest.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

void newest_fini(struct newest *n) {
    for (size_t i = 0; i < n->count; i++)
        free(n->items[i].uri);
    free(n->items);
    *n = (struct newest){ 0 };
}

void newest_add(struct newest *n, const char *uri, const struct s3_info *info) {
    mem_grow(&n->items, &n->capacity, n->count, sizeof *n->items);
    n->items[n->count++] = (struct newest_object){ mem_copy(uri, strlen(uri)), *info };
}

static int by_age(const void *a, const void *b) {
    const struct newest_object *x = a, *y = b;
    int order = (x->info.modified < y->info.modified) - (x->info.modified > y->info.modified);
    return order ? order : strcmp(x->uri, y->uri);
}

void newest_sort(struct newest *n) {
    mem_sort(n->items, n->count, sizeof *n->items, by_age);
}
