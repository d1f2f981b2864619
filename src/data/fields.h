/* The normalised fields of a record: what findings carry and `where` tests ask for, whatever the log called
 * them. */
#ifndef FIELDS_H
#define FIELDS_H

#include "arena.h"

enum field {
    FIELD_USER_ID,
    FIELD_ACTION,
    FIELD_OUTCOME, /* success or failure */
    FIELD_SERVICE,
    FIELD_HOST,
    FIELD_LEVEL, /* trace, debug, info, notice, warn, error, critical */
    FIELD_IP,    /* bare: no port, no brackets */
    FIELD_REQUEST_ID,
    FIELD_DURATION_MS, /* number: milliseconds */
    FIELD_STATUS,      /* number: integer */
    FIELD_METHOD,
    FIELD_PATH,
    FIELD_ROUTE, /* the path with numbers and ids masked */
    FIELD_COUNT
};

/* Present fields have text.ptr != NULL; the two numeric ones have their number too. Views into the record's
 * bytes, or into the arena it was parsed with. */
struct fields {
    struct str text[FIELD_COUNT];
    double duration_ms;
    int64_t status;
    bool has_time;
    int64_t time; /* microseconds since 1970 */
};

/* The key of a field in findings ("user_id"), and back: FIELD_COUNT when it is none. "user" is user_id. */
const char *field_name(enum field f);
enum field field_named(struct str name);

/* Sets of fields are bits. */
static inline uint32_t field_bit(enum field f) {
    return (uint32_t)1 << f;
}

/* The fields that are there. */
uint32_t fields_present(const struct fields *fields);

static inline bool field_is_number(enum field f) {
    return f == FIELD_DURATION_MS || f == FIELD_STATUS;
}

/* Sets a field from text as found in a log: trims it, checks and normalises it (an address loses its port, a
 * level gets its standard name, a status must be an integer ...). Leaves the field alone and returns false
 * when the text is no value of that field. `arena` holds what had to be rewritten. */
bool field_set(struct fields *fields, enum field f, struct str text, struct arena *arena);
/* `ms` must be finite and not negative. */
bool field_set_duration(struct fields *fields, double ms, struct arena *arena);

#endif
