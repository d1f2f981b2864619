/* Where and when the findings are: how many of each service, and how many in each column of a timeline. The
 * same whatever the order they come in. */
#ifndef OVERVIEW_H
#define OVERVIEW_H

#include "finding.h"
#include "names.h"

/* Services told apart; findings of further ones are not in the list. */
enum { MAX_SERVICES = 1000 };
/* Of the timeline; as many as a line has room for. */
enum { TIMELINE_COLUMNS = 60 };

struct service_count {
    struct str name;
    uint64_t findings, by_severity[SEVERITY_COUNT];
    bool has_time;
    int64_t first, last; /* microseconds since 1970 */
};

struct timeline {
    size_t width; /* index of the seconds of a column */
    bool any;
    int64_t first, last; /* numbers of columns: of the one that begins in 1970 is 0 */
    uint64_t counts[TIMELINE_COLUMNS];
    uint64_t outside; /* findings that are in no column: before 1980 or from 2100 on */
};

/* A zeroed one is empty. */
struct overview {
    struct names names;
    struct service_count *services;
    size_t service_count, service_capacity;
    struct timeline timeline;
};

void overview_fini(struct overview *o);
void overview_add(struct overview *o, const struct finding *f);

/* The services: those with the most of the gravest findings first, then by name; o->service_count of them. To
 * be freed by the caller. */
struct service_count *overview_services(const struct overview *o);

/* Seconds of a column; the instant that the first one begins, in microseconds. */
int64_t timeline_seconds(const struct timeline *t);
int64_t timeline_start(const struct timeline *t);

#endif
