/* The five severities, in order. */
#ifndef SEVERITY_H
#define SEVERITY_H

#include "str.h"

enum severity {
    SEVERITY_INFO,
    SEVERITY_LOW,
    SEVERITY_MEDIUM,
    SEVERITY_HIGH,
    SEVERITY_CRITICAL,
    SEVERITY_COUNT
};

#define SEVERITY_LIST "info, low, medium, high, critical"

/* In lower case; never for SEVERITY_COUNT. */
const char *severity_name(enum severity s);

/* Without case; SEVERITY_COUNT when it names none. */
enum severity severity_named(struct str name);

#endif
