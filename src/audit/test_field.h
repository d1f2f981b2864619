/* The field tests of `where` and `unless` (docs/rules.md). */
#ifndef TEST_FIELD_H
#define TEST_FIELD_H

#include "finding.h"
#include "ruleset.h"
#include "tables.h"

struct explain;

/* What the tests may ask about. A name means: a captured group, a finding key or its alias, a literal JSON
 * key, a dotted path; `$.x` means the JSON path only. */
struct test_subject {
    struct ruleset *rs;
    struct regex_scratch *scratch;
    const struct tables *tables; /* NULL: none */
    struct json json;            /* JSON_NONE for a text record */
    const struct fields *fields;
    const struct capture *captures;
    size_t capture_count;
    struct str raw, message, source;
    uint64_t line, offset;
    double slow_ms; /* what `duration_ms = { ge or gt }` of the rule's `where` means here; 0: what it says */
    struct arena *arena;
    struct explain *explain; /* told about each test (explain.h); NULL: nobody is */
};

enum test_answer { TEST_FAILS, TEST_HOLDS, TEST_OVER_BUDGET };

/* Whether one of the maps holds. */
enum test_answer test_list_holds(const struct test_list *list, const struct test_subject *subject);

/* Whether one of the maps with `needs` may hold, by the fields of a census (parse.h) alone: TEST_FAILS is the
 * final answer for them. `named`: fields that are there or that the record has a key for. Of the subject only
 * rs, scratch, tables, fields, slow_ms and arena are used. */
enum test_answer test_list_may_hold(const struct test_list *list, const struct test_subject *subject,
                                    uint32_t named);

/* The first value of a name, as text; `field`: what the name means, FIELD_COUNT: no finding key. False when
 * there is none, or only null, arrays and objects. */
bool test_subject_value(const struct test_subject *subject, struct str name, enum field field,
                        struct str *value);

#endif
