/* The audit: sources in, findings and their tally out. Pulls; nothing calls back upward but `emit`.
 *
 *   source --bytes--> inflate --> frame --batch--> detect (threads) --findings--> tally --> emit */
#ifndef AUDIT_H
#define AUDIT_H

#include "source.h"
#include "tally.h"

struct audit;

/* The options and everything they point to must outlive the audit. `emit` gets each finding in the order of
 * the contract (source, offset, rule_id), in the caller's thread; the finding is valid during the call. */
struct audit *audit_new(const struct audit_options *options,
                        void (*emit)(void *context, const struct finding *f), void *context,
                        struct fault *fault);
void audit_free(struct audit *a);

/* Reads a source to its end and closes it. What could not be read is in the tally, with all that came before:
 * one bad source does not stop the others. */
void audit_source(struct audit *a, struct source *source);

/* A source that could not even be opened. */
void audit_missing_source(struct audit *a, const char *uri, const struct fault *fault);

/* Ends the work of all threads and emits the findings of correlations. The tally is complete after this.
 * Once. */
struct tally *audit_finish(struct audit *a);

/* What the correlations counted (correlator.h): for the state of a result, and for `test`. */
struct correlator *audit_correlator(struct audit *a);

#endif
