/* Base64 as events carry it (RFC 4648, the standard alphabet). */
#ifndef BASE64_H
#define BASE64_H

#include "buf.h"

/* Appends what `text` stands for. False when it is no base64 (blanks, a wrong length, bytes behind the
 * padding) or `out` is full; `out` is then as before. Padding may be left out. */
bool base64_decode(struct str text, struct buf *out);

#endif
