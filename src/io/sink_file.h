/* Sinks on this machine. */
#ifndef SINK_FILE_H
#define SINK_FILE_H

#include "sink.h"

/* A file written beside its final name and renamed; missing folders are made. NULL and a fault. */
struct sink *sink_file_new(const char *path, struct fault *fault);

/* Standard output, as it comes. */
struct sink *sink_stdout_new(void);

/* Compresses into another sink (gzip, always the same bytes for the same input), which it closes with itself.
 */
struct sink *sink_gzip_new(struct sink *inner);

#endif
