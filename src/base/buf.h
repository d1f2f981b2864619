/* A growable byte buffer whose maximum is fixed when it is made. An append that would pass the maximum is
 * dropped whole and sets `full`, so a writer appends freely and asks once at the end. */
#ifndef BUF_H
#define BUF_H

#include "str.h"

struct buf {
    char *ptr;
    size_t len;
    size_t capacity;
    size_t max;
    bool full;
};

/* Embedded: buf_init / buf_fini. `max` is in bytes. */
void buf_init(struct buf *b, size_t max);
void buf_fini(struct buf *b);

/* Forgets the contents, keeps the memory. */
static inline void buf_reset(struct buf *b) {
    b->len = 0;
    b->full = false;
}

static inline struct str buf_str(const struct buf *b) {
    return (struct str){ b->ptr, b->len };
}

/* Room for `more` bytes at the end, to be filled by the caller, who then adds to b->len. NULL when full. */
char *buf_room(struct buf *b, size_t more);

/* What buf_add does where there is not room enough yet. */
bool buf_add_slow(struct buf *b, const char *ptr, size_t len);

/* All buf_add* return whether the bytes went in. */
static inline bool buf_add(struct buf *b, struct str s) {
    if (s.len > b->capacity - b->len || b->full)
        return buf_add_slow(b, s.ptr, s.len);
    if (s.len)
        memcpy(b->ptr + b->len, s.ptr, s.len);
    b->len += s.len;
    return true;
}

static inline bool buf_add_byte(struct buf *b, char byte) {
    return buf_add(b, (struct str){ &byte, 1 });
}

static inline bool buf_add_c(struct buf *b, const char *c_string) {
    return buf_add(b, str_c(c_string));
}

/* In decimal. */
bool buf_add_int(struct buf *b, int64_t value);
bool buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The contents with a NUL behind them (not counted in len); "" when the buffer is empty. Valid until the
 * next change. */
const char *buf_c(struct buf *b);

#endif
