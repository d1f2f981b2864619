/* Timestamps: finding them in log text, and printing them. An instant is microseconds since 1970-01-01 UTC.
 *
 * Recognition is a pure function of the text and the rules given: the same line has the same time whatever
 * stood before it, so that threads and parts of a log agree. */
#ifndef TIMESTAMP_H
#define TIMESTAMP_H

#include "fault.h"
#include "str.h"

/* What a stamp that does not say so itself is taken to mean. */
struct time_rules {
    bool local;                  /* stamps without a zone are in the process's zone (TZ), else: */
    int32_t zone_offset_seconds; /* ... in this one, east positive */
    int64_t reference;           /* year-less stamps: the latest year not later than this + 1 day */
};

struct stamp {
    int64_t micros;
    bool zoned;        /* a zone was written */
    bool has_year;     /* a year was written */
    size_t start, end; /* where it stands in the text, bytes */
};

/* `zone` as in --tz: UTC, Z, +02:00, or a name of the tz database (sets the process's TZ, so only main calls
 * it, before threads start). The reference is now, until the caller knows better. The fault names the zone.
 */
bool time_rules_init(struct time_rules *rules, const char *zone, struct fault *fault);

/* The record's own time in a line of log text: the right one of several (a prefix put there by a collector
 * gives way to the program's own stamp when that one is as precise). Looks at the first bytes only. */
bool stamp_find(struct str line, const struct time_rules *rules, struct stamp *out);

/* The whole of `value` is a timestamp (a JSON string, a flag, an event field); surrounding blanks allowed.
 * A date alone is its midnight. */
bool stamp_parse(struct str value, const struct time_rules *rules, struct stamp *out);

/* "now"; "today" and "yesterday": the midnight with which they begin, in the zone of the rules. */
bool stamp_named(struct str name, const struct time_rules *rules, int64_t now, int64_t *micros);

/* A bare number as an epoch: its unit (s, ms, us, ns) follows from its size. False when it is outside
 * 1990..2100 in every unit. */
bool stamp_from_number(double number, int64_t *micros);

/* "15m", "2h", "7d", "30s", "250ms": a length of time in microseconds. */
bool duration_parse(struct str text, int64_t *micros);

enum { STAMP_LEN = 24 };
/* ISO 8601, UTC, milliseconds (truncated), Z: 2024-11-26T10:30:18.123Z. Years outside 0..9999 are clamped. */
void stamp_print(int64_t micros, char out[STAMP_LEN + 1]);

#endif
