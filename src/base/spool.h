/* A list of byte strings that is written once and read from the start: in memory while it is small, then in
 * an unlinked temporary file, so that a result may hold any number of findings. */
#ifndef SPOOL_H
#define SPOOL_H

#include "buf.h"
#include "fault.h"

struct spool;

struct spool *spool_new(void);
void spool_free(struct spool *s);

/* `mark` is a small number kept with the entry. */
bool spool_add(struct spool *s, struct str entry, uint8_t mark, struct fault *fault);

/* Calls `visit` for each entry in order; stops when it returns false, and returns false then and on a fault.
 */
bool spool_each(struct spool *s, bool (*visit)(void *context, struct str entry, uint8_t mark), void *context,
                struct fault *fault);

#endif
