/* The cursor in the bytes of a batch: what it moves over is counted, what it takes is a record. */
#include "frame_inside.h"

uint32_t framer_line_ends(struct str bytes) {
    uint32_t count = 0;
    const char *end = bytes.ptr + bytes.len;
    for (const char *p = bytes.ptr; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        count++;
    return count;
}

void framer_skip(struct framer *f, size_t len) {
    if (!len)
        return;
    struct str bytes = str_slice(framer_rest(f), 0, len);
    uint32_t lines = framer_line_ends(bytes);
    if (lines)
        f->batch->skipped_lines += lines - (f->line == f->record_line);
    f->mid_line = bytes.ptr[len - 1] != '\n';
    f->line += lines;
    f->offset += len;
    f->pos += len;
}

void framer_skip_line_end(struct framer *f) {
    struct str bytes = framer_rest(f);
    size_t len = bytes.len && bytes.ptr[0] == '\r' ? 1 : 0;
    if (len == bytes.len || bytes.ptr[len] != '\n')
        return;
    f->mid_line = false;
    f->line++;
    f->offset += len + 1;
    f->pos += len + 1;
}

enum step framer_take(struct framer *f, size_t lead, size_t len, uint32_t lines, enum record_kind kind) {
    if (f->pos + lead + len > BATCH_BYTES && f->batch->count)
        return STEP_FULL;
    framer_skip(f, lead);
    batch_add(f->batch, (struct record){ .start = (uint32_t)f->pos,
                                         .len = (uint32_t)len,
                                         .lines = lines,
                                         .kind = kind,
                                         .line = f->line,
                                         .offset = f->offset });
    f->pos += len;
    f->offset += len;
    f->line += lines - 1;
    f->record_line = f->line;
    f->mid_line = true;
    return STEP_ON;
}

enum step framer_take_truncated(struct framer *f, size_t lead, size_t len, enum record_kind kind) {
    uint32_t lines = 1 + framer_line_ends(str_slice(framer_rest(f), lead, len));
    enum step step = framer_take(f, lead, len, lines, kind);
    if (step == STEP_ON)
        f->batch->records[f->batch->count - 1].truncated = true;
    return step;
}
