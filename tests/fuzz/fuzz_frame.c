/* Framing: whatever the bytes, records lie in order inside their batch and hold the input's own bytes; and
 * neither the sizes of reads nor the place of a batch's border changes them.
 * The first byte of an input chooses the mode, the second where the border falls. */
#include "frame.h"
#include "mem.h"
#include "memory_source.h"

#include <stdlib.h>

#define MUST(condition)                                                                                      \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            abort();                                                                                         \
    } while (0)

struct framed {
    struct record *records;
    size_t count, capacity;
    uint64_t skipped, malformed;
    bool refused; /* not a log at all */
};

static void note_batch(struct framed *all, const struct batch *b, struct str input) {
    uint64_t behind = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct record *r = &b->records[i];
        MUST(r->start >= behind && r->len > 0 && r->lines > 0);
        behind = (uint64_t)r->start + r->len;
        MUST(behind <= b->bytes.len && r->len <= MAX_RECORD_BYTES);
        MUST(str_equal(record_bytes(b, r), str_slice(input, r->offset, r->len)));
        mem_grow(&all->records, &all->capacity, all->count, sizeof *r);
        all->records[all->count++] = *r;
    }
    all->skipped += b->skipped_lines;
    all->malformed += b->malformed;
}

static struct framed frame(struct str input, enum frame_mode mode, size_t step) {
    struct framed all = { 0 };
    struct memory_source source = memory_source(input, step);
    struct inflate *in = inflate_new(&source.source);
    struct framer *f = framer_new(in, mode);
    struct batch batch;
    struct fault fault = { 0 };
    bool end = false;
    batch_init(&batch);
    while (!end && framer_fill(f, &batch, &end, &fault))
        note_batch(&all, &batch, input);
    all.refused = !end;
    batch_fini(&batch);
    framer_free(f);
    inflate_free(in);
    return all;
}

/* b begins with `lead` other records of `shift` bytes and lines in all. */
static void must_agree(const struct framed *a, const struct framed *b, size_t lead, size_t shift) {
    MUST(a->count + lead == b->count && a->skipped == b->skipped && a->malformed == b->malformed);
    for (size_t i = 0; i < a->count; i++) {
        const struct record *x = &a->records[i], *y = &b->records[i + lead];
        MUST(x->len == y->len && x->lines == y->lines && x->kind == y->kind && x->truncated == y->truncated);
        MUST(x->line + lead == y->line && x->offset + shift == y->offset);
    }
}

/* Every line is counted once: in the first record that has a byte of it, or as skipped. */
static void must_count_lines(const struct framed *all, struct str input) {
    uint64_t lines = input.len && input.ptr[input.len - 1] != '\n', own = all->skipped, last = 0;
    for (size_t i = 0; i < input.len; i++)
        lines += input.ptr[i] == '\n';
    for (size_t i = 0; i < all->count; i++) {
        const struct record *r = &all->records[i];
        own += r->lines - (r->line == last); /* records may share a line */
        last = r->line + r->lines - 1;
    }
    MUST(own == lines);
}

/* The same input behind two records that put the border of the first batch into it. */
static void must_not_care_for_borders(const struct framed *plain, struct str input, enum frame_mode mode,
                                      size_t border) {
    size_t pad = BATCH_BYTES - border;
    char *bytes = mem_new(pad + input.len, 1);
    memset(bytes, 'x', pad);
    memcpy(bytes, "{\"", 2); /* objects, because no text continues them */
    memcpy(bytes + pad - 8, "\":0}\n{}\n", 8);
    memcpy(bytes + pad, input.ptr, input.len);
    struct framed padded = frame(str_of(bytes, pad + input.len), mode, SIZE_MAX);
    must_agree(plain, &padded, 2, pad);
    free(padded.records);
    free(bytes);
}

/* Compressed bytes and byte order marks are for other tests. */
static bool is_plain(struct str input) {
    unsigned char first = (unsigned char)input.ptr[0];
    return first < 0x80 && first != 0x1f && !str_starts(str_slice(input, 1, 3), (struct str)STR("*M\x18")) &&
           !str_starts(input, (struct str)STR("\x28\xb5"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 3)
        return 0;
    enum frame_mode mode = (enum frame_mode)(data[0] % 4);
    struct str input = str_of((const char *)data + 2, size - 2);
    if (!is_plain(input))
        return 0;
    struct framed all = frame(input, mode, SIZE_MAX), slow = frame(input, mode, 1 + data[1] % 7);
    must_agree(&all, &slow, 0, 0);
    if (!all.refused)
        must_count_lines(&all, input);
    if (!all.refused && mode != FRAME_TEXT && data[0] & 64)
        must_not_care_for_borders(&all, input, mode, data[1]);
    free(all.records);
    free(slow.records);
    return 0;
}
