#include "utf8.h"

static const char REPLACEMENT[] = "\xEF\xBF\xBD";
enum { REPLACEMENT_LEN = 3 };

size_t utf8_char_len(struct str s) {
    if (s.len == 0)
        return 0;
    const unsigned char *p = (const unsigned char *)s.ptr;
    if (p[0] < 0x80)
        return 1;
    size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || s.len < len)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xF0 && p[1] < 0x90);
    bool surrogate = p[0] == 0xED && p[1] > 0x9F;
    bool too_high = p[0] == 0xF4 && p[1] > 0x8F;
    return overlong || surrogate || too_high ? 0 : len;
}

enum { BLOCK = 16 };

static inline bool ascii_block(const char *p) {
    uint64_t words[BLOCK / sizeof(uint64_t)];
    memcpy(words, p, BLOCK);
    return !((words[0] | words[1]) & 0x8080808080808080);
}

/* Length of the run of ASCII at the start: nearly all of nearly every log. The last block reaches back over
 * bytes that were seen already, so that single bytes are looked at only where the run ends early. */
static size_t ascii_run(struct str s) {
    size_t i = 0;
    while (i + BLOCK <= s.len && ascii_block(s.ptr + i))
        i += BLOCK;
    if (i + BLOCK > s.len && s.len >= BLOCK && ascii_block(s.ptr + s.len - BLOCK))
        return s.len;
    while (i < s.len && (unsigned char)s.ptr[i] < 0x80)
        i++;
    return i;
}

bool utf8_ascii(struct str s) {
    return ascii_run(s) == s.len;
}

bool utf8_valid(struct str s) {
    for (size_t i = ascii_run(s); i < s.len;) {
        size_t len = utf8_char_len(str_slice(s, i, 4));
        if (len == 0)
            return false;
        i += len;
        i += ascii_run(str_slice(s, i, s.len));
    }
    return true;
}

struct str utf8_repair(struct str s, struct arena *arena) {
    char *out = arena_bytes(arena, s.len * REPLACEMENT_LEN + 1);
    size_t used = 0;
    for (size_t i = 0; i < s.len;) {
        size_t len = utf8_char_len(str_slice(s, i, 4));
        if (len) {
            memcpy(out + used, s.ptr + i, len);
            used += len;
            i += len;
        } else {
            memcpy(out + used, REPLACEMENT, REPLACEMENT_LEN);
            used += REPLACEMENT_LEN;
            i++;
        }
    }
    return str_of(out, used);
}

size_t utf8_original_offset(struct str s, size_t offset) {
    size_t i = 0, repaired = 0;
    while (i < s.len && repaired < offset) {
        size_t len = utf8_char_len(str_slice(s, i, 4));
        repaired += len ? len : REPLACEMENT_LEN;
        i += len ? len : 1;
    }
    return i;
}

size_t utf8_encode(uint32_t code_point, char out[4]) {
    if ((code_point >= 0xD800 && code_point <= 0xDFFF) || code_point > 0x10FFFF)
        code_point = 0xFFFD;
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    size_t len = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code_point & 0x3F));
        code_point >>= 6;
    }
    static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    out[0] = (char)(lead[len] | code_point);
    return len;
}

size_t utf8_cut(struct str s, size_t max) {
    if (s.len <= max)
        return s.len;
    size_t cut = max;
    while (cut > 0 && max - cut < 4 && ((unsigned char)s.ptr[cut] & 0xC0) == 0x80)
        cut--;
    return cut;
}
