/* UTF-8: checking, and repairing what is not. */
#ifndef UTF8_H
#define UTF8_H

#include "arena.h"

/* Whether all bytes are well-formed UTF-8 (no surrogates, nothing overlong, nothing over U+10FFFF). */
bool utf8_valid(struct str s);

/* Whether all bytes are ASCII. */
bool utf8_ascii(struct str s);

/* Length of the well-formed character at s.ptr (1 to 4), 0 when there is none. */
size_t utf8_char_len(struct str s);

/* A copy in which every byte that belongs to no well-formed character is U+FFFD. */
struct str utf8_repair(struct str s, struct arena *arena);

/* The offset in the original bytes that `offset` in the repaired copy of `s` stands for. */
size_t utf8_original_offset(struct str s, size_t offset);

/* Bytes 1 to 4 of `code_point` (surrogates and values over U+10FFFF become U+FFFD); returns the length. */
size_t utf8_encode(uint32_t code_point, char out[4]);

/* The largest length <= max at which `s` can be cut without splitting a character. */
size_t utf8_cut(struct str s, size_t max);

#endif
