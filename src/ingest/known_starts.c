#include "known_starts.h"

enum { UNSET = UINT8_MAX };

/* ---------------------------------------------------------------- which start */

static inline bool word_byte(char c) {
    return ascii_alpha(c) || ascii_digit(c);
}

/* Where what differs from line to line begins: at a word of digits and letters that is longer than those of times
 * and of names ("03T10", "http2"), or behind ASCII. It decides how often a start is met again, nothing else. */
static size_t start_length(struct str text) {
    enum { LONGEST_MIXED = 6 };
    size_t word = 0, digits = 0, end = text.len < START_MAX ? text.len : START_MAX;
    for (size_t i = 0; i < end; i++) {
        if ((unsigned char)text.ptr[i] >= 0x80)
            return i;
        bool in_word = word_byte(text.ptr[i]);
        word = in_word ? word : i + 1;
        digits = in_word ? digits + ascii_digit(text.ptr[i]) : 0;
        if (i - word == LONGEST_MIXED && in_word && digits && digits <= LONGEST_MIXED)
            return word;
    }
    return end;
}

static uint64_t hash_start(const char *start) {
    uint64_t hash = 0, word;
    for (size_t i = 0; i < START_MAX; i += sizeof word) {
        memcpy(&word, start + i, sizeof word);
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 29;
    }
    return hash;
}

struct known_start *known_start_of(struct known_start starts[KNOWN_STARTS], struct str text) {
    char start[START_MAX] = { 0 };
    size_t len = start_length(text);
    if (!len)
        return NULL;
    for (size_t i = 0; i < len; i++)
        start[i] = ascii_digit(text.ptr[i]) ? '0' : text.ptr[i];
    struct known_start *known = &starts[hash_start(start) % KNOWN_STARTS];
    if (known->len == len && memcmp(known->text, start, START_MAX) == 0) {
        return known;
    }
    memset(known, 0, offsetof(struct known_start, spans));
    known->len = (uint8_t)len;
    memcpy(known->text, start, START_MAX);
    return NULL;
}

/* ---------------------------------------------------------------- what it says */

/* Whether everything that is asked of a text besides the pattern is in its start already. */
static bool start_fits(const struct vocabulary *v, const struct pattern *p, struct str start) {
    struct marks found;
    vocabulary_literals(v, start, false, &found);
    return !p->ends && pattern_fits(p, start) && pattern_possible(p, &found);
}

static void learn(struct known_start *known, const struct vocabulary *v, size_t number, struct pattern *p,
                  struct str start, struct regex_scratch *scratch) {
    struct regex_span spans[PATTERN_SPANS_MAX];
    struct fault fault;
    const struct regex *regex = p->decides ? pattern_regex(p, &fault) : NULL;
    enum regex_answer answer =
        regex ? regex_find_start(regex, scratch, start, spans, p->span_count) : REGEX_OPEN;
    marks_add(&known->asked, number);
    if (answer == REGEX_NO)
        marks_add(&known->fails, number);
    if (answer != REGEX_YES || known->match || !start_fits(v, p, start))
        return;
    known->match = number + 1;
    for (size_t i = 0; i < p->span_count; i++) {
        bool unset = spans[i].start == REGEX_UNSET;
        known->spans[i][0] = unset ? UNSET : (uint8_t)spans[i].start;
        known->spans[i][1] = unset ? UNSET : (uint8_t)spans[i].end;
    }
}

enum start_answer known_start_ask(struct known_start *known, const struct vocabulary *v, size_t number,
                                  struct pattern *p, struct str text, struct regex_scratch *scratch,
                                  struct regex_span *spans) {
    if (number >= MARKS_MAX)
        return START_OPEN;
    if (!marks_have(&known->asked, number))
        learn(known, v, number, p, str_slice(text, 0, known->len), scratch);
    if (marks_have(&known->fails, number))
        return START_FAILS;
    if (known->match != number + 1)
        return START_OPEN;
    for (size_t i = 0; i < p->span_count; i++) {
        bool unset = known->spans[i][0] == UNSET;
        spans[i].start = unset ? REGEX_UNSET : known->spans[i][0];
        spans[i].end = unset ? REGEX_UNSET : known->spans[i][1];
    }
    return START_MATCHES;
}
