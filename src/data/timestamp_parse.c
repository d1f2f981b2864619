#include "timestamp_parse.h"

#include "timestamp_layout.h"
#include "timestamp_names.h"

/* ---------------------------------------------------------------- calendar */

/* Years are counted from March, so that the leap day is the last day of one, and from so many eras of 400
 * years ago that none is negative. */
int64_t days_from_civil(int year, int month, int day) {
    enum { ERAS = 10, ERA_DAYS = 146097, EPOCH = 719468 };
    unsigned of_march = (unsigned)(year + ERAS * 400 - (month <= 2));
    unsigned before_year = of_march * 365 + of_march / 4 - of_march / 100 + of_march / 400;
    unsigned before_month = (153u * (unsigned)(month + (month > 2 ? -3 : 9)) + 2) / 5;
    return (int64_t)before_year + before_month + day - 1 - ERAS * ERA_DAYS - EPOCH;
}

void civil_from_days(int64_t days, int *year, int *month, int *day) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
    int64_t shifted = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = (int)(years + era * 400 + (*month <= 2));
}

int month_length(int year, int month) {
    static const signed char LENGTH[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (month < 1 || month > 12)
        return 0;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return LENGTH[month - 1] + (month == 2 && leap);
}

/* ---------------------------------------------------------------- letters and digits */

static inline bool digit_at(const char *p, const char *end) {
    return p < end && ascii_digit(*p);
}

static inline bool alpha_at(const char *p, const char *end) {
    return p < end && ascii_alpha(*p);
}

__attribute__((always_inline)) static inline bool one_of(const char *p, const char *end, const char *set) {
    return p < end && byte_in(*p, set);
}

static inline const char *skip_digits(const char *p, const char *end) {
    while (digit_at(p, end))
        p++;
    return p;
}

static const char *skip_blanks(const char *p, const char *end) {
    while (one_of(p, end, " \t"))
        p++;
    return p;
}

/* Exactly `count` digits; more may follow. */
static inline const char *digits(const char *p, const char *end, int count, int *out) {
    if (end - p < count)
        return NULL;
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (!ascii_digit(p[i]))
            return NULL;
        value = value * 10 + (p[i] - '0');
    }
    *out = value;
    return p + count;
}

/* One or two digits and no third. */
static inline const char *short_number(const char *p, const char *end, int *out) {
    if (!digit_at(p, end))
        return NULL;
    *out = *p++ - '0';
    if (digit_at(p, end))
        *out = *out * 10 + (*p++ - '0');
    return digit_at(p, end) ? NULL : p;
}

static int full_year(int two_digits) {
    return two_digits + (two_digits < 70 ? 2000 : 1900);
}

/* A year after a day and a month: 2024 or 24. An hour can stand there too: 24 with a colon behind it. */
static const char *late_year(const char *p, const char *end, int *out) {
    const char *stop = skip_digits(p, end);
    if (stop - p == 4 && digits(p, end, 4, out) && *out >= 1900 && *out < 2200)
        return stop;
    if (stop - p != 2 || one_of(stop, end, ":.") || !digits(p, end, 2, out))
        return NULL;
    *out = full_year(*out);
    return stop;
}

/* ---------------------------------------------------------------- names */

/* A month's name, short or long, with its full stop: Nov, November, sept. */
static const char *month_name(const char *p, const char *end, int *month) {
    enum { LONGEST = 12 };
    *month = month_of(str_of(p, (size_t)(end - p)));
    if (*month == 0)
        return NULL;
    const char *stop = p + 3;
    while (stop < end && stop - p <= LONGEST && (ascii_alpha(*stop) || (unsigned char)*stop >= 0x80))
        stop++;
    if (stop - p > LONGEST)
        return NULL;
    return one_of(stop, end, ".") ? stop + 1 : stop;
}

/* "Mon ", "Mon, ", "Monday, ": says nothing that the date does not say. */
static const char *skip_weekday(const char *p, const char *end) {
    if (end - p < 5 || !is_weekday(p))
        return p;
    const char *stop = p + 3;
    while (alpha_at(stop, end))
        stop++;
    if (one_of(stop, end, ",."))
        stop++;
    return one_of(stop, end, " ") ? skip_blanks(stop, end) : p;
}

/* ---------------------------------------------------------------- time of day and zone */

/* Digits after the point; more than six are dropped. */
static const char *parse_fraction(const char *p, const char *end, int *micros) {
    static const int SCALE[] = { MICROS, 100000, 10000, 1000, 100, 10, 1 };
    int value = 0, count = 0;
    for (; count < 6 && digit_at(p, end); p++, count++)
        value = value * 10 + (*p - '0');
    *micros = value * SCALE[count];
    return skip_digits(p, end);
}

/* What may follow whole seconds: .123456789, or ,123 or :123 where the colon counts milliseconds. A comma
 * also separates columns (13:04:05,10.0.0.1), which the point after the number tells. */
static const char *optional_fraction(const char *p, const char *end, struct reading *r) {
    if (!one_of(p, end, ".,:") || !digit_at(p + 1, end))
        return p;
    int value;
    const char *stop = parse_fraction(p + 1, end, &value);
    if (*p == ':') {
        if (stop - p > 4 || one_of(stop, end, ":") || !digits(p + 1, end, (int)(stop - p - 1), &value))
            return p;
        value *= 1000;
    } else if (*p == ',' && one_of(stop, end, ".") && digit_at(stop + 1, end)) {
        return p;
    }
    r->micros = value;
    r->fraction = true;
    return stop;
}

/* " PM", "pm", with the narrow no-break space that recent Java writes. */
static const char *optional_half_day(const char *p, const char *end, struct reading *r) {
    static const struct str SPACES[] = { STR(" "), STR("\xE2\x80\xAF"), STR("\xC2\xA0") };
    const char *at = p;
    for (size_t i = 0; i < sizeof SPACES / sizeof *SPACES && at == p; i++)
        if (str_starts(str_of(p, (size_t)(end - p)), SPACES[i]))
            at += SPACES[i].len;
    if (end - at < 2 || !one_of(at, end, "aApP") || ascii_lower(at[1]) != 'm')
        return p;
    if (r->hour < 1 || r->hour > 12 || alpha_at(at + 2, end) || digit_at(at + 2, end))
        return p;
    r->hour = r->hour % 12 + (ascii_lower(*at) == 'p' ? 12 : 0);
    return at + 2;
}

/* 13:04:05, 1:04:05, 13:04 (only with a year, else it is anything), 22:16:0. */
static const char *colon_clock(const char *p, const char *end, struct reading *r) {
    p = short_number(p, end, &r->hour);
    if (!p || !one_of(p, end, ":"))
        return NULL;
    p = short_number(p + 1, end, &r->minute);
    if (!p)
        return NULL;
    if (one_of(p, end, ":") && digit_at(p + 1, end))
        return short_number(p + 1, end, &r->second);
    return r->year == YEAR_UNWRITTEN || r->spelling == SPELLING_TERSE ? NULL : p;
}

/* 13.04.05 */
static const char *dotted_clock(const char *p, const char *end, struct reading *r) {
    p = digits(p, end, 2, &r->hour);
    if (!p || !one_of(p, end, "."))
        return NULL;
    p = digits(p + 1, end, 2, &r->minute);
    return p && one_of(p, end, ".") ? digits(p + 1, end, 2, &r->second) : NULL;
}

/* 130405 */
static const char *compact_clock(const char *p, const char *end, struct reading *r) {
    p = digits(p, end, 2, &r->hour);
    p = p ? digits(p, end, 2, &r->minute) : NULL;
    p = p ? digits(p, end, 2, &r->second) : NULL;
    return p && !digit_at(p, end) ? p : NULL;
}

static const char *parse_clock(const char *p, const char *end, struct reading *r) {
    const char *stop = skip_digits(p, end);
    if (stop - p == 6)
        return compact_clock(p, end, r);
    return one_of(stop, end, ".") ? dotted_clock(p, end, r) : colon_clock(p, end, r);
}

/* +02, +0200, +02:00, +120 (minutes, as DB2 writes). After a blank only the long ones: " -12" can be any
 * number. The real offsets are quarters of an hour. */
static const char *zone_offset(const char *p, const char *end, bool spaced, int *zone) {
    if (!one_of(p, end, "+-") || !digit_at(p + 1, end))
        return NULL;
    bool west = *p++ == '-';
    const char *stop = skip_digits(p, end);
    int hours = 0, minutes = 0;
    if (stop - p == 3)
        digits(p, end, 3, &minutes);
    else if (stop - p == 4 || stop - p == 2)
        digits(p, end, 2, &hours);
    if (stop - p == 4)
        digits(p + 2, end, 2, &minutes);
    else if (stop - p == 2 && one_of(stop, end, ":") && digits(stop + 1, end, 2, &minutes))
        stop += 3;
    else if (spaced || stop - p < 2 || stop - p > 3)
        return NULL;
    int seconds = hours * HOUR + minutes * 60;
    if (seconds > 14 * HOUR || minutes % 15 || digit_at(stop, end) || alpha_at(stop, end))
        return NULL;
    *zone = west ? -seconds : seconds;
    return stop;
}

/* +2 and -5:30, as they are written behind UTC and GMT only. */
static const char *short_offset(const char *p, const char *end, int *zone) {
    int hours, minutes = 0;
    if (!one_of(p, end, "+-") || !digits(p + 1, end, 1, &hours) || digit_at(p + 2, end))
        return NULL;
    const char *stop = p + 2;
    if (one_of(stop, end, ":") && digits(stop + 1, end, 2, &minutes))
        stop += 3;
    if (minutes % 15 || digit_at(stop, end) || alpha_at(stop, end))
        return NULL;
    *zone = (hours * HOUR + minutes * 60) * (*p == '-' ? -1 : 1);
    return stop;
}

/* UTC, EST, and GMT+0200, which is the offset alone. */
static const char *zone_name(const char *p, const char *end, int *zone) {
    const char *stop = p;
    while (stop < end && *stop >= 'A' && *stop <= 'Z')
        stop++;
    *zone = zone_of(str_of(p, (size_t)(stop - p)));
    if (*zone == NO_ZONE || alpha_at(stop, end) || digit_at(stop, end))
        return NULL;
    const char *offset = *zone == 0 ? zone_offset(stop, end, false, zone) : NULL;
    if (!offset && *zone == 0)
        offset = short_offset(stop, end, zone);
    return offset ? offset : stop;
}

/* The Z that most stamps with a zone end with. */
static inline bool zulu(const char *p, const char *end) {
    return one_of(p, end, "Zz") && !alpha_at(p + 1, end) && !one_of(p + 1, end, "+-");
}

static const char *optional_zone(const char *p, const char *end, struct reading *r) {
    const char *at = p;
    if (zulu(p, end)) {
        r->zone = 0;
        r->zoned = true;
        return p + 1;
    }
    while (one_of(at, end, " ") && at - p < 2)
        at++;
    bool spaced = at > p;
    if (one_of(at, end, "("))
        at++;
    const char *stop = NULL;
    if (one_of(at, end, "+-"))
        stop = zone_offset(at, end, spaced, &r->zone);
    else if (at < end && *at >= 'A' && *at <= 'Z')
        stop = zone_name(at, end, &r->zone);
    else if (!spaced && one_of(at, end, "z") && !alpha_at(at + 1, end)) {
        r->zone = 0;
        stop = at + 1;
    }
    r->zoned = stop != NULL;
    return stop ? stop : p;
}

bool zone_parse(struct str text, int32_t *seconds) {
    const char *end = text.ptr + text.len, *stop = NULL;
    if (str_equal_c(text, "Z") || str_equal_c(text, "UTC") || str_equal_c(text, "GMT"))
        stop = zone_name(text.ptr, end, seconds);
    else if (text.len)
        stop = zone_offset(text.ptr, end, false, seconds);
    return stop && stop == end;
}

/* ctime puts the year last: "13:04:05 2024", "13:04:05 UTC 2024". */
static const char *optional_year(const char *p, const char *end, struct reading *r) {
    int year;
    if (r->year != YEAR_UNWRITTEN || !one_of(p, end, " ") || skip_digits(p + 1, end) - p != 5)
        return p;
    const char *stop = late_year(p + 1, end, &year);
    if (!stop || alpha_at(stop, end) || (one_of(stop, end, ".:-/") && !(one_of(stop + 1, end, " "))))
        return p;
    r->year = year;
    return r->zoned ? stop : optional_zone(stop, end, r);
}

/* ---------------------------------------------------------------- dates */

typedef const char *date_reader(const char *p, const char *end, int64_t latest, struct reading *r);

/* Three numbers a/b/c of which the last or the first is the year. The orders in use are tried, the most usual
 * with this separator first; of those that make a date, the latest year that is not in the future wins. */
static bool order_date(const int n[3], const char *orders, int64_t latest, struct reading *r) {
    bool found = false, timely = false;
    for (; *orders; orders++) {
        int year = *orders == 'y' ? full_year(n[0]) : n[2];
        int month = *orders == 'm' ? n[0] : n[1];
        int day = *orders == 'y' ? n[2] % 100 : *orders == 'm' ? n[1] : n[0];
        if (day < 1 || day > month_length(year, month))
            continue;
        bool past = days_from_civil(year, month, day) <= latest;
        if (!found || (past && (!timely || year > r->year))) {
            r->year = year, r->month = month, r->day = day;
            found = true;
            timely = past;
        }
    }
    return found;
}

/* 5/6/2024, 06.05.2024, 06-05-2024, 24/05/06, 05/06/24; and without a year, month first: 05-06, 05.06, and
 * 05/06 of Snort, which puts a hyphen behind it. */
static const char *numeric_date(const char *p, const char *end, int64_t latest, struct reading *r) {
    int n[3];
    const char *second = short_number(p, end, &n[0]);
    if (!second || !one_of(second, end, "/-."))
        return NULL;
    char separator = *second++;
    const char *stop = short_number(second, end, &n[1]);
    if (!stop)
        return NULL;
    const char *third = late_year(stop + 1 < end ? stop + 1 : end, end, &n[2]);
    if (!third || *stop != separator) {
        r->spelling = SPELLING_TERSE;
        r->month = n[0], r->day = n[1];
        return stop - p == 5 && (separator != '/' || one_of(stop, end, "-")) ? stop : NULL;
    }
    bool year_first = second - p == 3 && third - stop == 3;
    const char *orders = separator == '/' ? "ymd" : "ydm";
    return order_date(n, orders + !year_first, latest, r) ? third : NULL;
}

/* 6 May 2024, 06/May/2024, 06-MAY-24, 06May2024, 6 mai */
static const char *day_month_date(const char *p, const char *end, int64_t latest, struct reading *r) {
    (void)latest;
    p = short_number(p, end, &r->day);
    if (p && one_of(p, end, " -/."))
        p++;
    if (p && one_of(p, end, " "))
        p++;
    p = p ? month_name(p, end, &r->month) : NULL;
    if (!p)
        return NULL;
    const char *year = one_of(p, end, " -/,") ? p + 1 : p;
    const char *stop = late_year(one_of(year, end, " ") ? year + 1 : year, end, &r->year);
    return stop ? stop : p;
}

static const char *short_date(const char *p, const char *end, int64_t latest, struct reading *r) {
    const char *stop = skip_digits(p, end);
    if (one_of(stop, end, " -/."))
        stop++;
    if (digit_at(stop, end))
        return numeric_date(p, end, latest, r);
    return day_month_date(p, end, latest, r);
}

/* May 6, 2024; May  6; May 06 2024; Apr-27-13 */
static const char *month_day_date(const char *p, const char *end, int64_t latest, struct reading *r) {
    (void)latest;
    p = month_name(p, end, &r->month);
    if (!p || !one_of(p, end, " -/"))
        return NULL;
    p = short_number(skip_blanks(p + 1, end), end, &r->day);
    if (!p)
        return NULL;
    const char *year = one_of(p, end, ",-/") ? p + 1 : p;
    const char *stop = late_year(skip_blanks(year, end), end, &r->year);
    return stop ? stop : p;
}

/* 2024-05-06, 2024/05/06, 2024.05.06, 2024:05:06, 2024/5/6, 2024 May 06, 2024-May-06; and glog's 0506, month
 * first. */
static const char *year_date(const char *p, const char *end, int64_t latest, struct reading *r) {
    (void)latest;
    const char *stop = digits(p, end, 4, &r->year);
    if (!one_of(stop, end, "-/.: "))
        return NULL;
    char separator = *stop++;
    if (separator == ' ' && digit_at(stop, end)) {
        r->spelling = SPELLING_TERSE;
        r->month = r->year / 100, r->day = r->year % 100;
        r->year = YEAR_UNWRITTEN;
        return stop - 1;
    }
    const char *month = short_number(stop, end, &r->month);
    month = month ? month : month_name(stop, end, &r->month);
    if (!month || !one_of(month, end, "-/.: ") || *month != separator)
        return NULL;
    return short_number(month + 1, end, &r->day);
}

/* 20240506 */
static const char *compact_date(const char *p, const char *end, int64_t latest, struct reading *r) {
    (void)latest;
    p = digits(p, end, 4, &r->year);
    p = p ? digits(p, end, 2, &r->month) : NULL;
    if (!p || r->year < 1900 || r->year >= 2200)
        return NULL;
    return digits(p, end, 2, &r->day);
}

/* 240506 */
static const char *terse_date(const char *p, const char *end, int64_t latest, struct reading *r) {
    (void)latest;
    r->spelling = SPELLING_TERSE;
    p = digits(p, end, 2, &r->year);
    p = p ? digits(p, end, 2, &r->month) : NULL;
    r->year = full_year(r->year);
    return p ? digits(p, end, 2, &r->day) : NULL;
}

/* The shapes that begin with a digit, by how many digits there are. */
enum { DATE_RUNS = 15 };
static date_reader *const DATE_BY_RUN[DATE_RUNS] = {
    [1] = short_date, [2] = short_date,   [4] = year_date,
    [6] = terse_date, [8] = compact_date, [14] = compact_date,
};

/* ---------------------------------------------------------------- whole stamps */

/* From the date to the time of day. NULL: these two do not belong together. */
static const char *skip_separator(const char *p, const char *end) {
    static const struct str LONG[] = { STR("  "),   STR(" - "),    STR(", "), STR(" @ "),
                                       STR(" at "), STR(" time="), STR("::") };
    if (digit_at(p, end))
        return p; /* 20240506130405 */
    if (one_of(p, end, "T t:-_,") && digit_at(p + 1, end))
        return p + 1;
    for (size_t i = 0; i < sizeof LONG / sizeof *LONG; i++)
        if (str_starts(str_of(p, (size_t)(end - p)), LONG[i]) && digit_at(p + LONG[i].len, end))
            return p + LONG[i].len;
    return one_of(p, end, "\t") ? p + 1 : NULL;
}

/* What may follow the seconds, or the minutes. */
static const char *after_clock(const char *p, const char *end, struct reading *r) {
    p = optional_half_day(optional_fraction(p, end, r), end, r);
    return optional_year(optional_zone(p, end, r), end, r);
}

/* The latest day in `latest` settles dates that can be read in several orders. */
static const char *dated_stamp(date_reader *date, const char *p, const char *end, int64_t latest,
                               struct reading *r) {
    const char *day = date(p, end, latest, r);
    const char *clock = day ? skip_separator(day, end) : NULL;
    clock = clock ? parse_clock(clock, end, r) : NULL;
    if (clock)
        return after_clock(clock, end, r);
    if (!day || r->year == YEAR_UNWRITTEN || r->spelling == SPELLING_TERSE)
        return NULL;
    r->spelling = SPELLING_DATE;
    r->hour = r->minute = r->second = 0; /* of a clock that began and failed */
    return day;
}

bool epoch_plausible(int64_t micros) {
    const int64_t YEAR_1990 = 631152000, YEAR_2100 = 4102444800;
    return micros >= YEAR_1990 * MICROS && micros < YEAR_2100 * MICROS;
}

static const char *epoch_reading(const char *stop, int64_t micros, struct reading *r) {
    r->spelling = SPELLING_EPOCH;
    r->zoned = true;
    r->instant = micros;
    return epoch_plausible(micros) ? stop : NULL;
}

/* 1.714993445123E9: how zap prints a float. */
static const char *scientific_epoch(const char *p, const char *end, struct reading *r) {
    const char *stop = skip_digits(skip_digits(p, end) + 1, end);
    if (!one_of(stop, end, "eE"))
        return NULL;
    stop += one_of(stop + 1, end, "+") ? 2 : 1;
    stop = skip_digits(stop, end);
    double number;
    int64_t micros;
    if (!str_to_double(str_of(p, (size_t)(stop - p)), &number) || !stamp_from_number(number, &micros))
        return NULL;
    r->fraction = true;
    return epoch_reading(stop, micros, r);
}

/* 1714993445, 1714993445.123456, or 13, 16 or 19 digits: the unit is what makes today of so many. */
static const char *epoch_stamp(const char *p, const char *end, struct reading *r) {
    enum { MICRO_DIGITS = 16 }; /* so many are enough of 19 */
    const char *stop = skip_digits(p, end);
    ptrdiff_t run = stop - p;
    int64_t value = 0;
    for (const char *at = p; at < stop && at - p < MICRO_DIGITS; at++)
        value = value * 10 + (*at - '0');
    value = run == 10 ? value * MICROS : run == 13 ? value * 1000 : value;
    r->fraction = run > 10;
    if (run == 10 && one_of(stop, end, ".") && digit_at(stop + 1, end)) {
        stop = parse_fraction(stop + 1, end, &r->micros);
        value += r->micros;
        r->fraction = true;
    }
    return epoch_reading(stop, value, r);
}

static const char *hex(const char *p, const char *end, int count, uint64_t *out) {
    if (end - p < count)
        return NULL;
    *out = 0;
    for (; count; count--, p++) {
        int value = ascii_hex(*p);
        if (value < 0)
            return NULL;
        *out = *out * 16 + (uint64_t)value;
    }
    return p;
}

/* @400000006638b92f075bca00: TAI64N as multilog writes it, Unix time + 10 s without later leap seconds. */
static const char *tai64n_stamp(const char *p, const char *end, struct reading *r) {
    const uint64_t UNIX_EPOCH = (UINT64_C(1) << 62) + 10, HORIZON = UINT64_C(1) << 33;
    uint64_t seconds, nanos;
    p = hex(p + 1, end, 16, &seconds);
    p = p ? hex(p, end, 8, &nanos) : NULL;
    if (!p || seconds < UNIX_EPOCH || seconds - UNIX_EPOCH > HORIZON || nanos >= 1000000000)
        return NULL;
    r->fraction = true;
    return epoch_reading(p, (int64_t)(seconds - UNIX_EPOCH) * MICROS + (int64_t)(nanos / 1000), r);
}

/* I0506 13:04:05.123456 of glog and klog: letter and fraction make it certain. */
static const char *glog_stamp(const char *p, const char *end, int64_t latest, struct reading *r) {
    ptrdiff_t run = skip_digits(p + 1, end) - (p + 1);
    if (run != 4 && run != 8)
        return NULL;
    const char *stop = dated_stamp(DATE_BY_RUN[run], p + 1, end, latest, r);
    r->spelling = SPELLING_FULL;
    return r->fraction ? stop : NULL;
}

static const char *number_stamp(const char *p, const char *end, int64_t latest, struct reading *r) {
    const char *stop = skip_digits(p, end);
    ptrdiff_t run = stop - p;
    if (run == 10 || run == 13 || run == 16 || run == 19)
        return epoch_stamp(p, end, r);
    if (run == 1 && one_of(stop, end, ".")) {
        const char *epoch = scientific_epoch(p, end, r);
        if (epoch)
            return epoch;
    }
    date_reader *date = run < DATE_RUNS ? DATE_BY_RUN[run] : NULL;
    return date ? dated_stamp(date, p, end, latest, r) : NULL;
}

static const char *stamp_at(const char *p, const char *end, int64_t latest, struct reading *r) {
    if (digit_at(p, end))
        return number_stamp(p, end, latest, r);
    if (one_of(p, end, "@"))
        return tai64n_stamp(p, end, r);
    if (one_of(p, end, "IWEFD") && digit_at(p + 1, end))
        return glog_stamp(p, end, latest, r);
    p = skip_weekday(p, end);
    return digit_at(p, end) ? number_stamp(p, end, latest, r)
                            : dated_stamp(month_day_date, p, end, latest, r);
}

/* 13:04:05abc and 13:04:05_2008 are parts of something longer. */
static const char *whole_word(const char *p, const char *end) {
    return p && !digit_at(p, end) && !alpha_at(p, end) && !one_of(p, end, "_") ? p : NULL;
}

const char *reading_parse_any(const char *p, const char *end, int64_t latest, struct reading *r) {
    *r = (struct reading){ .year = YEAR_UNWRITTEN };
    return whole_word(stamp_at(p, end, latest, r), end);
}

const char *reading_parse(const char *p, const char *end, int64_t latest, struct reading *r) {
    *r = (struct reading){ .year = YEAR_UNWRITTEN };
    const char *clock = layout_read(p, end, r);
    return clock ? whole_word(after_clock(clock, end, r), end) : reading_parse_any(p, end, latest, r);
}
