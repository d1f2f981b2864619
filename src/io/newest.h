/* Objects that a list named, to be visited from the newest on. */
#ifndef NEWEST_H
#define NEWEST_H

#include "s3.h"

struct newest_object {
    char *uri;
    struct s3_info info; /* of a file: when it was modified */
};

/* A zeroed one is empty. */
struct newest {
    struct newest_object *items;
    size_t count, capacity;
};
void newest_fini(struct newest *n);

/* Copies both. */
void newest_add(struct newest *n, const char *uri, const struct s3_info *info);

/* The newest first, and of the same time in the order of their names. */
void newest_sort(struct newest *n);

#endif
