/* What the parts of the parser share: one reading of one record. */
#ifndef PARSE_INSIDE_H
#define PARSE_INSIDE_H

#include "parse.h"

/* How far texts inside texts are followed: a JSON line whose `log` is JSON whose `message` is an access log.
 */
enum { NESTING_MAX = 3 };

/* Ranks: what a record says under a key beats what stands inside its message, which beats what was guessed.
 */
enum {
    RANK_TEXT = 0x1000,
    RANK_SHAPES = RANK_TEXT + 0x100, /* below, from RANK_TEXT on: what the shape of a line says */
    RANK_NESTED = 0x2000,
    RANK_NONE = 0xFFFF
};

struct reading {
    struct parser *parser;
    const struct time_rules *time;
    struct fields *fields;
    struct parsed *out;        /* NULL: a census */
    const struct marks *gates; /* which formats may match the record; NULL: any */
    bool texts_only;           /* what rules search; the fields are not looked for */
    uint32_t asked;            /* the fields that are looked for */
    uint32_t present;          /* those that are there */
    bool broken;               /* an object of it ends where no JSON can be */
    bool passed_by;            /* some text was not asked for the facts of a user */
    uint32_t named;            /* those that some key of the record is called like, with a value or not */
    uint16_t rank[FIELD_COUNT];
    uint16_t time_rank;
    uint16_t base; /* added to every rank */
    int nesting;
};

static inline bool role_is_field(const struct role *role) {
    return role->kind == ROLE_FIELD || role->kind == ROLE_DURATION || role->kind == ROLE_SYSLOG_LEVEL;
}

static inline bool census(const struct reading *r) {
    return r->out == NULL;
}

/* Which of these fields are looked for and not there yet. */
static inline uint32_t missing(const struct reading *r, uint32_t fields) {
    return fields & r->asked & ~r->present;
}

/* A value under a key or in a group: sets what it is a value of when it is better than what is there. */
bool offer(struct reading *r, const struct role *role, struct str text);
bool offer_epoch(struct reading *r, const struct role *role, struct str text, double number);

/* Which of these fields are looked for, and would take a value of this rank. What one of them takes must not
 * depend on the others, so that looking for fewer gives the same. */
static inline uint32_t wanting(const struct reading *r, uint32_t fields, unsigned rank) {
    fields &= r->asked;
    uint32_t wanted = fields & ~r->present;
    for (uint32_t left = fields; !wanted && left; left &= left - 1)
        wanted = r->rank[__builtin_ctz(left)] > r->base + rank ? left & -left : 0;
    return wanted;
}

/* Adds a text that rules search; `name` must live as long as the record. */
void add_text(struct reading *r, struct str name, struct str text);

/* A number with or without its unit ("2.5s", "1m3.5s", "45 ms", "1500") in milliseconds. */
bool duration_of(struct str text, enum unit unit, double *ms);

/* All that the object of a JSON record says: texts and fields. */
void read_json(struct reading *r, struct json object);
/* The fields that stand in a line, or in a message, of text. `text` must be valid UTF-8. */
void read_text(struct reading *r, struct str text);

/* `text` as valid UTF-8. */
struct str valid_text(struct reading *r, struct str text);

#endif
