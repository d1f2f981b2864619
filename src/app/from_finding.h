/* A false positive as a negative test: what `test --from-finding` does. */
#ifndef FROM_FINDING_H
#define FROM_FINDING_H

#include "job.h"
#include "rule_tools.h"

/* `spec`: RESULT:ID, a stored result (JSON or NDJSON) and the finding_id of one of its findings. Prints a
 * test that expects nothing on the record, as far as the finding holds it, and says where it belongs and
 * whether the rule still fires on it. With `write`, a rule file, puts it into the rule's `tests` there. The
 * job's rules are loaded. */
enum exit_code from_finding(struct job *job, struct rule_tools *tools, const char *spec, const char *write);

#endif
