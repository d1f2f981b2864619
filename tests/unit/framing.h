/* Framing of bytes in memory, for the tests of what looks at batches. */
#ifndef FRAMING_H
#define FRAMING_H

#include "check.h"
#include "frame.h"
#include "memory_source.h"

/* Calls `take` for each batch of the input, which is read in pieces of at most `step` bytes. */
static inline void frame_each(struct str input, enum frame_mode mode, size_t step,
                              void (*take)(void *context, struct batch *b), void *context) {
    struct memory_source source = memory_source(input, step);
    struct inflate *in = inflate_new(&source.source);
    struct framer *f = framer_new(in, mode);
    struct batch batch;
    batch_init(&batch);
    for (bool end = false; !end;) {
        struct fault fault = { 0 };
        CHECK(framer_fill(f, &batch, &end, &fault));
        CHECK(batch.count || end);
        take(context, &batch);
    }
    batch_fini(&batch);
    framer_free(f);
    inflate_free(in);
}

/* Appends the text and a line end; line ends inside it as |. */
static inline void add_on_one_line(struct buf *list, struct str text) {
    for (size_t i = 0; i < text.len; i++)
        buf_add_byte(list, text.ptr[i] == '\n' ? '|' : text.ptr[i]);
    buf_add_byte(list, '\n');
}

#endif
