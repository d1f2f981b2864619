/* Exceptions of the overrides for findings that no record made: those of correlations. Findings of records
 * are asked about where they are made (evaluate.c), before their secrets are taken out. */
#ifndef EXCEPTIONS_H
#define EXCEPTIONS_H

#include "finding.h"
#include "options.h"

/* The first exception of the finding's rule that holds for it, by its fields and what it carries; NULL: none.
 * A pattern that runs over its budget holds nothing back. */
const struct exception *exceptions_find(const struct audit_options *options, const struct finding *f);

/* Calls `take` for each exception that has ended, with a sentence that says so. */
void exceptions_each_expired(const struct audit_options *options,
                             void (*take)(void *context, const struct rule *r, const char *text),
                             void *context);

#endif
