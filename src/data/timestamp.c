#include "timestamp.h"

#include "timestamp_parse.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Microseconds; the years that are printed begin and end there. */
#define DAY        ((int64_t)DAY_SECONDS * MICROS)
#define YEAR_0     (-719528 * DAY)
#define YEAR_10000 (2932897 * DAY)

/* ---------------------------------------------------------------- from wall clock to instant */

/* Counts changes of the process's zone, so that what threads remember of the old one is not used. */
static atomic_uint zone_generation = 1;

static int64_t offset_at(int64_t instant) {
    time_t when = (time_t)instant;
    struct tm local;
    return localtime_r(&when, &local) ? local.tm_gmtoff : 0;
}

/* Not mktime: where clocks go back it answers by what was asked before. Here the first of the two instants
 * counts, and an hour that was skipped is read with the offset before it. */
static int64_t local_offset(int64_t wall) {
    int64_t before = offset_at(wall - DAY_SECONDS), after = offset_at(wall + DAY_SECONDS);
    if (before == after || offset_at(wall - before) == before)
        return before;
    return offset_at(wall - after) == after ? after : before;
}

/* Clocks change on quarters of an hour, and neighbouring records share theirs: one remembered answer saves
 * nearly every call into the C library, which locks. */
static int64_t remembered_offset(int64_t wall) {
    enum { QUARTER = 900 };
    static _Thread_local struct {
        int64_t quarter, offset;
        unsigned generation;
    } last;
    int64_t quarter = wall >= 0 ? wall / QUARTER : (wall - QUARTER + 1) / QUARTER;
    unsigned generation = atomic_load_explicit(&zone_generation, memory_order_relaxed);
    if (last.generation != generation || last.quarter != quarter) {
        last.quarter = quarter;
        last.generation = generation;
        last.offset = local_offset(quarter * QUARTER);
    }
    return last.offset;
}

static int64_t instant_in_year(const struct reading *r, int year, const struct time_rules *rules) {
    int64_t wall =
        days_from_civil(year, r->month, r->day) * DAY_SECONDS + r->hour * 3600 + r->minute * 60 + r->second;
    int64_t offset = r->zoned ? r->zone : rules->local ? remembered_offset(wall) : rules->zone_offset_seconds;
    return (wall - offset) * MICROS + r->micros;
}

static int64_t floor_days(int64_t micros) {
    return micros >= 0 ? micros / DAY : -((-micros + DAY - 1) / DAY);
}

/* Within the years that can be printed, so that no sum overflows. */
static int64_t latest_instant(const struct time_rules *rules) {
    int64_t reference = rules->reference < YEAR_0 ? YEAR_0 : rules->reference;
    return (reference < YEAR_10000 ? reference : YEAR_10000) + DAY;
}

/* The latest year that has such a day and does not put the stamp beyond the reference. */
static bool infer_year(const struct reading *r, const struct time_rules *rules, int64_t *micros) {
    enum { LEAP_YEARS_APART = 8 };
    int64_t latest = latest_instant(rules);
    int year = 1971 + (int)(floor_days(latest) * 400 / 146097); /* not too early: the loop goes back */
    for (int oldest = year - LEAP_YEARS_APART; year >= oldest; year--) {
        /* Days first: no zone is more than one away, and asking for the offset in a wrong year costs more. */
        if (r->day > month_length(year, r->month) ||
            days_from_civil(year, r->month, r->day) > floor_days(latest) + 1)
            continue;
        *micros = instant_in_year(r, year, rules);
        if (*micros <= latest)
            return true;
    }
    return false;
}

static bool clock_valid(const struct reading *r) {
    bool midnight = r->hour == 24 && r->minute == 0 && r->second == 0;
    return (r->hour < 24 || midnight) && r->minute < 60 && r->second <= 60; /* 60: leap second */
}

static bool reading_resolve(const struct reading *r, const struct time_rules *rules, struct stamp *out) {
    out->zoned = r->zoned;
    out->has_year = r->spelling == SPELLING_EPOCH || r->year != YEAR_UNWRITTEN;
    out->micros = r->instant;
    if (r->spelling == SPELLING_EPOCH)
        return true;
    if (r->day < 1 || !clock_valid(r))
        return false;
    if (!out->has_year)
        return r->day <= month_length(2000, r->month) && infer_year(r, rules, &out->micros);
    if (r->day > month_length(r->year, r->month))
        return false;
    out->micros = instant_in_year(r, r->year, rules);
    return true;
}

/* ---------------------------------------------------------------- the places of a line */

/* Only so far into a line a stamp may start, and between plain words only in the first part of that; the
 * longest takes so much. */
enum { WINDOW = 256, WORDS_WINDOW = 128, MAX_WORDS = 5, LONGEST_STAMP = 64 };

struct search {
    const char *begin, *end; /* of the line what may be read */
    const struct time_rules *rules;
    int64_t latest; /* in days */
};

struct found {
    struct stamp stamp;
    bool fraction;
    const char *start, *stop;
};

/* How much the text in front of a place speaks for a stamp there. */
enum place {
    PLACE_NONE,  /* the value of a key that is no time, the middle of a sentence */
    PLACE_WORDS, /* after other columns */
    PLACE_KEY,   /* time=..., "ts":..., audit(... */
};

static bool key_is_time(struct str key) {
    static const struct str KEYS[] = {
        STR("t"),        STR("ts"),       STR("time"),    STR("timestamp"),  STR("@timestamp"),
        STR("date"),     STR("datetime"), STR("asctime"), STR("eventtime"),  STR("event_time"),
        STR("log_time"), STR("logtime"),  STR("$date"),   STR("start_time"), STR("systemtime"),
        STR("audit"),    STR("rt"),       STR("devtime"), STR("when"),       STR("__realtime_timestamp"),
    };
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
        if (str_equal_nocase(key, KEYS[i]))
            return true;
    return false;
}

static bool lower_word(const char *p, const char *end) {
    for (const char *at = p; at < end; at++)
        if (*at < 'a' || *at > 'z')
            return false;
    return p < end;
}

/* Between plain words. A stamp stands in the first few columns; behind a lower-case word ("expires", "since",
 * "at") it is part of a sentence, unless that word is the first one, where host names and such stand. */
static enum place place_in_words(const struct search *s, const char *p) {
    if (p - s->begin > WORDS_WINDOW)
        return PLACE_NONE;
    const char *word = s->begin, *word_end = s->begin;
    int words = 0;
    for (const char *at = s->begin; at < p; at++) {
        if (*at == ' ' || *at == '(')
            continue;
        bool starts = at == s->begin || at[-1] == ' ' || at[-1] == '(';
        word = starts ? at : word;
        words += starts;
        word_end = at + 1;
    }
    return words > MAX_WORDS || (words > 1 && lower_word(word, word_end)) ? PLACE_NONE : PLACE_WORDS;
}

/* Rails: Started GET "/orders" for 10.0.0.1 at 2024-...: the one sentence that ends in the record's time. */
static bool rails_start(const struct search *s, const char *p) {
    return str_starts(str_of(s->begin, (size_t)(p - s->begin)), (struct str)STR("Started ")) &&
           str_ends(str_of(s->begin, (size_t)(p - s->begin)), (struct str)STR(" at "));
}

/* Reads backwards from a stamp: [time="2024..., {"ts":17..., audit(17..., "# Time: 24... */
static enum place place_of(const struct search *s, const char *p) {
    const char *at = p;
    if (at > s->begin && byte_in(at[-1], "\"'"))
        at--;
    char bracket = at > s->begin && byte_in(at[-1], "[(") ? at[-1] : '\0';
    at -= bracket != '\0';
    while (at > s->begin && at[-1] == ' ' && p - at < 4)
        at--;
    char sign = at > s->begin && byte_in(at[-1], "=:") ? at[-1] : '\0';
    at -= sign != '\0';
    bool quoted = sign && at > s->begin && at[-1] == '"';
    const char *key = at -= quoted;
    while (key > s->begin && (ascii_alpha(key[-1]) || ascii_digit(key[-1]) || byte_in(key[-1], "_@$")))
        key--;
    bool is_key = key < at && (sign || bracket == '(');
    if (is_key && key_is_time(str_of(key, (size_t)(at - key))))
        return PLACE_KEY;
    if (is_key && (sign == '=' || quoted))
        return PLACE_NONE;
    if (bracket == '[' || byte_in(p[-1], ",;|\t>]") || rails_start(s, p))
        return PLACE_WORDS;
    return place_in_words(s, p);
}

/* Seconds among other numbers are nothing, unless the same time follows: "1117838570 2005.06.03" (BGL), the
 * start and end of a VPC flow record. */
static bool epoch_confirmed(const struct search *s, const struct reading *r, const char *stop) {
    struct reading next;
    if (stop >= s->end || *stop != ' ' || !reading_parse(stop + 1, s->end, s->latest, &next))
        return false;
    int64_t other = next.instant;
    if (next.spelling == SPELLING_DATE && next.day <= month_length(next.year, next.month))
        other = days_from_civil(next.year, next.month, next.day) * DAY;
    else if (next.spelling != SPELLING_EPOCH)
        return false;
    return llabs(other - r->instant) <= 2 * DAY;
}

/* `lead`: p is the first thing of a line, or of a program's own text. */
static bool read_at(const struct search *s, const char *p, bool lead, struct found *f) {
    struct reading r;
    f->stop = reading_parse(p, s->end, s->latest, &r);
    if (!f->stop || r.spelling == SPELLING_DATE)
        return false;
    bool epoch = r.spelling == SPELLING_EPOCH;
    if (epoch && f->stop < s->end && byte_in(*f->stop, "-/."))
        return false;
    enum place least = r.spelling == SPELLING_FULL ? PLACE_WORDS : PLACE_KEY;
    if (!lead && !(epoch && epoch_confirmed(s, &r, f->stop)) && place_of(s, p) < least)
        return false;
    f->start = p;
    f->fraction = r.fraction;
    return reading_resolve(&r, s->rules, &f->stamp);
}

/* What each byte is to the search: a stamp STARTS with it or stands behind it, where it OPENS a word; it
 * LEADS when it may stand in front of the first stamp of a text; some do BOTH. */
enum { STARTS = 1, OPENS = 2, LEADS = 4, BOTH = OPENS | LEADS };
static const unsigned char ROLE[256] = {
    ['0'] = STARTS, ['1'] = STARTS, ['2'] = STARTS, ['3'] = STARTS, ['4'] = STARTS,   ['5'] = STARTS,
    ['6'] = STARTS, ['7'] = STARTS, ['8'] = STARTS, ['9'] = STARTS, /* and months, days of the week: */
    ['A'] = STARTS, ['D'] = STARTS, ['F'] = STARTS, ['J'] = STARTS, ['M'] = STARTS,   ['N'] = STARTS,
    ['O'] = STARTS, ['S'] = STARTS, ['T'] = STARTS, ['W'] = STARTS, [' '] = BOTH,     ['\t'] = BOTH,
    ['['] = BOTH,   ['('] = BOTH,   ['<'] = BOTH,   ['"'] = BOTH,   ['\''] = BOTH,    ['*'] = BOTH,
    ['|'] = BOTH,   ['>'] = OPENS,  ['='] = OPENS,  [','] = OPENS,  [';'] = OPENS,    [']'] = OPENS,
    [':'] = OPENS,  ['#'] = LEADS,  ['-'] = LEADS,  ['.'] = LEADS,  ['\x1b'] = LEADS, [0xEF] = LEADS,
};

static inline bool has_role(char c, unsigned role) {
    return ROLE[(unsigned char)c] & role;
}

/* Past `\x1b[2m`, or p when no such sequence is there. */
static const char *skip_colour(const char *p, const char *end) {
    if (end - p < 3 || p[0] != '\x1b' || p[1] != '[')
        return p;
    const char *at = p + 2;
    while (at < end && (ascii_digit(*at) || *at == ';'))
        at++;
    return at < end && ascii_alpha(*at) ? at + 1 : p;
}

/* Past `<34>1 `, the head of a syslog message as sent, or p. */
static const char *skip_priority(const char *p, const char *end) {
    const char *at = p + 1;
    while (at < end && ascii_digit(*at) && at - p < 4)
        at++;
    if (at == p + 1 || at >= end || *at != '>')
        return p;
    at++;
    return end - at > 2 && ascii_digit(at[0]) && at[1] == ' ' ? at + 2 : at;
}

/* Past everything that stands in front of a stamp without being a word. */
static const char *skip_lead(const char *p, const char *end) {
    for (const char *before = NULL; p < end && p != before && has_role(*p, LEADS);) {
        before = p;
        if (*p == '\x1b')
            p = skip_colour(p, end);
        else if (*p == '<')
            p = skip_priority(p, end);
        else if (*p == '-' || *p == '.') /* "- 1117838570", and ".May  6" of a clock that is not in step */
            p += end - p > 1 && (p[1] == ' ' || ascii_alpha(p[1]));
        else if (byte_in(*p, " \t[(\"'*#|"))
            p++;
        else if (str_starts(str_of(p, (size_t)(end - p)), (struct str)STR("\xEF\xBB\xBF")))
            p += 3;
    }
    return p;
}

/* A word starts at p, or a colour ends before it: \x1b[2m2024... */
static inline bool after_opener(const struct search *s, const char *p) {
    if (p == s->begin || has_role(p[-1], OPENS))
        return true;
    return p[-1] == 'm' && p - s->begin > 2 && ascii_digit(p[-2]);
}

/* Of names only short ones count, Nov and Tue: taking every word of a sentence for a month is what would cost
 * most. Long ones are read at the start of a line. */
static inline bool may_start(const char *p, const char *end) {
    if (!ascii_alpha(*p))
        return ascii_digit(*p) || *p == '@';
    return end - p > 3 && (!ascii_alpha(p[3]) || ascii_digit(p[1]));
}

/* The first stamp in [p, end) that its place allows. */
static bool scan(const struct search *s, const char *p, const char *end, struct found *f) {
    for (; p < end; p++)
        if (has_role(*p, STARTS) && after_opener(s, p) && may_start(p, end) && read_at(s, p, false, f))
            return true;
    return false;
}

/* ---------------------------------------------------------------- a collector's prefix */

static const char *skip_word(const char *p, const char *end) {
    return p + str_find_byte(str_of(p, (size_t)(end - p)), ' ');
}

/* "2024-... ERROR scheduler: ..." looks like host and tag, and its stamp is the program's own. */
static bool is_level(struct str word) {
    static const struct str LEVELS[] = { STR("trace"),  STR("debug"),    STR("info"),
                                         STR("notice"), STR("warn"),     STR("error"),
                                         STR("fatal"),  STR("critical"), STR("warning") };
    if (word.len > 2 && word.ptr[0] == '[' && word.ptr[word.len - 1] == ']')
        word = str_slice(word, 1, word.len - 2);
    for (size_t i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++)
        if (str_equal_nocase(word, LEVELS[i]))
            return true;
    return false;
}

/* `host app[1]: `: past it, or NULL. */
static const char *after_syslog_tag(const char *p, const char *end) {
    const char *host = skip_word(p, end);
    if (host >= end || host == p || host[-1] == ':' || is_level(str_of(p, (size_t)(host - p))))
        return NULL;
    const char *tag = skip_word(host + 1, end);
    return tag < end && tag > host + 1 && tag[-1] == ':' ? tag + 1 : NULL;
}

/* `host app 1 ID47 [structured data] ` of RFC 5424: past it, or NULL. */
static const char *after_syslog_fields(const char *p, const char *end) {
    for (int field = 0; field < 4; field++) {
        p = skip_word(p, end);
        if (p >= end)
            return NULL;
        p++;
    }
    if (p < end && *p == '[')
        while (p < end && !(*p == ' ' && p[-1] == ']'))
            p++;
    else
        p = skip_word(p, end);
    return p < end ? p + 1 : NULL;
}

/* Where the program's own text starts behind a collector's stamp: CRI, syslog, or at once (docker -t). NULL:
 * the stamp is no prefix but the value of a key. */
static const char *after_collector(const struct search *s, const struct found *outer) {
    const char *p = outer->stop, *end = s->end;
    if (p == end || !byte_in(*p, " ]):"))
        return NULL;
    while (p < end && byte_in(*p, " ])"))
        p++;
    struct str rest = str_of(p, (size_t)(end - p));
    if (str_starts(rest, (struct str)STR("stdout ")) || str_starts(rest, (struct str)STR("stderr ")))
        return rest.len > 9 && p[8] == ' ' ? p + 9 : p;
    bool rfc5424 = outer->start - s->begin >= 5 && *s->begin == '<' && outer->start[-3] == '>';
    const char *text = rfc5424 ? after_syslog_fields(p, end) : after_syslog_tag(p, end);
    return text ? text : p;
}

/* The stamp that a program wrote at the start of its own text, or as one of the first keys there. */
static bool own_stamp(const struct search *s, const char *p, struct found *own) {
    enum { KEYS_WINDOW = 96 };
    p = p ? skip_lead(p, s->end) : s->end;
    if (p == s->end)
        return false;
    if (may_start(p, s->end) && read_at(s, p, true, own))
        return own->fraction || own->stop - own->start != 10; /* a bare number may be anything here */
    const char *word = skip_word(p, s->end);
    if (word < s->end && word > p && word[-1] == ':') /* kernel: audit: type=... */
        p = word + 1, word = skip_word(p, s->end);
    size_t len = (size_t)(word - p);
    if (len == 0 || (*p != '{' && !memchr(p, '=', len)))
        return false;
    const char *limit = s->end - p > KEYS_WINDOW ? p + KEYS_WINDOW : s->end;
    return scan(s, p, limit, own) && place_of(s, own->start) == PLACE_KEY;
}

static int precision(const struct found *f) {
    return f->stamp.zoned * 4 + f->stamp.has_year * 2 + f->fraction;
}

/* Where to begin. A Windows event as XML tells its time late: <TimeCreated SystemTime='2024-... */
static size_t first_place(struct str line) {
    static const struct str EVENT = STR("<Event "), TIME = STR("SystemTime=");
    enum { FAR_WINDOW = 1024 };
    if (!str_starts(line, EVENT))
        return 0;
    size_t at = str_find(str_slice(line, 0, FAR_WINDOW), TIME);
    return at < FAR_WINDOW && at < line.len ? at + TIME.len : 0;
}

bool stamp_find(struct str line, const struct time_rules *rules, struct stamp *out) {
    struct str text = str_slice(line, first_place(line), WINDOW + LONGEST_STAMP);
    if (text.len == 0)
        return false;
    struct search s = { text.ptr, text.ptr + text.len, rules, floor_days(latest_instant(rules)) };
    struct found best, own;
    const char *lead = skip_lead(s.begin, s.end);
    const char *last = s.begin + (text.len < WINDOW ? text.len : WINDOW);
    if (lead == s.end || !(read_at(&s, lead, true, &best) || scan(&s, lead + 1, last, &best)))
        return false;
    if (own_stamp(&s, after_collector(&s, &best), &own) && precision(&own) >= precision(&best))
        best = own;
    *out = best.stamp;
    out->start = (size_t)(best.start - line.ptr);
    out->end = (size_t)(best.stop - line.ptr);
    return true;
}

/* ---------------------------------------------------------------- values */

/* What libraries add behind a complete stamp: " (UTC)", "[Europe/Berlin]", " UTC m=+0.012". */
static bool is_remark(struct str rest) {
    while (rest.len) {
        size_t len = 1;
        if (rest.ptr[0] == '(' || rest.ptr[0] == '[')
            len = str_find_byte(rest, rest.ptr[0] == '(' ? ')' : ']') + 1;
        else if (str_starts(rest, (struct str)STR("m=")))
            len = rest.len;
        else if (rest.ptr[0] != ' ' && (rest.ptr[0] < 'A' || rest.ptr[0] > 'Z'))
            return false;
        if (len > rest.len)
            return false;
        rest = str_slice(rest, len, rest.len);
    }
    return true;
}

bool stamp_parse(struct str value, const struct time_rules *rules, struct stamp *out) {
    struct str text = str_trim(value);
    if (text.len > 1 && text.ptr[0] == '[' && text.ptr[text.len - 1] == ']')
        text = str_slice(text, 1, text.len - 2);
    if (text.len == 0)
        return false;
    struct reading r;
    const char *end = text.ptr + text.len;
    const char *stop = reading_parse(text.ptr, end, floor_days(latest_instant(rules)), &r);
    if (!stop || !is_remark(str_of(stop, (size_t)(end - stop))) || !reading_resolve(&r, rules, out))
        return false;
    out->start = (size_t)(text.ptr - value.ptr);
    out->end = (size_t)(stop - value.ptr);
    return true;
}

bool stamp_named(struct str name, const struct time_rules *rules, int64_t now, int64_t *micros) {
    bool yesterday = str_equal_c(name, "yesterday");
    *micros = now;
    if (!yesterday && !str_equal_c(name, "today"))
        return str_equal_c(name, "now");
    char day[STAMP_LEN + 1];
    struct stamp stamp;
    int64_t offset = rules->local ? offset_at(now / MICROS) : rules->zone_offset_seconds;
    stamp_print(now + offset * MICROS - (yesterday ? DAY : 0), day);
    bool ok = stamp_parse(str_of(day, strlen("YYYY-MM-DD")), rules, &stamp);
    *micros = stamp.micros;
    return ok;
}

bool stamp_from_number(double number, int64_t *micros) {
    static const double UNITS[] = { 1e6, 1e3, 1, 1e-3 }; /* s, ms, us, ns */
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
        double scaled = number * UNITS[i];
        if (!(scaled >= 0 && scaled < 9e15))
            continue;
        /* A float of seconds is a hair off what was written, whole nanoseconds are cut. */
        int64_t instant = UNITS[i] < 1 ? (int64_t)scaled : llround(scaled);
        if (epoch_plausible(instant)) {
            *micros = instant;
            return true;
        }
    }
    return false;
}

bool duration_parse(struct str text, int64_t *micros) {
    static const struct {
        struct str name;
        int64_t micros;
    } UNITS[] = {
        { STR("us"), 1 },
        { STR("ms"), 1000 },
        { STR("s"), MICROS },
        { STR("m"), (int64_t)60 * MICROS },
        { STR("h"), (int64_t)3600 * MICROS },
        { STR("d"), (int64_t)DAY_SECONDS * MICROS },
        { STR("w"), (int64_t)7 * DAY_SECONDS * MICROS },
    };
    size_t count = 0;
    while (count < text.len && ascii_digit(text.ptr[count]))
        count++;
    int64_t number;
    if (!str_to_int(str_slice(text, 0, count), &number))
        return false;
    struct str unit = str_slice(text, count, text.len);
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
        if (str_equal(unit, UNITS[i].name))
            return !__builtin_mul_overflow(number, UNITS[i].micros, micros);
    return false;
}

/* ---------------------------------------------------------------- printing */

static void put_digits(char *at, int count, int64_t value) {
    for (; count; count--, value /= 10)
        at[count - 1] = (char)('0' + value % 10);
}

void stamp_print(int64_t micros, char out[STAMP_LEN + 1]) {
    micros = micros < YEAR_0 ? YEAR_0 : micros >= YEAR_10000 ? YEAR_10000 - 1 : micros;
    int64_t days = floor_days(micros);
    int64_t millis = (micros - days * DAY) / 1000;
    int year, month, day;
    civil_from_days(days, &year, &month, &day);
    memcpy(out, "0000-00-00T00:00:00.000Z", STAMP_LEN + 1);
    put_digits(out, 4, year);
    put_digits(out + 5, 2, month);
    put_digits(out + 8, 2, day);
    put_digits(out + 11, 2, millis / 3600000);
    put_digits(out + 14, 2, millis / 60000 % 60);
    put_digits(out + 17, 2, millis / 1000 % 60);
    put_digits(out + 20, 3, millis % 1000);
}

/* ---------------------------------------------------------------- rules */

/* The C library takes any unknown name for UTC, silently. */
static bool zone_exists(const char *name) {
    char path[512];
    const char *folder = getenv("TZDIR");
    if (!*name || *name == '/' || strstr(name, ".."))
        return false;
    int len = snprintf(path, sizeof path, "%s/%s", folder ? folder : "/usr/share/zoneinfo", name);
    return len > 0 && (size_t)len < sizeof path && access(path, R_OK) == 0;
}

bool time_rules_init(struct time_rules *rules, const char *zone, struct fault *fault) {
    int seconds;
    *rules = (struct time_rules){ .reference = (int64_t)time(NULL) * MICROS };
    if (zone_parse(str_c(zone), &seconds)) {
        rules->zone_offset_seconds = seconds;
        return true;
    }
    if (!zone_exists(zone))
        return fault_set(fault, FAULT_USAGE, "%s: not a time zone (UTC, +02:00, Europe/Berlin)", zone);
    setenv("TZ", zone, 1);
    tzset();
    atomic_fetch_add(&zone_generation, 1);
    rules->local = true;
    return true;
}
