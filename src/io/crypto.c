#include "crypto.h"

#include "library.h"
#include "mem.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

struct crypto {
    __typeof__(EVP_sha1) *sha1;
    __typeof__(EVP_sha256) *sha256;
    __typeof__(EVP_Digest) *digest;
    __typeof__(HMAC) *hmac;
    __typeof__(EVP_EncodeBlock) *base64;
};

struct crypto *crypto_new(struct fault *fault) {
    static const struct library_symbol symbols[] = {
        { "EVP_sha1", offsetof(struct crypto, sha1) },
        { "EVP_sha256", offsetof(struct crypto, sha256) },
        { "EVP_Digest", offsetof(struct crypto, digest) },
        { "HMAC", offsetof(struct crypto, hmac) },
        { "EVP_EncodeBlock", offsetof(struct crypto, base64) },
    };
    struct crypto *c = mem_new(1, sizeof *c);
    if (library_load("libcrypto.so.3", symbols, sizeof symbols / sizeof *symbols, c, fault))
        return c;
    free(c);
    return NULL;
}

void crypto_hex(const unsigned char *bytes, size_t len, char *out) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

static void sha256(const struct crypto *c, struct str bytes, unsigned char out[SHA256_LEN]) {
    c->digest(bytes.len ? bytes.ptr : "", bytes.len, out, NULL, c->sha256(), NULL);
}

void crypto_sha256_hex(const struct crypto *c, struct str bytes, char out[SHA256_HEX + 1]) {
    unsigned char digest[SHA256_LEN];
    sha256(c, bytes, digest);
    crypto_hex(digest, sizeof digest, out);
}

void crypto_sha1_hex(const struct crypto *c, struct str bytes, char out[SHA1_HEX + 1]) {
    unsigned char digest[SHA1_HEX / 2];
    c->digest(bytes.len ? bytes.ptr : "", bytes.len, digest, NULL, c->sha1(), NULL);
    crypto_hex(digest, sizeof digest, out);
}

void crypto_sha256_base64(const struct crypto *c, struct str bytes, char out[SHA256_BASE64 + 1]) {
    unsigned char digest[SHA256_LEN];
    sha256(c, bytes, digest);
    c->base64((unsigned char *)out, digest, sizeof digest);
}

void crypto_hmac(const struct crypto *c, struct str key, struct str bytes, unsigned char out[SHA256_LEN]) {
    c->hmac(c->sha256(), key.len ? key.ptr : "", (int)key.len,
            (const unsigned char *)(bytes.len ? bytes.ptr : ""), bytes.len, out, NULL);
}
