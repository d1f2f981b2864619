#include "sorter.h"

#include "mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Read of one run at a time while runs are merged, if the memory for sorting is enough for that of all; and
 * what reading costs little with. */
enum { MOST_READ = 64 * 1024, LEAST_READ = 512 };

/* A sorted part of the file, read piece by piece. */
struct run {
    uint64_t place, end; /* what is still to be read */
    char *items;
    size_t count, next; /* items read, and the one at hand */
};

struct sorter {
    size_t item_size, capacity; /* items held in memory at most */
    size_t piece;               /* bytes of a run that are read at a time */
    int (*compare)(const void *a, const void *b, void *context);
    void *context;
    char *items;
    size_t count, room;
    size_t next; /* to be given, when nothing was written */
    FILE *file;
    uint64_t in_file;
    struct run *runs;
    size_t run_count, run_capacity;
    size_t *heap; /* indexes of the runs that have items; the least item on top */
    size_t heap_count;
    char *given;
    bool failed;
};

struct sorter *sorter_new(size_t item_size, size_t memory,
                          int (*compare)(const void *a, const void *b, void *context), void *context) {
    struct sorter *s = mem_new(1, sizeof *s);
    s->item_size = item_size;
    s->capacity = memory / item_size ? memory / item_size : 1;
    s->compare = compare;
    s->context = context;
    s->given = mem_new(1, item_size);
    return s;
}

void sorter_free(struct sorter *s) {
    if (!s)
        return;
    for (size_t i = 0; i < s->run_count; i++)
        free(s->runs[i].items);
    free(s->runs);
    free(s->heap);
    free(s->items);
    free(s->given);
    if (s->file)
        fclose(s->file);
    free(s);
}

static void sort_items(struct sorter *s) {
    if (s->count)
        qsort_r(s->items, s->count, s->item_size, s->compare, s->context);
}

static bool write_run(struct sorter *s, struct fault *fault) {
    sort_items(s);
    if (!s->file)
        s->file = tmpfile();
    if (!s->file || fwrite(s->items, s->item_size, s->count, s->file) != s->count || fflush(s->file) != 0)
        return fault_set(fault, FAULT_OUTPUT, "cannot sort in a temporary file: %s", strerror(errno));
    mem_grow(&s->runs, &s->run_capacity, s->run_count, sizeof *s->runs);
    uint64_t end = s->in_file + s->count * s->item_size;
    s->runs[s->run_count++] = (struct run){ .place = s->in_file, .end = end };
    s->in_file = end;
    s->count = 0;
    return true;
}

bool sorter_add(struct sorter *s, const void *item, struct fault *fault) {
    if (s->count == s->capacity && !write_run(s, fault))
        return false;
    mem_grow(&s->items, &s->room, s->count, s->item_size);
    memcpy(s->items + s->count++ * s->item_size, item, s->item_size);
    return true;
}

/* ---- merging ---- */

static const char *head_of(const struct sorter *s, size_t run) {
    return s->runs[run].items + s->runs[run].next * s->item_size;
}

static bool less(const struct sorter *s, size_t a, size_t b) {
    int order = s->compare(head_of(s, s->heap[a]), head_of(s, s->heap[b]), s->context);
    return order ? order < 0 : s->heap[a] < s->heap[b];
}

static void sink(struct sorter *s, size_t at) {
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < s->heap_count; child++)
            if (less(s, child, least))
                least = child;
        if (least == at)
            return;
        size_t run = s->heap[at];
        s->heap[at] = s->heap[least];
        s->heap[least] = run;
        at = least;
    }
}

/* Reads the next piece of a run. False at its end. */
static bool refill(struct sorter *s, struct run *r) {
    uint64_t bytes = r->end - r->place;
    bytes = bytes < s->piece ? bytes : s->piece;
    if (!bytes)
        return false;
    if (!r->items)
        r->items = mem_new(s->piece, 1);
    s->failed = s->failed || pread(fileno(s->file), r->items, bytes, (off_t)r->place) != (ssize_t)bytes;
    r->place += bytes;
    r->count = bytes / s->item_size;
    r->next = 0;
    return !s->failed;
}

/* The runs together take the memory that sorting had. */
static size_t piece_size(const struct sorter *s) {
    size_t share = s->capacity * s->item_size / s->run_count;
    share = share > MOST_READ ? MOST_READ : share < LEAST_READ ? LEAST_READ : share;
    return share > s->item_size ? share / s->item_size * s->item_size : s->item_size;
}

bool sorter_start(struct sorter *s, struct fault *fault) {
    if (!s->run_count) {
        sort_items(s);
        return true;
    }
    if (s->count && !write_run(s, fault))
        return false;
    free(s->items); /* the runs need memory now */
    s->items = NULL;
    s->heap = mem_new(s->run_count, sizeof *s->heap);
    s->piece = piece_size(s);
    for (size_t i = 0; i < s->run_count; i++)
        if (refill(s, &s->runs[i]))
            s->heap[s->heap_count++] = i;
    for (size_t at = s->heap_count; at-- > 0;)
        sink(s, at);
    return !s->failed ||
           fault_set(fault, FAULT_OUTPUT, "cannot read back what was sorted in a temporary file");
}

const void *sorter_next(struct sorter *s) {
    if (!s->run_count)
        return s->next < s->count ? s->items + s->next++ * s->item_size : NULL;
    if (!s->heap_count || s->failed)
        return NULL;
    struct run *r = &s->runs[s->heap[0]];
    memcpy(s->given, head_of(s, s->heap[0]), s->item_size);
    if (++r->next == r->count && !refill(s, r))
        s->heap[0] = s->heap[--s->heap_count];
    if (s->heap_count)
        sink(s, 0);
    return s->given;
}

bool sorter_failed(const struct sorter *s) {
    return s->failed;
}
