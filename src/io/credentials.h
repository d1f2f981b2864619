/* Who we are for AWS: the first of the places that the AWS tools look at, in their order: environment,
 * profile, web identity, the container's endpoint, the machine's metadata service. What is found never gets
 * into a message. */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "crypto.h"
#include "settings.h"

struct credentials {
    char *id, *secret;
    char *token;     /* NULL: none */
    int64_t expires; /* seconds since 1970; 0: never */
};

/* *to is overwritten: it must be empty. */
void credentials_copy(struct credentials *to, const struct credentials *from);
/* Wipes and frees. A zeroed one is empty. */
void credentials_fini(struct credentials *c);

/* False: there are none, or the place that was asked for does not give any; the fault says what was looked at
 * and what is to be done. */
bool credentials_find(const struct settings *s, const struct crypto *crypto, struct credentials *out,
                      struct fault *fault);

#endif
