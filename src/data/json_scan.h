/* What the JSON reader, the writer and the document reader share and nobody else needs. */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "str.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The bytes that cannot stand for themselves between the quotes of a JSON string. */
static inline bool json_special(char c) {
    return c == '"' || c == '\\' || (unsigned char)c < 0x20;
}

/* The first special byte in [at, end), or end. */
static inline const char *json_plain_end(const char *at, const char *end) {
#ifdef __SSE2__
    for (; end - at >= 16; at += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
        __m128i backslash = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));
        __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1F)), x);
        int mask = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control));
        if (mask)
            return at + __builtin_ctz((unsigned)mask);
    }
#endif
    while (at < end && !json_special(*at))
        at++;
    return at;
}

/* The first bracket or quote in [at, end), or end: what decides where a container ends. */
static inline const char *json_bracket(const char *at, const char *end) {
#ifdef __SSE2__
    for (; end - at >= 16; at += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
        /* '[' and '{', ']' and '}' differ in one bit. */
        __m128i folded = _mm_or_si128(x, _mm_set1_epi8(0x20));
        __m128i open = _mm_cmpeq_epi8(folded, _mm_set1_epi8('{'));
        __m128i close = _mm_cmpeq_epi8(folded, _mm_set1_epi8('}'));
        int mask = _mm_movemask_epi8(_mm_or_si128(quote, _mm_or_si128(open, close)));
        if (mask)
            return at + __builtin_ctz((unsigned)mask);
    }
#endif
    while (at < end && *at != '"' && (*at | 0x20) != '{' && (*at | 0x20) != '}')
        at++;
    return at;
}

/* Whether `bytes` is one JSON value with blanks around it, all the way down. If not, *wrong is where it
 * stops being one. */
bool json_check(struct str bytes, const char **wrong);

#endif
