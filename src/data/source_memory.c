#include "source_memory.h"

#include "mem.h"

#include <stdlib.h>

struct memory_source {
    struct source source;
    struct str rest;
};

static bool read_memory(struct source *s, char *into, size_t capacity, size_t *got, struct fault *fault) {
    (void)fault;
    struct memory_source *m = (struct memory_source *)s;
    struct str part = str_slice(m->rest, 0, capacity);
    if (part.len)
        memcpy(into, part.ptr, part.len);
    m->rest = str_slice(m->rest, part.len, m->rest.len);
    *got = part.len;
    return true;
}

static void close_memory(struct source *s) {
    free(s);
}

struct source *source_memory_new(const char *uri, struct str bytes) {
    struct memory_source *m = mem_new(1, sizeof *m);
    m->source = (struct source){ .uri = uri, .read = read_memory, .close = close_memory };
    m->rest = bytes;
    return &m->source;
}
