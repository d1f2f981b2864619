#include "timestamp_names.h"

/* Up to four letters, filled up with NULs: compared as one number. */
struct name {
    char letters[5];
    int value;
};

/* The first three bytes, in UTF-8 and lower case, of what the languages of month_of call a month. */
static const struct name MONTHS[] = {
    { "jan", 1 },       { "ene", 1 },    { "gen", 1 },        { "feb", 2 },  { "fev", 2 },
    { "f\xC3\xA9", 2 }, { "mar", 3 },    { "mrz", 3 },        { "mrt", 3 },  { "maa", 3 },
    { "m\xC3\xA4", 3 }, { "apr", 4 },    { "avr", 4 },        { "abr", 4 },  { "may", 5 },
    { "mai", 5 },       { "mag", 5 },    { "maj", 5 },        { "mei", 5 },  { "jun", 6 },
    { "giu", 6 },       { "jul", 7 },    { "lug", 7 },        { "aug", 8 },  { "ago", 8 },
    { "aou", 8 },       { "ao\xC3", 8 }, { "sep", 9 },        { "set", 9 },  { "oct", 10 },
    { "okt", 10 },      { "ott", 10 },   { "out", 10 },       { "nov", 11 }, { "dec", 12 },
    { "dez", 12 },      { "dic", 12 },   { "d\xC3\xA9", 12 },
};

static const struct name WEEKDAYS[] = {
    { "mon", 1 }, { "tue", 2 }, { "wed", 3 }, { "thu", 4 }, { "fri", 5 }, { "sat", 6 }, { "sun", 7 },
};

enum { HALF = HOUR / 2 };
static const struct name ZONES[] = {
    { "UT", 0 },
    { "UTC", 0 },
    { "GMT", 0 },
    { "WET", 0 },
    { "BST", HOUR },
    { "WEST", HOUR },
    { "CET", HOUR },
    { "MET", HOUR },
    { "MEZ", HOUR },
    { "CEST", 2 * HOUR },
    { "MEST", 2 * HOUR },
    { "MESZ", 2 * HOUR },
    { "EET", 2 * HOUR },
    { "SAST", 2 * HOUR },
    { "EEST", 3 * HOUR },
    { "MSK", 3 * HOUR },
    { "MSD", 4 * HOUR },
    { "PKT", 5 * HOUR },
    { "IST", 5 * HOUR + HALF },
    { "WIB", 7 * HOUR },
    { "SGT", 8 * HOUR },
    { "HKT", 8 * HOUR },
    { "AWST", 8 * HOUR },
    { "JST", 9 * HOUR },
    { "KST", 9 * HOUR },
    { "ACST", 9 * HOUR + HALF },
    { "AEST", 10 * HOUR },
    { "ACDT", 10 * HOUR + HALF },
    { "AEDT", 11 * HOUR },
    { "NZST", 12 * HOUR },
    { "NZDT", 13 * HOUR },
    { "NST", -3 * HOUR - HALF },
    { "ADT", -3 * HOUR },
    { "BRT", -3 * HOUR },
    { "AST", -4 * HOUR },
    { "EDT", -4 * HOUR },
    { "EST", -5 * HOUR },
    { "CDT", -5 * HOUR },
    { "CST", -6 * HOUR },
    { "MDT", -6 * HOUR },
    { "MST", -7 * HOUR },
    { "PDT", -7 * HOUR },
    { "PST", -8 * HOUR },
    { "AKDT", -8 * HOUR },
    { "AKST", -9 * HOUR },
    { "HST", -10 * HOUR },
};

#define COUNT(names) (sizeof(names) / sizeof *(names))

static int value_of(const struct name *names, size_t count, const char letters[4], int otherwise) {
    for (size_t i = 0; i < count; i++)
        if (memcmp(names[i].letters, letters, 4) == 0)
            return names[i].value;
    return otherwise;
}

/* The value of the name that the three bytes at p are, in any case, or 0. */
static int value_of_three(const struct name *names, size_t count, const char *p) {
    const char letters[4] = { ascii_lower(p[0]), ascii_lower(p[1]), ascii_lower(p[2]) };
    return value_of(names, count, letters, 0);
}

/* The second and third letter tell the months apart, and their sum does too. */
#define PLACE(second, third) (((second) + (third)) % 32)

int month_abbreviated(const char *p) {
    static const struct name BY_PLACE[32] = {
        [PLACE('a', 'n')] = { "Jan", 1 },  [PLACE('e', 'b')] = { "Feb", 2 },
        [PLACE('a', 'r')] = { "Mar", 3 },  [PLACE('p', 'r')] = { "Apr", 4 },
        [PLACE('a', 'y')] = { "May", 5 },  [PLACE('u', 'n')] = { "Jun", 6 },
        [PLACE('u', 'l')] = { "Jul", 7 },  [PLACE('u', 'g')] = { "Aug", 8 },
        [PLACE('e', 'p')] = { "Sep", 9 },  [PLACE('c', 't')] = { "Oct", 10 },
        [PLACE('o', 'v')] = { "Nov", 11 }, [PLACE('e', 'c')] = { "Dec", 12 },
    };
    const struct name *month = &BY_PLACE[PLACE((unsigned char)p[1], (unsigned char)p[2])];
    return memcmp(month->letters, p, 3) == 0 ? month->value : 0;
}

int month_of(struct str word) {
    if (word.len < 3)
        return 0;
    int month = month_abbreviated(word.ptr);
    if (!month)
        month = value_of_three(MONTHS, COUNT(MONTHS), word.ptr);
    if (!month && word.len > 3 && str_equal_nocase(str_slice(word, 0, 3), str_c("jui")))
        return word.ptr[3] == 'n' ? 6 : word.ptr[3] == 'l' ? 7 : 0; /* juin, juillet */
    return month;
}

bool is_weekday(const char *p) {
    return value_of_three(WEEKDAYS, COUNT(WEEKDAYS), p) != 0;
}

/* INFO and WARN stand where a zone may stand, and more often: they end as no zone does. */
static bool ends_zone(char c) {
    return c == 'T' || c == 'Z' || c == 'C' || c == 'D' || c == 'K' || c == 'B';
}

int zone_of(struct str word) {
    char letters[4] = { 0 };
    if (word.len == 1)
        return *word.ptr == 'Z' ? 0 : NO_ZONE;
    if (word.len == 0 || word.len > sizeof letters || !ends_zone(word.ptr[word.len - 1]))
        return NO_ZONE;
    for (size_t i = 0; i < word.len; i++)
        letters[i] = word.ptr[i];
    return value_of(ZONES, COUNT(ZONES), letters, NO_ZONE);
}
