/* Events of many log streams, in any order and number, as one source: stream after stream by name, in each by
 * time and then as they came, each event once. They wait in temporary files; memory holds the names of the
 * streams, and a few MiB. */
#ifndef SOURCE_EVENTS_H
#define SOURCE_EVENTS_H

#include "source.h"

struct source_events;

/* `version`: what was asked for (a range); `end`: microseconds, the reference for stamps without a year. Both
 * texts are copied. */
struct source_events *source_events_new(const char *uri, const char *version, int64_t end);
void source_events_free(struct source_events *e);

/* Counts what is added, for another thread to look at. */
void source_events_count(struct source_events *e, _Atomic uint64_t *count);

/* `time`: milliseconds since 1970. An event whose id its stream already has at that time is given once; an
 * empty id says nothing. */
bool source_events_add(struct source_events *e, struct str stream, int64_t time, struct str id,
                       struct str message, struct fault *fault);

/* Ends the adding. `cut` (NULL: nothing): why there are not all events, which reading says at the end. The
 * source owns `e`, which is freed on a fault too. */
struct source *source_events_open(struct source_events *e, const struct fault *cut, struct fault *fault);

#endif
