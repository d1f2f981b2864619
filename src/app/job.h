/* A job: what flags or an event ask for, made ready for the audit.
 *
 *   job.c        flags, what tells one job from another, interrupts
 *   job_rules.c  where its rules are, and loading them */
#ifndef JOB_H
#define JOB_H

#include "audit.h"
#include "cli.h"
#include "clock.h"
#include "home.h"
#include "mirror.h"
#include "place.h"
#include "redact_key.h"
#include "shelf.h"

struct job {
    struct home home;
    struct places places;
    struct audit_options options;
    struct mirror *mirror; /* copies of what --rules and the like have in S3 */
    bool shares_mirror;    /* it is not the job's own */
    struct shelf *shelf;   /* owns the rulesets and tables; NULL: the job does */
    char **rules, **also, **formats, **only, **skip, **streams;
    size_t rules_count, also_count, formats_count, only_count, skip_count, stream_count;
    bool default_range;           /* of log groups: nothing says which */
    const char *overrides;        /* this file, and not --overrides; NULL: that one */
    const char *format;           /* --input-format: a format's name or file; NULL: none of them */
    struct tables *tables;        /* --data, when they are the job's own; NULL: none */
    struct finding_set *baseline; /* --baseline, --write-baseline; NULL: neither */
    struct redact_key redact_key;
    struct buf conditions;       /* JSON of the custom conditions; empty: none */
    const char *conditions_from; /* their file; NULL: an event has them */
    int64_t started;             /* microseconds since 1970 */
    int64_t time;                /* the same; of an event: its own time, which its relative times refer to */
};

/* Reads the flags; no rules are loaded yet. */
bool job_init(struct job *job, const struct cli *cli, struct fault *fault);
/* The same for one of several jobs that use the same copies, which outlive them; NULL: the job has its own.
 */
bool job_init_with(struct job *job, const struct cli *cli, struct mirror *mirror, struct fault *fault);
void job_free(struct job *job);

/* Reads a file of custom conditions; they are checked when they are loaded. */
bool job_read_conditions(struct job *job, const char *path, struct fault *fault);

/* Loads the rules and, when there are any, the conditions. For the verbs whose arguments are rule paths these
 * stand for --rules. */
bool job_load_rules(struct job *job, const struct cli *cli, struct fault *fault);

/* Of --rules given several times, only the one with this index counts. Before job_load_rules. */
void job_choose_rules(struct job *job, size_t index);

/* Writes what the run found to --write-baseline, when it was given. */
bool job_write_baseline(struct job *job, const struct cli *cli, struct fault *fault);

/* The files and folders of rules and of formats, *count of them, and of what else makes up the rules
 * (overrides, data, conditions); the list is to be freed. What is in S3 is named by its copy. */
const char **job_paths(const struct job *job, const struct cli *cli, size_t *count);

/* Logs each rule file that could not be used and returns how many. */
size_t job_report_failed_files(const struct job *job);
/* Says on standard error which exceptions of the overrides have ended and, when verbose, which correlations
 * are off. */
void job_warn_expired(const struct job *job);

/* Whether the rule file with this path could not be used. */
bool job_file_failed(const struct job *job, const char *path);

/* Audits what place_open gave for the uri; NULL: it could not be read, or is not to be, as the fault says. */
void job_audit(struct audit *audit, const char *uri, struct source *source, const struct fault *fault);

/* What is read of log groups: from `from` or `to` to the other; the last hour where there is neither, ending
 * at `end`. Job and streams are set before. */
struct job_range {
    bool has_from, has_to;
    int64_t from, to, end; /* microseconds since 1970 */
};
void job_read_logs(struct job *job, const struct job_range *range);

/* Whether the range of log groups is the default one; `text` says so then. */
enum { JOB_RANGE_TEXT = 128 };
bool job_default_range(const struct job *job, char text[JOB_RANGE_TEXT]);
/* Says it in the result. */
void job_note_range(const struct job *job, struct tally *t);

/* Adds the rules and every option that changes findings: the part of an audit_id that is not the source. */
void job_hash(const struct job *job, struct hash_state *h);

/* A severity by name; the fault names the flag or field. */
bool job_severity(const char *name, const char *what, enum severity *out, struct fault *fault);
/* A time as flags and events have it: ISO 8601, epoch, or "-15m" before `now`. */
bool job_time(const char *text, const char *what, const struct time_rules *rules, int64_t now, int64_t *out,
              struct fault *fault);

/* Set by the first SIGINT or SIGTERM: the audit ends after the batch at hand. */
void job_catch_interrupts(struct job *job);
bool job_interrupted(void);

#endif
