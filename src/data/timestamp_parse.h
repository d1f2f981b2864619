/* Spellings: reading one timestamp where a text is known, or suspected, to hold one. Which place of a line
 * to try, and which of several stamps is the record's own, is the business of timestamp.c.
 *
 * Every function of this layer takes the text as [p, end), which may hold any byte, and returns where the
 * thing it read ends, or NULL when there is no such thing at p. */
#ifndef TIMESTAMP_PARSE_H
#define TIMESTAMP_PARSE_H

#include "timestamp.h"

/* Whether c is in the literal `set`. Its length is known where this is inlined, so that the loop becomes a
 * few comparisons; strchr would be a call for each byte looked at. */
__attribute__((always_inline)) static inline bool byte_in(char c, const char *set) {
    size_t count = strlen(set);
    for (size_t i = 0; i < count; i++)
        if (c == set[i])
            return true;
    return false;
}

enum { MICROS = 1000000, DAY_SECONDS = 86400, YEAR_UNWRITTEN = -1 };

/* What makes a spelling believable on its own. */
enum spelling {
    SPELLING_FULL,  /* a date with a year or a month's name, and a time of day */
    SPELLING_TERSE, /* digits that could be something else as well: 0506 13:04:05, 240506 130405 */
    SPELLING_EPOCH, /* one number */
    SPELLING_DATE,  /* a date alone: only where a whole value is one */
};

/* A stamp as written. Numbers are not yet checked against each other (February 30). */
struct reading {
    enum spelling spelling;
    int year; /* or YEAR_UNWRITTEN */
    int month, day, hour, minute, second, micros;
    int zone;        /* seconds east of UTC, when zoned */
    bool zoned;      /* always for an epoch */
    bool fraction;   /* parts of a second were written */
    int64_t instant; /* SPELLING_EPOCH: microseconds, and nothing of the above */
};

/* The stamp that starts exactly at p. `latest` is the last day, in days since 1970, that an ambiguous date
 * (05/06/07) may mean. */
const char *reading_parse(const char *p, const char *end, int64_t latest, struct reading *r);

/* The same without the short cut of timestamp_layout.h; tests hold the two against each other. */
const char *reading_parse_any(const char *p, const char *end, int64_t latest, struct reading *r);

/* The whole of `text` is Z, UTC, GMT or an offset such as +02:00; seconds east. */
bool zone_parse(struct str text, int32_t *seconds);

/* In 1990..2100: a number further off counts something else. */
bool epoch_plausible(int64_t micros);

/* Days since 1970-01-01 in the proleptic Gregorian calendar, for the years -3999..99999, and back. */
int64_t days_from_civil(int year, int month, int day);
void civil_from_days(int64_t days, int *year, int *month, int *day);
/* 0 when there is no such month. */
int month_length(int year, int month);

#endif
