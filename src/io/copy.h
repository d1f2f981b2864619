/* A copy of a place in S3 that is used as files: of an object, or of the objects below a prefix. It is made
 * whole or not at all, and what has not changed since the copy before it is not fetched again. */
#ifndef COPY_H
#define COPY_H

#include "place.h"

/* How S3 is asked. */
struct copier {
    struct places *places;
    int64_t limit; /* what copying may take from copier_begin on, in microseconds; 0: as long as it takes */
    int64_t until; /* when that is over: microseconds since 1970; 0: never */
    struct stop stop;
};

/* The places must outlive it; it must not move. */
void copier_init(struct copier *c, struct places *places);
void copier_begin(struct copier *c);

struct copy;

/* Copies the uri into the folder, which is made and belongs to the copy. A uri that ends in a slash is a
 * prefix, of which the objects are copied whose keys end in one of `endings` (NULL after the last). `before`:
 * the copy that was made last; NULL: none. NULL: there is nothing new (*same), or a fault: it cannot be
 * copied (FAULT_INPUT; a prefix without such objects too), or cannot be a file (FAULT_USAGE). */
struct copy *copy_new(const struct copier *copier, const char *folder, const char *uri,
                      const char *const *endings, const struct copy *before, bool *same, struct fault *fault);

/* Removes the files too. Takes NULL. */
void copy_free(struct copy *c);

/* What is to be used: the object's file, or the prefix's folder. */
const char *copy_path(const struct copy *c);

/* Whether both certainly hold the same; NULL holds nothing. */
bool copy_equal(const struct copy *a, const struct copy *b);

#endif
