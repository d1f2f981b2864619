/* A sink into a buffer of the caller's: answers that are looked at before they are sent. */
#ifndef SINK_MEMORY_H
#define SINK_MEMORY_H

#include "buf.h"
#include "sink.h"

/* `into` must outlive it; full, it fails with a FAULT_OUTPUT. Closed without `keep` it leaves the buffer
 * empty. */
struct sink *sink_memory_new(struct buf *into);

#endif
