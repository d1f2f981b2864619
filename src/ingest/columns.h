/* Logs whose columns are named by a line of the log itself: W3C extended, CloudFront, Zeek, VPC flow, CSV.
 * Which ones there are is the table `columns` of lua/logaudit/formats.lua.
 *
 * Records are cut first and then given their columns, one batch of a source after the other: the lines that
 * name columns are taken out, the records behind them carry a pointer to the names. So it does not matter
 * which thread reads a record, or in how many pieces the input arrived. */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "json.h"
#include "record.h"
#include "vocabulary.h"

/* The lines that named columns so far, of one source. */
struct column_reader;

/* The vocabulary must outlive the reader, and the reader the records that it marked. */
struct column_reader *column_reader_new(const struct vocabulary *v);
void column_reader_free(struct column_reader *r);

/* Before the first batch: whether the source, which begins or is taken up with `bytes`, has rows whose quoted
 * values may hold line ends (RFC 4180); NULL: not. */
const struct columns *column_reader_ahead(struct column_reader *r, struct str bytes);

enum columns_row {
    ROW_IS_LINE,
    ROW_IS_LINES, /* a quoted value goes on in later lines, and there are as many values as columns */
    ROW_IS_OPEN,  /* a quote is opened and never ends, or not as RFC 4180 says: the line is to stay one */
    ROW_HAS_MORE, /* more bytes are needed to tell */
};
/* What the row at the start of `bytes` is, whose first line has `line_len` bytes. `more`: others may follow
 * `bytes`. *len: of the row, without its line end. Looks at 64 KiB. */
enum columns_row columns_row(const struct columns *c, struct str bytes, size_t line_len, bool more,
                             size_t *len);

/* Takes the lines that name columns out of the batch, which counts them as skipped, and sets `columns` of the
 * text records behind them. */
void column_reader_mark(struct column_reader *r, struct batch *batch);

/* For a reader that goes on with the source: where the line is whose names are in force (*len 0: none are).
 * False: it is not known yet whether the next line names columns. */
bool column_reader_place(const struct column_reader *r, uint64_t *at, uint64_t *len);
/* Before the first batch: it begins behind such a place, and this is that line. */
void column_reader_resume(struct column_reader *r, uint64_t at, struct str header);

/* The line with all that may be percent-encoded in it decoded; the line itself when there is nothing. */
struct str columns_decoded(struct str line, struct arena *arena);

/* The line (valid UTF-8) as a JSON object in the arena, by the names of its columns; a value that stands for
 * none is left out. False: it has more or fewer values than there are columns. */
bool columns_object(const struct columns *c, struct str line, struct arena *arena, struct json *object);

/* The names as the log has them. */
struct str columns_header(const struct columns *c);

#endif
