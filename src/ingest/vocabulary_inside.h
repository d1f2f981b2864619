/* The inside of struct vocabulary, for vocabulary.c and patterns.c alone. */
#ifndef VOCABULARY_INSIDE_H
#define VOCABULARY_INSIDE_H

#include "arena.h"
#include "vocabulary.h"

struct key_slot {
    size_t len; /* 0: free */
    const char *name;
    struct role *roles;
    size_t role_count;
};

enum { SPELLING_MAX = 32 };

struct spelling {
    struct str spelling, standard;
};

/* From the shortest to the longest. */
struct spellings {
    struct spelling *items;
    size_t count;
    size_t shorter[SPELLING_MAX + 2]; /* how many are shorter than this */
};

enum { ASCII = 0x80, FIRST_BYTES = ASCII + 1 /* all that is not ASCII is one */ };
enum { LITERAL_MIN = 3, LITERAL_BUCKETS = 256, START_BITS = 12 };

struct literal {
    struct str text; /* lower case */
    uint16_t number; /* in struct marks */
    uint16_t next;   /* 1 + index of the next in its bucket; 0: none */
};

struct literal_set {
    struct literal literals[MARKS_MAX];
    size_t count;
    uint16_t buckets[LITERAL_BUCKETS]; /* 1 + index */
    uint8_t starts[1 << START_BITS];   /* which starts (patterns.c) some literal has */
};

struct column_format;

struct vocabulary {
    struct arena arena; /* names, spellings, pattern texts */
    struct key_slot *slots;
    uint32_t *hashes; /* of the slots; 0: free */
    size_t slot_count, used, longest_key;
    struct spellings levels, syslog_levels, outcomes;
    struct str *nobody;
    size_t nobody_count;
    struct patterns lists[PATTERN_LISTS];
    struct held helds[HELD_MAX];
    size_t held_count;
    struct marks formats[FIRST_BYTES]; /* by the first byte of a text that they may match */
    struct marks asked_gates[PATTERN_LISTS], open_gates;
    struct pattern *gated[MARKS_MAX]; /* by gate */
    size_t gate_limit;                /* behind the last of them */
    struct literal_set literals, format_literals;
    uint32_t asked, facts, shaped;
    bool timed;
    struct column_format *column_formats;
    size_t column_format_count;
};

/* "ms", "s" ...; false: there is no such unit. */
bool unit_named(struct str name, enum unit *unit);
/* Compiles the formats of the document. False and a fault: PCRE2 refuses one. */
bool load_patterns(struct vocabulary *v, const struct json_node *formats, const struct json_node *census,
                   struct fault *fault);
void free_patterns(struct vocabulary *v);

#endif
