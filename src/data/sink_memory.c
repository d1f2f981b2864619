#include "sink_memory.h"

#include "mem.h"

#include <stdlib.h>

struct memory_sink {
    struct sink sink;
    struct buf *into;
};

static bool write_memory(struct sink *s, struct str bytes, struct fault *fault) {
    struct memory_sink *m = (struct memory_sink *)s;
    return buf_add(m->into, bytes) ||
           fault_set(fault, FAULT_OUTPUT, "the answer is longer than %zu bytes", m->into->max);
}

static bool close_memory(struct sink *s, bool keep, struct fault *fault) {
    (void)fault;
    struct memory_sink *m = (struct memory_sink *)s;
    if (!keep)
        buf_reset(m->into);
    free(m);
    return true;
}

struct sink *sink_memory_new(struct buf *into) {
    struct memory_sink *m = mem_new(1, sizeof *m);
    *m = (struct memory_sink){ { write_memory, close_memory }, into };
    return &m->sink;
}
