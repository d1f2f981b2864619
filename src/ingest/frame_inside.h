/* The inside of the framer, for frame*.c: its state, its cursor, and the steps that take records.
 *
 * A step looks at what stands at the cursor, which it moves only when it answers STEP_ON. */
#ifndef FRAME_INSIDE_H
#define FRAME_INSIDE_H

#include "frame.h"
#include "frame_text.h"
#include "json_walk.h"

/* What the cursor is in the middle of. */
enum place {
    AT_LINE,          /* a line, or the rest of one behind an object */
    AT_BROKEN,        /* the same, but what comes was found not to be JSON */
    IN_ARRAY,         /* between the elements of a document */
    IN_CUT_VALUE,     /* the rest of an element or object that was too long */
    IN_CUT_MEMBER,    /* the rest of the member's value that made an object too long, or of an envelope's */
    IN_MEMBERS,       /* behind it, and behind the array of an envelope */
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
    enum place after_cut;  /* where the value of IN_CUT_VALUE or the object of IN_MEMBERS lies */
    bool like_record;      /* of IN_MEMBERS: the object is certainly no envelope */
    bool enveloped;        /* the array of IN_ARRAY stands in an object, that of IN_MEMBERS is an envelope */
    struct json_walk walk; /* of IN_CUT_VALUE and IN_CUT_MEMBER */
    struct frame_rules *rules;
    struct text text;             /* of IN_CUT_LINE and IN_CONTINUATIONS */
    char origin[TEXT_ORIGIN_MAX]; /* of text */
    struct batch *batch;          /* being filled */
    size_t pos;                   /* the cursor, in the batch's bytes */
    uint64_t offset, line;        /* of the cursor in the input */
    uint64_t record_line;         /* the last line that holds a byte of a record */
    bool mid_line;                /* the byte in front of the cursor is no line end */
    enum frame_pace pace;
    bool dry;                      /* the stream gave nothing, and more may come */
    bool started, over;            /* over: all input is in the batch or was taken */
    struct fault failure;          /* why it is over */
    struct buf tail;               /* bytes that the last batch did not take */
    struct column_reader *reader;  /* to be asked for columns; NULL: was */
    const struct columns *columns; /* of the stream's rows; NULL: it has lines */
};

/* What stands behind the cursor. */
static inline struct str framer_rest(const struct framer *f) {
    return str_of(f->batch->bytes.ptr + f->pos, f->batch->bytes.len - f->pos);
}

/* Whether waiting would show more of the record at the cursor. */
static inline bool framer_may_get_more(const struct framer *f) {
    return !f->over && f->batch->bytes.len - f->pos < FRAME_WINDOW;
}

/* ---- frame_cursor.c ---- */

uint32_t framer_line_ends(struct str bytes);

/* Moves over bytes that belong to no record. Lines of which no byte does are counted, once. */
void framer_skip(struct framer *f, size_t len);

/* Moves over the end of the line that a record ended on. */
void framer_skip_line_end(struct framer *f);

/* The record of `len` bytes that starts `lead` bytes behind the cursor; the cursor moves behind it. */
enum step framer_take(struct framer *f, size_t lead, size_t len, uint32_t lines, enum record_kind kind);

/* A record that is longer than it may be; the cursor moves to where it was cut. */
enum step framer_take_truncated(struct framer *f, size_t lead, size_t len, enum record_kind kind);

/* ---- frame_lines.c; `len` is the length of the line at the cursor ---- */

/* Up to the next line end, or all. */
static inline size_t frame_line_length(struct str bytes) {
    return str_find_byte(bytes, '\n');
}

/* With the byte that stands in front of each text of a JSON sequence (RFC 7464). */
size_t frame_leading_blanks(struct str line);

/* Whether a record may have several lines. */
bool framer_joins_lines(const struct framer *f);

/* FRAME_LINES: the line as it is, without its end. */
enum step framer_take_line(struct framer *f, struct str line);

/* A record of text, with the lines that continue it. */
enum step framer_take_text(struct framer *f, size_t len);

/* Something that began like JSON, or with a quote, and is not. */
enum step framer_take_malformed(struct framer *f, size_t len);

/* A row of CSV, of which the line is the first. */
enum step framer_take_row(struct framer *f, size_t len);

/* A syslog message behind its length, which may hold line ends; where the length is wrong, the line. */
enum step framer_take_counted(struct framer *f, size_t lead, size_t length);

enum step framer_step_cut_line(struct framer *f);
enum step framer_step_continuations(struct framer *f);

/* ---- frame_values.c; `lead` blanks stand in front of the brace or bracket ---- */

enum step framer_take_brace(struct framer *f, size_t lead, size_t len);

/* A bracket: a document, or text such as "[INFO] up", "[1, 2]" and "[{x}] done". */
enum step framer_take_bracket(struct framer *f, size_t lead, size_t len);

enum step framer_step_array(struct framer *f);
enum step framer_step_members(struct framer *f);

/* Skips to the end of the value that f->walk is in. */
enum step framer_step_walk(struct framer *f, enum place then);

#endif
