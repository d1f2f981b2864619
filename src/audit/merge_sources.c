/* Merging: which source was read in which parts, and what a source comes to. */
#include "merge_inside.h"

#include "mem.h"

/* ---- parts of one run ---- */

/* Joins the ends that belong together, each with one other. */
static void join_links(struct merge *m) {
    for (size_t i = 0; i < m->nexts.count; i++)
        for (size_t j = 0; j < m->continues.count && !m->nexts.items[i].joined; j++) {
            struct merged_link *end = &m->nexts.items[i], *begin = &m->continues.items[j];
            if (!begin->joined && strcmp(begin->link.cursor, end->link.cursor) == 0)
                begin->joined = end->joined = true;
        }
}

static struct audit_link *open_links(const struct merged_links *links, size_t *count) {
    struct audit_link *open = mem_new(links->count, sizeof *open);
    *count = 0;
    for (size_t i = 0; i < links->count; i++)
        if (!links->items[i].joined)
            open[(*count)++] = links->items[i].link;
    return open;
}

static void make_links(struct merge *m) {
    join_links(m);
    m->open_nexts = open_links(&m->nexts, &m->open_nexts_count);
    m->open_continues = open_links(&m->continues, &m->open_continues_count);
}

const struct audit_link *merge_open_nexts(const struct merge *m, size_t *count) {
    *count = m->open_nexts_count;
    return m->open_nexts;
}

const struct audit_link *merge_open_continues(const struct merge *m, size_t *count) {
    *count = m->open_continues_count;
    return m->open_continues;
}

/* How often a source was left in one part and taken up in another. */
static uint64_t joins_in(const struct merge *m, struct str source) {
    uint64_t count = 0;
    for (size_t i = 0; i < m->nexts.count; i++)
        count += m->nexts.items[i].joined && str_equal_c(source, m->nexts.items[i].link.source);
    return count;
}

/* ---- sources ---- */

/* How many entries, from this one on, are of the same version of the same source. */
static size_t same_sources(const struct merge *m, size_t first) {
    const struct merged_source *s = &m->source_list[first];
    size_t end = first + 1;
    while (end < m->source_count && str_equal(s->uri, m->source_list[end].uri) &&
           str_equal(s->version, m->source_list[end].version))
        end++;
    return end - first;
}

/* The pieces of a source that was read in several parts are one again; it is complete when only those are not
 * that another piece follows. */
static void join_sources(struct merge *m) {
    size_t kept = 0;
    for (size_t i = 0, count; i < m->source_count; i += count) {
        struct merged_source s = m->source_list[i];
        count = same_sources(m, i);
        if (count > 1 && joins_in(m, s.uri) + 1 < count)
            count = 1;
        size_t whole = s.complete;
        for (size_t j = i + 1; j < i + count; j++) {
            s.records += m->source_list[j].records;
            s.bytes += m->source_list[j].bytes;
            whole += m->source_list[j].complete;
        }
        s.complete = whole > 0;
        m->source_list[kept++] = s;
    }
    m->source_count = kept;
}

static int by_uri(const void *a, const void *b) {
    const struct merged_source *x = a, *y = b;
    int order = str_compare(x->uri, y->uri);
    order = order ? order : str_compare(x->version, y->version);
    order = order ? order : (x->records > y->records) - (x->records < y->records);
    order = order ? order : (x->bytes > y->bytes) - (x->bytes < y->bytes);
    return order ? order : x->complete - y->complete;
}

/* The same version of the same source in two parts was probably read twice; only who gave them knows. */
static void note_repeated_source(struct merge *m, size_t i) {
    const struct merged_source *s = &m->source_list[i];
    if (i && s->version.len && str_equal(s->uri, s[-1].uri) && str_equal(s->version, s[-1].version))
        tally_add_diagnostic(&m->tally, "source_repeated", "warning", NULL, s->uri.ptr, 0,
                             "several parts read this version of the source; all of it is counted");
}

void merge_add_sources(struct merge *m) {
    struct tally *t = &m->tally;
    make_links(m);
    mem_sort(m->source_list, m->source_count, sizeof *m->source_list, by_uri);
    join_sources(m);
    for (size_t i = 0; i < m->source_count; i++) {
        const struct merged_source *s = &m->source_list[i];
        size_t index = tally_add_source(t, s->uri.ptr, s->version.len ? s->version.ptr : NULL);
        t->sources[index].records = s->records;
        t->sources[index].bytes = s->bytes;
        t->sources[index].complete = s->complete;
        note_repeated_source(m, i);
    }
}
