/* Sorting any number of items of one size in bounded memory: sorted runs in an unlinked temporary file,
 * merged when they are read. */
#ifndef SORTER_H
#define SORTER_H

#include "fault.h"

#include <stddef.h>
#include <stdint.h>

struct sorter;

/* `memory`: bytes of items held at a time; sorting needs as much again. `compare` gets `context` last. */
struct sorter *sorter_new(size_t item_size, size_t memory,
                          int (*compare)(const void *a, const void *b, void *context), void *context);
void sorter_free(struct sorter *s);

/* Adds a copy. False and a fault: the temporary file cannot be written. */
bool sorter_add(struct sorter *s, const void *item, struct fault *fault);

/* Ends the adding. Then sorter_next gives the items in order, each valid until the next call, and NULL at the
 * end or when the file cannot be read, which sorter_failed tells apart. */
bool sorter_start(struct sorter *s, struct fault *fault);
const void *sorter_next(struct sorter *s);
bool sorter_failed(const struct sorter *s);

#endif
