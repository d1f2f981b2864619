#include "transport.h"

#include "frame_shape.h"

enum {
    NAME_MAX_BYTES = 80, /* of a service */
    PROGRAM_MAX = 160,   /* of a host and a program */
    ESCAPE_MAX = 16,     /* "\x1b[38;2;255;255;255m" is longer, and rare in front of a line */
    CLASSIC = 15,        /* "Feb 11 13:15:40" */
    ISO_SECONDS = 19,    /* "2026-02-11T13:15:40" */
    ISO_MAX = 36,        /* with nine digits and a zone */
    DIGITS_MAX = 9,
};

static char at(struct str s, size_t i) {
    return i < s.len ? s.ptr[i] : '\0';
}

static struct str from(struct str s, size_t i) {
    return str_slice(s, i, s.len);
}

static bool is_name_byte(char c) {
    return ascii_alpha(c) || (c >= '-' && c <= '9' && c != '/') || c == '_';
}

static size_t digits(struct str s, size_t i) {
    size_t start = i;
    while (i - start < DIGITS_MAX && ascii_digit(at(s, i)))
        i++;
    return i;
}

static size_t blanks(struct str s, size_t i) {
    while (at(s, i) == ' ')
        i++;
    return i;
}

/* Behind colours and other terminal escapes. */
static struct str without_escapes(struct str line) {
    while (at(line, 0) == '\x1b' && at(line, 1) == '[') {
        size_t i = 2;
        while (i < ESCAPE_MAX && (ascii_digit(at(line, i)) || at(line, i) == ';'))
            i++;
        if (!ascii_alpha(at(line, i)))
            break;
        line = from(line, i + 1);
    }
    return line;
}

/* ---------------------------------------------------------------- the transports */

/* "web_1  | " */
static bool is_compose(struct transport *t) {
    struct str s = t->body;
    size_t i = 0;
    while (i < NAME_MAX_BYTES && is_name_byte(at(s, i)))
        i++;
    size_t bar = i ? blanks(s, i) : 0;
    if (bar == i || at(s, bar) != '|')
        return false;
    t->origin = str_slice(s, 0, bar + 1);
    s = without_escapes(from(s, bar + 1));
    t->body = from(s, at(s, 0) == ' ');
    return true;
}

/* The length of "2026-02-11T13:15:40.123Z" in front of a blank, else 0. */
static size_t iso_stamp(struct str s) {
    if (s.len <= ISO_SECONDS || s.ptr[10] != 'T' || s.ptr[4] != '-' || s.ptr[13] != ':')
        return 0;
    size_t i = ISO_SECONDS;
    while (i < ISO_MAX && i < s.len && s.ptr[i] > ' ')
        i++;
    return at(s, i) == ' ' ? i : 0;
}

/* "stderr F ", behind a stamp */
static bool is_cri_stream(struct str s) {
    return s.len > 8 && s.ptr[0] == 's' && memcmp(s.ptr, "std", 3) == 0 && s.ptr[6] == ' ' &&
           s.ptr[8] == ' ' && (s.ptr[7] == 'F' || s.ptr[7] == 'P');
}

static bool is_cri(struct transport *t, size_t stamp) {
    struct str s = from(t->body, stamp + 1);
    if (!is_cri_stream(s))
        return false;
    t->origin = str_slice(s, 0, 6);
    t->goes_on = s.ptr[7] == 'P';
    t->body = from(s, 9);
    return true;
}

/* "Feb 11 13:15:40" */
static size_t classic_stamp(struct str s) {
    return s.len > CLASSIC && s.ptr[3] == ' ' && s.ptr[6] == ' ' && s.ptr[9] == ':' && s.ptr[12] == ':' &&
                   s.ptr[CLASSIC] == ' '
               ? CLASSIC
               : 0;
}

/* Behind "[7-2] ", when `s` begins so; the origin then takes in the message's number. */
static void take_part(struct transport *t) {
    struct str s = t->body;
    size_t dash = digits(s, 1), end = digits(s, dash + 1);
    if (at(s, 0) != '[' || dash == 1 || at(s, dash) != '-' || end == dash + 1 || at(s, end) != ']')
        return;
    t->continues = end - dash != 2 || at(s, dash + 1) != '1';
    t->origin = str_of(t->origin.ptr, (size_t)(s.ptr + dash - t->origin.ptr));
    t->body = from(s, end + 1 + (at(s, end + 1) == ' '));
}

/* "[12345.678901] " */
static size_t uptime(struct str s) {
    size_t dot = digits(s, blanks(s, 1)), end = digits(s, dot + 1);
    bool is = at(s, 0) == '[' && ascii_digit(at(s, dot - 1)) && at(s, dot) == '.' && end - dot > 4 &&
              at(s, end) == ']' && at(s, end + 1) == ' ';
    return is ? end + 2 : 0;
}

/* The end of "host sshd[12]" or "app[web.1]" in front of a colon and a blank, else 0: one word or two. */
static size_t program_end(struct str s) {
    size_t i = 0;
    for (int words = 0; words < 2 && is_name_byte(at(s, i)); words++) {
        while (i < s.len && i < PROGRAM_MAX && (unsigned char)s.ptr[i] > ' ')
            i++;
        if (s.ptr[i - 1] == ':' && at(s, i) == ' ')
            return i - 1;
        i += at(s, i) == ' ';
    }
    return 0;
}

/* "Feb 11 13:15:40 host sshd[12]: ", "2026-02-11T13:15:40.123456+00:00 host kernel: [ 1.2] " */
static bool is_syslog(struct transport *t, size_t stamp) {
    struct str s = from(t->body, stamp + 1);
    size_t end = program_end(s);
    if (!end)
        return false;
    t->origin = str_slice(s, 0, end + 1);
    t->body = from(s, end + 2);
    t->body = from(t->body, uptime(t->body));
    take_part(t);
    return true;
}

/* dmesg */
static bool is_kernel(struct transport *t) {
    size_t len = uptime(t->body);
    if (!len)
        return false;
    t->origin = (struct str)STR("kernel");
    t->body = from(t->body, len);
    return true;
}

/* "<34>1 ", "<34>Feb ": old and new syslog. */
static bool is_priority(struct str s) {
    size_t end = digits(s, 1), behind = end + 1;
    if (at(s, 0) != '<' || end == 1 || end > sizeof "<191" - 1 || at(s, end) != '>')
        return false;
    return (at(s, behind) == '1' && at(s, behind + 1) == ' ') || ascii_alpha(at(s, behind));
}

size_t transport_octets(struct str line, size_t *length) {
    size_t end = digits(line, 0);
    int64_t value;
    if (!end || at(line, end) != ' ' || at(line, 0) == '0' || !is_priority(from(line, end + 1)) ||
        !str_to_int(str_slice(line, 0, end), &value))
        return 0;
    *length = (size_t)value;
    return end + 1;
}

static size_t stamp_of(struct str line) {
    return ascii_digit(at(line, 0)) ? iso_stamp(line) : classic_stamp(line);
}

bool transport_behind_stamp(struct str line) {
    size_t stamp = stamp_of(line);
    struct str behind = from(line, stamp + 1);
    return stamp && (is_cri_stream(behind) || program_end(behind));
}

static void take_prefix(struct transport *t) {
    char first = at(t->body, 0);
    size_t stamp = stamp_of(t->body);
    if (first == '[')
        (void)is_kernel(t);
    else if (stamp)
        (void)(is_cri(t, stamp) || is_syslog(t, stamp));
    else if (ascii_alpha(first) && shape_form(t->body) == FORM_NONE) /* no "INFO   | " */
        (void)is_compose(t);
}

struct transport transport_of(struct str line) {
    struct transport t = { .body = without_escapes(line) };
    take_prefix(&t);
    if (t.origin.len)
        t.body = without_escapes(t.body);
    return t;
}
