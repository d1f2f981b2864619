/* Metrics of an invocation, as a line that CloudWatch Logs turns into them (embedded metric format). */
#ifndef METRICS_H
#define METRICS_H

#include "totals.h"

/* Appends the line, with its end. `now` in microseconds since 1970. */
void metrics_put(struct buf *out, const struct totals *totals, const char *request_id, int64_t started,
                 int64_t now);

#endif
