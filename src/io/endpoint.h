/* Where a service of AWS is asked: its own address, or the configured one. */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include "settings.h"

struct endpoint_options {
    const char *region;
    const char *configured; /* NULL: AWS's own */
    bool fips, dual_stack;
};

/* As the settings have it; views of them and of the region. */
struct endpoint_options endpoint_options(const struct settings *s, const char *service, const char *region);

/* Appends the URL of a service ("sts", "logs", "portal.sso") without a slash at its end. False: the region is
 * no region's name, or what was configured is no URL. */
bool endpoint_service(const char *service, const struct endpoint_options *o, struct buf *out,
                      struct fault *fault);

/* Appends the URL of a bucket without a slash at its end: the bucket in the host where that can be, else as
 * the first part of the path. */
bool endpoint_bucket(struct str bucket, const struct endpoint_options *o, bool path_style, struct buf *out,
                     struct fault *fault);

/* The name in AWS's own rules for the buckets of today, or of the old ones too: it goes into paths and hosts.
 */
bool endpoint_good_bucket(struct str bucket);

#endif
