#include "timestamp_layout.h"

#include "timestamp_names.h"

enum { WORD = 8, CLOCK_LEN = 8 };

/* Whether the eight bytes at p look like `layout`, where 0 stands for any digit and all else for itself. One
 * addition looks at all of them: under exclusive or with the layout a digit becomes 0..9 and an equal byte 0,
 * and the slack of a place takes anything larger into its top bit. */
static inline bool fits(const char *p, const char layout[WORD + 1]) {
    const uint64_t tops = 0x8080808080808080;
    uint64_t text, want, slack;
    char slacks[WORD];
    for (int i = 0; i < WORD; i++)
        slacks[i] = layout[i] == '0' ? 0x7F - 9 : 0x7F;
    memcpy(&text, p, WORD);
    memcpy(&want, layout, WORD);
    memcpy(&slack, slacks, WORD);
    text ^= want;
    return !(((text + slack) | text) & tops);
}

static inline int two_digits(const char *p) {
    return (p[0] - '0') * 10 + (p[1] - '0');
}

static inline int four_digits(const char *p) {
    return two_digits(p) * 100 + two_digits(p + 2);
}

/* 13:04:05 and no third digit of a second. */
static inline const char *read_clock(const char *p, const char *end, struct reading *r) {
    if (!fits(p, "00:00:00") || (p + CLOCK_LEN < end && ascii_digit(p[CLOCK_LEN])))
        return NULL;
    r->hour = two_digits(p);
    r->minute = two_digits(p + 3);
    r->second = two_digits(p + 6);
    return p + CLOCK_LEN;
}

/* 2024-05-06T13:04:05 */
static inline const char *read_iso(const char *p, const char *end, struct reading *r) {
    enum { DATE_LEN = 11 };
    if (end - p < DATE_LEN + CLOCK_LEN || (p[10] != 'T' && p[10] != ' ') || !fits(p, "0000-00-") ||
        !ascii_digit(p[8]) || !ascii_digit(p[9]))
        return NULL;
    const char *stop = read_clock(p + DATE_LEN, end, r);
    if (!stop)
        return NULL;
    r->year = four_digits(p);
    r->month = two_digits(p + 5);
    r->day = two_digits(p + 8);
    return stop;
}

/* May  6 13:04:05 */
static inline const char *read_syslog(const char *p, const char *end, struct reading *r) {
    enum { DATE_LEN = 7 };
    if (end - p < DATE_LEN + CLOCK_LEN || p[3] != ' ' || p[6] != ' ' || !ascii_digit(p[5]) ||
        (p[4] != ' ' && !ascii_digit(p[4])))
        return NULL;
    int month = month_abbreviated(p);
    const char *stop = month ? read_clock(p + DATE_LEN, end, r) : NULL;
    if (!stop)
        return NULL;
    r->month = month;
    r->day = p[4] == ' ' ? p[5] - '0' : two_digits(p + 4);
    return stop;
}

/* 06/May/2024:13:04:05 */
static inline const char *read_web_server(const char *p, const char *end, struct reading *r) {
    enum { DATE_LEN = 12, OLDEST = 1900, TOO_LATE = 2200 };
    if (end - p < DATE_LEN + CLOCK_LEN || !ascii_digit(p[0]) || !ascii_digit(p[1]) || p[2] != '/' ||
        !fits(p + 6, "/0000:00"))
        return NULL;
    int month = month_abbreviated(p + 3), year = four_digits(p + 7);
    bool known = month && year >= OLDEST && year < TOO_LATE;
    const char *stop = known ? read_clock(p + DATE_LEN, end, r) : NULL;
    if (!stop)
        return NULL;
    r->year = year;
    r->month = month;
    r->day = two_digits(p);
    return stop;
}

const char *layout_read(const char *p, const char *end, struct reading *r) {
    if (p < end && *p >= 'A')
        return read_syslog(p, end, r);
    const char *stop = read_iso(p, end, r);
    return stop ? stop : read_web_server(p, end, r);
}
