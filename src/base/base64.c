#include "base64.h"

static int digit_of(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Two padding bytes at most, and only where they complete the last four. */
static struct str without_padding(struct str text) {
    for (int i = 0; i < 2 && text.len % 4 == (i ? 3 : 0) && str_ends(text, (struct str)STR("=")); i++)
        text.len--;
    return text;
}

static bool decode(struct str text, struct buf *out) {
    uint32_t bits = 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = digit_of(text.ptr[i]);
        if (digit < 0)
            return false;
        bits = bits << 6 | (uint32_t)digit;
        size_t at = i % 4; /* each digit but the first of four completes a byte */
        if (at && !buf_add_byte(out, (char)(bits >> (6 - 2 * at))))
            return false;
    }
    return true;
}

bool base64_decode(struct str text, struct buf *out) {
    size_t before = out->len;
    text = without_padding(text);
    if (text.len % 4 != 1 && decode(text, out))
        return true;
    out->len = before;
    return false;
}
