/* A record as match functions see it; what `event` (event.h) points at. All views are the caller's. */
#ifndef EVENT_VIEW_H
#define EVENT_VIEW_H

#include "fields.h"
#include "json.h"

struct event_view {
    struct str raw, message, source;
    uint64_t line, offset;
    struct json value; /* the record's object; JSON_NONE for a text record */
    const struct fields *fields;
    double slow_ms; /* what thresholds.slow_ms.medium is for this record; 0: what the table says */
};

#endif
