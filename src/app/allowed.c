#include "allowed.h"

#include "wildcard.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_PATTERN = 2048 };

/* A place that an event names: an object, or a log group with its scheme. */
struct named {
    const char *bucket, *key, *group;
};

/* Bucket and key apart: a * in the bucket's name must not reach into the key. */
static bool fits_object(struct str pattern, const struct named *n) {
    char beginning[MAX_PATTERN];
    size_t slash = str_find_byte(pattern, '/');
    struct str prefix = str_slice(pattern, slash + 1, pattern.len);
    int len = snprintf(beginning, sizeof beginning, "%.*s*", STR_ARG(prefix));
    return len < MAX_PATTERN && wildcard_matches(str_slice(pattern, 0, slash), str_c(n->bucket)) &&
           wildcard_matches(str_c(beginning), str_c(n->key));
}

static bool fits(struct str pattern, const struct named *n) {
    bool of_groups = str_starts(pattern, (struct str)STR("cloudwatch:"));
    if (n->group)
        return of_groups && wildcard_matches(pattern, str_c(n->group));
    return !of_groups && fits_object(pattern, n);
}

static bool any_fits(const char *variable, const struct named *n) {
    const char *value = getenv(variable);
    struct str rest = str_c(value);
    if (!rest.len)
        return true;
    while (rest.len) {
        size_t len = str_find_byte(rest, ',');
        struct str pattern = str_trim(str_slice(rest, 0, len));
        if (pattern.len && fits(pattern, n))
            return true;
        rest = str_slice(rest, len + 1, rest.len);
    }
    return false;
}

bool allowed(const char *variable, const char *bucket, const char *key) {
    return any_fits(variable, &(struct named){ .bucket = bucket, .key = key });
}

bool allowed_group(const char *variable, const char *uri) {
    return any_fits(variable, &(struct named){ .group = uri });
}
