#include "severity.h"

static const char *const NAMES[SEVERITY_COUNT] = { "info", "low", "medium", "high", "critical" };

const char *severity_name(enum severity s) {
    return NAMES[s];
}

enum severity severity_named(struct str name) {
    for (int s = 0; s < SEVERITY_COUNT; s++)
        if (str_equal_nocase(name, str_c(NAMES[s])))
            return (enum severity)s;
    return SEVERITY_COUNT;
}
