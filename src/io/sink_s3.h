/* An S3 object as a sink: in one request when it is small, else in parts. */
#ifndef SINK_S3_H
#define SINK_S3_H

#include "s3.h"
#include "sink.h"

/* `s3` must outlive the sink. Nothing is sent before the first part is full or the sink is closed. NULL and a
 * fault. */
struct sink *sink_s3_new(struct s3 *s3, const char *uri, struct fault *fault);

#endif
