#include "timestamp_names.h"

/* Up to four letters as one number, so that a switch finds a name without a loop over all of them. */
#define NAME(a, b, c, d)                                                                                     \
    ((uint32_t)(unsigned char)(a) << 24 | (uint32_t)(unsigned char)(b) << 16 |                               \
     (uint32_t)(unsigned char)(c) << 8 | (uint32_t)(unsigned char)(d))

static uint32_t first_three(const char *p) {
    return NAME(ascii_lower(p[0]), ascii_lower(p[1]), ascii_lower(p[2]), 0);
}

static int month_of_three(const char *p) {
    switch (first_three(p)) {
    case NAME('j', 'a', 'n', 0):
    case NAME('e', 'n', 'e', 0):
    case NAME('g', 'e', 'n', 0):
        return 1;
    case NAME('f', 'e', 'b', 0):
    case NAME('f', 'e', 'v', 0):
    case NAME('f', '\xC3', '\xA9', 0):
        return 2;
    case NAME('m', 'a', 'r', 0):
    case NAME('m', 'r', 'z', 0):
    case NAME('m', 'r', 't', 0):
    case NAME('m', 'a', 'a', 0):
    case NAME('m', '\xC3', '\xA4', 0):
        return 3;
    case NAME('a', 'p', 'r', 0):
    case NAME('a', 'v', 'r', 0):
    case NAME('a', 'b', 'r', 0):
        return 4;
    case NAME('m', 'a', 'y', 0):
    case NAME('m', 'a', 'i', 0):
    case NAME('m', 'a', 'g', 0):
    case NAME('m', 'a', 'j', 0):
    case NAME('m', 'e', 'i', 0):
        return 5;
    case NAME('j', 'u', 'n', 0):
    case NAME('g', 'i', 'u', 0):
        return 6;
    case NAME('j', 'u', 'l', 0):
    case NAME('l', 'u', 'g', 0):
        return 7;
    case NAME('a', 'u', 'g', 0):
    case NAME('a', 'g', 'o', 0):
    case NAME('a', 'o', 'u', 0):
    case NAME('a', 'o', '\xC3', 0):
        return 8;
    case NAME('s', 'e', 'p', 0):
    case NAME('s', 'e', 't', 0):
        return 9;
    case NAME('o', 'c', 't', 0):
    case NAME('o', 'k', 't', 0):
    case NAME('o', 't', 't', 0):
    case NAME('o', 'u', 't', 0):
        return 10;
    case NAME('n', 'o', 'v', 0):
        return 11;
    case NAME('d', 'e', 'c', 0):
    case NAME('d', 'e', 'z', 0):
    case NAME('d', 'i', 'c', 0):
    case NAME('d', '\xC3', '\xA9', 0):
        return 12;
    default:
        return 0;
    }
}

int month_of(struct str word) {
    if (word.len < 3)
        return 0;
    int month = month_of_three(word.ptr);
    if (month || word.len < 4 || first_three(word.ptr) != NAME('j', 'u', 'i', 0))
        return month;
    return word.ptr[3] == 'n' ? 6 : word.ptr[3] == 'l' ? 7 : 0; /* juin, juillet */
}

bool is_weekday(const char *p) {
    switch (first_three(p)) {
    case NAME('m', 'o', 'n', 0):
    case NAME('t', 'u', 'e', 0):
    case NAME('w', 'e', 'd', 0):
    case NAME('t', 'h', 'u', 0):
    case NAME('f', 'r', 'i', 0):
    case NAME('s', 'a', 't', 0):
    case NAME('s', 'u', 'n', 0):
        return true;
    default:
        return false;
    }
}

static int zone_of_letters(uint32_t name) {
    switch (name) {
    case NAME('Z', 0, 0, 0):
    case NAME('U', 'T', 0, 0):
    case NAME('U', 'T', 'C', 0):
    case NAME('G', 'M', 'T', 0):
    case NAME('W', 'E', 'T', 0):
        return 0;
    case NAME('B', 'S', 'T', 0):
    case NAME('W', 'E', 'S', 'T'):
    case NAME('C', 'E', 'T', 0):
    case NAME('M', 'E', 'T', 0):
    case NAME('M', 'E', 'Z', 0):
        return HOUR;
    case NAME('C', 'E', 'S', 'T'):
    case NAME('M', 'E', 'S', 'T'):
    case NAME('M', 'E', 'S', 'Z'):
    case NAME('E', 'E', 'T', 0):
    case NAME('S', 'A', 'S', 'T'):
        return 2 * HOUR;
    case NAME('E', 'E', 'S', 'T'):
    case NAME('M', 'S', 'K', 0):
        return 3 * HOUR;
    case NAME('M', 'S', 'D', 0):
        return 4 * HOUR;
    case NAME('P', 'K', 'T', 0):
        return 5 * HOUR;
    case NAME('I', 'S', 'T', 0):
        return 5 * HOUR + HOUR / 2;
    case NAME('W', 'I', 'B', 0):
        return 7 * HOUR;
    case NAME('S', 'G', 'T', 0):
    case NAME('H', 'K', 'T', 0):
    case NAME('A', 'W', 'S', 'T'):
        return 8 * HOUR;
    case NAME('J', 'S', 'T', 0):
    case NAME('K', 'S', 'T', 0):
        return 9 * HOUR;
    case NAME('A', 'C', 'S', 'T'):
        return 9 * HOUR + HOUR / 2;
    case NAME('A', 'E', 'S', 'T'):
        return 10 * HOUR;
    case NAME('A', 'C', 'D', 'T'):
        return 10 * HOUR + HOUR / 2;
    case NAME('A', 'E', 'D', 'T'):
        return 11 * HOUR;
    case NAME('N', 'Z', 'S', 'T'):
        return 12 * HOUR;
    case NAME('N', 'Z', 'D', 'T'):
        return 13 * HOUR;
    case NAME('N', 'S', 'T', 0):
        return -3 * HOUR - HOUR / 2;
    case NAME('A', 'D', 'T', 0):
    case NAME('B', 'R', 'T', 0):
        return -3 * HOUR;
    case NAME('A', 'S', 'T', 0):
    case NAME('E', 'D', 'T', 0):
        return -4 * HOUR;
    case NAME('E', 'S', 'T', 0):
    case NAME('C', 'D', 'T', 0):
        return -5 * HOUR;
    case NAME('C', 'S', 'T', 0):
    case NAME('M', 'D', 'T', 0):
        return -6 * HOUR;
    case NAME('M', 'S', 'T', 0):
    case NAME('P', 'D', 'T', 0):
        return -7 * HOUR;
    case NAME('P', 'S', 'T', 0):
    case NAME('A', 'K', 'D', 'T'):
        return -8 * HOUR;
    case NAME('A', 'K', 'S', 'T'):
        return -9 * HOUR;
    case NAME('H', 'S', 'T', 0):
        return -10 * HOUR;
    default:
        return NO_ZONE;
    }
}

int zone_of(struct str letters) {
    uint32_t name = 0;
    if (letters.len > 4)
        return NO_ZONE;
    for (size_t i = 0; i < 4; i++)
        name = name << 8 | (i < letters.len ? (unsigned char)letters.ptr[i] : 0);
    return zone_of_letters(name);
}
