/* Bytes of a source, decompressed: what a gzip or zstd file holds, or the bytes as they are.
 *
 * The format is recognised by its magic bytes, never by a name, in up to INFLATE_LAYERS layers (a gzip file
 * inside a gzip file). Members of gzip and frames of zstd may follow each other; checksums and lengths are
 * verified. Files that are not logs (Parquet, zip, UTF-16, our own results ...) are refused by name.
 *
 * Memory: per layer one input buffer and the decoder's window (128 MiB at most, when a zstd frame asks for
 * it); it does not grow with what comes out. */
#ifndef INFLATE_H
#define INFLATE_H

#include "source.h"

struct inflate;

enum { INFLATE_LAYERS = 2 };

/* Reads nothing yet. Events, and what is read from the middle on, are taken as they are. The source stays the
 * caller's: it must outlive this and is closed by the caller. */
struct inflate *inflate_new(struct source *source);
void inflate_free(struct inflate *in);

/* Up to `capacity` (at least 1) bytes into `into`; *got is 0 at the end only. False: the input is foreign,
 * truncated or corrupt (FAULT_INPUT; the text says what and at which byte of the compressed stream), or the
 * source failed. All that could be decompressed before has been delivered by then; further calls fail in
 * the same way. */
bool inflate_read(struct inflate *in, char *into, size_t capacity, size_t *got, struct fault *fault);

/* Whether what was read so far is as it is in the source. */
bool inflate_is_plain(const struct inflate *in);

/* Whether it is refused because it holds a result that logaudit wrote. */
bool inflate_holds_result(const struct inflate *in);

/* For a source that gave nothing because it had nothing yet: the next read asks it again. */
void inflate_resume(struct inflate *in);

#endif
