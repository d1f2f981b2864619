/* The Lambda handler: event text in, answer text out. What `invoke` runs locally and the runtime loop in AWS.
 */
#ifndef HANDLER_H
#define HANDLER_H

#include "request.h"
#include "totals.h"

/* Writes the answer to `answer`, and what the audits came to into `totals`. False: the invocation failed, see
 * the fault; nothing was written then. *code is the exit code of `invoke` otherwise. */
bool handler_run(const struct request_context *context, struct str event, const char *name,
                 struct sink *answer, struct totals *totals, enum exit_code *code, struct fault *fault);

/* {"errorType", "errorMessage"} of an invocation that failed. */
void handler_put_error(struct buf *out, const struct fault *fault);
const char *handler_error_type(const struct fault *fault);

#endif
