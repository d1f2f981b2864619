/* Text from outside on a terminal. */
#ifndef SHOWN_H
#define SHOWN_H

#include "buf.h"

/* Appends `s` so that it stays on its line and reads as it is: control characters below U+0080 as blanks;
 * others, and what turns the direction of writing or has no width, as \u202e; bytes that are no UTF-8 as
 * \x9b. */
void buf_add_shown(struct buf *out, struct str s);

#endif
