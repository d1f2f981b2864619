/* A source over bytes in memory that hands out at most `step` bytes a time, as a slow pipe does. */
#ifndef MEMORY_SOURCE_H
#define MEMORY_SOURCE_H

#include "source.h"

struct memory_source {
    struct source source; /* first, so that a struct source * is one of these */
    struct str bytes;
    size_t pos, step;
};

static inline bool memory_read(struct source *s, char *into, size_t capacity, size_t *got,
                               struct fault *fault) {
    (void)fault;
    struct memory_source *m = (struct memory_source *)s;
    struct str piece = str_slice(m->bytes, m->pos, capacity < m->step ? capacity : m->step);
    if (piece.len)
        memcpy(into, piece.ptr, piece.len);
    m->pos += piece.len;
    *got = piece.len;
    return true;
}

static inline struct memory_source memory_source(struct str bytes, size_t step) {
    return (struct memory_source){ { .uri = "memory", .read = memory_read }, bytes, 0, step };
}

#endif
