/* A ruleset: rules, patterns, the candidate set, the vocabulary. Immutable once made, shared by all threads
 * (a pattern's regex is compiled when the first record needs it, and Lua states are kept, which no one can
 * see).
 *
 * It is compiled by the Lua library and kept in a cache, whole, keyed by the contents of every file it came
 * from, the version of logaudit and of Vectorscan, and the CPU. Made fresh or read from the cache, it goes
 * through the same document. */
#ifndef RULESET_H
#define RULESET_H

#include "cache.h"
#include "gates.h"
#include "match_runner.h"
#include "pattern_set.h"
#include "regex.h"
#include "rule.h"
#include "rule_files.h"
#include "vocabulary.h"

#include <stdatomic.h>

struct named_group {
    struct str name;
    size_t number;
};

struct rule_pattern {
    struct str source;          /* as the rule has it */
    struct str pcre;            /* translated */
    struct named_group *groups; /* in their order */
    size_t group_count;
    size_t span_count;  /* to ask for: group 0 and up to the last named one */
    bool gated;         /* it matches only where one of its gates is open */
    uint32_t *triggers; /* rules that may fire then */
    size_t trigger_count;
    _Atomic(struct regex *) regex;
};

struct secret_pattern {
    const char *kind;
    bool pii;
    bool luhn; /* looked for by the bytes that they are made of (redact.h) */
    uint32_t pattern;
    uint32_t need; /* a pattern that every text with such a secret has, asked first; itself: none. It has the
                      gate */
    uint32_t each; /* of the part that `pattern` gives: each secret in it; itself: the part is one */
};

struct failed_file {
    const char *file;
    int64_t line;
    const char *reason;
    const char *rule_id, *key; /* "": not known */
    int64_t position;          /* in a pattern, characters; -1: none */
};

/* A correlation that cannot fire, because the overrides disable what it is on. */
struct switched_off {
    const char *rule_id, *reason;
    uint32_t file; /* index into the ruleset's files */
};

/* A correlation that takes the matches of a rule: the rule that has it, and which of its `on` they are. */
struct taker {
    uint32_t correlation, on;
};

struct takers {
    struct taker *items;
    size_t count;
};

struct ruleset {
    struct json_doc *document;
    struct cached stored; /* what it was loaded from, when it came from the cache */
    struct rule *rules;   /* by id */
    size_t rule_count;
    struct rule_pattern *patterns;
    size_t pattern_count;
    uint32_t *every; /* rules that must see every record */
    size_t every_count;
    uint32_t *by_fields; /* rules that must see the records whose census their `where` may hold for */
    size_t by_fields_count;
    struct takers *record_takers, *firing_takers; /* by rule: of its matches, of its correlation's findings */
    uint32_t *ratios;                             /* rules whose correlation counts all records */
    size_t ratio_count;
    struct pattern_set *set; /* of the expressions of all gates */
    struct gates gates;
    struct vocabulary *vocabulary;
    struct secret_pattern *secrets;
    size_t secret_count;
    struct failed_file *failed;
    size_t failed_count;
    struct switched_off *switched_off;
    size_t switched_off_count;
    struct rule_files files, formats; /* of rules; of the user's text formats */
    struct rule_files overrides;      /* one or none */
    struct rule_files support;        /* of rules that correlations of `files` may be on */
    struct match_pool *matchers;      /* their match functions */
    char digest[HASH_HEX + 1];
};

struct ruleset_options {
    const char *lua_folder;
    const char *const *rule_paths; /* files and folders */
    size_t rule_path_count;
    /* Where the rules are that correlations may be on and rule_paths have not: folders, and files, for what
     * stands beside them. */
    const char *const *support_paths;
    size_t support_path_count;
    const char *const *format_paths; /* files and folders of text formats, tried before the shipped ones */
    size_t format_path_count;
    const char *format;          /* the name of the one that is tried first; NULL: none */
    const struct tables *tables; /* those that rules may name; NULL: none */
    bool any_table;              /* rules may name tables that are not there */
    bool packed_overrides;       /* without that file those of a pack hold */
    const char *overrides;       /* the file of what a place says of the rules; NULL: none */
    struct str conditions;       /* the event's custom_conditions as JSON; empty: none */
    const char *shipped;         /* folder of compiled rulesets that came with the program; NULL: none */
    bool no_cache;               /* compile afresh, store nothing */
    bool no_prefilter;           /* every rule sees every record: the debug switch of the property test */
    /* What messages call files; NULL: as their paths are. */
    const struct path_names *names;
};

/* NULL and a fault: a path cannot be read (FAULT_RULE), a condition, a format or an override is wrong
 * (FAULT_USAGE), the library does not load. A rule file that cannot be used is in `failed` and is no fault.
 */
struct ruleset *ruleset_new(const struct ruleset_options *options, struct fault *fault);
void ruleset_free(struct ruleset *rs);

/* The compiled pattern; NULL when PCRE2 refuses it, which compiling the ruleset has ruled out. */
const struct regex *ruleset_regex(struct ruleset *rs, uint32_t pattern);

/* The file that a rule is in. */
const struct rule_file *ruleset_file(const struct ruleset *rs, const struct rule *rule);

/* How many rules there are but for those of the support. */
size_t ruleset_rule_count(const struct ruleset *rs);

/* The rule with this id; NULL when there is none. */
const struct rule *ruleset_find(const struct ruleset *rs, struct str id);

#endif
