/* Colours and cursor movements of terminals: ANSI escape sequences, as programs write them when they take the
 * log for a terminal. */
#ifndef COLOURS_H
#define COLOURS_H

#include "record.h"

/* Takes the sequences out of the batch's records, also where JSON spells the escape character \u001b, so that
 * a word begins where a reader sees it begin. A record's offset and line stay; what became free behind it is
 * line ends. One that held nothing else is a blank line, and none: it is in batch->skipped_lines. */
void colours_strip(struct batch *batch);

#endif
