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

struct spellings {
    struct {
        struct str spelling, standard;
    } * items;
    size_t count;
};

/* Literals in the order of their first two letters' hash, so that one look decides for most places. */
enum { PAIR_BITS = 16, PAIR_BUCKETS = 256 };

struct literal {
    struct str text; /* lower case, at least two bytes */
    uint16_t number; /* its bit */
    uint16_t next;   /* 1 + index of the next in its bucket; 0: none */
};

struct vocabulary {
    struct arena arena; /* names, spellings, pattern texts */
    struct key_slot *slots;
    size_t slot_count, used, longest_key;
    struct spellings levels, syslog_levels, outcomes;
    struct patterns lists[PATTERN_LISTS];
    struct literal literals[LITERALS_MAX];
    size_t literal_count;
    uint16_t buckets[PAIR_BUCKETS];        /* 1 + index */
    uint64_t pairs[(1 << PAIR_BITS) / 64]; /* which pairs of bytes start a literal */
};

bool unit_named(struct str name, enum unit *unit);
bool load_patterns(struct vocabulary *v, const struct json_node *formats, struct fault *fault);
void free_patterns(struct vocabulary *v);

#endif
