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

/* Which of the literals that patterns need occur in a text: of all patterns, or of those that the census
 * tries. */
enum { LITERALS_MAX = 256 };
struct literals {
    uint64_t bits[LITERALS_MAX / 64];
};
void vocabulary_literals(const struct vocabulary *v, struct str text, bool users, struct literals *found);

/* Named groups that mean something, and the highest number one may have. */
enum { PATTERN_GROUPS_MAX = 16, PATTERN_SPANS_MAX = 32 };

struct pattern_group {
    size_t number;
    struct role role;
};

struct pattern {
    struct literals need; /* one of these must occur ... */
    bool needs;           /* ... if there are any */
    bool gives_user, gives_time;
    bool own; /* from a file of the user */
    size_t group_count, span_count;
    _Atomic(struct regex *) regex; /* NULL until pattern_regex */
    struct pattern_group groups[PATTERN_GROUPS_MAX];
    const char *name, *list, *file; /* for messages */
    struct str pcre, sample;
    char *expect; /* a JSON object: what the sample must give */
};

/* In the order of the table. `users`: only those that give user_id. */
struct patterns {
    struct pattern **items;
    size_t count;
    bool ungated; /* some need no literal */
};
struct patterns vocabulary_patterns(const struct vocabulary *v, enum vocabulary_list list, bool users);

/* Whether a format names users or times: then the census reads formats too. */
bool vocabulary_census_formats(const struct vocabulary *v);

/* "FILE: LIST: 'NAME': WHAT"; false. */
bool pattern_fault(const struct pattern *p, struct fault *fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether the text that has these literals may match; the pattern, any of the list. */
bool patterns_possible(struct patterns list, const struct literals *found);
bool pattern_possible(const struct pattern *p, const struct literals *found);

/* The compiled form, made on the first call; safe on any thread. NULL and a fault when PCRE2 refuses it. */
const struct regex *pattern_regex(struct pattern *p, struct fault *fault);

#endif
