/* The audit: sources in, findings and their tally out. Pulls; nothing calls back upward but `emit`.
 *
 *   source --bytes--> inflate --> frame --batch--> detect (threads) --findings--> tally --> emit */
#ifndef AUDIT_H
#define AUDIT_H

#include "source.h"
#include "tally.h"

struct audit;

/* The options and everything they point to must outlive the audit. `emit` gets each finding in the order of
 * source, offset and rule id, in the caller's thread; the finding is valid during the call. NULL:
 * nobody asks for them. */
struct audit *audit_new(const struct audit_options *options,
                        void (*emit)(void *context, const struct finding *f), void *context,
                        struct fault *fault);
void audit_free(struct audit *a);

/* Reads a source to its end and closes it. What could not be read is in the tally, with all that came before:
 * one bad source does not stop the others. */
void audit_source(struct audit *a, struct source *source);

/* A place between two batches of a source: where reading ended in time, and where it goes on. */
struct audit_mark {
    uint64_t offset, lines; /* in front of it; bytes are decompressed ones */
    bool has_time;
    int64_t time;            /* of the last record in front of it that has one: microseconds since 1970 */
    bool alone;              /* what follows means the same without what is in front, but for these bytes: */
    uint64_t head, head_len; /* the line that names the columns */
};

/* What must be read of the source from there on; all of it, unless the place is alone. */
struct source_rest audit_mark_rest(const struct audit_mark *mark);

/* The same from this place on (zeroed: the start). A source opened with audit_mark_rest begins there. Of any
 * other everything in front of it is framed once more, since what a line means may depend on it, and nothing
 * is judged; the bytes must be the same as then. False: it is a result of logaudit, which is not audited, and
 * a diagnostic says so. */
bool audit_source_from(struct audit *a, struct source *source, const struct audit_mark *from);

/* Whether reading has to end now, so that all that was found is stored in time. */
bool audit_late(struct audit *a);

/* Whether the deadline ended the last source, and where it is to be taken up. */
bool audit_stopped(const struct audit *a, struct audit_mark *mark);

/* A source that was not begun because the time was over. */
void audit_postponed_source(struct audit *a, const char *uri);

/* A source that is still written (--follow): its read gives nothing when it has nothing now. */
struct audit_stream;
struct audit_stream *audit_follow(struct audit *a, struct source *source);
/* Takes what the source has now; its findings are emitted before this returns. A record at the end that may
 * still grow is held back; `settle`: it is taken as it is. False: the source failed, end it. */
bool audit_follow_read(struct audit_stream *s, bool settle);
/* Bytes of the source that are in records, or between them: what else it gave is held back. */
uint64_t audit_follow_done(const struct audit_stream *s);
/* Takes what is left as the end, and closes the source. `fault`: why it ends here; NULL: it is whole. */
void audit_follow_end(struct audit_stream *s, const struct fault *fault);

/* Emits the findings of correlations that what was read by now comes to, each once: those of them that
 * `settled` or the time of later records makes final, as long as no record comes that is earlier than the
 * last ones. It costs as much as all matches that were kept so far. */
void audit_correlate_now(struct audit *a, bool settled);
/* Another number when there is something new to correlate; 0: nothing yet. */
uint64_t audit_correlatable(const struct audit *a);

/* Other rules (and options) for all records that are read from now on, between two reads; all the rules
 * before stay the caller's to keep until audit_free. False: they are not used, because of --only or --skip.
 */
bool audit_change_rules(struct audit *a, const struct audit_options *options, struct fault *fault);

/* A source that could not even be opened. */
void audit_missing_source(struct audit *a, const char *uri, const struct fault *fault);

/* A source that is not to be audited: a diagnostic says so. */
void audit_skipped_source(struct audit *a, const char *uri, const struct fault *reason);

/* A source that is named again: it is read once, and a diagnostic says so. */
void audit_repeated_source(struct audit *a, const char *uri);

/* With options->profile, after audit_finish: what the rules in use cost. */
const struct rule_costs *audit_costs(const struct audit *a);

/* Ends the work of all threads and emits the findings of correlations. The tally is complete after this.
 * Once. */
struct tally *audit_finish(struct audit *a);

/* What the correlations counted (correlator.h): for the state of a result, and for `test`. */
struct correlator *audit_correlator(struct audit *a);

#endif
