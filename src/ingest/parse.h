/* From the bytes of a record to what rules ask for: its texts, its time and its normalised fields.
 *
 * All of it is a pure function of the record, so that any thread gives the same answer. */
#ifndef PARSE_H
#define PARSE_H

#include "columns.h"
#include "known_starts.h"
#include "parse_trace.h"
#include "source.h"
#include "timestamp.h"
#include "vocabulary.h"

/* The records of a log have the same keys in the same order, mostly: what a key of the last record meant is
 * known before it is folded. */
enum { KNOWN_KEYS = 64, KNOWN_KEY_MAX = 40 };
struct known_key {
    const struct role *roles;
    size_t role_count;
    uint32_t parent; /* hash of the place that the key stands in */
    uint32_t len;    /* 0: nothing known */
    char name[KNOWN_KEY_MAX];
};

/* Likewise what the key of a key=value meant. */
enum { KNOWN_PAIRS_BITS = 6, KNOWN_PAIRS = 1 << KNOWN_PAIRS_BITS };
struct known_pair {
    const struct role *roles;
    size_t role_count;
    uint32_t len; /* 0: nothing known */
    char name[KNOWN_KEY_MAX];
};

/* A text of the record at hand, and which formats its line and what they left as messages have: a record is
 * read for the census first, then for its rules. */
enum { SHAPES_MAX = 4, LAYERS_MAX = 3 };
struct shape {
    struct str text;
    size_t layer_count;
    struct layer {
        const struct pattern *pattern;
        struct str text; /* in which the spans are */
        struct regex_span spans[PATTERN_SPANS_MAX];
    } layers[LAYERS_MAX];
};

enum { PARSED_TEXTS_MAX = 24 };

/* The texts of a JSON record as they stand in it, with the paths of their keys. */
struct json_texts {
    const char *of; /* the record's first byte; NULL: none */
    struct json values[PARSED_TEXTS_MAX];
    struct str names[PARSED_TEXTS_MAX];
    size_t count;
};

/* One per thread. */
struct parser {
    const struct vocabulary *vocabulary;
    struct known_key known[KNOWN_KEYS];         /* by place among the keys of a record */
    struct known_pair known_pairs[KNOWN_PAIRS]; /* by hash */
    struct known_start *starts;                 /* KNOWN_STARTS of them, by hash */
    struct shape shapes[SHAPES_MAX];            /* the first texts of the record at hand */
    size_t shape_count;
    struct json_texts texts; /* of the record whose census was taken last */
    struct regex_scratch *scratch;
    struct arena arena; /* of everything that is parsed, until parser_reset */
    const struct columns
        *columns; /* of the record at hand: set before it is parsed, forgotten by parser_reset */
    const struct source_event
        *event;                /* likewise: its time is that of a record that names none; NULL: no event */
    uint64_t over_budget;      /* searches that were given up; what they would have found is missing */
    struct parse_trace *trace; /* told where fields come from; NULL: nobody is */
};

/* Embedded. The vocabulary must outlive the parser. */
void parser_init(struct parser *p, const struct vocabulary *vocabulary);
void parser_fini(struct parser *p);
/* Invalidates everything parsed so far: after each record, or each batch. */
void parser_reset(struct parser *p);

/* A text that rules search. It is valid UTF-8. */
struct parsed_text {
    struct str name;     /* "raw", or the key: "message", "error.message" */
    struct str text;     /* decoded */
    struct str original; /* the same before bad bytes were replaced; an offset in `text` is
                            utf8_original_offset(original, offset) of it when repaired is set */
    bool repaired;
};

struct parsed {
    struct fields fields;
    struct parsed_text texts[PARSED_TEXTS_MAX]; /* in the order they stand in the record; at least one */
    size_t text_count;
    struct json json; /* the record's object, or the one that a line of text carries or its columns make; else
                         JSON_NONE */
    bool invalid_utf8;
};

/* The texts that rules search, and the record's object: for records that a rule may match. Views into `bytes`
 * or the parser's arena. The fields are empty. Behind the record's census the object is not walked again. */
void parse_texts(struct parser *p, struct str bytes, enum record_kind kind, struct parsed *out);

struct census;

/* The fields, for records that matched or whose fields a rule asks for: several times the work. After
 * parse_texts. `known`: the record's census, so that what it has settled is not looked for again; NULL: there
 * is none. */
void parse_fields(struct parser *p, struct str bytes, enum record_kind kind, const struct time_rules *time,
                  const struct census *known, struct parsed *out);

/* Both. */
void parse_record(struct parser *p, struct str bytes, enum record_kind kind, const struct time_rules *time,
                  struct parsed *out);

/* What is asked of every record. */
struct census {
    struct fields fields;      /* the time and what vocabulary_asked names, the same values that parse_record
                                  gives; others may be there or not */
    uint32_t named;            /* fields that are there, or that a key of the record is called like */
    uint32_t settled;          /* fields that have the value, or none, that parse_record gives */
    const struct marks *gates; /* as given: of the record at hand */
    bool has_facts;            /* there is a user, and what vocabulary_facts names is there too */
    bool invalid_utf8;
    bool broken; /* it began like JSON and is none: what stands behind the fault is not read */
};

/* `gates`: which the candidate scan found in the record. A level that no rule asks for may be missing. */
void parse_census(struct parser *p, struct str bytes, enum record_kind kind, const struct time_rules *time,
                  const struct marks *gates, struct census *out);

/* Sets a field from a word that may be spelled in any way the vocabulary knows (a rule's named group). */
bool parse_field(struct parser *p, struct fields *fields, enum field f, struct str text);

/* Whether every format matches its own sample and a record of that text gets what the sample expects. The
 * fault names the format and the sample. For freshly compiled rules; what comes from the cache was checked.
 */
bool parse_check_samples(const struct vocabulary *v, struct fault *fault);

#endif
