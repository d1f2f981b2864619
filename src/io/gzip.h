/* Compressing what is stored. */
#ifndef GZIP_H
#define GZIP_H

#include "buf.h"

/* Appends `contents` as one gzip member. The same contents give the same bytes: no time, no name in it. */
bool gzip_add(struct buf *out, struct str contents);

#endif
