/* Notifications (LOGAUDIT_NOTIFY, LOGAUDIT_NOTIFY_MIN): one message for each kind of finding of an audit.
 * Where they go is the function's configuration alone; no event chooses it. */
#ifndef NOTIFY_H
#define NOTIFY_H

#include "place.h"
#include "result.h"
#include "ruleset.h"

struct notify {
    enum { NOTIFY_NOBODY, NOTIFY_TOPIC, NOTIFY_BUS } kind;
    const char *to; /* ARN of a topic; name or ARN of a bus */
    enum severity least;
};

/* From the environment. False: a value that is none; the fault (FAULT_USAGE) names the variable. */
bool notify_read(struct notify *n, struct fault *fault);

/* What is said beside the group. */
struct notify_about {
    const char *audit_id, *storage_location, *account_id; /* the last two may be NULL */
    bool correlated_only;                                 /* of a merge: its parts have told of all others */
    const struct ruleset *rules; /* where a merge finds the rules of its findings; NULL: nowhere */
};

/* Tells of the audit's groups: the gravest MAX_MESSAGES, then how many more there are. Rules that are
 * experimental are left out. A repetition says the same with the same dedup_key. False: not all was accepted.
 */
bool notify_send(const struct notify *n, struct places *places, struct tally *t,
                 const struct notify_about *about, struct fault *fault);

/* Whether there is anything to tell. */
bool notify_wanted(const struct notify *n, struct tally *t, const struct notify_about *about);

#endif
