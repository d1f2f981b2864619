/* The framer holds a cursor in the batch's bytes. Each step looks at what stands there, takes one record or
 * skips something, or asks for more bytes and then starts over from the same place: nothing is remembered of
 * a record until it is whole, so it cannot matter how the bytes arrived. */
#include "columns.h"
#include "frame_inside.h"
#include "mem.h"
#include "transport.h"

#include <stdlib.h>

enum { DASH = 4 }; /* in "2026-": most lines that begin with a digit begin with a date */

static const struct str byte_order_mark = STR("\xef\xbb\xbf");

static enum step step_line(struct framer *f) {
    struct str bytes = framer_rest(f);
    size_t len = frame_line_length(bytes);
    if (!bytes.len || (len == bytes.len && framer_may_get_more(f)))
        return STEP_MORE;
    if (bytes.ptr[0] == byte_order_mark.ptr[0] && f->mode != FRAME_LINES &&
        str_starts(bytes, byte_order_mark)) {
        framer_skip(f, byte_order_mark.len); /* files one after the other */
        return STEP_ON;
    }
    size_t lead = frame_leading_blanks(str_slice(bytes, 0, len));
    if (lead == len) {
        framer_skip(f, len < bytes.len ? len + 1 : len);
        f->place = AT_LINE;
        return STEP_ON;
    }
    if (f->mode == FRAME_LINES && len <= MAX_RECORD_BYTES)
        return framer_take_line(f, str_without_cr(str_slice(bytes, 0, len)));
    bool json = f->place == AT_LINE && (f->mode == FRAME_AUTO || f->mode == FRAME_JSON);
    if (json && bytes.ptr[lead] == '{')
        return framer_take_brace(f, lead, len);
    if (json && bytes.ptr[lead] == '[')
        return framer_take_bracket(f, lead, len);
    if (json && f->mode == FRAME_JSON)
        return framer_take_malformed(f, len);
    if (f->columns)
        return framer_take_row(f, len);
    bool may_count =
        framer_joins_lines(f) && ascii_digit(bytes.ptr[0]) && len > DASH && bytes.ptr[DASH] != '-';
    size_t length, prefix = may_count ? transport_octets(str_slice(bytes, 0, len), &length) : 0;
    return prefix ? framer_take_counted(f, prefix, length) : framer_take_text(f, len);
}

static enum step step(struct framer *f) {
    switch (f->place) {
    case IN_ARRAY:
        return framer_step_array(f);
    case IN_CUT_VALUE:
        return framer_step_walk(f, f->after_cut);
    case IN_CUT_MEMBER:
        return framer_step_walk(f, IN_MEMBERS);
    case IN_MEMBERS:
        return framer_step_members(f);
    case IN_CUT_LINE:
        return framer_step_cut_line(f);
    case IN_CONTINUATIONS:
        return framer_step_continuations(f);
    default:
        return step_line(f);
    }
}

/* ---------------------------------------------------------------- filling */

struct framer *framer_new(struct inflate *in, enum frame_mode mode) {
    struct framer *f = mem_new(1, sizeof *f);
    f->in = in;
    f->mode = mode;
    f->line = 1;
    f->rules = frame_rules_new();
    buf_init(&f->tail, FRAME_WINDOW);
    return f;
}

void framer_columns(struct framer *f, struct column_reader *reader) {
    f->reader = reader;
    f->columns = NULL;
}

void framer_start_at(struct framer *f, uint64_t bytes, uint64_t lines) {
    f->offset = bytes;
    f->line = lines + 1;
    f->started = true;
}

bool framer_is_between(const struct framer *f) {
    return f->started && f->place == AT_LINE && !f->mid_line;
}

void framer_free(struct framer *f) {
    if (!f)
        return;
    buf_fini(&f->tail);
    frame_rules_free(f->rules);
    free(f);
}

/* Reads until the batch holds `want` bytes or the input is over. A failure is an end, told later. */
static void top_up(struct framer *f, size_t want) {
    struct buf *bytes = &f->batch->bytes;
    while (bytes->len < want && !f->over && !f->dry) {
        size_t got = 0, room = want - bytes->len;
        char *into = buf_room(bytes, room);
        bool read = inflate_read(f->in, into, room, &got, &f->failure);
        f->dry = read && got == 0 && f->pace == FRAME_WAIT;
        f->over = !read || (got == 0 && !f->dry);
        bytes->len += got;
    }
}

static void skip_byte_order_mark(struct framer *f) {
    if (!f->started && str_starts(framer_rest(f), byte_order_mark))
        framer_skip(f, byte_order_mark.len);
    f->mid_line &= f->started; /* a mark alone is no line */
    f->started = true;
}

/* Where the stream's first record is: whether its lines are rows. */
static void ask_columns(struct framer *f) {
    if (!f->reader || !framer_rest(f).len)
        return;
    f->columns = column_reader_ahead(f->reader, framer_rest(f));
    f->reader = NULL;
}

/* Drops what was skipped when there is no record in front of it. */
static void drop_skipped(struct framer *f) {
    struct buf *bytes = &f->batch->bytes;
    memmove(bytes->ptr, bytes->ptr + f->pos, bytes->len - f->pos);
    bytes->len -= f->pos;
    f->pos = 0;
}

/* Cuts records until the batch is full or has all there are. */
static void cut_records(struct framer *f) {
    for (size_t want = BATCH_BYTES;;) {
        top_up(f, want);
        skip_byte_order_mark(f);
        ask_columns(f);
        while (step(f) == STEP_ON)
            ;
        if (f->batch->count || f->over || f->dry)
            return;
        if (f->pos == 0)
            want = want * 2 < FRAME_WINDOW ? want * 2 : FRAME_WINDOW;
        drop_skipped(f);
    }
}

/* What this batch did not take begins the next one. */
static void keep_tail(struct framer *f) {
    buf_reset(&f->tail);
    buf_add(&f->tail, framer_rest(f));
    f->batch->bytes.len = f->pos;
}

/* The input ends here: a last line without line end counts like the others, an open document is none. */
static void finish(struct framer *f) {
    f->batch->skipped_lines += f->mid_line && f->line != f->record_line;
    bool inside =
        f->place == IN_ARRAY || (f->enveloped && (f->place == IN_MEMBERS || f->place == IN_CUT_MEMBER));
    f->batch->malformed += inside;
    f->batch->cut_short |= inside;
    f->line += f->mid_line;
    f->mid_line = false;
    f->place = AT_LINE;
}

/* More may come: the stream is asked again by the next fill. */
static void wait_for_more(struct framer *f) {
    f->dry = f->dry || !f->batch->count || (f->over && !f->tail.len);
    f->over = false;
    inflate_resume(f->in);
}

bool framer_fill(struct framer *f, struct batch *batch, bool *end, struct fault *fault) {
    batch_reset(batch);
    buf_add(&batch->bytes, buf_str(&f->tail));
    f->batch = batch;
    f->pos = 0;
    f->dry = false;
    cut_records(f);
    keep_tail(f);
    *end = false;
    if (f->pace != FRAME_TO_END && f->failure.kind == FAULT_NONE) {
        wait_for_more(f);
        return true;
    }
    bool done = f->over && !f->tail.len;
    if (done)
        finish(f);
    *end = done && f->failure.kind == FAULT_NONE;
    if (!done || *end || batch->count)
        return true;
    *fault = f->failure;
    return false;
}

void framer_pace(struct framer *f, enum frame_pace pace) {
    f->pace = pace;
}

void framer_next_stream(struct framer *f) {
    f->over = false;
    inflate_resume(f->in);
}

bool framer_dry(const struct framer *f) {
    return f->dry;
}

bool framer_failed(const struct framer *f) {
    return f->failure.kind != FAULT_NONE;
}

uint64_t framer_bytes(const struct framer *f) {
    return f->offset;
}

uint64_t framer_lines(const struct framer *f) {
    return f->line - 1 + (f->mid_line ? 1 : 0);
}
