/* Reading stored results (docs/result.md): what `-o FILE` and `invoke` wrote, as JSON or as ndjson. Read
 * once, from front to back, and given out piece by piece: a result may be larger than memory. */
#ifndef RESULT_READ_H
#define RESULT_READ_H

#include "hash.h"
#include "json.h"
#include "severity.h"
#include "source.h"

enum result_part {
    RESULT_FINDING, /* one of `findings`; no key */
    RESULT_MEMBER,  /* a member of the result but `findings` and `state` */
    RESULT_STATE,   /* a member of `state`; of a list there each element, of an empty one nothing */
};

/* Takes a piece; key and value are checked JSON and valid during the call. False: the reading ends with the
 * fault that was set. */
typedef bool result_take(void *context, enum result_part part, struct str key, struct json value,
                         struct fault *fault);

/* Reads the source to its end, and does not close it. True only when it is one whole result of schema 1; what
 * was taken before is worth nothing otherwise. The fault (FAULT_INPUT) names the source, and what was
 * expected. Findings come before all else. */
bool result_read(struct source *s, result_take *take, void *context, struct fault *fault);

/* What a finding says about itself, of what others ask. Views of the finding's JSON or of `arena`. */
struct stored_finding {
    struct hash id, fingerprint;
    struct str rule_id, type, title, message, source, user_id, request_id, service, ip, match_text;
    enum severity severity;
    uint64_t line, offset;
    bool has_time, experimental, correlated, condition;
    int64_t time;        /* microseconds since 1970 */
    struct json context; /* { before, after }; JSON_NONE: it has none */
};

/* False: a key that every finding has is missing or of another type; the fault names it. */
bool stored_finding_read(struct stored_finding *f, struct json value, struct arena *arena,
                         struct fault *fault);

#endif
