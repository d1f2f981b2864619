#include "spool.h"

#include "mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What leaves it is in the page cache for as long as there is room: more would only make memory grow with the
 * input. */
enum { MAX_IN_MEMORY = 256 * 1024 };

struct spool {
    struct buf memory;
    FILE *file; /* NULL while everything fits into memory; then it has everything that left it */
    uint64_t in_file;
    bool flushed; /* the file has all that was written to it, for reading by place */
};

struct header {
    uint32_t len;
    uint8_t mark;
};

struct spool *spool_new(void) {
    struct spool *s = mem_new(1, sizeof *s);
    buf_init(&s->memory, 2u * MAX_IN_MEMORY + UINT32_MAX);
    return s;
}

void spool_free(struct spool *s) {
    if (!s)
        return;
    buf_fini(&s->memory);
    if (s->file)
        fclose(s->file);
    free(s);
}

static bool move_to_file(struct spool *s, struct fault *fault) {
    if (!s->file)
        s->file = tmpfile();
    if (!s->file || fwrite(s->memory.ptr, 1, s->memory.len, s->file) != s->memory.len)
        return fault_set(fault, FAULT_OUTPUT, "cannot write a temporary file: %s", strerror(errno));
    s->in_file += s->memory.len;
    s->flushed = false;
    buf_reset(&s->memory);
    return true;
}

bool spool_add(struct spool *s, struct str entry, uint8_t mark, struct fault *fault) {
    struct header header = { (uint32_t)entry.len, mark };
    buf_add(&s->memory, str_of((const char *)&header, sizeof header));
    buf_add(&s->memory, entry);
    return s->memory.len < MAX_IN_MEMORY || move_to_file(s, fault);
}

typedef bool visit_fn(void *context, struct str entry, uint8_t mark);

static bool each_in_memory(struct str rest, visit_fn *visit, void *context) {
    while (rest.len) {
        struct header header;
        memcpy(&header, rest.ptr, sizeof header);
        if (!visit(context, str_slice(rest, sizeof header, header.len), header.mark))
            return false;
        rest = str_slice(rest, sizeof header + header.len, rest.len);
    }
    return true;
}

static bool each_in_file(FILE *file, visit_fn *visit, void *context, struct fault *fault) {
    struct buf entry;
    buf_init(&entry, UINT32_MAX);
    struct header header;
    bool ok = true;
    rewind(file);
    while (ok && fread(&header, sizeof header, 1, file) == 1) {
        buf_reset(&entry);
        char *room = buf_room(&entry, header.len);
        ok = room && fread(room, 1, header.len, file) == header.len;
        if (!ok)
            fault_set(fault, FAULT_OUTPUT, "cannot read a temporary file");
        ok = ok && visit(context, str_of(room, header.len), header.mark);
    }
    buf_fini(&entry);
    fseek(file, 0, SEEK_END);
    return ok;
}

bool spool_each(struct spool *s, visit_fn *visit, void *context, struct fault *fault) {
    if (s->file && !each_in_file(s->file, visit, context, fault))
        return false;
    return each_in_memory(buf_str(&s->memory), visit, context);
}

/* ---- by place ---- */

uint64_t spool_end(const struct spool *s) {
    return s->in_file + s->memory.len;
}

uint64_t spool_after(uint64_t place, size_t len) {
    return place + sizeof(struct header) + len;
}

static bool read_at(struct spool *s, uint64_t place, char *into, size_t len) {
    if (!s->flushed && fflush(s->file) != 0)
        return false;
    s->flushed = true;
    return pread(fileno(s->file), into, len, (off_t)place) == (ssize_t)len;
}

static bool read_from_file(struct spool *s, uint64_t place, struct buf *into) {
    struct header header;
    if (!read_at(s, place, (char *)&header, sizeof header))
        return false;
    char *room = buf_room(into, header.len);
    if (!room || !read_at(s, place + sizeof header, room, header.len))
        return false;
    into->len = header.len;
    return true;
}

bool spool_read(struct spool *s, uint64_t place, struct buf *into, struct fault *fault) {
    buf_reset(into);
    if (place < s->in_file)
        return read_from_file(s, place, into) ||
               fault_set(fault, FAULT_OUTPUT, "cannot read a temporary file");
    struct str rest = str_slice(buf_str(&s->memory), place - s->in_file, s->memory.len);
    struct header header;
    memcpy(&header, rest.ptr, sizeof header);
    buf_add(into, str_slice(rest, sizeof header, header.len));
    return true;
}

bool spool_cut(struct spool *s, uint64_t end, struct fault *fault) {
    if (end >= s->in_file) {
        s->memory.len = end - s->in_file;
        return true;
    }
    buf_reset(&s->memory);
    s->in_file = end;
    if (fflush(s->file) == 0 && ftruncate(fileno(s->file), (off_t)end) == 0 &&
        fseek(s->file, 0, SEEK_END) == 0)
        return true;
    return fault_set(fault, FAULT_OUTPUT, "cannot cut a temporary file: %s", strerror(errno));
}
