#include "allowed.h"

#include "wildcard.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_PATTERN = 2048 };

/* Bucket and key apart: a * in the bucket's name must not reach into the key. */
static bool fits(struct str pattern, const char *bucket, const char *key) {
    char beginning[MAX_PATTERN];
    size_t slash = str_find_byte(pattern, '/');
    struct str prefix = str_slice(pattern, slash + 1, pattern.len);
    int len = snprintf(beginning, sizeof beginning, "%.*s*", STR_ARG(prefix));
    return len < MAX_PATTERN && wildcard_matches(str_slice(pattern, 0, slash), str_c(bucket)) &&
           wildcard_matches(str_c(beginning), str_c(key));
}

bool allowed(const char *variable, const char *bucket, const char *key) {
    const char *value = getenv(variable);
    struct str rest = str_c(value);
    if (!rest.len)
        return true;
    while (rest.len) {
        size_t len = str_find_byte(rest, ',');
        struct str pattern = str_trim(str_slice(rest, 0, len));
        if (pattern.len && fits(pattern, bucket, key))
            return true;
        rest = str_slice(rest, len + 1, rest.len);
    }
    return false;
}
