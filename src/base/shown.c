#include "shown.h"

#include "utf8.h"

/* What a terminal obeys, or a reader cannot see. The joiners U+200C and U+200D are letters of some scripts.
 */
static const struct {
    uint32_t first, last;
} HIDDEN[] = {
    { 0x80, 0x9F },     { 0xAD, 0xAD },     { 0x61C, 0x61C },   { 0x180E, 0x180E },   { 0x200B, 0x200B },
    { 0x200E, 0x200F }, { 0x2028, 0x202E }, { 0x2060, 0x206F }, { 0xFEFF, 0xFEFF },   { 0xFFF9, 0xFFFB },
    { 0x115F, 0x1160 }, { 0x3164, 0x3164 }, { 0xFFA0, 0xFFA0 }, { 0xE0000, 0xE007F },
};

static bool hidden(uint32_t code_point) {
    for (size_t i = 0; i < sizeof HIDDEN / sizeof *HIDDEN; i++)
        if (code_point >= HIDDEN[i].first && code_point <= HIDDEN[i].last)
            return true;
    return false;
}

static bool plain(char c) {
    return (unsigned char)c >= ' ' && (unsigned char)c < 0x7F;
}

/* `len` is that of the character at s.ptr, 2 to 4. */
static uint32_t decode(struct str s, size_t len) {
    uint32_t code_point = (unsigned char)s.ptr[0] & (0x7FU >> len);
    for (size_t i = 1; i < len; i++)
        code_point = code_point << 6 | ((unsigned char)s.ptr[i] & 0x3FU);
    return code_point;
}

/* The character, or the byte, at s.ptr, which is not plain; returns how long it is. */
static size_t add_other(struct buf *out, struct str s) {
    size_t len = utf8_char_len(s);
    if (len == 1)
        buf_add_byte(out, ' ');
    else if (len == 0)
        buf_printf(out, "\\x%02x", (unsigned char)*s.ptr);
    else if (hidden(decode(s, len)))
        buf_printf(out, "\\u%04x", decode(s, len));
    else
        buf_add(out, str_slice(s, 0, len));
    return len ? len : 1;
}

void buf_add_shown(struct buf *out, struct str s) {
    for (size_t at = 0, start = 0; at < s.len; start = at) {
        while (at < s.len && plain(s.ptr[at]))
            at++;
        buf_add(out, str_slice(s, start, at - start));
        if (at < s.len)
            at += add_other(out, str_slice(s, at, s.len));
    }
}
