#include "check.h"
#include "timestamp.h"
#include "timestamp_parse.h"

#include <math.h>
#include <stdlib.h>

static const int64_t REFERENCE = 1732700000000000; /* 2024-11-27T09:33:20Z */

struct row {
    const char *text;
    const char *want; /* as printed; NULL: no timestamp */
};

static void check_row(const struct row *row, bool found, const struct stamp *stamp) {
    char got[STAMP_LEN + 1] = "none";
    if (found)
        stamp_print(stamp->micros, got);
    checks_run++;
    if (strcmp(got, row->want ? row->want : "none") == 0)
        return;
    checks_failed++;
    fprintf(stderr, "\"%s\": got %s, want %s\n", row->text, got, row->want ? row->want : "none");
}

/* The text is given without its terminator, so that a sanitizer sees a read beyond it. */
static bool find(const char *text, const struct time_rules *rules, struct stamp *stamp) {
    size_t len = strlen(text);
    char *copy = malloc(len + 1);
    memcpy(copy, text, len);
    char *view = realloc(copy, len ? len : 1);
    bool found = stamp_find(str_of(view, len), rules, stamp);
    free(view);
    return found;
}

#define AT    "2024-11-26T10:30:18.000Z"
#define AT_MS "2024-11-26T10:30:18.123Z"

static const struct row LINES[] = {
    /* year first */
    { "2024-11-26T10:30:18Z worker started", AT },
    { "2024-11-26t10:30:18.123456z worker started", AT_MS },
    { "2024-11-26T10:30:18,123 INFO worker started", AT_MS },
    { "2024-11-26 10:30:18.123456789 +0000 UTC m=+0.01 worker started", AT_MS },
    { "2024-11-26T12:30:18+02:00 worker started", AT },
    { "2024-11-26T12:30:18+0200 worker started", AT },
    { "2024-11-26T12:30:18+02 worker started", AT },
    { "2024-11-26 05:30:18 -0500 worker started", AT },
    { "2024-11-26 05:30:18 -05:00 worker started", AT },
    { "2024-11-26 05:30:18-05 worker started", AT },
    { "2024-11-26 11:30:18.123 CET worker started", AT_MS },
    { "2024-11-26 05:30:18 EST worker started", AT },
    { "2024-11-26 16:00:18 (IST) worker started", AT },
    { "2024-11-26T11:30:18.123+01:00[Europe/Berlin] worker started", AT_MS },
    { "2024-11-26T10:30Z worker started", "2024-11-26T10:30:00.000Z" },
    { "2024-11-26 10:30:18 -12 items left", AT },
    { "2024-11-26 10:30:18 ESTIMATE ready", AT },
    { "2024/11/26 10:30:18.123456 worker started", AT_MS },
    { "2024.11.26 10:30:18 worker started", AT },
    { "2024:11:26-10:30:18 fw ulogd[4711]: dropped", AT },
    { "=ERROR REPORT==== 26-Nov-2024::10:30:18 ===", AT },
    { "11/26-10:30:18.123456  [**] [1:2010935:3] scan [**]", AT_MS },
    { "2024-11-26\t10:30:18\tFRA56-P1\t1234", AT },
    { "2024-11-26_10:30:18.12345 worker started", "2024-11-26T10:30:18.123Z" },
    { "2024-11-26-11.30.18.123456+060 worker started", AT_MS },
    { "2024-11-26 10:30:18:123 worker started", AT_MS },
    { "2024-11-26 10:30:18,10.0.0.1,GET", AT },
    { "2024 Nov 26 10:30:18 worker started", AT },
    { "20241126T103018.123Z worker started", AT_MS },
    { "20241126-10:30:18:123|Step|worker", AT_MS },
    { "20241126-10:3:8:5|Step|worker", "2024-11-26T10:03:08.005Z" },
    { "20241126103018 worker started", AT },
    { "241126 10:30:18 [Note] worker started", AT },
    { "241126  9:30:18 [Note] worker started", "2024-11-26T09:30:18.000Z" },
    { "241126 103018 148 INFO worker started", AT },
    /* day or month first */
    { "[26/Nov/2024:10:30:18 +0000] worker", AT },
    { "10.1.2.3 - ann [26/Nov/2024:12:30:18 +0200] \"GET / HTTP/1.1\" 200 5", AT },
    { "shop.example 10.1.2.3 - - [26/Nov/2024:10:30:18] \"GET /\"", AT },
    { "26-Nov-2024 10:30:18.123 INFO worker", AT_MS },
    { "26-NOV-24 10.30.18.123456 AM UTC worker", AT_MS },
    { "26 nov. 2024 10:30:18 worker", AT },
    { "Tue, 26 Nov 2024 12:30:18 +0200 worker", AT },
    { "Tuesday, November 26, 2024 10:30:18 PM worker", "2024-11-26T22:30:18.000Z" },
    { "Nov 26, 2024 10:30:18 AM worker", AT },
    { "Nov 26, 2024, 12:30:18\xE2\x80\xAF"
      "AM worker",
      "2024-11-26T00:30:18.000Z" },
    { "<Nov 26, 2024 10:30:18,123 PM UTC> <Error> worker", "2024-11-26T22:30:18.123Z" },
    { "[Tue Nov 26 10:30:18.123456 2024] [core:error] worker", AT_MS },
    { "Tue Nov 26 10:30:18 UTC 2024 worker", AT },
    { "Tue Nov 26 12:30:18 +0200 2024 worker", AT },
    { "Tue Nov 26 2024 12:30:18 GMT+0200 (Eastern European Standard Time)", AT },
    { "2024-11-26 12:30:18 UTC+2", AT },
    { "2024-11-26 05:00:18 GMT-5:30", AT },
    { "2024-11-26 10:30:18 UTC-x", AT },
    { "Nov-26-24 10:30:18 worker", AT },
    { "11/26/2024 10:30:18 worker", AT },
    { "26/11/2024 10:30:18 worker", AT },
    { "5/6/2024 1:04:05 PM worker", "2024-05-06T13:04:05.000Z" },
    { "12/11/2024 10:30:18 worker", "2024-11-12T10:30:18.000Z" }, /* December 11 is yet to come */
    { "05-06-2024 10:30:18 worker", "2024-06-05T10:30:18.000Z" },
    { "05.06.2024 10:30:18 worker", "2024-06-05T10:30:18.000Z" },
    { "24/11/26 10:30:18 worker", AT },
    { "11/26/24 10:30:18 worker", AT },
    { "[11/26/24 10:30:18:123 UTC] 0000002a worker", AT_MS },
    { "10,11/26/24,10:30:18,Assign,10.1.2.3", AT },
    /* without a year */
    { "Nov 26 10:30:18 web-1 sshd[77]: session opened", AT },
    { "Nov  6 10:30:18.123 web-1 app: x", "2024-11-06T10:30:18.123Z" },
    { "<34>Nov 26 10:30:18 web-1 app: x", AT },
    { "*Nov 26 10:30:18.123: %SYS-5-CONFIG_I: x", AT_MS },
    { "ao\xC3\xBBt 19 10:30:18 web-1 app: x", "2024-08-19T10:30:18.000Z" },
    { "d\xC3\xA9"
      "c. 24 10:30:18 web-1 app: x",
      "2023-12-24T10:30:18.000Z" },
    { "6 mai 10:30:18 web-1 app: x", "2024-05-06T10:30:18.000Z" },
    { "Nov 27 23:59:59 web-1 app: a skewed clock", "2024-11-27T23:59:59.000Z" },
    { "Nov 29 10:30:18 web-1 app: last year's", "2023-11-29T10:30:18.000Z" },
    { "Feb 29 10:30:18 web-1 app: x", "2024-02-29T10:30:18.000Z" },
    { "E1126 10:30:18.123456    4242 pod.go:17] x", AT_MS },
    { "11-26 10:30:18.123  1702  2395 D Window: x", AT_MS },
    { "[11.26 10:30:18] proxy - x", AT },
    { "Nov 26 10:30:18 2001:db8::1 app: x", AT },
    /* numbers */
    { "1732617018 worker", AT },
    { "[1732617018] SERVICE ALERT: x", AT },
    { "1732617018.123456 worker", AT_MS },
    { "1732617018123 worker", AT_MS },
    { "1732617018123456 worker", AT_MS },
    { "1732617018123456789 worker", AT_MS },
    { "1.732617018123E9 worker", AT_MS },
    { "@400000006745a34407554fc0 worker", AT_MS },
    { "type=SYSCALL msg=audit(1732617018.123:456): arch=c000003e", AT_MS },
    { "LABEL 1732617018 2024.11.26 node-1 x", AT },
    { "2 111122223333 eni-0a 10.0.1.4 10.0.1.5 443 4915 6 10 840 1732617018 1732617078 ACCEPT OK", AT },
    /* behind other columns */
    { "time=\"2024-11-26T12:30:18+02:00\" level=info msg=x", AT },
    { "level=info ts=2024-11-26T10:30:18.123Z msg=x", AT_MS },
    { "date=2024-11-26 time=10:30:18 devname=gate", AT },
    { "{\"level\":\"info\",\"ts\":1732617018.123,\"msg\":\"x\"}", AT_MS },
    { "{\"t\": {\"$date\": \"2024-11-26T10:30:18.123+00:00\"}, \"s\": \"I\"}", AT_MS },
    { "# Time: 241126 10:30:18", AT },
    { "web-1  | 2024-11-26 10:30:18,123 INFO x", AT_MS },
    { "7:M 26 Nov 2024 10:30:18.123 * Ready", AT_MS },
    { "W, [2024-11-26T10:30:18.123456 #17]  WARN -- : x", AT_MS },
    { "h2 2024-11-26T10:30:18.123456Z app/lb/50dc 10.1.2.3:5050", AT_MS },
    { "\x1b[2m2024-11-26T10:30:18.123Z\x1b[0m INFO x", AT_MS },
    { "\xEF\xBB\xBF"
      "2024-11-26 10:30:18 x",
      AT },
    { "Started GET \"/a b\" for 10.1.2.3 at 2024-11-26 12:30:18 +0200", AT },
    { "<Event xmlns='urn:x'><System><TimeCreated SystemTime='2024-11-26T10:30:18.123Z'/></System></Event>",
      AT_MS },
    /* a collector's stamp and the program's own */
    { "<34>1 2024-11-26T10:30:18.123Z host app 1 ID47 - x", AT_MS },
    { "<34>1 2024-11-26T10:31:00Z host app 1 - [a b=\"c\"] 2024-11-26T10:30:18Z x", AT },
    { "2024-11-26T10:31:00.5Z stdout F 2024-11-26T10:30:18.123Z x", AT_MS },
    { "2024-11-26T10:31:00.5Z stderr F level=info time=\"2024-11-26T10:30:18.123Z\" x", AT_MS },
    { "2024-11-26T10:30:18.123Z stdout F 2024-11-26 11:30:18.123 x", AT_MS },
    { "2024-11-26T10:30:18.123Z stdout F [26/Nov/2024:11:30:18 +0000] x", AT_MS },
    { "2024/11/26 10:30:19 [2024-11-26 10:30:18.123456] [router] x", AT_MS },
    { "Nov 26 10:31:00 host app[1]: 2024-11-26T10:30:18.123Z x", AT_MS },
    { "Nov 26 10:31:00 host kernel: audit: type=1400 audit(1732617018.123:9): x", AT_MS },
    { "Nov 26 10:30:18 host kernel: [12345.678901] usb 1-1: x", AT },
    { "Nov 26 10:30:18 host app: 1732699999 rows", AT },
    { "2024-11-26T10:30:18Z INFO next run at 2024-11-27T00:00:00Z", AT },
    { "2024-11-26T10:30:18Z ERROR scheduler: 2024-11-25T00:00:00Z was missed", AT },
    { "{\"ts\":1732617018.123,\"msg\":\"nightly job: 2024-11-25T00:00:00Z was missed\"}", AT_MS },
    { "date=2024-11-26 time=11:30:18 devname=\"gate\" eventtime=1732617018123456789 tz=\"+0100\"", AT_MS },
    /* odd but right */
    { "2024-11-25T24:00:00Z midnight", "2024-11-26T00:00:00.000Z" },
    { "2016-12-31T23:59:60Z leap second", "2017-01-01T00:00:00.000Z" },
    { "0001-01-01T00:00:00Z zero time", "0001-01-01T00:00:00.000Z" },
    { "1969-12-31T23:59:59.5Z before", "1969-12-31T23:59:59.500Z" },
    /* no timestamps */
    { "", NULL },
    { "10:30:18 time only", NULL },
    { "192.168.10.24 10:30:18", NULL },
    { "555-123-4567 called", NULL },
    { "550e8400-e29b-41d4-a716-446655440000", NULL },
    { "2023-02-29T00:00:00Z no such day", NULL },
    { "2024-11-26T25:00:00Z no such hour", NULL },
    { "Feb 30 10:30:18 host app: x", NULL },
    { "2024-11-26 done", NULL },
    { "2024-11-26T10:30:18Zulu", NULL },
    { "file-2024-11-26T10:30:18Z.log made", NULL },
    { "/logs/2024/11/26 10:30:18", NULL },
    { "v2024.11.26 build 123456", NULL },
    { "[12345.678901] usb 1-1: new device", NULL },
    { "1732617018.1.2 released", NULL },
    { "1732617018-5 called", NULL },
    { "id=1732617018 size=1732617018", NULL },
    { "4111111111111111 charged", NULL },
    { "{\"exp\":1732617018,\"sub\":\"x\"}", NULL },
    { "{\"expires\":\"2024-11-26T10:30:18Z\"}", NULL },
    { "msg=renewed expires=2024-11-26T10:30:18Z", NULL },
    { "certificate expires 2024-11-26 10:30:18 UTC", NULL },
    { "next run is at Nov 26 10:30:18", NULL },
    { "-rw-r--r-- 1 root root 123 Nov 26 10:30 file", NULL },
    { "code 1126 10:30:18.123456", NULL },
};

static void test_lines(void) {
    struct time_rules rules = { .reference = REFERENCE };
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        struct stamp stamp;
        check_row(&LINES[i], find(LINES[i].text, &rules, &stamp), &stamp);
    }
}

static const struct row VALUES[] = {
    { " 2024-11-26T10:30:18Z\n", AT },
    { "2024-11-26", "2024-11-26T00:00:00.000Z" },
    { "[26/Nov/2024:10:30:18 +0000]", AT },
    { "Tue, 26 Nov 2024 10:30:18 +0000 (UTC)", AT },
    { "2024-11-26T11:30:18+01:00[Europe/Berlin]", AT },
    { "2024-11-26 10:30:18 +0000 UTC m=+0.012", AT },
    { "1732617018", AT },
    { "1732617018.123", AT_MS },
    { "1732617018123456789", AT_MS },
    { "Nov 26 10:30:18", AT },
    { "", NULL },
    { "[]", NULL },
    { "yesterday", NULL },
    { "20", NULL },
    { "2024-11-26T10:30:18Z and more", NULL },
    { "2024-11-31", NULL },
    { "10.0.0.1", NULL },
};

static void test_values(void) {
    struct time_rules rules = { .reference = REFERENCE };
    for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES; i++) {
        struct stamp stamp;
        check_row(&VALUES[i], stamp_parse(str_c(VALUES[i].text), &rules, &stamp), &stamp);
    }
}

/* The last place where a stamp may start, and that it is read whole there. */
static void test_window(void) {
    struct time_rules rules = { .reference = REFERENCE };
    struct stamp stamp;
    char line[400];
    snprintf(line, sizeof line, "%-*s[2024-11-26T12:30:18.123456789+02:00] x", 250, "a");
    check_row(&(struct row){ line, AT_MS }, find(line, &rules, &stamp), &stamp);
    snprintf(line, sizeof line, "%-*s[2024-11-26T12:30:18.123456789+02:00] x", 256, "a");
    check_row(&(struct row){ line, NULL }, find(line, &rules, &stamp), &stamp);
}

static void test_what_was_written(void) {
    struct time_rules rules = { .reference = REFERENCE };
    struct stamp stamp;
    const char *line = "a [26/Nov/2024:10:30:18 +0000] x";
    CHECK(find(line, &rules, &stamp));
    CHECK(stamp.zoned && stamp.has_year);
    CHECK_STR(str_slice(str_c(line), stamp.start, stamp.end - stamp.start), "26/Nov/2024:10:30:18 +0000");
    CHECK(find("Nov 26 10:30:18 host app: x", &rules, &stamp));
    CHECK(!stamp.zoned && !stamp.has_year);
    CHECK_INT(stamp.end, 15);
    CHECK(find("1732617018 x", &rules, &stamp));
    CHECK(stamp.zoned && stamp.has_year);
}

static void check_zone(const struct time_rules *rules, const char *text, const char *want) {
    struct stamp stamp;
    struct row row = { text, want };
    check_row(&row, find(text, rules, &stamp), &stamp);
}

static void test_zones(void) {
    struct time_rules rules;
    struct fault fault;
    CHECK(time_rules_init(&rules, "+02:00", &fault));
    check_zone(&rules, "2024-11-26 12:30:18 x", AT);
    check_zone(&rules, "2024-11-26T10:30:18Z x", AT);
    CHECK(time_rules_init(&rules, "Z", &fault));
    check_zone(&rules, "2024-11-26 10:30:18 x", AT);
    CHECK(!time_rules_init(&rules, "Mars/Olympus", &fault));
    CHECK(strstr(fault.text, "Mars/Olympus"));
    CHECK(!time_rules_init(&rules, "../etc/passwd", &fault));
    CHECK(!time_rules_init(&rules, "", &fault));
}

/* Where clocks go forward at 02:00 and back at 03:00. */
static void test_daylight_saving(void) {
    struct time_rules rules;
    struct fault fault;
    CHECK(time_rules_init(&rules, "Europe/Berlin", &fault));
    check_zone(&rules, "2024-07-01 12:00:00 x", "2024-07-01T10:00:00.000Z");
    check_zone(&rules, "2024-12-01 12:00:00 x", "2024-12-01T11:00:00.000Z");
    check_zone(&rules, "2024-03-31 01:59:59 x", "2024-03-31T00:59:59.000Z");
    check_zone(&rules, "2024-03-31 03:00:00 x", "2024-03-31T01:00:00.000Z");
    check_zone(&rules, "2024-03-31 02:30:00 x", "2024-03-31T01:30:00.000Z"); /* there was no such hour */
    check_zone(&rules, "2024-10-27 02:30:00 x", "2024-10-27T00:30:00.000Z"); /* the first of two */
    check_zone(&rules, "2024-10-27 03:00:00 x", "2024-10-27T02:00:00.000Z");
    CHECK(time_rules_init(&rules, "America/New_York", &fault)); /* and nothing is remembered of Berlin */
    check_zone(&rules, "2024-10-27 03:00:00 x", "2024-10-27T07:00:00.000Z");
}

/* ---- the short cut for common layouts against the general reader */

static uint32_t next_random(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* A usual stamp in which a few bytes were replaced, doubled, taken away or cut off. */
static size_t mutated_stamp(uint32_t *random, char out[64]) {
    static const char *const USUAL[] = {
        "2024-11-26T10:30:18.123Z x",     "2024-11-26 10:30:18,123 INFO x",  "2024-11-26 10:30:18",
        "2024-11-26T10:30:18.123456789Z", "2024-11-26T12:30:18.5+02:00 app", "2024-11-26 10:30:18 -0500 x",
        "2024-11-26 10:30:18:123 PM UTC", "Nov 26 10:30:18 host app[1]: x",  "May  6 10:30:18.123 CEST 2024",
        "Dec 16 10:30:18 2024",           "26/Nov/2024:10:30:18 +0000] x",   "06/Sep/2199:23:59:59",
    };
    static const char BYTES[] = "0123456789  ::..,,--++//TtZz_aApPmMJanFeb[()\xE2\xC2";
    const char *usual = USUAL[next_random(random) % (sizeof USUAL / sizeof *USUAL)];
    size_t len = strlen(usual);
    memcpy(out, usual, len);
    for (uint32_t left = next_random(random) % 4; left && len; left--) {
        size_t at = next_random(random) % len;
        switch (next_random(random) % 8) {
        case 0:
            memmove(out + at, out + at + 1, --len - at);
            break;
        case 1:
            memmove(out + at + 1, out + at, len++ - at);
            break;
        case 2:
            len = at;
            break;
        default:
            out[at] = BYTES[next_random(random) % (sizeof BYTES - 1)];
        }
    }
    return len;
}

static bool same_reading(const struct reading *a, const struct reading *b) {
    return a->spelling == b->spelling && a->year == b->year && a->month == b->month && a->day == b->day &&
           a->hour == b->hour && a->minute == b->minute && a->second == b->second && a->micros == b->micros &&
           a->zoned == b->zoned && (!a->zoned || a->zone == b->zone) && a->fraction == b->fraction &&
           a->instant == b->instant;
}

static void test_layouts(void) {
    enum { ROUNDS = 200000 };
    const int64_t latest = REFERENCE / MICROS / DAY_SECONDS;
    uint32_t random = 20241126;
    int read = 0, differ = 0;
    for (int i = 0; i < ROUNDS; i++) {
        char text[64];
        size_t len = mutated_stamp(&random, text);
        char *copy = malloc(len ? len : 1); /* no byte behind it: a sanitizer sees an overrun */
        memcpy(copy, text, len);
        struct reading quick, any;
        const char *quick_stop = reading_parse(copy, copy + len, latest, &quick);
        const char *any_stop = reading_parse_any(copy, copy + len, latest, &any);
        read += any_stop != NULL;
        if (quick_stop != any_stop || (any_stop && !same_reading(&quick, &any))) {
            differ++;
            fprintf(stderr, "read in two ways: \"%.*s\"\n", (int)len, text);
        }
        free(copy);
    }
    CHECK_INT(differ, 0);
    CHECK(read > ROUNDS / 4 && read < ROUNDS);
}

static void test_numbers(void) {
    int64_t micros = 0;
    CHECK(stamp_from_number(1732617018.123, &micros));
    CHECK_INT(micros, 1732617018123000);
    CHECK(stamp_from_number(1732617018123, &micros));
    CHECK_INT(micros, 1732617018123000);
    CHECK(stamp_from_number(1732617018123456, &micros));
    CHECK_INT(micros, 1732617018123456);
    CHECK(stamp_from_number(1732617018123456789.0, &micros));
    CHECK_INT(micros, 1732617018123456);
    CHECK(!stamp_from_number(200, &micros));
    CHECK(!stamp_from_number(-1732617018, &micros));
    CHECK(!stamp_from_number(4102444800, &micros));
    CHECK(!stamp_from_number(1e300, &micros));
    CHECK(!stamp_from_number((double)NAN, &micros));
}

static void test_durations(void) {
    int64_t micros = 0;
    CHECK(duration_parse(str_c("15m"), &micros));
    CHECK_INT(micros, 900000000);
    CHECK(duration_parse(str_c("250ms"), &micros));
    CHECK_INT(micros, 250000);
    CHECK(duration_parse(str_c("7d"), &micros));
    CHECK_INT(micros, 604800000000);
    CHECK(!duration_parse(str_c(""), &micros));
    CHECK(!duration_parse(str_c("15"), &micros));
    CHECK(!duration_parse(str_c("m"), &micros));
    CHECK(!duration_parse(str_c("-5m"), &micros));
    CHECK(!duration_parse(str_c("5 m"), &micros));
    CHECK(!duration_parse(str_c("99999999999999w"), &micros));
}

static void test_print(void) {
    char out[STAMP_LEN + 1];
    stamp_print(-1, out);
    CHECK_STR(str_c(out), "1969-12-31T23:59:59.999Z");
    stamp_print(951782400999999, out);
    CHECK_STR(str_c(out), "2000-02-29T00:00:00.999Z");
    stamp_print(INT64_MIN, out);
    CHECK_STR(str_c(out), "0000-01-01T00:00:00.000Z");
    stamp_print(INT64_MAX, out);
    CHECK_STR(str_c(out), "9999-12-31T23:59:59.999Z");
}

static int64_t named(const char *name, int32_t zone, int64_t now) {
    int64_t micros;
    struct time_rules rules = { .zone_offset_seconds = zone, .reference = now };
    return stamp_named(str_c(name), &rules, now, &micros) ? micros : -1;
}

/* 2024-11-26T23:00:00Z is the 27th two hours further east. */
static void test_named(void) {
    enum { HOUR = 3600 };
    const int64_t day = 1732579200LL * 1000000, hour = HOUR * 1000000LL, now = day + 23 * hour;
    CHECK(named("now", 0, now) == now);
    CHECK(named("today", 0, now) == day);
    CHECK(named("yesterday", 0, now) == day - 24 * hour);
    CHECK(named("today", 2 * HOUR, now) == day + 22 * hour);
    CHECK(named("tomorrow", 0, now) == -1 && named("", 0, now) == -1);
}

int main(void) {
    test_lines();
    test_values();
    test_window();
    test_what_was_written();
    test_layouts();
    test_numbers();
    test_durations();
    test_named();
    test_print();
    test_zones();
    test_daylight_saving();
    return check_report();
}
