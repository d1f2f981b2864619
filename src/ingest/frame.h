/* Cuts a byte stream into records: lines of JSON, JSON documents, text with its continuation lines.
 *
 * What is one record (FRAME_AUTO):
 *  - A JSON object, on one line or over several, several on one line too ("}{"), and JSON sequences (RFC
 * 7464). An object that is only an envelope for an array of objects (frame_json.h has the rule), and an array
 * of objects: each element.
 *  - A syslog message behind its length ("123 <34>1 ", RFC 6587), with the line ends in it.
 *  - A line of text with the lines that continue it (frame_text.h): indented ones, stack traces, statement
 *    blocks; the parts that a container runtime cut a line into (frame_cri.h). A scalar or an array of
 * scalars is text. So is a line that begins like an object and is none; it is counted in batch->malformed.
 *  - A row of CSV, in whose quoted values line ends may stand, when the source's first line names columns
 *    (columns.h). A quote that does not end leaves its line one, counted in batch->malformed.
 *  - A document that the input ends in the middle of: its whole elements, then text lines, of which the first
 *    is counted in batch->malformed; batch->cut_short says so.
 *  - Blank lines, and the lines of a document that hold no element, are in batch->skipped_lines.
 * A record longer than MAX_RECORD_BYTES or MAX_RECORD_LINES is cut, marked `truncated`, its rest skipped; but
 * for an array of records that comes late in an object: its elements are taken.
 *
 * The same bytes give the same records in the same batches, however the source hands them out. Bytes are kept
 * as they are: NUL, invalid UTF-8, CR inside a record. A byte order mark at the start of a line is skipped.
 * Memory: one window of FRAME_WINDOW bytes beside the batch, whatever the input holds. */
#ifndef FRAME_H
#define FRAME_H

#include "inflate.h"
#include "record.h"

enum frame_mode {
    FRAME_AUTO,
    FRAME_JSON,  /* no line continues another; a line that is no JSON object is text and malformed */
    FRAME_TEXT,  /* JSON is not looked for */
    FRAME_LINES, /* every line that is not blank, untrimmed; RECORD_JSON when it is an object */
};

enum {
    MAX_RECORD_LINES = 1000,
    /* Behind a record's last line, the next lines are looked at to see whether they continue it. */
    FRAME_LOOK_AHEAD = 4096,
    FRAME_WINDOW = MAX_RECORD_BYTES + FRAME_LOOK_AHEAD,
};

struct framer;

/* The stream stays the caller's and must outlive the framer. */
struct framer *framer_new(struct inflate *in, enum frame_mode mode);
void framer_free(struct framer *f);

/* At the start of a stream (none: lines name no columns); asked once, where its first record is. Reader and
 * framer go on with the same stream. */
struct column_reader;
void framer_columns(struct framer *f, struct column_reader *reader);

/* Before the first fill: so many bytes and lines are in front of the stream, which begins at a place that was
 * `framer_is_between` lines. */
void framer_start_at(struct framer *f, uint64_t bytes, uint64_t lines);
/* Whether what follows is cut without a look at what came before. */
bool framer_is_between(const struct framer *f);

/* Resets `batch` and fills it with whole records: as many as end within BATCH_BYTES, at least one unless the
 * input is over. *end: nothing follows this batch (which may hold the last records).
 * False: the stream failed; all records in front of the failure were in earlier batches, this one is
 * empty. The last of them may be incomplete, as its end was not read. */
bool framer_fill(struct framer *f, struct batch *batch, bool *end, struct fault *fault);

/* What it means that the stream gives nothing. */
enum frame_pace {
    FRAME_TO_END, /* it is over */
    FRAME_WAIT,   /* more may come: a record that may still grow is held back */
    FRAME_SETTLE, /* more may come: what is held back is taken as it is */
};
/* Of the fills that follow. When waiting or settling, *end stays false, and framer_dry says that a fill took
 * all there was; the batch may be empty. At the start it is FRAME_TO_END. */
void framer_pace(struct framer *f, enum frame_pace pace);
bool framer_dry(const struct framer *f);

/* After the end: another stream of the source follows, of which no record belongs to one before. Offsets and
 * lines go on. */
void framer_next_stream(struct framer *f);

/* Whether the stream has failed: what was cut last may lack its end. */
bool framer_failed(const struct framer *f);

/* What has been cut so far, decompressed. A last line without its end is a line. */
uint64_t framer_bytes(const struct framer *f);
uint64_t framer_lines(const struct framer *f);

#endif
