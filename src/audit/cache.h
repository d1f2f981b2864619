/* The folder of compiled rulesets. Absent, unwritable, foreign or corrupt is no error: the ruleset is then
 * compiled, and at most a log line says so. */
#ifndef CACHE_H
#define CACHE_H

#include "buf.h"

/* Appends what is stored under `key`; false when there is nothing usable. Only files that this user or root
 * owns and nobody else can write are read: Vectorscan trusts the bytes it is given. */
bool cache_read(const char *key, struct buf *out);
/* The same from a folder that came with the program; nothing is written there. */
bool cache_read_shipped(const char *folder, const char *key, struct buf *out);
void cache_write(const char *key, struct str contents);

#endif
