/* Records that are lines of text. */
#include "columns.h"
#include "frame_inside.h"
#include "frame_json.h"
#include "transport.h"
#include "utf8.h"

enum {
    MAX_BLANK_INSIDE = 3, /* blank lines in the middle of a stack trace */
    RECORD_SEPARATOR = 0x1e,
};

size_t frame_leading_blanks(struct str line) {
    size_t i = 0;
    while (i < line.len && (ascii_space(line.ptr[i]) || line.ptr[i] == RECORD_SEPARATOR))
        i++;
    return i;
}

bool framer_joins_lines(const struct framer *f) {
    return f->mode == FRAME_AUTO || f->mode == FRAME_TEXT;
}

/* The next line that is not blank behind the line end at `at`, and its offset; 0 when there is none near.
 * What is seen is limited to FRAME_LOOK_AHEAD, so that the answer depends on the bytes alone. */
static size_t next_line(struct str bytes, size_t at, struct str *line, uint32_t *blank) {
    struct str ahead = str_slice(bytes, at + 1, FRAME_LOOK_AHEAD);
    size_t start = 0;
    for (*blank = 0; *blank <= MAX_BLANK_INSIDE && start < ahead.len; ++*blank) {
        struct str from = str_slice(ahead, start, ahead.len);
        *line = str_without_cr(str_slice(from, 0, frame_line_length(from)));
        if (frame_leading_blanks(*line) < line->len)
            return at + 1 + start;
        start += frame_line_length(from) + 1;
    }
    return 0;
}

/* A text record at the cursor, as far as it is known to go. */
struct block {
    struct text text;
    size_t len; /* up to the end of its last line */
    uint32_t lines;
    const struct join *by; /* for its second line */
    bool undecided;        /* more bytes may make it longer */
    bool cut;              /* it would go on, but has too many lines */
};

/* Adds the next line to the block if it continues it. */
static bool extend(const struct framer *f, struct str bytes, struct block *b) {
    size_t seen = bytes.len - b->len;
    b->undecided = seen <= FRAME_LOOK_AHEAD && framer_may_get_more(f);
    if (seen <= 1 || b->undecided)
        return false;
    struct str line;
    uint32_t blank;
    size_t start = next_line(bytes, b->len, &line, &blank);
    struct text before = b->text;
    if (!start || !text_continues(&b->text, line))
        return false;
    b->cut = b->lines + blank + 1 > MAX_RECORD_LINES;
    if (b->cut) {
        b->text = before;
        return false;
    }
    b->by = b->lines == 1 ? b->text.by : b->by;
    b->lines += blank + 1;
    b->len = start + frame_line_length(str_slice(bytes, start, bytes.len));
    b->undecided = b->len == bytes.len && framer_may_get_more(f);
    return !b->undecided;
}

static struct block find_block(const struct framer *f, struct str bytes, size_t line_len) {
    struct str head = str_slice(bytes, 0, line_len < FRAME_LOOK_AHEAD ? line_len : FRAME_LOOK_AHEAD);
    struct block b = { .text = text_begin(f->rules, str_without_cr(head)), .len = line_len, .lines = 1 };
    if (framer_joins_lines(f) && f->place == AT_LINE)
        while (b.len <= MAX_RECORD_BYTES && extend(f, bytes, &b))
            ;
    return b;
}

/* Makes the next steps skip what is left of a record's line and the lines that continue it. */
static void skip_remainder(struct framer *f, const struct block *b) {
    f->text = b->text;
    f->text.head.len = 0;
    if (b->text.origin.len)
        memcpy(f->origin, b->text.origin.ptr, b->text.origin.len);
    f->text.origin.ptr = f->origin;
    f->place = IN_CUT_LINE;
}

static enum step cut_block(struct framer *f, const struct block *b) {
    size_t len = b->cut ? b->len : utf8_cut(framer_rest(f), MAX_RECORD_BYTES);
    enum step step = framer_take_truncated(f, 0, len, RECORD_TEXT);
    if (step == STEP_ON)
        skip_remainder(f, b);
    return step;
}

/* Most records end a line, which is then over. */
static enum step take_to_line_end(struct framer *f, size_t len, uint32_t lines, enum record_kind kind) {
    enum step step = framer_take(f, 0, len, lines, kind);
    if (step == STEP_ON)
        framer_skip_line_end(f);
    return step;
}

static enum step take_lines(struct framer *f, size_t len, uint32_t lines) {
    len = str_without_cr(str_slice(framer_rest(f), 0, len)).len;
    enum step step = take_to_line_end(f, len, lines, RECORD_TEXT);
    if (step == STEP_ON)
        f->place = AT_LINE;
    return step;
}

/* Most lines: a glance at the next one tells that it is another record. */
static bool stands_alone(struct str bytes, size_t len) {
    return len <= MAX_RECORD_BYTES && len + TEXT_AHEAD < bytes.len &&
           text_stands_alone(bytes, str_slice(bytes, len + 1, TEXT_AHEAD));
}

enum step framer_take_text(struct framer *f, size_t len) {
    if (stands_alone(framer_rest(f), len))
        return take_lines(f, len, 1);
    struct block b = find_block(f, framer_rest(f), len);
    if (b.undecided)
        return STEP_MORE;
    if (b.cut || b.len > MAX_RECORD_BYTES)
        return cut_block(f, &b);
    enum step step = take_lines(f, b.len, b.lines);
    if (step == STEP_ON && b.lines > 1)
        f->batch->records[f->batch->count - 1].joined = b.by;
    return step;
}

/* Whether a syslog message ends `length` bytes behind the cursor's `lead`: in front of a line end, behind
 * one, or in front of the next one's length. */
static bool ends_there(struct str bytes, size_t lead, size_t length) {
    size_t end = lead + length, next;
    if (!length || length > MAX_RECORD_BYTES || end > bytes.len)
        return false;
    return end == bytes.len || bytes.ptr[end - 1] == '\n' || bytes.ptr[end] == '\n' ||
           bytes.ptr[end] == '\r' || transport_octets(str_slice(bytes, end, bytes.len), &next);
}

enum step framer_take_counted(struct framer *f, size_t lead, size_t length) {
    struct str bytes = framer_rest(f);
    if (bytes.len < lead + length + TEXT_AHEAD && framer_may_get_more(f))
        return STEP_MORE;
    if (!ends_there(bytes, lead, length)) {
        framer_skip(f, lead);
        return STEP_ON;
    }
    struct str message = str_slice(bytes, lead, length);
    while (message.len && ascii_space(message.ptr[message.len - 1]))
        message.len--;
    uint32_t lines = 1 + framer_line_ends(message);
    enum step step = framer_take(f, lead, message.len, lines, RECORD_TEXT);
    if (step == STEP_ON)
        framer_skip(f, length - message.len);
    if (step == STEP_ON && f->mid_line)
        framer_skip_line_end(f);
    return step;
}

enum step framer_take_malformed(struct framer *f, size_t len) {
    enum step step = framer_take_text(f, len);
    f->batch->malformed += step == STEP_ON;
    return step;
}

enum step framer_take_row(struct framer *f, size_t len) {
    size_t row;
    uint32_t lines;
    switch (columns_row(f->columns, framer_rest(f), len, framer_may_get_more(f), &row)) {
    case ROW_HAS_MORE:
        return STEP_MORE;
    case ROW_IS_OPEN:
        return framer_take_malformed(f, len);
    case ROW_IS_LINES:
        lines = 1 + framer_line_ends(str_slice(framer_rest(f), 0, row));
        return lines > MAX_RECORD_LINES ? framer_take_malformed(f, len) : take_lines(f, row, lines);
    default:
        return framer_take_text(f, len);
    }
}

static bool is_object(struct str bytes) {
    struct json_walk walk = { 0 };
    size_t used;
    if (!bytes.len || bytes.ptr[0] != '{')
        return false;
    return json_line_is_object(bytes) || (json_walk(&walk, bytes, &used) == WALK_DONE && used == bytes.len);
}

enum step framer_take_line(struct framer *f, struct str line) {
    return take_to_line_end(f, line.len, 1, is_object(str_trim(line)) ? RECORD_JSON : RECORD_TEXT);
}

enum step framer_step_cut_line(struct framer *f) {
    size_t len = frame_line_length(framer_rest(f));
    bool found = len < framer_rest(f).len;
    framer_skip(f, len);
    if (!found)
        return STEP_MORE;
    f->place = IN_CONTINUATIONS;
    return STEP_ON;
}

enum step framer_step_continuations(struct framer *f) {
    struct str line;
    uint32_t blank;
    if (framer_rest(f).len <= FRAME_LOOK_AHEAD && framer_may_get_more(f))
        return STEP_MORE;
    size_t start = framer_joins_lines(f) ? next_line(framer_rest(f), 0, &line, &blank) : 0;
    bool joins = start && text_continues(&f->text, line);
    framer_skip(f, joins ? start : 1);
    f->place = joins ? IN_CUT_LINE : AT_LINE;
    return STEP_ON;
}
