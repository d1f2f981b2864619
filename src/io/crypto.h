/* The few functions of OpenSSL that requests to AWS need. */
#ifndef CRYPTO_H
#define CRYPTO_H

#include "fault.h"
#include "str.h"

struct crypto; /* may be used by many threads at once */

enum { SHA256_LEN = 32, SHA256_HEX = 64, SHA256_BASE64 = 44, SHA1_HEX = 40 };

/* Loads libcrypto; NULL and a fault. Freed with free(). */
struct crypto *crypto_new(struct fault *fault);

/* In lower case, NUL-terminated. */
void crypto_sha256_hex(const struct crypto *c, struct str bytes, char out[SHA256_HEX + 1]);
void crypto_sha1_hex(const struct crypto *c, struct str bytes, char out[SHA1_HEX + 1]);
void crypto_sha256_base64(const struct crypto *c, struct str bytes, char out[SHA256_BASE64 + 1]);
void crypto_hmac(const struct crypto *c, struct str key, struct str bytes, unsigned char out[SHA256_LEN]);

/* 2 * len digits in lower case and a NUL. */
void crypto_hex(const unsigned char *bytes, size_t len, char *out);

#endif
