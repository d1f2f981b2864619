/* What one audit is to do: the job as app/ makes it from flags or an event. */
#ifndef AUDIT_OPTIONS_H
#define AUDIT_OPTIONS_H

#include "finding_set.h"
#include "frame.h"
#include "ruleset.h"
#include "tables.h"
#include "timestamp.h"

#include <signal.h>

enum redact_level { REDACT_OFF, REDACT_SECRETS, REDACT_PII };

/* Names a secret without telling it: the same secret has the same token, whoever has not the key cannot find
 * out which. `make` writes TOKEN_LEN characters and a NUL, and may be called by many threads at once. */
enum { TOKEN_LEN = 12 };
struct tokens {
    void (*make)(const void *context, struct str secret, char out[TOKEN_LEN + 1]);
    const void *context;
};

struct explain;

/* The packs' rules, and those of the conditions when there are any. */
enum { MAX_RULESETS = 2 };

struct audit_options {
    struct ruleset *rulesets[MAX_RULESETS]; /* the first gives vocabulary and redaction */
    size_t ruleset_count;
    const char *const *only; /* rule ids or globs; none: all */
    size_t only_count;
    const char *const *skip;
    size_t skip_count;
    enum severity min_severity; /* findings below it are counted as filtered */
    bool has_from, has_to;
    int64_t from, to; /* microseconds; records outside [from, to) are skipped, those without time are not */
    const struct tables *tables;  /* what rules look up (--data); NULL: none */
    bool correlate_later;         /* no findings of correlations: merging makes them of the states */
    struct finding_set *baseline; /* findings of the old side are not reported; NULL: none */
    int64_t now;                  /* microseconds since 1970: exceptions that ended before are none */
    struct time_rules time;
    enum redact_level redact;
    struct tokens tokens; /* of what is redacted; without `make` secrets have none */
    bool profile;         /* measure what each rule costs */
    unsigned context;     /* records to show before and after a finding, at most MAX_CONTEXT */
    enum frame_mode mode;
    bool no_columns;  /* lines of text are not looked at for the names of columns (ingest/columns.h) */
    unsigned threads; /* 1: everything in the caller's thread */
    struct explain
        *explain; /* told about records and their rules (explain.h); NULL: nobody is. threads is 1 */
    _Atomic uint64_t *bytes_read;      /* NULL, or counts what sources gave, for another thread to look at */
    const volatile sig_atomic_t *stop; /* not 0: end after the batch at hand; NULL: never */
    int64_t *deadline; /* NULL, or microseconds since 1970, after which the same happens; the audit moves it
                        * forward by what it will take to store what it has found */
};

#endif
