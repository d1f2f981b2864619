/* The framer holds a cursor in the batch's bytes. Each step looks at what stands there, takes one record or
 * skips something, or asks for more bytes and then starts over from the same place: nothing is remembered of
 * a record until it is whole, so it cannot matter how the bytes arrived. */
#include "frame.h"

#include "frame_json.h"
#include "frame_text.h"
#include "json_walk.h"
#include "mem.h"
#include "transport.h"
#include "utf8.h"

#include <stdlib.h>

enum {
    MAX_BLANK_INSIDE = 3, /* blank lines in the middle of a stack trace */
    RECORD_SEPARATOR = 0x1e,
    DASH = 4, /* in "2026-": most lines that begin with a digit begin with a date */
};

static const struct str byte_order_mark = STR("\xef\xbb\xbf");

/* What the cursor is in the middle of. */
enum place {
    AT_LINE,          /* a line, or the rest of one behind an object */
    AT_BROKEN,        /* the same, but what comes was found not to be JSON */
    IN_ARRAY,         /* between the elements of a document */
    IN_ENVELOPE,      /* behind the array, in the object around it */
    IN_CUT_VALUE,     /* the rest of an element or object that was too long */
    IN_CUT_MEMBER,    /* the rest of the member's value that made an object too long */
    IN_MEMBERS,       /* behind it */
    IN_CUT_LINE,      /* the rest of a line that was too long */
    IN_CONTINUATIONS, /* at a line end; lines may follow that continue a record that was cut */
};

enum step {
    STEP_ON,   /* the cursor moved */
    STEP_MORE, /* more bytes are needed, or the input is over */
    STEP_FULL, /* the record does not fit into this batch any more */
};

struct framer {
    struct inflate *in;
    enum frame_mode mode;
    enum place place;
    enum place after_cut;  /* where the value of IN_CUT_VALUE lies */
    bool like_record;      /* of IN_MEMBERS: the object is certainly no envelope */
    bool enveloped;        /* the array of IN_ARRAY stands in an object */
    struct json_walk walk; /* of IN_CUT_VALUE, IN_CUT_MEMBER and IN_ENVELOPE */
    struct frame_rules *rules;
    struct text text;             /* of IN_CUT_LINE and IN_CONTINUATIONS */
    char origin[TEXT_ORIGIN_MAX]; /* of text */
    struct batch *batch;          /* being filled */
    size_t pos;                   /* the cursor, in the batch's bytes */
    uint64_t offset, line;        /* of the cursor in the input */
    uint64_t record_line;         /* the last line that holds a byte of a record */
    bool mid_line;                /* the byte in front of the cursor is no line end */
    enum frame_pace pace;
    bool dry;             /* the stream gave nothing, and more may come */
    bool started, over;   /* over: all input is in the batch or was taken */
    struct fault failure; /* why it is over */
    struct buf tail;      /* bytes that the last batch did not take */
};

/* ---------------------------------------------------------------- the cursor */

static struct str rest(const struct framer *f) {
    return str_of(f->batch->bytes.ptr + f->pos, f->batch->bytes.len - f->pos);
}

/* Whether waiting would show more of the record at the cursor. */
static bool may_get_more(const struct framer *f) {
    return !f->over && f->batch->bytes.len - f->pos < FRAME_WINDOW;
}

static uint32_t count_line_ends(struct str bytes) {
    uint32_t count = 0;
    const char *end = bytes.ptr + bytes.len;
    for (const char *p = bytes.ptr; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        count++;
    return count;
}

/* Moves over bytes that belong to no record. Lines of which no byte does are counted, once. */
static void skip(struct framer *f, size_t len) {
    if (!len)
        return;
    struct str bytes = str_slice(rest(f), 0, len);
    uint32_t lines = count_line_ends(bytes);
    if (lines)
        f->batch->skipped_lines += lines - (f->line == f->record_line);
    f->mid_line = bytes.ptr[len - 1] != '\n';
    f->line += lines;
    f->offset += len;
    f->pos += len;
}

/* Moves over the end of the line that a record ended on. */
static void skip_line_end(struct framer *f) {
    struct str bytes = rest(f);
    size_t len = bytes.len && bytes.ptr[0] == '\r' ? 1 : 0;
    if (len == bytes.len || bytes.ptr[len] != '\n')
        return;
    f->mid_line = false;
    f->line++;
    f->offset += len + 1;
    f->pos += len + 1;
}

/* The record of `len` bytes that starts `lead` bytes behind the cursor; the cursor moves behind it. */
static enum step take(struct framer *f, size_t lead, size_t len, uint32_t lines, enum record_kind kind) {
    if (f->pos + lead + len > BATCH_BYTES && f->batch->count)
        return STEP_FULL;
    skip(f, lead);
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

/* Most records end a line, which is then over. */
static enum step take_to_line_end(struct framer *f, size_t lead, size_t len, uint32_t lines,
                                  enum record_kind kind) {
    enum step step = take(f, lead, len, lines, kind);
    if (step == STEP_ON)
        skip_line_end(f);
    return step;
}

/* A record that is longer than it may be; the cursor moves to where it was cut. */
static enum step take_truncated(struct framer *f, size_t lead, size_t len, enum record_kind kind) {
    uint32_t lines = 1 + count_line_ends(str_slice(rest(f), lead, len));
    enum step step = take(f, lead, len, lines, kind);
    if (step == STEP_ON)
        f->batch->records[f->batch->count - 1].truncated = true;
    return step;
}

/* ---------------------------------------------------------------- lines */

static size_t line_length(struct str bytes) {
    return str_find_byte(bytes, '\n');
}

/* With the byte that stands in front of each text of a JSON sequence (RFC 7464). */
static size_t leading_blanks(struct str line) {
    size_t i = 0;
    while (i < line.len && (ascii_space(line.ptr[i]) || line.ptr[i] == RECORD_SEPARATOR))
        i++;
    return i;
}

/* Whether a record may have several lines. */
static bool joins_lines(const struct framer *f) {
    return f->mode == FRAME_AUTO || f->mode == FRAME_TEXT;
}

/* The next line that is not blank behind the line end at `at`, and its offset; 0 when there is none near.
 * What is seen is limited to FRAME_LOOK_AHEAD, so that the answer depends on the bytes alone. */
static size_t next_line(struct str bytes, size_t at, struct str *line, uint32_t *blank) {
    struct str ahead = str_slice(bytes, at + 1, FRAME_LOOK_AHEAD);
    size_t start = 0;
    for (*blank = 0; *blank <= MAX_BLANK_INSIDE && start < ahead.len; ++*blank) {
        struct str from = str_slice(ahead, start, ahead.len);
        *line = str_without_cr(str_slice(from, 0, line_length(from)));
        if (leading_blanks(*line) < line->len)
            return at + 1 + start;
        start += line_length(from) + 1;
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
    b->undecided = seen <= FRAME_LOOK_AHEAD && may_get_more(f);
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
    b->len = start + line_length(str_slice(bytes, start, bytes.len));
    b->undecided = b->len == bytes.len && may_get_more(f);
    return !b->undecided;
}

static struct block find_block(const struct framer *f, struct str bytes, size_t line_len) {
    struct str head = str_slice(bytes, 0, line_len < FRAME_LOOK_AHEAD ? line_len : FRAME_LOOK_AHEAD);
    struct block b = { .text = text_begin(f->rules, str_without_cr(head)), .len = line_len, .lines = 1 };
    if (joins_lines(f) && f->place == AT_LINE)
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
    size_t len = b->cut ? b->len : utf8_cut(rest(f), MAX_RECORD_BYTES);
    enum step step = take_truncated(f, 0, len, RECORD_TEXT);
    if (step == STEP_ON)
        skip_remainder(f, b);
    return step;
}

static enum step take_lines(struct framer *f, size_t len, uint32_t lines) {
    len = str_without_cr(str_slice(rest(f), 0, len)).len;
    enum step step = take_to_line_end(f, 0, len, lines, RECORD_TEXT);
    if (step == STEP_ON)
        f->place = AT_LINE;
    return step;
}

/* Most lines: a glance at the next one tells that it is another record. */
static bool stands_alone(struct str bytes, size_t len) {
    return len <= MAX_RECORD_BYTES && len + TEXT_AHEAD < bytes.len &&
           text_stands_alone(bytes, str_slice(bytes, len + 1, TEXT_AHEAD));
}

/* A record of text; `len` is the length of the line at the cursor. */
static enum step take_text(struct framer *f, size_t len) {
    if (stands_alone(rest(f), len))
        return take_lines(f, len, 1);
    struct block b = find_block(f, rest(f), len);
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

/* A syslog message behind its length, which may hold line ends; where the length is wrong, the line. */
static enum step take_counted(struct framer *f, size_t lead, size_t length) {
    struct str bytes = rest(f);
    if (bytes.len < lead + length + TEXT_AHEAD && may_get_more(f))
        return STEP_MORE;
    if (!ends_there(bytes, lead, length)) {
        skip(f, lead);
        return STEP_ON;
    }
    struct str message = str_slice(bytes, lead, length);
    while (message.len && ascii_space(message.ptr[message.len - 1]))
        message.len--;
    uint32_t lines = 1 + count_line_ends(message);
    enum step step = take(f, lead, message.len, lines, RECORD_TEXT);
    if (step == STEP_ON)
        skip(f, length - message.len);
    if (step == STEP_ON && f->mid_line)
        skip_line_end(f);
    return step;
}

/* Something that began like JSON and is not. */
static enum step take_malformed(struct framer *f, size_t len) {
    enum step step = take_text(f, len);
    f->batch->malformed += step == STEP_ON;
    return step;
}

static bool is_object(struct str bytes) {
    struct json_walk walk = { 0 };
    size_t used;
    if (!bytes.len || bytes.ptr[0] != '{')
        return false;
    return json_line_is_object(bytes) || (json_walk(&walk, bytes, &used) == WALK_DONE && used == bytes.len);
}

/* FRAME_LINES: the line as it is. */
static enum step take_line(struct framer *f, struct str line) {
    return take_to_line_end(f, 0, line.len, 1, is_object(str_trim(line)) ? RECORD_JSON : RECORD_TEXT);
}

/* ---------------------------------------------------------------- JSON values */

static size_t separators(struct str bytes, size_t at) {
    while (at < bytes.len && memchr(" \t\r,\x1e", bytes.ptr[at], 5))
        at++;
    return at;
}

/* An object, an element and the commas behind it. */
static enum step take_json(struct framer *f, size_t lead, size_t len, uint32_t lines) {
    enum step step = take(f, lead, len, lines, RECORD_JSON);
    if (step != STEP_ON)
        return step;
    skip(f, separators(rest(f), 0));
    skip_line_end(f);
    return STEP_ON;
}

static enum step take_json_lines(struct framer *f, size_t lead, size_t len) {
    return take_json(f, lead, len, 1 + count_line_ends(str_slice(rest(f), lead, len)));
}

/* Takes what a record may have of a value that is longer. The walk begins at `from`, on the way to the cut.
 */
static enum step cut_json(struct framer *f, size_t lead, size_t from, enum place place) {
    struct str bytes = str_slice(rest(f), lead, FRAME_WINDOW);
    bytes.len = utf8_cut(bytes, MAX_RECORD_BYTES);
    struct json_walk walk = { 0 };
    size_t used;
    json_walk(&walk, str_slice(bytes, from, bytes.len), &used);
    enum step step = take_truncated(f, lead, bytes.len, RECORD_JSON);
    if (step != STEP_ON)
        return step;
    f->after_cut = f->place;
    f->place = place;
    f->walk = walk;
    return STEP_ON;
}

/* An object may be too long for a member that stands in front of a container's array. */
static enum step cut_object(struct framer *f, size_t lead, const struct object *o) {
    f->like_record = o->like_record;
    return cut_json(f, lead, o->open,
                    o->open && o->open < MAX_RECORD_BYTES - 4 ? IN_CUT_MEMBER : IN_CUT_VALUE);
}

static enum step enter_array(struct framer *f, size_t bracket, bool enveloped) {
    skip(f, bracket + 1);
    f->enveloped = enveloped;
    f->place = IN_ARRAY;
    return STEP_ON;
}

/* An object is taken when nothing or another record stands behind it: not so in "{...} text". */
static enum step take_whole_object(struct framer *f, size_t lead, size_t object_len, size_t line_len) {
    struct str bytes = rest(f);
    size_t behind = separators(bytes, lead + object_len);
    if (behind == bytes.len && may_get_more(f))
        return STEP_MORE;
    if (behind == bytes.len || memchr("\n{[", bytes.ptr[behind], 3))
        return take_json_lines(f, lead, object_len);
    return take_malformed(f, line_len);
}

/* Whether there is more than blanks behind the line: an object that is cut alone on its line may be any text.
 */
static bool goes_on(struct str bytes, size_t line_len) {
    struct str behind = str_slice(bytes, line_len, bytes.len);
    return leading_blanks(behind) < behind.len;
}

/* An object that the quick look did not settle. `lead` blanks stand in front, `len` is the line's length. */
static enum step take_object(struct framer *f, size_t lead, size_t len) {
    struct object o;
    struct str bytes = str_slice(rest(f), lead, MAX_RECORD_BYTES);
    enum object_is is = json_object(bytes, &o);
    if (is == OBJECT_MORE && may_get_more(f))
        return STEP_MORE;
    if (is == OBJECT_CONTAINER || (is == OBJECT_MORE && o.array))
        return enter_array(f, lead + o.array, true);
    if (is == OBJECT_MORE && bytes.len == MAX_RECORD_BYTES)
        return cut_object(f, lead, &o);
    if (is == OBJECT_MORE && goes_on(rest(f), len))
        f->batch->cut_short = true;
    return is == OBJECT_WHOLE ? take_whole_object(f, lead, o.len, len) : take_malformed(f, len);
}

static struct str trim_end(struct str line) {
    while (line.len && (ascii_space(line.ptr[line.len - 1]) || line.ptr[line.len - 1] == ','))
        line.len--;
    return line;
}

static enum step take_brace(struct framer *f, size_t lead, size_t len) {
    struct str object = trim_end(str_slice(rest(f), lead, len - lead));
    if (len > MAX_RECORD_BYTES || !json_line_is_object(object))
        return take_object(f, lead, len);
    return take_json(f, lead, object.len, 1);
}

/* A bracket: a document, or text such as "[INFO] up", "[1, 2]" and "[{x}] done". */
static enum step take_bracket(struct framer *f, size_t lead, size_t len) {
    struct str bytes = str_slice(rest(f), lead, FRAME_LOOK_AHEAD);
    if (bytes.len > 1 && bytes.ptr[1] != '{' && !ascii_space(bytes.ptr[1]))
        return take_text(f, len);
    if (bytes.len < FRAME_LOOK_AHEAD && may_get_more(f))
        return STEP_MORE;
    if (!json_is_array_of_objects(bytes))
        return take_text(f, len);
    bool whole = len <= MAX_RECORD_BYTES;
    struct str line = str_trim(str_slice(rest(f), lead, len - lead));
    return whole && json_array_then_text(line) ? take_text(f, len) : enter_array(f, lead, false);
}

/* ---------------------------------------------------------------- one step at each place */

static enum step step_line(struct framer *f) {
    struct str bytes = rest(f);
    size_t len = line_length(bytes);
    if (!bytes.len || (len == bytes.len && may_get_more(f)))
        return STEP_MORE;
    if (bytes.ptr[0] == byte_order_mark.ptr[0] && f->mode != FRAME_LINES &&
        str_starts(bytes, byte_order_mark)) {
        skip(f, byte_order_mark.len); /* files one after the other */
        return STEP_ON;
    }
    size_t lead = leading_blanks(str_slice(bytes, 0, len));
    if (lead == len) {
        skip(f, len < bytes.len ? len + 1 : len);
        f->place = AT_LINE;
        return STEP_ON;
    }
    if (f->mode == FRAME_LINES && len <= MAX_RECORD_BYTES)
        return take_line(f, str_without_cr(str_slice(bytes, 0, len)));
    bool json = f->place == AT_LINE && (f->mode == FRAME_AUTO || f->mode == FRAME_JSON);
    if (json && bytes.ptr[lead] == '{')
        return take_brace(f, lead, len);
    if (json && bytes.ptr[lead] == '[')
        return take_bracket(f, lead, len);
    if (json && f->mode == FRAME_JSON)
        return take_malformed(f, len);
    bool may_count = joins_lines(f) && ascii_digit(bytes.ptr[0]) && len > DASH && bytes.ptr[DASH] != '-';
    size_t length, prefix = may_count ? transport_octets(str_slice(bytes, 0, len), &length) : 0;
    return prefix ? take_counted(f, prefix, length) : take_text(f, len);
}

static enum step leave_array(struct framer *f, size_t bracket) {
    skip(f, bracket + 1);
    f->place = f->enveloped ? IN_ENVELOPE : AT_LINE;
    f->walk = json_walk_inside_object();
    return STEP_ON;
}

/* The document is not what it seemed; what follows is taken line by line. */
static enum step give_up_document(struct framer *f, size_t lead) {
    skip(f, lead);
    f->place = AT_BROKEN;
    f->batch->malformed++;
    return STEP_ON;
}

static enum step take_element(struct framer *f, size_t lead) {
    struct str bytes = str_slice(rest(f), lead, MAX_RECORD_BYTES);
    struct json_walk walk = { 0 };
    size_t used;
    enum walk_result result = json_walk(&walk, bytes, &used);
    if (result == WALK_DONE)
        return take_json_lines(f, lead, used);
    if (result == WALK_MORE && may_get_more(f))
        return STEP_MORE;
    if (result == WALK_MORE && bytes.len == MAX_RECORD_BYTES)
        return cut_json(f, lead, 0, IN_CUT_VALUE);
    f->batch->cut_short |= result == WALK_MORE;
    return give_up_document(f, lead);
}

static enum step step_array(struct framer *f) {
    struct str bytes = rest(f);
    size_t lead = 0;
    while (lead < bytes.len && (ascii_space(bytes.ptr[lead]) || bytes.ptr[lead] == ','))
        lead++;
    if (lead == bytes.len) {
        skip(f, lead);
        return STEP_MORE;
    }
    return bytes.ptr[lead] == ']' ? leave_array(f, lead) : take_element(f, lead);
}

/* Skips to the end of the value that f->walk is in. */
static enum step step_walk(struct framer *f, enum place then) {
    size_t used;
    enum walk_result result = json_walk(&f->walk, rest(f), &used);
    if (result == WALK_BROKEN)
        return give_up_document(f, 0);
    skip(f, used);
    if (result == WALK_MORE)
        return STEP_MORE;
    f->place = then;
    return STEP_ON;
}

static enum step step_members(struct framer *f) {
    size_t len;
    enum member_is is = json_next_member(str_slice(rest(f), 0, FRAME_WINDOW), f->like_record, &len);
    if (is == MEMBER_VALUE && rest(f).len < len + FRAME_LOOK_AHEAD)
        is = may_get_more(f) ? MEMBER_MORE : is; /* whether it is a list is not seen yet */
    switch (is) {
    case MEMBER_MORE:
        return may_get_more(f) ? STEP_MORE : give_up_document(f, 0);
    case MEMBER_BROKEN:
        return give_up_document(f, 0);
    case MEMBER_LIST:
        return enter_array(f, len, true);
    case MEMBER_NONE:
        f->place = f->after_cut;
        break;
    case MEMBER_VALUE:
        f->place = IN_CUT_MEMBER;
        f->walk = (struct json_walk){ 0 };
    }
    skip(f, len);
    return STEP_ON;
}

static enum step step_cut_line(struct framer *f) {
    size_t len = line_length(rest(f));
    bool found = len < rest(f).len;
    skip(f, len);
    if (!found)
        return STEP_MORE;
    f->place = IN_CONTINUATIONS;
    return STEP_ON;
}

static enum step step_continuations(struct framer *f) {
    struct str line;
    uint32_t blank;
    if (rest(f).len <= FRAME_LOOK_AHEAD && may_get_more(f))
        return STEP_MORE;
    size_t start = joins_lines(f) ? next_line(rest(f), 0, &line, &blank) : 0;
    bool joins = start && text_continues(&f->text, line);
    skip(f, joins ? start : 1);
    f->place = joins ? IN_CUT_LINE : AT_LINE;
    return STEP_ON;
}

static enum step step(struct framer *f) {
    switch (f->place) {
    case IN_ARRAY:
        return step_array(f);
    case IN_ENVELOPE:
        return step_walk(f, AT_LINE);
    case IN_CUT_VALUE:
        return step_walk(f, f->after_cut);
    case IN_CUT_MEMBER:
        return step_walk(f, IN_MEMBERS);
    case IN_MEMBERS:
        return step_members(f);
    case IN_CUT_LINE:
        return step_cut_line(f);
    case IN_CONTINUATIONS:
        return step_continuations(f);
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
    if (!f->started && str_starts(rest(f), byte_order_mark))
        skip(f, byte_order_mark.len);
    f->mid_line &= f->started; /* a mark alone is no line */
    f->started = true;
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
    buf_add(&f->tail, rest(f));
    f->batch->bytes.len = f->pos;
}

/* The input ends here: a last line without line end counts like the others, an open document is none. */
static void finish(struct framer *f) {
    f->batch->skipped_lines += f->mid_line && f->line != f->record_line;
    bool inside = f->place == IN_ARRAY || f->place == IN_ENVELOPE;
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
