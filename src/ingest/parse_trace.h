/* Where the fields of a record come from. Kept while it is read when its parser has a trace; the parsers of
 * scans have none. */
#ifndef PARSE_TRACE_H
#define PARSE_TRACE_H

#include "fields.h"

/* Formats that may read one line: that of the transport, that of the message in it ... */
enum { TRACE_FORMATS_MAX = 8 };

/* A place that gave a value. */
struct found_at {
    const char *kind; /* "key", "column", "pair", "format", "event", "extra", "stamp", "priority", "path";
                         NULL: none */
    struct str name;  /* of the key or the format */
    struct str text;  /* what stands there */
};

/* Views that live as long as what was parsed. */
struct parse_trace {
    struct found_at fields[FIELD_COUNT], time;
    bool zoned, has_year; /* the time's own zone and year were written */
    struct found_at here; /* what is offered now */
    bool columns;         /* the record's line was read by the names of its columns */
    const char *formats[TRACE_FORMATS_MAX];
    size_t format_count;
};

/* All of these take NULL and then do nothing. */

/* What is offered from now on comes from here. */
static inline void trace_here(struct parse_trace *t, const char *kind, struct str name) {
    if (t)
        t->here = (struct found_at){ .kind = kind, .name = name };
}

/* A format matched. */
static inline void trace_format(struct parse_trace *t, const char *name) {
    if (t && t->format_count < TRACE_FORMATS_MAX)
        t->formats[t->format_count++] = name;
}

static inline void trace_field(struct parse_trace *t, enum field f, struct str text) {
    if (!t)
        return;
    struct found_at *route = &t->fields[FIELD_ROUTE];
    t->fields[f] = (struct found_at){ t->here.kind, t->here.name, text };
    if (f == FIELD_PATH && (!route->kind || strcmp(route->kind, "path") == 0))
        *route = (struct found_at){ "path", str_of("", 0), text };
}

static inline void trace_time(struct parse_trace *t, struct str text, bool zoned, bool has_year) {
    if (!t)
        return;
    t->time = (struct found_at){ t->here.kind, t->here.name, text };
    t->zoned = zoned;
    t->has_year = has_year;
}

#endif
