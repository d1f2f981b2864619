/* A rule as the engine runs it. Rule files, custom conditions and Sigma rules all become this.
 *
 * Rules are read from the compiled ruleset, a JSON document (script/compiler.h writes it), and are immutable.
 * Their strings live as long as that document. */
#ifndef RULE_H
#define RULE_H

#include "correlation.h"
#include "fields.h"
#include "json_doc.h"
#include "severity.h"

enum test_op {
    TEST_EQ, /* equal to any of the values: strings without case, numbers and booleans equal their text */
    TEST_NE, /* equal to none of them; true for an absent field */
    TEST_GT,
    TEST_GE,
    TEST_LT,
    TEST_LE,
    TEST_RE,
    TEST_PREFIX,
    TEST_SUFFIX,
    TEST_CONTAINS,
    TEST_CIDR,
    TEST_IN_TABLE, /* the values are names of tables */
    TEST_EXISTS,
    TEST_NULL, /* absent, or JSON's null */
    TEST_ANY,  /* of maps inside: one holds */
    TEST_ALL,  /* each holds */
    TEST_NONE, /* none holds */
    TEST_OP_COUNT
};

/* As rules spell it. */
const char *test_op_name(enum test_op op);

/* One of the maps must hold: `where`, `unless`, and maps inside of maps. */
struct test_list {
    struct test_map *maps;
    size_t count;
};

/* One test on one field. All the tests of a map are flattened into one list. */
struct test {
    struct str
        name; /* of the field, as the rule spells it; "a|b": the first that is there; "*": the whole record */
    enum field field; /* the normalised one it names; FIELD_COUNT: none */
    enum test_op op;
    bool wanted;        /* TEST_EXISTS, TEST_NULL */
    bool by_field;      /* the values are names of fields, whose values count */
    uint32_t pattern;   /* TEST_RE: index into the ruleset's patterns */
    struct str *values; /* all but TEST_RE and those without an operand: any of them */
    double *numbers;    /* of the values, as many; NaN: it is none */
    size_t value_count;
    struct test_list inside; /* TEST_ANY, TEST_ALL, TEST_NONE, which have no field */
};

/* All of its tests must hold. */
struct test_map {
    struct test *tests;
    size_t count;
    uint32_t needs; /* `where` of a rule without patterns: the fields without which it cannot hold; 0: the
                       rule's gate finds its records */
};

struct pattern_list {
    uint32_t *at; /* indexes into the ruleset's patterns */
    size_t count;
};

/* A field that a table adds to the record. */
struct lookup {
    struct str name, table, key, column; /* key: the name of the field that is looked up */
    enum field field;                    /* the normalised one that key names; FIELD_COUNT: none */
};

/* From which duration on operations like these are slow, instead of what the rule says (overrides). */
struct slow_limit {
    struct test_list where;
    double ms;
};

/* Findings that one place does not want (overrides). */
struct exception {
    struct test_list where;
    struct str reason, owner, until; /* until: the last day, as written; empty: none */
    int64_t ends;                    /* microseconds since 1970; INT64_MAX: never */
};

struct rule {
    struct str id, title, type, description, owner, runbook, author, status;
    struct str condition_name; /* of a custom condition; empty for every other rule */
    enum severity severity;
    struct str tags_json, references_json, version_json; /* finished JSON values; empty when absent */
    struct str meta_json;                                /* the members of meta, without the braces */
    struct str *dedup;                                   /* field names */
    size_t dedup_count;
    struct pattern_list any, all, none;
    struct pattern_list gate; /* without any and all: one of these stands in every record that may fire */
    struct test_list where, unless;
    struct lookup *lookups; /* in the order of their names */
    size_t lookup_count;
    struct slow_limit *limits; /* the first one whose `where` holds counts */
    size_t limit_count;
    double least_ms; /* with limits: what any of them or the rule itself asks for at least */
    struct exception *exceptions;
    size_t exception_count;
    struct correlation *correlate; /* NULL: none */
    bool support;    /* only loaded because a correlation is on it: counted there, not reported */
    bool by_fields;  /* some maps of `where` have no gate but `needs` */
    bool has_match;  /* there is a Lua function to ask */
    bool fallback;   /* finds nothing in a record in which another rule of the set found more than activity */
    bool search_raw; /* patterns are searched in the raw record after its texts (conditions) */
    uint32_t file;   /* index into the ruleset's files; UINT32_MAX: none */
    uint32_t place;  /* 1-based place in the list that the file returns */
};

/* Fills a rule from its node of the compiled document. Free with rule_fini. */
void rule_init(struct rule *r, const struct json_node *node);
void rule_fini(struct rule *r);

/* Whether its findings are reported and marked, but neither counted by --fail-on nor told of. */
bool rule_is_experimental(const struct rule *r);

#endif
