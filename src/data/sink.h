/* Where results go: the other seam to the outside world. Nothing is visible under the final name until the
 * sink was closed with `keep`. */
#ifndef SINK_H
#define SINK_H

#include "fault.h"
#include "str.h"

struct sink {
    bool (*write)(struct sink *s, struct str bytes, struct fault *fault);
    /* Frees the sink. keep: what was written becomes the file or object; else nothing remains of it. */
    bool (*close)(struct sink *s, bool keep, struct fault *fault);
};

#endif
