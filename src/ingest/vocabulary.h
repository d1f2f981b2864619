/* What logs call things: the compiled form of lua/logaudit/fields.lua and formats.lua.
 *
 * The JSON document it is loaded from is those two tables as they are, under "fields" and "formats", with
 * each format's `pattern` replaced by its PCRE2 form under "pcre" and its named groups, { name, index },
 * under "groups". Immutable after loading and shared by all threads; a pattern's regex is compiled when the
 * first record needs it. */
#ifndef VOCABULARY_H
#define VOCABULARY_H

#include "fields.h"
#include "json_doc.h"
#include "regex.h"

struct vocabulary;

/* NULL and a fault that names the table and the entry when the document is not of that shape. Keeps nothing
 * of the document. Samples are checked by parse_check_samples (parse.h). */
struct vocabulary *vocabulary_load(const struct json_node *document, struct fault *fault);
void vocabulary_free(struct vocabulary *v);

/* ---------------------------------------------------------------- keys */

enum unit {
    UNIT_NS,
    UNIT_US,
    UNIT_MS,
    UNIT_S,
    UNIT_MIN,
    UNIT_H,
    UNIT_TEXT, /* the value says so itself, else it follows from its size */
    UNIT_GO,   /* an integer of nanoseconds, as Go prints its durations */
};

/* What the value under a key, or the text of a named group, is. */
enum role_kind {
    ROLE_FIELD,        /* the normalised field `field` */
    ROLE_DURATION,     /* duration_ms, in `unit` */
    ROLE_SYSLOG_LEVEL, /* level, as syslog's number */
    ROLE_TIME,         /* the record's time */
    ROLE_TEXT,         /* a text that rules search */
    ROLE_CONTAINER,    /* an object, or a list of them, that holds one of these */
    ROLE_MESSAGE,      /* named groups only: what is left for the program's own format */
};

struct role {
    enum role_kind kind;
    enum field field;
    enum unit unit;
    uint16_t rank;     /* among the keys of the same field: lower is better */
    bool own;          /* the key is called like the field: a test of the field may mean the key itself */
    const char *exact; /* the only spelling this holds for; NULL: any */
};

/* A key as it is compared: ASCII letters in lower case, digits and dots; everything else dropped, so that
 * user_id, userId, User-ID and user.id (as one key) are found, each by what it is called. */
enum { KEY_MAX = 96 };
struct key {
    size_t len;    /* KEY_MAX + 1: too long to be a known one */
    uint32_t hash; /* of the name, kept as it grows */
    char name[KEY_MAX];
};

/* Appends the folded form of `name`. */
void key_add(struct key *key, struct str name);

/* The roles of a key, in no order; *count is 0 for a key that means nothing. */
const struct role *vocabulary_roles(const struct vocabulary *v, const struct key *key, size_t *count);

/* The standard spelling of a level or an outcome; `text` itself when the table does not know it. */
struct str vocabulary_spelling(const struct vocabulary *v, enum field f, struct str text);
/* The level for syslog's severity number, or nothing. */
struct str vocabulary_syslog_level(const struct vocabulary *v, struct str number);

/* Whether the name stands for no user ("unknown"). */
bool vocabulary_nobody(const struct vocabulary *v, struct str user);

/* ---------------------------------------------------------------- patterns */

enum vocabulary_list {
    PATTERN_FORMAT, /* the shape of a whole line: the first that matches */
    PATTERN_EVENT,  /* a sentence that a known program writes, which wins over key=value pairs */
    PATTERN_EXTRA,  /* fills what is still missing */
    PATTERN_LISTS
};

/* A set of small numbers. */
enum { MARKS_MAX = 512 };
struct marks {
    uint64_t bits[MARKS_MAX / 64];
};

static inline void marks_add(struct marks *set, size_t number) {
    set->bits[number / 64] |= (uint64_t)1 << (number % 64);
}

static inline void marks_remove(struct marks *set, size_t number) {
    set->bits[number / 64] &= ~((uint64_t)1 << (number % 64));
}

/* The next of them from `number` on that is in both sets, all of whose numbers are below `limit`; `limit`:
 * none.
 */
static inline size_t marks_next(const struct marks *a, const struct marks *b, size_t number, size_t limit) {
    uint64_t skipped = UINT64_MAX << (number % 64);
    for (size_t i = number / 64; i * 64 < limit; i++, skipped = UINT64_MAX) {
        uint64_t left = a->bits[i] & b->bits[i] & skipped;
        if (left)
            return i * 64 + (size_t)__builtin_ctzll(left);
    }
    return limit;
}

/* Whether the sets share one; all of the first one's lie between `least` and `greatest`. */
static inline bool marks_meet(const struct marks *a, const struct marks *b, size_t least, size_t greatest) {
    uint64_t shared = 0;
    for (size_t i = least / 64; i <= greatest / 64; i++)
        shared |= a->bits[i] & b->bits[i];
    return shared;
}

static inline bool marks_have(const struct marks *set, size_t number) {
    return set->bits[number / 64] >> (number % 64) & 1;
}

/* Which of the literals that patterns need occur in a text: of all patterns, or of the formats only. */
void vocabulary_literals(const struct vocabulary *v, struct str text, bool formats, struct marks *found);

/* The lists of them that may be told apart (in looked_at of parse_text.c, by a bit each). */
enum { HELD_MAX = 64 };
/* Short literals, in the form of patterns.c. Patterns with the same ones share them. */
struct held_literal {
    struct str text;
    size_t anchor; /* where the byte stands at which it is looked for */
};
struct held {
    struct held_literal *literals;
    size_t count, number; /* of the list, from 0 */
    char anchors[8];      /* the bytes at which they are looked for, each once; '\0' ends */
};

/* Whether one of them occurs. */
bool text_holds(struct str text, const struct held *held);

/* Named groups that mean something, and the highest number one may have. */
enum { PATTERN_GROUPS_MAX = 16, PATTERN_SPANS_MAX = 32 };

struct pattern_group {
    size_t number;
    struct role role;
};

enum { HEAD_STARTS_BITS = 10, HEAD_STARTS = 1 << HEAD_STARTS_BITS };
struct pattern {
    struct marks need; /* one of these must occur ... */
    bool needs;        /* ... if there are any */
    size_t least_need, greatest_need;
    uint64_t first[2];             /* the bytes it may begin with, if they are ASCII: others always may */
    const struct held *holds;      /* one of these must occur too; NULL: it needs none */
    struct str *ends;              /* one of these must stand before the closing characters at its end ... */
    size_t ends_count;             /* ... if there are any */
    struct str *heads;             /* with one of these a match begins, without case and in ASCII ... */
    size_t head_count;             /* ... if there are any */
    bool head_starts[HEAD_STARTS]; /* their first two bytes, hashed */
    uint32_t gives;                /* fields */
    size_t need_gate;              /* a gate that is shut where nothing stands that it needs, or NO_GATE */
    bool own;                      /* from a file of the user */
    bool decides;                  /* the start of a text may decide about it (known_starts.h) */
    size_t rest;                   /* the group that is the rest of the line, empty in the pattern; 0: none */
    size_t group_count, span_count;
    _Atomic(struct regex *) regex; /* NULL until pattern_regex */
    struct pattern_group groups[PATTERN_GROUPS_MAX];
    const char *name, *list, *file; /* for messages */
    struct str pcre, sample;
    char *expect; /* a JSON object: what the sample must give */
};

/* In the order of the table. */
struct patterns {
    struct pattern **items;
    size_t count;
};
struct patterns vocabulary_patterns(const struct vocabulary *v, enum vocabulary_list list);
/* The numbers of the formats that a text which begins with this byte may match. */
const struct marks *vocabulary_formats(const struct vocabulary *v, char first);

/* "FILE: LIST: 'NAME': WHAT"; false. */
bool pattern_fault(const struct pattern *p, struct fault *fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether a text that begins with this byte of ASCII may match. */
static inline bool pattern_begins(const struct pattern *p, char first) {
    return p->first[first / 64] >> (first % 64) & 1;
}

/* Whether the text may match, by its first byte and `ends`. */
bool pattern_fits(const struct pattern *p, struct str text);
/* The first place at or behind `at` where one of the heads stands; text.len: none. */
size_t pattern_next_head(const struct pattern *p, struct str text, size_t at);
/* Whether the text that has these literals may match. */
bool pattern_possible(const struct pattern *p, const struct marks *found);

/* ---------------------------------------------------------------- the census (lua/logaudit/census.lua) */

/* What is asked of every record, and what of those that name a user. */
uint32_t vocabulary_asked(const struct vocabulary *v);
uint32_t vocabulary_facts(const struct vocabulary *v);
/* Of the facts, what a shape is tried for whatever its gate says. */
uint32_t vocabulary_shaped(const struct vocabulary *v);

/* Whether a format gives the time: then formats are tried on every record. */
bool vocabulary_timed(const struct vocabulary *v);

/* A gate is a number that the candidate scan finds in every record in which a pattern may give an asked
 * value. Those of the patterns of a list, in the list's order, and the pattern of a gate. */
enum { NO_GATE = MARKS_MAX };
const struct marks *vocabulary_asked_gates(const struct vocabulary *v, enum vocabulary_list list);
/* Behind the number of the last gate that is asked for. */
size_t vocabulary_gate_limit(const struct vocabulary *v);
struct pattern *vocabulary_gated(const struct vocabulary *v, size_t gate);
/* The gates that stand open in every record. */
const struct marks *vocabulary_open_gates(const struct vocabulary *v);
/* All gates stand open. Before the vocabulary is shared. */
void vocabulary_remove_gates(struct vocabulary *v);

/* The compiled form, made on the first call; safe on any thread. NULL and a fault when PCRE2 refuses it. */
const struct regex *pattern_regex(struct pattern *p, struct fault *fault);

#endif
