#include "pattern_set.h"

#include "mem.h"

#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>

struct pattern_set {
    hs_database_t *database; /* NULL: the empty set */
};

struct scan_scratch {
    hs_scratch_t *hs;
    struct hit *hits;
    size_t count, capacity;
    bool disorder;
};

/* Fixed for all expressions; the translator prints for exactly these. No HS_FLAG_UTF8: it is undefined on the
 * bad bytes that logs hold. No SOM and no SINGLEMATCH: one scan covers many records. */
enum { COMMON_FLAGS = HS_FLAG_DOTALL };

static unsigned flags_of(const struct weak_pattern *p) {
    return COMMON_FLAGS | (p->caseless ? HS_FLAG_CASELESS : 0);
}

void pattern_set_platform(char *out, size_t size) {
    hs_platform_info_t platform = { 0 };
    hs_populate_platform(&platform);
    snprintf(out, size, "%s tune=%u features=%llx", hs_version(), platform.tune,
             (unsigned long long)platform.cpu_features);
}

static bool compile(const struct weak_pattern *patterns, size_t count, hs_database_t **database,
                    struct fault *fault) {
    const char **expressions = mem_new(count, sizeof *expressions);
    unsigned *flags = mem_new(count, sizeof *flags);
    unsigned *ids = mem_new(count, sizeof *ids);
    for (size_t i = 0; i < count; i++) {
        expressions[i] = patterns[i].expression;
        flags[i] = flags_of(&patterns[i]);
        ids[i] = patterns[i].id;
    }
    hs_compile_error_t *error = NULL;
    hs_error_t rc =
        hs_compile_multi(expressions, flags, ids, (unsigned)count, HS_MODE_BLOCK, NULL, database, &error);
    if (rc != HS_SUCCESS) {
        fault_set(fault, FAULT_RULE, "%s", error ? error->message : "Vectorscan failed");
        hs_free_compile_error(error);
    }
    free(expressions);
    free(flags);
    free(ids);
    return rc == HS_SUCCESS;
}

bool weak_pattern_check(const struct weak_pattern *p, struct fault *fault) {
    hs_database_t *database = NULL;
    bool ok = compile(p, 1, &database, fault);
    hs_free_database(database);
    return ok;
}

struct pattern_set *pattern_set_new(const struct weak_pattern *patterns, size_t count, struct fault *fault) {
    hs_database_t *database = NULL;
    if (count && !compile(patterns, count, &database, fault))
        return NULL;
    struct pattern_set *set = mem_new(1, sizeof *set);
    set->database = database;
    return set;
}

struct pattern_set *pattern_set_load(struct str bytes) {
    hs_database_t *database = NULL;
    if (bytes.len && hs_deserialize_database(bytes.ptr, bytes.len, &database) != HS_SUCCESS)
        return NULL;
    struct pattern_set *set = mem_new(1, sizeof *set);
    set->database = database;
    return set;
}

bool pattern_set_bytes(const struct pattern_set *set, char **bytes, size_t *len) {
    *bytes = NULL;
    *len = 0;
    return !set->database || hs_serialize_database(set->database, bytes, len) == HS_SUCCESS;
}

void pattern_set_free(struct pattern_set *set) {
    if (!set)
        return;
    hs_free_database(set->database);
    free(set);
}

struct scan_scratch *scan_scratch_new(void) {
    return mem_new(1, sizeof(struct scan_scratch));
}

void scan_scratch_free(struct scan_scratch *s) {
    if (!s)
        return;
    hs_free_scratch(s->hs);
    free(s->hits);
    free(s);
}

void scan_scratch_fit(struct scan_scratch *s, const struct pattern_set *set) {
    if (set->database && hs_alloc_scratch(set->database, &s->hs) != HS_SUCCESS)
        abort();
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                    void *context) {
    (void)from;
    (void)flags;
    struct scan_scratch *s = context;
    struct hit hit = { (uint32_t)to, id };
    if (s->count && hit.end < s->hits[s->count - 1].end)
        s->disorder = true;
    mem_grow(&s->hits, &s->capacity, s->count, sizeof *s->hits);
    s->hits[s->count++] = hit;
    return 0;
}

static int by_end(const void *a, const void *b) {
    const struct hit *x = a, *y = b;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

const struct hit *pattern_set_scan(const struct pattern_set *set, struct scan_scratch *s, struct str bytes,
                                   size_t *count) {
    s->count = 0;
    s->disorder = false;
    if (set->database && bytes.len)
        hs_scan(set->database, bytes.ptr, (unsigned)bytes.len, 0, s->hs, on_match, s);
    if (s->disorder) /* nearly never: sorting always would cost more than the scan */
        qsort(s->hits, s->count, sizeof *s->hits, by_end);
    *count = s->count;
    return s->hits;
}
