#include "address.h"

#include <arpa/inet.h>

static const unsigned char MAPPED[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF };

bool address_parse(struct str text, struct address *out) {
    char copy[INET6_ADDRSTRLEN];
    *out = (struct address){ .bits = 32 };
    if (!text.len || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, out->bytes) == 1)
        return true;
    out->bits = 128;
    if (inet_pton(AF_INET6, copy, out->bytes) != 1)
        return false;
    if (memcmp(out->bytes, MAPPED, sizeof MAPPED) == 0) {
        memmove(out->bytes, out->bytes + sizeof MAPPED, 4);
        memset(out->bytes + 4, 0, sizeof MAPPED);
        out->bits = 32;
    }
    return true;
}

bool network_parse(struct str text, struct address *out, unsigned *prefix) {
    size_t slash = str_find_byte(text, '/');
    if (!address_parse(str_slice(text, 0, slash), out))
        return false;
    int64_t bits = out->bits;
    if (slash < text.len && !str_to_int(str_slice(text, slash + 1, text.len), &bits))
        return false;
    bool mapped = out->bits == 32 && str_find_byte(text, ':') < slash;
    bits -= mapped && slash < text.len ? 96 : 0;
    if (bits < 0 || bits > out->bits)
        return false;
    *prefix = (unsigned)bits;
    address_mask(out, *prefix);
    return true;
}

void address_mask(struct address *a, unsigned prefix) {
    for (unsigned i = 0; i < sizeof a->bytes; i++) {
        unsigned kept = prefix <= 8 * i ? 0 : prefix - 8 * i;
        if (kept < 8)
            a->bytes[i] &= (unsigned char)(0xFF00u >> kept);
    }
}
