/* Lines of a container runtime: "2024-11-26T10:30:18.123456789Z stdout P text". The runtime cuts long lines
 * (at 16 KiB) into parts: all but the last one have the tag P, the last one F. */
#ifndef FRAME_CRI_H
#define FRAME_CRI_H

#include "record.h"

/* No line's prefix is longer. */
enum { CRI_PREFIX_MAX = 64 };

/* Length of the prefix that such a line begins with, the blank behind the tag included; 0: it is no such
 * line. */
size_t cri_prefix(struct str line);

/* Whether the line goes on in a later one. */
bool cri_is_partial(struct str line);

/* Whether `next` is the next part of the line of which `line` is one. */
bool cri_continues(struct str line, struct str next);

/* Makes one line of the records that are several parts: the prefixes inside go. A record's offset, line and
 * count of lines stay; what became free behind it is line ends. */
void cri_join(struct batch *batch);

#endif
