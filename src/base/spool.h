/* A list of byte strings that is written once and read from the start, or one by one: in memory while it is
 * small, then in an unlinked temporary file, so that a result may hold any number of findings. */
#ifndef SPOOL_H
#define SPOOL_H

#include "buf.h"
#include "fault.h"

struct spool;

/* Empty. spool_free takes NULL. */
struct spool *spool_new(void);
void spool_free(struct spool *s);

/* `mark` is a small number kept with the entry. */
bool spool_add(struct spool *s, struct str entry, uint8_t mark, struct fault *fault);

/* Calls `visit` for each entry in order; stops when it returns false, and returns false then and on a fault.
 */
bool spool_each(struct spool *s, bool (*visit)(void *context, struct str entry, uint8_t mark), void *context,
                struct fault *fault);

/* Where the next entry will be; entries are found again by their place. The first one's is 0. */
uint64_t spool_end(const struct spool *s);
/* The place behind the entry of `len` bytes at `place`. */
uint64_t spool_after(uint64_t place, size_t len);
/* Reads the entry at a place into `into`, which is reset. */
bool spool_read(struct spool *s, uint64_t place, struct buf *into, struct fault *fault);

/* Forgets the entries from this place on. */
bool spool_cut(struct spool *s, uint64_t end, struct fault *fault);

#endif
