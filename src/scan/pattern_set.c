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
    uint32_t
        *last; /* by id: the record of its last hit + 1, so that a noisy pattern costs one hit a record */
    size_t last_capacity;
    const uint32_t *starts;
    size_t record_count, record; /* `record` is where the last hit lay: hits mostly go forward */
};

/* Vectorscan gives a database an automaton of all its literals besides, for scans of less than 70 bytes,
 * which made up four fifths of a small one. It does without when their trie has over 10,000 nodes: these
 * literals have more, and no text holds one. A large set has as many of its own. */
enum { LONG_DECOYS = 160, LONG_DECOY_BYTES = 66, LARGE_SET = 2500 };

/* What databases are compiled for: this processor, or, where they travel to others with the program, what all
 * of those have. */
static hs_platform_info_t target(void) {
    hs_platform_info_t platform = { 0 };
    hs_populate_platform(&platform);
#ifdef LOGAUDIT_PORTABLE
    platform.tune = HS_TUNE_FAMILY_GENERIC;
    platform.cpu_features &= HS_CPU_FEATURES_AVX2;
#endif
    return platform;
}

void pattern_set_platform(char *out, size_t size) {
    hs_platform_info_t platform = target();
    snprintf(out, size, "%s tune=%u features=%llx long=%d", hs_version(), platform.tune,
             (unsigned long long)platform.cpu_features, LONG_DECOYS);
}

/* No flags: HS_FLAG_UTF8 is undefined on the bad bytes that logs hold; no SOM and no SINGLEMATCH, since one
 * scan covers many records. */
static bool compile(const struct weak_pattern *patterns, size_t count, hs_database_t **database,
                    struct fault *fault) {
    const char **expressions = mem_new(count, sizeof *expressions);
    unsigned *ids = mem_new(count, sizeof *ids);
    for (size_t i = 0; i < count; i++) {
        expressions[i] = patterns[i].expression;
        ids[i] = patterns[i].id;
    }
    hs_compile_error_t *error = NULL;
    hs_platform_info_t platform = target();
    hs_error_t rc =
        hs_compile_multi(expressions, NULL, ids, (unsigned)count, HS_MODE_BLOCK, &platform, database, &error);
    if (rc != HS_SUCCESS) {
        fault_set(fault, FAULT_RULE, "%s", error ? error->message : "Vectorscan failed");
        hs_free_compile_error(error);
    }
    free(expressions);
    free(ids);
    return rc == HS_SUCCESS;
}

/* Bytes from 1 to 8, one after the other by chance. */
static void write_long_decoys(char texts[LONG_DECOYS][LONG_DECOY_BYTES + 1]) {
    uint32_t random = 1;
    for (size_t i = 0; i < LONG_DECOYS; i++) {
        for (size_t k = 0; k < LONG_DECOY_BYTES; k++) {
            random = random * 1664525u + 1013904223u;
            texts[i][k] = (char)(1 + (random >> 29));
        }
        texts[i][LONG_DECOY_BYTES] = '\0';
    }
}

static bool compile_small(const struct weak_pattern *patterns, size_t count, hs_database_t **database,
                          struct fault *fault) {
    char texts[LONG_DECOYS][LONG_DECOY_BYTES + 1];
    struct weak_pattern *all = mem_new(count + LONG_DECOYS, sizeof *all);
    write_long_decoys(texts);
    memcpy(all, patterns, count * sizeof *all);
    for (size_t i = 0; i < LONG_DECOYS; i++)
        all[count + i] = (struct weak_pattern){ .expression = texts[i], .id = DECOY_ID };
    bool ok = compile(all, count + LONG_DECOYS, database, fault);
    free(all);
    return ok;
}

bool weak_pattern_check(const struct weak_pattern *p, struct fault *fault) {
    hs_database_t *database = NULL;
    bool ok = compile(p, 1, &database, fault);
    hs_free_database(database);
    return ok;
}

struct pattern_set *pattern_set_new(const struct weak_pattern *patterns, size_t count, struct fault *fault) {
    hs_database_t *database = NULL;
    if (count && !(count < LARGE_SET ? compile_small : compile)(patterns, count, &database, fault))
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
    free(s->last);
    free(s);
}

void scan_scratch_fit(struct scan_scratch *s, const struct pattern_set *set) {
    if (set->database && hs_alloc_scratch(set->database, &s->hs) != HS_SUCCESS)
        abort();
}

/* The record that holds byte `at`: starting from that of the last hit. */
static size_t record_at(struct scan_scratch *s, uint32_t at) {
    size_t r = s->record;
    if (s->starts[r] > at) { /* out of order: halve */
        size_t low = 0, high = r;
        while (high - low > 1) {
            size_t middle = low + (high - low) / 2;
            if (s->starts[middle] > at)
                high = middle;
            else
                low = middle;
        }
        r = low;
    }
    while (r + 1 < s->record_count && s->starts[r + 1] <= at)
        r++;
    return s->record = r;
}

static uint32_t *last_record(struct scan_scratch *s, unsigned id) {
    if (id >= s->last_capacity) {
        size_t capacity = (size_t)id * 2 + 64;
        s->last = mem_resize(s->last, capacity, sizeof *s->last);
        memset(s->last + s->last_capacity, 0, (capacity - s->last_capacity) * sizeof *s->last);
        s->last_capacity = capacity;
    }
    return &s->last[id];
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                    void *context) {
    (void)from;
    (void)flags;
    struct scan_scratch *s = context;
    if (id == DECOY_ID)
        return 0;
    uint32_t record = (uint32_t)record_at(s, to ? (uint32_t)(to - 1) : 0);
    uint32_t *last = last_record(s, id);
    if (*last == record + 1)
        return 0;
    *last = record + 1;
    if (s->count && record < s->hits[s->count - 1].record)
        s->disorder = true;
    mem_grow(&s->hits, &s->capacity, s->count, sizeof *s->hits);
    s->hits[s->count++] = (struct hit){ record, id };
    return 0;
}

static int by_record(const void *a, const void *b) {
    const struct hit *x = a, *y = b;
    if (x->record != y->record)
        return x->record < y->record ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

const struct hit *pattern_set_scan(const struct pattern_set *set, struct scan_scratch *s, struct str bytes,
                                   const uint32_t *starts, size_t record_count, size_t *hit_count) {
    s->count = 0;
    s->disorder = false;
    s->starts = starts;
    s->record_count = record_count;
    s->record = 0;
    if (s->last_capacity)
        memset(s->last, 0, s->last_capacity * sizeof *s->last);
    if (set->database && bytes.len && record_count)
        hs_scan(set->database, bytes.ptr, (unsigned)bytes.len, 0, s->hs, on_match, s);
    if (s->disorder) /* nearly never: sorting always would cost more than the scan */
        mem_sort(s->hits, s->count, sizeof *s->hits, by_record);
    *hit_count = s->count;
    return s->hits;
}
