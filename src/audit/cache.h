/* The folder of compiled rulesets. Absent, unwritable, foreign or corrupt is no error: the ruleset is then
 * compiled, and at most a log line says so. */
#ifndef CACHE_H
#define CACHE_H

#include "str.h"

/* What is stored, read into memory: a map would change with the file, or end with it. */
struct cached {
    struct str contents;
    char *file;
};

/* False when nothing usable is stored under `key`. Only files that this user or root owns and nobody else can
 * write are read: Vectorscan trusts the bytes it is given. */
bool cache_read(const char *key, struct cached *out);
/* The same from a folder that came with the program; nothing is written there. */
bool cache_read_shipped(const char *folder, const char *key, struct cached *out);
/* Also of one that is zeroed. */
void cached_fini(struct cached *c);
void cache_write(const char *key, struct str contents);

#endif
