/* What all that look at the bytes of JSON share: the readers, the writer, the framer's walk. */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "json.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The bytes that cannot stand for themselves between the quotes of a JSON string. */
static inline bool json_special(char c) {
    return c == '"' || c == '\\' || (unsigned char)c < 0x20;
}

#ifdef __SSE2__
/* One bit for each of the sixteen bytes at `at` that is special. */
static inline unsigned json_special_mask(const char *at) {
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
    __m128i backslash = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));
    __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1F)), x);
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control));
}
#endif

/* The first special byte in [at, end), or end. */
static inline const char *json_plain_end(const char *at, const char *end) {
#ifdef __SSE2__
    for (; end - at >= 16; at += 16) {
        unsigned mask = json_special_mask(at);
        if (mask)
            return at + __builtin_ctz(mask);
    }
#endif
    while (at < end && !json_special(*at))
        at++;
    return at;
}

enum { JSON_WINDOW = 64 };

/* One bit for each byte of the window at `at` that is special, the lowest for the first. */
static inline uint64_t json_specials(const char *at) {
    uint64_t specials = 0;
#ifdef __SSE2__
    for (int i = 0; i < JSON_WINDOW; i += 16)
        specials |= (uint64_t)json_special_mask(at + i) << i;
#else
    for (int i = 0; i < JSON_WINDOW; i++)
        specials |= (uint64_t)json_special(at[i]) << i;
#endif
    return specials;
}

static inline struct json_sight json_sight(struct str bytes) {
    bool room = bytes.len >= JSON_WINDOW;
    return (struct json_sight){ bytes.ptr, room ? bytes.ptr + bytes.len - JSON_WINDOW : NULL, 0 };
}

/* The same as json_plain_end for one who asks again and again, going forward: the strings of a record are
 * short, so a window answers for several of them. `end` is that of the bytes that the sight was made for. */
static inline const char *json_sight_plain_end(struct json_sight *s, const char *at, const char *end) {
    while (s->last && at < end) {
        if (at >= s->upto) {
            const char *start = at < s->last ? at : s->last;
            s->special = json_specials(start);
            s->upto = start + JSON_WINDOW;
        }
        uint64_t ahead = s->special >> (JSON_WINDOW - (s->upto - at));
        if (ahead)
            return at + __builtin_ctzll(ahead);
        at = s->upto;
    }
    return json_plain_end(at, end);
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
