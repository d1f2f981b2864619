/* scan --follow: files that are still written, and rules that are still edited. */
#ifndef FOLLOW_H
#define FOLLOW_H

#include "job.h"

/* Sets of rules that edits brought. */
struct edition;

struct following {
    struct audit *audit;
    struct job *job; /* its options are the audit's */
    const struct cli *cli;
    const char *const *uris; /* files, and "-" */
    size_t uri_count;
};

/* Until a signal comes, or standard input was the only source and is over. Findings of new lines are emitted
 * within a second; so is an edit of rules, overrides, formats, tables or conditions in use, all or nothing.
 * What is returned must live as long as the audit. */
struct edition *follow_run(struct following *f);
void follow_free(struct edition *newest);

#endif
