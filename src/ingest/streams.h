/* Logs of containers, in which a line is wrapped alone and lines of two streams stand between each other:
 * what a container runtime (CRI) writes, and Docker's json-file ({"log":"text\n","stream":"stderr",...}). */
#ifndef STREAMS_H
#define STREAMS_H

#include "record.h"

/* Makes one record of the lines of a stream that are one text: a stack trace, a line in parts (frame_text.h
 * says what is). It has the place of the first one; of Docker's objects the first one stays, with all of the
 * text. Lines of other streams in between are records behind it. What is in another batch is not joined. Goes
 * in front of cri_join. */
void streams_join(struct batch *batch);

#endif
