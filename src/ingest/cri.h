/* Lines of a container runtime: "2024-11-26T10:30:18.123456789Z stdout P text". The runtime cuts long lines
 * (at 16 KiB) into parts: all but the last one have the tag P, the last one F. */
#ifndef CRI_H
#define CRI_H

#include "record.h"

/* Makes one line of the parts that the framer took for one record: the prefixes inside go. A record's offset,
 * line and count of lines stay; what became free behind it is line ends. */
void cri_join(struct batch *batch);

/* The stream of a line with such a prefix: 'o' for stdout, 'e' for stderr; 0: it has none. */
char cri_stream(struct str line);

#endif
