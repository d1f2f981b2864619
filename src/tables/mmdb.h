/* MaxMind DB files: a map of networks to values, looked up where it lies on disk. The only user of
 * libmaxminddb. Columns are dotted paths into the value of an address: country.iso_code,
 * subdivisions.0.iso_code; all values are given as text. */
#ifndef MMDB_H
#define MMDB_H

#include "address.h"
#include "arena.h"
#include "fault.h"
#include "hash.h"

struct mmdb;

/* NULL and a fault (FAULT_USAGE) that names the path. The file is mapped: it must be replaced by renaming
 * another one to its name, as the updaters do, not rewritten. */
struct mmdb *mmdb_new(const char *path, struct fault *fault);
void mmdb_free(struct mmdb *m);
void mmdb_hash(const struct mmdb *m, struct hash_state *h);

/* Whether there is an entry for the address. */
bool mmdb_has(const struct mmdb *m, const struct address *address);
/* The text lives in the arena. */
bool mmdb_value(const struct mmdb *m, const struct address *address, struct str column, struct arena *arena,
                struct str *value);
/* Calls `visit` for each text, number and boolean below the address, at most MMDB_MAX_VALUES of them. */
enum { MMDB_MAX_VALUES = 500 };
bool mmdb_each(const struct mmdb *m, const struct address *address, struct arena *arena,
               void (*visit)(void *context, struct str column, struct str value), void *context);

#endif
