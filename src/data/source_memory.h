/* A source over bytes in memory: the logs of tests, the messages of events. */
#ifndef SOURCE_MEMORY_H
#define SOURCE_MEMORY_H

#include "source.h"

/* `uri` and `bytes` must outlive it. */
struct source *source_memory_new(const char *uri, struct str bytes);

#endif
