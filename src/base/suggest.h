/* What may have been meant by a word that nothing has. */
#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>

/* Longer words are no typing mistakes of anybody's. */
enum { SUGGEST_MAX_WORD = 60 };

/* The shortest candidate that `word` begins, or is a whole part of between dots or dashes; else the nearest
 * when it is near enough to be a typing mistake, else NULL. */
const char *suggest_nearest(const char *word, const char *const *candidates, size_t count);

#endif
