/* A small table by hash: a start that is not met again soon gives its place to another one. */
#include "known_starts.h"

enum { UNSET = UINT8_MAX, START_SHIFT = 64 - KNOWN_STARTS_BITS };

/* ---------------------------------------------------------------- which start
 *
 * Eight bytes at a time, then a bit for each of the 64. */

enum { BYTES_AT_ONCE = 8 };
static const uint64_t every_byte = 0x0101010101010101, top_bits = 0x8080808080808080;

/* The top bit of each byte between `first` and `last`; all bytes must be below 0x80. */
static inline uint64_t bytes_between(uint64_t bytes, char first, char last) {
    uint64_t from = bytes + every_byte * (0x80 - (unsigned char)first);
    uint64_t behind = bytes + every_byte * (0x7F - (unsigned char)last);
    return from & ~behind & top_bits;
}

/* The top bits of eight bytes side by side. */
static inline uint64_t packed(uint64_t tops) {
    return (tops >> 7) * 0x0102040810204080 >> 56;
}

struct classes {
    uint64_t digits, words; /* a bit for each byte */
    uint64_t beyond;        /* behind ASCII */
};

/* Makes the digits of the text '0', and tells which bytes are what. */
static struct classes normalise(char text[START_MAX]) {
    struct classes classes = { 0 };
    for (size_t i = 0; i < START_MAX; i += BYTES_AT_ONCE) {
        uint64_t bytes;
        memcpy(&bytes, text + i, sizeof bytes);
        uint64_t low = bytes & ~top_bits, ascii = ~bytes & top_bits;
        uint64_t digits = bytes_between(low, '0', '9') & ascii;
        uint64_t letters = bytes_between(low | every_byte * 0x20, 'a', 'z') & ascii;
        classes.digits |= packed(digits) << i;
        classes.words |= packed(digits | letters) << i;
        classes.beyond |= packed(bytes & top_bits) << i;
        bytes &= ~((digits >> 7) * 0x0F);
        memcpy(text + i, &bytes, sizeof bytes);
    }
    return classes;
}

/* Those bits that begin seven set ones. */
static inline uint64_t seven(uint64_t bits) {
    uint64_t two = bits & bits >> 1, four = two & two >> 2;
    return four & four >> 3;
}

/* Those bits that have a set one among the seven from there on. */
static inline uint64_t near(uint64_t bits) {
    bits |= bits >> 1;
    bits |= bits >> 2;
    return bits | bits >> 3;
}

/* Where the run of set bits began that bit `at` belongs to; `at` when it is not set. */
static inline size_t run_start(uint64_t bits, size_t at) {
    if (!(bits >> at & 1))
        return at;
    uint64_t below = ~bits & (((uint64_t)1 << at) - 1);
    return below ? 64 - (size_t)__builtin_clzll(below) : 0;
}

/* Letters behind which another one stands, or a digit and another one. */
static inline uint64_t letter_pairs(struct classes c) {
    uint64_t letters = c.words & ~c.digits;
    return letters & (letters >> 1 | (c.digits >> 1 & letters >> 2));
}

/* Where begins what differs from line to line: a word of digits and letters that is longer than those of
 * times and of names ("03T10", "http2"), or what is not ASCII. A word that begins with many digits may be a
 * time
 * ("20241126T103018Z"), unless letters stand together in it. It decides how often a start is met again,
 * nothing else. */
static size_t cut(struct classes c, size_t len) {
    uint64_t mixed = seven(c.words) & ~seven(c.digits) & ~seven(~c.digits);
    uint64_t stops = (mixed & (~(c.words << 1) | near(letter_pairs(c)))) | c.beyond;
    size_t first = stops ? run_start(c.words, (size_t)__builtin_ctzll(stops)) : START_MAX;
    return first < len ? first : len;
}

static uint64_t hash_start(const char *start) {
    uint64_t hash = 0, word;
    for (size_t i = 0; i < START_MAX; i += BYTES_AT_ONCE) {
        memcpy(&word, start + i, sizeof word);
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 29;
    }
    return hash;
}

/* Met so often a start is worth remembering, then worth asking everything about. */
enum { OFTEN = 2, FAMILIAR = 32 };

/* `start`: `len` bytes, zeros behind. */
static struct known_start *find_start(struct known_start starts[KNOWN_STARTS], const struct vocabulary *v,
                                      const char start[START_MAX], size_t len, bool is_cut) {
    struct known_start *known = &starts[hash_start(start) >> START_SHIFT];
    if (len == 0)
        return NULL;
    if (known->len != len || memcmp(known->text, start, START_MAX) != 0) {
        *known = (struct known_start){ .len = (uint8_t)len, .cut = is_cut };
        memcpy(known->text, start, START_MAX);
    }
    if (known->seen >= OFTEN)
        return known;
    known->seen++;
    known->match = MARKS_MAX;
    if (known->seen == OFTEN)
        known->open = *vocabulary_formats(v, start[0]);
    return NULL;
}

struct known_start *known_start_of(struct known_start starts[KNOWN_STARTS], const struct vocabulary *v,
                                   struct str text) {
    char start[START_MAX] = { 0 };
    struct str near = str_slice(text, 0, START_MAX);
    memcpy(start, near.ptr, near.len);
    size_t len = cut(normalise(start), near.len);
    memset(start + len, 0, START_MAX - len);
    return find_start(starts, v, start, len, len < near.len);
}

struct known_start *known_start_behind(struct known_start starts[KNOWN_STARTS], const struct vocabulary *v,
                                       const struct known_start *known, struct str text, size_t offset) {
    char start[START_MAX] = { 0 };
    if (!known || !known->cut || offset > known->len)
        return known_start_of(starts, v, str_slice(text, offset, text.len));
    memcpy(start, known->text + offset, START_MAX - offset);
    return find_start(starts, v, start, known->len - offset, true);
}

/* ---------------------------------------------------------------- what it says */

/* Whether everything that is asked of a text besides the pattern is in its start already. */
static bool start_fits(const struct vocabulary *v, const struct pattern *p, struct str start) {
    struct marks found;
    vocabulary_literals(v, start, false, &found);
    bool held = !p->holds || text_holds(start, p->holds);
    return held && !p->ends_count && pattern_possible(p, &found);
}

static void set_match(struct known_start *known, size_t number, const struct regex_span *spans,
                      size_t span_count) {
    known->match = number;
    for (size_t i = 0; i < span_count; i++) {
        bool unset = spans[i].start == REGEX_UNSET;
        known->spans[i][0] = unset ? UNSET : (uint8_t)spans[i].start;
        known->spans[i][1] = unset ? UNSET : (uint8_t)spans[i].end;
    }
}

void known_start_ask(struct known_start *known, const struct vocabulary *v, size_t number, struct str text,
                     struct regex_scratch *scratch) {
    struct pattern *p = vocabulary_patterns(v, PATTERN_FORMAT).items[number];
    struct str start = str_slice(text, 0, known->len);
    struct regex_span spans[PATTERN_SPANS_MAX];
    struct fault fault;
    if (!p->decides || marks_have(&known->asked, number))
        return;
    marks_add(&known->asked, number);
    const struct regex *regex = pattern_regex(p, &fault);
    enum regex_answer answer =
        regex ? regex_find_start(regex, scratch, start, spans, p->span_count) : REGEX_OPEN;
    if (answer == REGEX_NO)
        marks_remove(&known->open, number);
    if (answer == REGEX_YES && known->match == MARKS_MAX && start_fits(v, p, start))
        set_match(known, number, spans, p->span_count);
}

void known_start_settle(struct known_start *known, const struct vocabulary *v, struct str text,
                        struct regex_scratch *scratch) {
    size_t count = vocabulary_patterns(v, PATTERN_FORMAT).count;
    if (known->seen == FAMILIAR || ++known->seen < FAMILIAR)
        return;
    for (size_t i = 0; (i = marks_next(&known->open, &known->open, i, count)) < count; i++)
        known_start_ask(known, v, i, text, scratch);
}

void known_start_spans(const struct known_start *known, struct regex_span *spans, size_t span_count) {
    for (size_t i = 0; i < span_count; i++) {
        bool unset = known->spans[i][0] == UNSET;
        spans[i].start = unset ? REGEX_UNSET : known->spans[i][0];
        spans[i].end = unset ? REGEX_UNSET : known->spans[i][1];
    }
}
