/* The words in timestamps: months, days of the week, time zones. */
#ifndef TIMESTAMP_NAMES_H
#define TIMESTAMP_NAMES_H

#include "str.h"

enum { HOUR = 3600, NO_ZONE = INT32_MIN };

/* 1..12 by the first letters of `word`, in any case, or 0: English, and what syslog and Java write in French,
 * German, Spanish, Italian, Portuguese, Dutch and Swedish locales (UTF-8). */
int month_of(struct str word);

/* 1..12 when the three bytes at p are Jan, Feb ... Dec as nearly all programs write them, or 0. */
int month_abbreviated(const char *p);

/* The three bytes at p begin an English day's name. */
bool is_weekday(const char *p);

/* Abbreviations that logs use, in seconds east, or NO_ZONE; the ambiguous ones as most systems that write
 * them mean them (CST is Chicago, IST is India). Upper case only: "est" and "met" are words. */
int zone_of(struct str word);

#endif
