/* How long something took, in the ways logs write it. */
#include "parse_inside.h"

#include <math.h>

static const double unit_ms[] = {
    [UNIT_NS] = 1e-6, [UNIT_US] = 1e-3, [UNIT_MS] = 1, [UNIT_S] = 1e3, [UNIT_MIN] = 60e3, [UNIT_H] = 3600e3,
};

static const struct {
    struct str name;
    enum unit unit;
} unit_names[] = {
    { STR("ns"), UNIT_NS },
    { STR("nanosecond"), UNIT_NS },
    { STR("nanoseconds"), UNIT_NS },
    { STR("us"), UNIT_US },
    { STR("\xC2\xB5s"), UNIT_US },
    { STR("\xCE\xBCs"), UNIT_US },
    { STR("usec"), UNIT_US },
    { STR("usecs"), UNIT_US },
    { STR("micros"), UNIT_US },
    { STR("microsecond"), UNIT_US },
    { STR("microseconds"), UNIT_US },
    { STR("ms"), UNIT_MS },
    { STR("msec"), UNIT_MS },
    { STR("msecs"), UNIT_MS },
    { STR("millis"), UNIT_MS },
    { STR("millisecond"), UNIT_MS },
    { STR("milliseconds"), UNIT_MS },
    { STR("s"), UNIT_S },
    { STR("sec"), UNIT_S },
    { STR("secs"), UNIT_S },
    { STR("second"), UNIT_S },
    { STR("seconds"), UNIT_S },
    { STR("m"), UNIT_MIN },
    { STR("min"), UNIT_MIN },
    { STR("mins"), UNIT_MIN },
    { STR("minute"), UNIT_MIN },
    { STR("minutes"), UNIT_MIN },
    { STR("h"), UNIT_H },
    { STR("hr"), UNIT_H },
    { STR("hrs"), UNIT_H },
    { STR("hour"), UNIT_H },
    { STR("hours"), UNIT_H },
};

static bool unit_of(struct str name, enum unit *unit) {
    for (size_t i = 0; i < sizeof unit_names / sizeof unit_names[0]; i++) {
        if (str_equal_nocase(name, unit_names[i].name)) {
            *unit = unit_names[i].unit;
            return true;
        }
    }
    return false;
}

static struct str take_number(struct str *text) {
    size_t len = 0;
    while (len < text->len) {
        char c = text->ptr[len];
        bool exponent = (c == 'e' || c == 'E') && len && len + 1 < text->len &&
                        (ascii_digit(text->ptr[len + 1]) || text->ptr[len + 1] == '-');
        bool sign = (c == '-' || c == '+') && len && ascii_lower(text->ptr[len - 1]) == 'e';
        if (!ascii_digit(c) && c != '.' && !exponent && !sign)
            break;
        len++;
    }
    struct str number = str_slice(*text, 0, len);
    *text = str_trim(str_slice(*text, len, text->len));
    return number;
}

static struct str take_word(struct str *text) {
    size_t len = 0;
    while (len < text->len && !ascii_digit(text->ptr[len]) && !ascii_space(text->ptr[len]))
        len++;
    struct str word = str_slice(*text, 0, len);
    *text = str_trim(str_slice(*text, len, text->len));
    return word;
}

/* What a number without a unit means under a key that names none. Below one with a fraction it is seconds (a
 * span of less than a millisecond is seldom logged, and taken so it is never slow); else milliseconds. */
static enum unit guessed(struct str number, double value) {
    return value < 1 && str_find_byte(number, '.') < number.len ? UNIT_S : UNIT_MS;
}

static bool bare_number(struct str number, double value, enum unit unit, double *ms) {
    enum { SMALLEST_GO = 10000 }; /* 10 us: nobody logs less, and others use the key for milliseconds */
    if (unit == UNIT_GO) {
        if (value < SMALLEST_GO || value != trunc(value))
            return false;
        unit = UNIT_NS;
    }
    if (unit == UNIT_TEXT)
        unit = guessed(number, value);
    *ms = value * unit_ms[unit];
    return true;
}

bool duration_of(struct str text, enum unit unit, double *ms) {
    double sum = 0, value;
    size_t parts = 0;
    text = str_trim(text);
    while (text.len) {
        struct str number = take_number(&text), word = take_word(&text);
        enum unit own;
        if (!str_to_double(number, &value) || value < 0)
            return false;
        if (word.len == 0)
            return parts == 0 && text.len == 0 && bare_number(number, value, unit, ms);
        if (!unit_of(word, &own))
            return false;
        sum += value * unit_ms[own];
        parts++;
    }
    *ms = sum;
    return parts > 0;
}
