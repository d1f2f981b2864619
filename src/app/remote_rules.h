/* Rules that lie in S3, and what belongs to them: used by way of copies (io/mirror.h), which a warm function
 * looks after between invocations. */
#ifndef REMOTE_RULES_H
#define REMOTE_RULES_H

#include "cli.h"
#include "mirror.h"
#include "shelf.h"

/* What is wanted of the objects below a prefix. */
enum remote_kind { REMOTE_RULES, REMOTE_TABLES };

/* Puts the path of the copy in the place of each of `count` paths that is an s3:// uri. NULL stays. `kind` is
 * that of the fault when one cannot be copied. */
bool remote_paths(struct mirror *m, enum remote_kind what, const char **paths, size_t count,
                  enum fault_kind kind, struct fault *fault);

/* Adds that to a fault which says that there is no such object. */
void remote_say_slash(const char *uri, struct fault *fault);

/* Names in a fault what was copied, not the copy. Returns false, so that a caller can return it. */
bool remote_name_fault(const struct mirror *m, struct fault *fault);

/* Whether it is time to ask S3 again: LOGAUDIT_RULES_CHECK seconds (default 60) after *looked, in
 * microseconds since 1970, which is set then. Never when nothing was copied. */
bool remote_is_due(const struct mirror *m, int64_t *looked);

/* mirror_look, for at most `limit` microseconds, and never for more than a few seconds. False: the log says
 * why. */
bool remote_look(struct mirror *m, int64_t limit, bool *changed);

/* Rules that are in use from invocation to invocation, and what is known of those in S3. */
struct remote_rules {
    const struct cli *cli;
    struct mirror *mirror;
    struct shelf *shelf;
    int64_t looked;     /* microseconds since 1970 */
    bool wrong, unsaid; /* what lies in S3 cannot be used, or not all of it; this was not counted yet */
    struct fault fault; /* ... why not */
};

/* Loads the rules for the first time. False and a fault: there are none to use. */
bool remote_rules_load(struct remote_rules *r, struct fault *fault);

/* Between two invocations: asks S3 whether the rules have changed, when it is time to, and takes what is new
 * as a whole, or nothing of it. `deadline`: of the invocation to come, microseconds since 1970; 0: none.
 * False: what lies in S3 is not what is in use; the log says why. */
bool remote_rules_check(struct remote_rules *r, int64_t deadline);

#endif
