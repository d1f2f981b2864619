/* The Lambda handler: event text in, answer text out. What `invoke` runs locally and the runtime loop in AWS.
 */
#ifndef HANDLER_H
#define HANDLER_H

#include "cli.h"
#include "sink.h"
#include "str.h"

/* Writes the answer to `answer`. False: the invocation failed, see the fault; nothing was written then. *code
 * is the exit code of `invoke` otherwise. */
bool handler_run(const struct cli *cli, struct str event, const char *name, struct sink *answer,
                 enum exit_code *code, struct fault *fault);

#endif
