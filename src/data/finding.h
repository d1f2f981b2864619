/* A finding: one rule fired on one record. */
#ifndef FINDING_H
#define FINDING_H

#include "fields.h"
#include "hash.h"
#include "json.h"
#include "rule.h"

/* A message is cut here, on a character. */
enum { MAX_MESSAGE_BYTES = 2048 };
/* A finding as JSON. */
enum { MAX_FINDING = 16 << 20 };

struct capture {
    struct str name;
    struct str text;
    bool literal; /* `text` is finished JSON (a number or a boolean that a rule returned) */
};

/* What a finding of a correlation says of its matches. */
struct correlated {
    double count;
    int64_t first, last;       /* microseconds */
    struct str evidence_json;  /* a finished JSON array */
    uint64_t evidence_omitted; /* how many are not in it */
};

/* All views live in the arena of the batch the finding belongs to. What came from the log is redacted. */
struct finding {
    const struct rule *rule;
    enum severity severity;
    struct str type, title, description;

    struct str source; /* its uri */
    struct str version;
    struct str log_stream, event_id; /* empty: none */
    uint64_t event_start;            /* its offset */
    uint64_t line, offset;
    struct str message;
    struct fields fields;

    bool matched; /* the rule has patterns: */
    struct str match_field, match_pattern, match_text;
    size_t match_start, match_end; /* bytes in the unredacted text */

    struct capture *captures; /* the key `fields`: named groups and what the rule added */
    size_t capture_count;

    const struct str *before, *after; /* --context: the records around its own, in their order */
    size_t before_count, after_count;
    const struct correlated *correlated; /* NULL: a finding of one record */

    struct hash id, fingerprint;
};

/* What a name means that neither a field nor a capture of the finding has; ptr NULL: nothing. */
struct title_names {
    struct str (*value)(void *context, struct str name);
    void *context;
};

/* A title such as "Login of {user_id}" with the finding's values. A name without one is left out together
 * with a preposition in front of it ("Login"), else it is "?". `names`: NULL: there are no others. */
struct str finding_title(const struct finding *f, struct str title, const struct title_names *names,
                         struct arena *arena);

/* Fills id and fingerprint from the rest. `scratch` is reset. */
void finding_identify(struct finding *f, struct hash_state *scratch, struct arena *arena);

/* The finding as one JSON object. */
void finding_put(struct json_writer *w, const struct finding *f);

/* The object `context` with the records around the finding; nothing without any. */
void finding_put_context(struct json_writer *w, const struct finding *f);

/* The message with what varies between two of its kind masked: numbers, ids, quoted text, addresses. */
struct str finding_template(struct str message, struct arena *arena);

#endif
