/* LOGAUDIT_REDACT_KEY: what is redacted carries a token, by which the same secret is known again. */
#ifndef REDACT_KEY_H
#define REDACT_KEY_H

#include "crypto.h"
#include "options.h"

struct redact_key {
    struct str key; /* empty: none is set */
    struct crypto *crypto;
};

/* Fails when a key is set and libcrypto cannot be loaded. */
bool redact_key_init(struct redact_key *k, struct fault *fault);
void redact_key_fini(struct redact_key *k);

/* They live as long as the key, which must not move; none without a key. */
struct tokens redact_key_tokens(const struct redact_key *k);

#endif
