/* Why something failed, in words a user can act on. Functions that can fail return bool and fill a fault;
 * callers put their own context in front, so that the text reads as one sentence. */
#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>

/* What kind of failure it is; each kind has its exit code (docs/errors.md). */
enum fault_kind {
    FAULT_NONE,
    FAULT_USAGE,    /* a flag, an event, a condition or a rule id is wrong: exit 2 */
    FAULT_RULE,     /* a rule file could not be loaded: exit 3 */
    FAULT_INPUT,    /* an input could not be read whole: exit 4 */
    FAULT_OUTPUT,   /* an output was not written: exit 4 */
    FAULT_DEADLINE, /* the time was over before the end: exit 4 */
};

struct fault {
    enum fault_kind kind;
    char text[1024]; /* cut when longer, always terminated */
};

/* Both return false, so that `return fault_set(...)` ends a failing function. */
bool fault_set(struct fault *f, enum fault_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool fault_context(struct fault *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
