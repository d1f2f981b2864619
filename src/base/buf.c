#include "buf.h"

#include "mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *b, size_t max) {
    *b = (struct buf){ .max = max };
}

void buf_fini(struct buf *b) {
    free(b->ptr);
    *b = (struct buf){ 0 };
}

char *buf_room(struct buf *b, size_t more) {
    if (b->full || more > b->max - b->len) {
        b->full = true;
        return NULL;
    }
    if (more > b->capacity - b->len) {
        size_t capacity = b->capacity ? b->capacity : 64;
        while (capacity - b->len < more)
            capacity *= 2;
        if (capacity > b->max) /* buf_add asks the capacity alone */
            capacity = b->max;
        b->ptr = mem_resize(b->ptr, capacity, 1);
        b->capacity = capacity;
    }
    return b->ptr + b->len;
}

bool buf_add_slow(struct buf *b, const char *ptr, size_t len) {
    char *room = buf_room(b, len);
    if (!room)
        return false;
    if (len)
        memcpy(room, ptr, len);
    b->len += len;
    return true;
}

bool buf_add_int(struct buf *b, int64_t value) {
    char digits[24];
    char *at = digits + sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        *--at = '-';
    return buf_add(b, str_of(at, (size_t)(digits + sizeof digits - at)));
}

bool buf_printf(struct buf *b, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    char *room = len < 0 ? NULL : buf_room(b, (size_t)len + 1);
    if (room) {
        vsnprintf(room, (size_t)len + 1, format, again);
        b->len += (size_t)len;
    }
    va_end(again);
    va_end(args);
    return room != NULL;
}

const char *buf_c(struct buf *b) {
    if (b->len == b->capacity) /* one byte more than `capacity` says */
        b->ptr = mem_resize(b->ptr, b->capacity + 1, 1);
    b->ptr[b->len] = '\0';
    return b->ptr;
}
