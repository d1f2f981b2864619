/* What a rule's `correlate` asks for (docs/rules.md), as the compiled document holds it: the normal
 * form of lua/logaudit/correlate.lua. Immutable; strings live as long as the document. */
#ifndef CORRELATION_H
#define CORRELATION_H

#include "buf.h"
#include "fields.h"
#include "json_doc.h"

enum correlation_kind {
    CORRELATE_COUNT,    /* so many matches */
    CORRELATE_DISTINCT, /* matches with so many different values of a field */
    CORRELATE_SEQUENCE, /* matches of all steps, one after the other */
    CORRELATE_TOGETHER, /* matches of all steps in any order */
    CORRELATE_VALUE,    /* a percentile, average, sum or maximum of a field */
    CORRELATE_RATIO,    /* matches of all records */
    CORRELATION_KINDS
};

enum value_measure { MEASURE_P, MEASURE_AVG, MEASURE_SUM, MEASURE_MAX, MEASURES };

/* Steps are bits of a number. As in correlate.lua. */
enum { MAX_STEPS = 16, MAX_LEVELS = 8, MAX_KEY_FIELDS = 8 };

/* A field by its name; `field`: the normalised one it is, else FIELD_COUNT. */
struct name {
    struct str text;
    enum field field;
};

/* A rule whose matches count. */
struct correlation_on {
    struct str rule;
    const struct name *by; /* what the fields of the key are called in its matches */
    uint32_t steps;        /* which steps it is */
};

struct bound {
    enum { BOUND_GE, BOUND_GT, BOUND_LE, BOUND_LT, BOUND_EQ, BOUND_NE, BOUND_OPS } op;
    double limit;
};

struct correlation {
    enum correlation_kind kind;
    bool own; /* the rule's own matches count, and are not reported one by one */
    struct correlation_on *on;
    size_t on_count;
    const struct name *by; /* what the fields of the key are called in the finding */
    size_t by_count;
    int64_t within, quiet, previous; /* microseconds; 0: none */
    double factor;                   /* of `versus`, with `previous` */
    struct bound bounds[BOUND_OPS];  /* all must hold */
    size_t bound_count;
    struct name field;  /* of distinct and value */
    struct name weight; /* empty: each match weighs 1 */
    enum value_measure measure;
    double p, min; /* percentile; least number of values, or of records of a ratio */
    size_t step_count;
    uint32_t level; /* 0: on plain rules only */
};

/* NULL for no node. Free with correlation_free. */
struct correlation *correlation_new(const struct json_node *node);
void correlation_free(struct correlation *c);

/* Whether the measure is within all bounds. */
bool correlation_holds(const struct correlation *c, double measure);

/* "5", "more than 800": what the bounds ask for, for people. */
void correlation_print_bounds(const struct correlation *c, struct buf *out);

#endif
