#include "finding_runs.h"

#include "mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* A part of the file with findings of one source from one result, by offset. */
struct run {
    uint32_t source, part;
    uint64_t start, end, last_offset;
};

struct finding_runs {
    FILE *file; /* NULL: no finding yet */
    uint64_t size;
    struct run *runs;
    size_t count, capacity;
};

/* In front of each finding. */
struct header {
    uint64_t offset;
    uint32_t rule, len;
};

struct finding_runs *finding_runs_new(void) {
    return mem_new(1, sizeof(struct finding_runs));
}

void finding_runs_free(struct finding_runs *r) {
    if (!r)
        return;
    if (r->file)
        fclose(r->file);
    free(r->runs);
    free(r);
}

/* ---- writing ---- */

static bool file_failed(struct fault *fault) {
    return fault_set(fault, FAULT_OUTPUT, "cannot keep the findings in a temporary file: %s",
                     strerror(errno));
}

static struct run *run_for(struct finding_runs *r, const struct finding_key *key) {
    struct run *last = r->count ? &r->runs[r->count - 1] : NULL;
    if (last && last->source == key->source && last->part == key->part && last->last_offset <= key->offset)
        return last;
    mem_grow(&r->runs, &r->capacity, r->count, sizeof *r->runs);
    r->runs[r->count] = (struct run){ .source = key->source, .part = key->part, .start = r->size };
    return &r->runs[r->count++];
}

bool finding_runs_add(struct finding_runs *r, const struct finding_key *key, struct str json,
                      struct fault *fault) {
    struct header header = { key->offset, key->rule, (uint32_t)json.len };
    if (!r->file)
        r->file = tmpfile();
    if (!r->file || fwrite(&header, sizeof header, 1, r->file) != 1 ||
        fwrite(json.ptr, 1, json.len, r->file) != json.len)
        return file_failed(fault);
    struct run *run = run_for(r, key);
    r->size += sizeof header + json.len;
    run->end = r->size;
    run->last_offset = key->offset;
    return true;
}

uint64_t finding_runs_mark(const struct finding_runs *r) {
    return r->size;
}

/* A run never goes on from one part into the next, so that none is cut. */
bool finding_runs_rewind(struct finding_runs *r, uint64_t mark, struct fault *fault) {
    while (r->count && r->runs[r->count - 1].start >= mark)
        r->count--;
    r->size = mark;
    return !r->file ||
           (fflush(r->file) == 0 && ftruncate(fileno(r->file), (off_t)mark) == 0 &&
            fseeko(r->file, (off_t)mark, SEEK_SET) == 0) ||
           file_failed(fault);
}

/* ---- reading back ---- */

/* A run that is being read; `header` is that of the finding at hand. */
struct cursor {
    const struct run *run;
    const char *at, *end;
    struct header header;
};

struct merging {
    const struct finding_order *order;
    struct cursor *heap; /* the first is the one with the next finding */
    size_t count;
};

static bool cursor_load(struct cursor *c) {
    if (c->at == c->end)
        return false;
    memcpy(&c->header, c->at, sizeof c->header);
    return true;
}

static struct str cursor_json(const struct cursor *c) {
    return str_of(c->at + sizeof c->header, c->header.len);
}

static int compare(uint64_t a, uint64_t b) {
    return (a > b) - (a < b);
}

static int run_order(const struct finding_order *o, const struct run *a, const struct run *b) {
    int order = compare(o->source[a->source], o->source[b->source]);
    order = order ? order : compare(o->part[a->part], o->part[b->part]);
    return order ? order : compare(a->start, b->start);
}

static bool earlier(const struct merging *m, const struct cursor *a, const struct cursor *b) {
    int order = compare(a->header.offset, b->header.offset);
    order = order ? order : compare(m->order->rule[a->header.rule], m->order->rule[b->header.rule]);
    order = order ? order : run_order(m->order, a->run, b->run);
    return order < 0;
}

static void sift_down(struct merging *m, size_t at) {
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < m->count; child++)
            if (earlier(m, &m->heap[child], &m->heap[least]))
                least = child;
        if (least == at)
            return;
        struct cursor moved = m->heap[at];
        m->heap[at] = m->heap[least];
        m->heap[least] = moved;
        at = least;
    }
}

/* The runs of one source. */
static void open_runs(struct merging *m, const struct run *runs, size_t count, const char *bytes) {
    m->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct cursor c = { .run = &runs[i], .at = bytes + runs[i].start, .end = bytes + runs[i].end };
        if (cursor_load(&c))
            m->heap[m->count++] = c;
    }
    for (size_t i = m->count / 2; i-- > 0;)
        sift_down(m, i);
}

static void advance(struct merging *m) {
    struct cursor *c = &m->heap[0];
    c->at += sizeof c->header + c->header.len;
    if (!cursor_load(c))
        *c = m->heap[--m->count];
    sift_down(m, 0);
}

typedef bool visit_fn(void *context, const struct finding_key *key, struct str json, struct fault *fault);

static bool each_of(struct merging *m, visit_fn *visit, void *context, struct fault *fault) {
    bool ok = true;
    while (ok && m->count) {
        const struct cursor *c = &m->heap[0];
        struct finding_key key = { c->run->source, c->header.rule, c->run->part, c->header.offset };
        ok = visit(context, &key, cursor_json(c), fault);
        advance(m);
    }
    return ok;
}

static int by_order(const void *a, const void *b, void *order) {
    return run_order(order, a, b);
}

static bool each_in(struct finding_runs *r, const struct finding_order *order, const char *bytes,
                    visit_fn *visit, void *context, struct fault *fault) {
    struct merging m = { .order = order, .heap = mem_new(r->count, sizeof *m.heap) };
    struct finding_order sorting = *order;
    qsort_r(r->runs, r->count, sizeof *r->runs, by_order, &sorting);
    bool ok = true;
    for (size_t i = 0, next; ok && i < r->count; i = next) {
        for (next = i + 1; next < r->count && r->runs[next].source == r->runs[i].source;)
            next++;
        open_runs(&m, r->runs + i, next - i, bytes);
        ok = each_of(&m, visit, context, fault);
    }
    free(m.heap);
    return ok;
}

bool finding_runs_each(struct finding_runs *r, const struct finding_order *order, visit_fn *visit,
                       void *context, struct fault *fault) {
    if (!r->count)
        return true;
    if (fflush(r->file) != 0)
        return file_failed(fault);
    char *bytes = mmap(NULL, r->size, PROT_READ, MAP_PRIVATE, fileno(r->file), 0);
    if (bytes == MAP_FAILED)
        return file_failed(fault);
    bool ok = each_in(r, order, bytes, visit, context, fault);
    munmap(bytes, r->size);
    return ok;
}
