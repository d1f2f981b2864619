#include "redact_key.h"

#include <stdlib.h>

bool redact_key_init(struct redact_key *k, struct fault *fault) {
    *k = (struct redact_key){ .key = str_c(getenv("LOGAUDIT_REDACT_KEY")) };
    return !k->key.len || (k->crypto = crypto_new(fault));
}

void redact_key_fini(struct redact_key *k) {
    free(k->crypto);
}

static void make_token(const void *context, struct str secret, char out[TOKEN_LEN + 1]) {
    const struct redact_key *k = context;
    unsigned char code[SHA256_LEN];
    crypto_hmac(k->crypto, k->key, secret, code);
    crypto_hex(code, TOKEN_LEN / 2, out);
}

struct tokens redact_key_tokens(const struct redact_key *k) {
    return k->key.len ? (struct tokens){ make_token, k } : (struct tokens){ 0 };
}
