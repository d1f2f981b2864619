/* A record and the batch it travels in.
 *
 * A batch owns the bytes of many whole records, one after the other as they stood in the input, with the
 * separators between them. Records are spans of those bytes, so a batch moves between threads as one thing
 * and one scan reads all of it. */
#ifndef RECORD_H
#define RECORD_H

#include "buf.h"
#include "source.h"

/* A batch is closed when it holds this many bytes: the fastest size for one scan (docs/architecture.md). */
enum { BATCH_BYTES = 256 * 1024 };

/* A longer record is cut here, marked `truncated` and counted; the rest of it is skipped. */
enum { MAX_RECORD_BYTES = 1024 * 1024 };

struct columns;
struct join;

enum record_kind { RECORD_TEXT, RECORD_JSON };

struct record {
    uint32_t start, len; /* in the batch's bytes, without the final line end */
    uint32_t lines;      /* how many lines it spans, at least 1 */
    enum record_kind kind;
    bool truncated;
    const struct columns
        *columns; /* what a line above it calls its values (ingest/columns.h); NULL: nothing */
    const struct join
        *joined;     /* text of several lines: why the second belongs to it (ingest/frame_rules.h) */
    uint32_t event;  /* of the batch's, 1-based: the event that it begins in; 0: none */
    uint64_t line;   /* 1-based, of its first byte; lines end in \n */
    uint64_t offset; /* of its first byte in the decompressed input */
};

struct batch {
    struct buf bytes;
    struct record *records;
    size_t count, capacity;
    struct source_event *events; /* those in which a record begins */
    size_t event_count, event_capacity;
    uint64_t skipped_lines; /* blank lines and what lies between records */
    uint64_t
        malformed;  /* records that began like JSON or a quoted value and were not, and were taken as text */
    bool cut_short; /* the input ended in the middle of a JSON document */
};

/* Embedded. Reset: no records, with its memory. batch_add: whose bytes are there. */
void batch_init(struct batch *b);
void batch_fini(struct batch *b);
void batch_reset(struct batch *b);
void batch_add(struct batch *b, struct record r);

/* Notes the events of all records of a batch that came from `source`, if it has any. */
void batch_mark_events(struct batch *b, struct source *source);

/* NULL: none. */
static inline const struct source_event *record_event(const struct batch *b, const struct record *r) {
    return r->event ? &b->events[r->event - 1] : NULL;
}

static inline struct str record_bytes(const struct batch *b, const struct record *r) {
    return str_of(b->bytes.ptr + r->start, r->len);
}

#endif
