/* The layouts that nearly every record of nearly every log has, read at one look. A short cut for
 * timestamp_parse.c and nothing else: it finds there what the general reader would find. */
#ifndef TIMESTAMP_LAYOUT_H
#define TIMESTAMP_LAYOUT_H

#include "timestamp_parse.h"

/* 2024-05-06T13:04:05, 2024-05-06 13:04:05, May  6 13:04:05, 06/May/2024:13:04:05 at p: fills in the date and
 * the time of day and returns where its seconds end; a fraction or a zone may follow. NULL: anything else, *r
 * is as before. */
const char *layout_read(const char *p, const char *end, struct reading *r);

#endif
