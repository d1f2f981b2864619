/* Writing what an audit found, in the format that was asked for, to a sink. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "formatter.h"
#include "result.h"
#include "sink.h"
#include "spool.h"

/* Those from OUTPUT_CSV on are written in Lua (formatter.h). */
enum output_format {
    OUTPUT_TEXT,
    OUTPUT_JSON,
    OUTPUT_NDJSON,
    OUTPUT_CSV,
    OUTPUT_MD,
    OUTPUT_HTML,
    OUTPUT_SARIF,
    OUTPUT_OCSF,
};

/* By format; NULL behind the last. */
extern const char *const OUTPUT_FORMATS[];

/* A result without its findings, which holds bounded lists only: this is far above what they come to. */
enum { MAX_CLOSING = 256 << 20 };

/* Findings as JSON, kept in order until the result is written. */
struct kept_findings {
    struct spool *spool;
    struct buf line;
    uint64_t count[SEVERITY_COUNT], bytes[SEVERITY_COUNT];
    bool failed;
    struct fault fault;
};

/* Embedded; nothing is kept at first. */
void kept_init(struct kept_findings *k);
void kept_fini(struct kept_findings *k);
/* For audit_new. */
void kept_add(void *kept, const struct finding *f);

/* One that is JSON already. */
bool kept_add_stored(struct kept_findings *k, struct str json, enum severity severity, struct fault *fault);

/* What may be written: the least severe findings go first when it is not all. */
struct output_limit {
    uint64_t findings; /* UINT64_MAX: no limit */
    uint64_t bytes;    /* of the whole result as JSON; UINT64_MAX: no limit */
};
#define NO_LIMIT ((struct output_limit){ UINT64_MAX, UINT64_MAX })

/* The whole result as one JSON object and a line end. */
bool output_json(struct sink *sink, struct tally *t, struct result_info *info, struct kept_findings *kept,
                 struct output_limit limit, struct fault *fault);

/* One finding per line, then the closing line. */
bool output_ndjson(struct sink *sink, struct tally *t, struct result_info *info, struct kept_findings *kept,
                   struct output_limit limit, struct fault *fault);

/* In a format that is written in Lua. `closing`: the result without its findings, as JSON. */
bool output_formatted(struct sink *sink, struct formatter *formatter, struct str closing,
                      struct kept_findings *kept, struct output_limit limit, struct fault *fault);

/* The result without its findings; `out` is initialised here. */
void output_closing(struct tally *t, struct result_info *info, struct buf *out);

/* What the stored findings say beside their own keys. */
struct finding_context {
    const char *audit_id, *account_id, *region; /* NULL: "" */
};

/* Every finding, one per line, flat and of one JSON type per key, so that a table over the lines needs no
 * nested types: `match` becomes match_field, match_start ..., lists and `fields` become JSON text. */
bool output_flat(struct sink *sink, struct kept_findings *kept, const struct finding_context *context,
                 struct fault *fault);

/* One finding for a person, appended. */
void output_finding(const struct finding *f, bool color, struct buf *out);

/* The result without its findings, for a person at a terminal. */
bool output_text(struct sink *sink, struct str closing, bool color, bool all, struct fault *fault);

#endif
