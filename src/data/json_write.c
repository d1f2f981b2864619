/* The writer: straight into a buffer, commas kept by one bit of state. */
#include "json.h"

#include "json_scan.h"
#include "timestamp.h"
#include "utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A run without special bytes: copied whole when it is UTF-8, else character by character. */
static void put_run(struct buf *out, struct str run) {
    static const struct str replacement = STR("\xEF\xBF\xBD");
    if (utf8_valid(run)) {
        buf_add(out, run);
        return;
    }
    for (size_t i = 0; i < run.len;) {
        size_t len = utf8_char_len(str_slice(run, i, 4));
        buf_add(out, len ? str_slice(run, i, len) : replacement);
        i += len ? len : 1;
    }
}

static void put_special(struct buf *out, char c) {
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    static const char hex[] = "0123456789abcdef";
    const char *named = c ? strchr(from, c) : NULL;
    if (named) {
        buf_add(out, str_of((char[]){ '\\', to[named - from] }, 2));
        return;
    }
    buf_add(out, str_of((char[]){ '\\', 'u', '0', '0', hex[(c >> 4) & 15], hex[c & 15] }, 6));
}

/* The top bit of each of eight bytes that cannot be copied as it is: special ones, and those behind ASCII. */
static inline uint64_t odd_bytes(uint64_t bytes) {
    static const uint64_t each = 0x0101010101010101, tops = 0x8080808080808080;
    uint64_t low = bytes & ~tops;
    uint64_t printed = low + each * (0x80 - 0x20);
    uint64_t no_quote = (low ^ each * '"') + ~tops, no_backslash = (low ^ each * '\\') + ~tops;
    return (bytes | ~(printed & no_quote & no_backslash)) & tops;
}

static bool all_plain(struct str s) {
    uint64_t bytes = 0x2020202020202020, odd = 0;
    if (s.len < sizeof bytes) {
        memcpy(&bytes, s.ptr, s.len);
        return !odd_bytes(bytes);
    }
    for (size_t i = 0; i < s.len - sizeof bytes; i += sizeof bytes) {
        memcpy(&bytes, s.ptr + i, sizeof bytes);
        odd |= odd_bytes(bytes);
    }
    memcpy(&bytes, s.ptr + s.len - sizeof bytes, sizeof bytes);
    return !(odd | odd_bytes(bytes));
}

/* Most strings are: keys, names, numbers. */
static bool put_plain(struct buf *out, struct str s) {
    char *room = s.len && all_plain(s) ? buf_room(out, s.len + 2) : NULL;
    if (!room)
        return false;
    room[0] = '"';
    memcpy(room + 1, s.ptr, s.len);
    room[s.len + 1] = '"';
    out->len += s.len + 2;
    return true;
}

void json_put_text(struct buf *out, struct str s) {
    if (put_plain(out, s))
        return;
    const char *at = s.len ? s.ptr : "", *end = at + s.len;
    buf_add_byte(out, '"');
    while (at < end) {
        const char *stop = json_plain_end(at, end);
        if (stop > at)
            put_run(out, str_of(at, (size_t)(stop - at)));
        if (stop < end)
            put_special(out, *stop++);
        at = stop;
    }
    buf_add_byte(out, '"');
}

/* A value begins: the comma that parts it from the one before. */
static void separate(struct json_writer *w) {
    if (w->comma)
        buf_add_byte(w->out, ',');
    w->comma = true;
}

void json_begin(struct json_writer *w, char bracket) {
    separate(w);
    buf_add_byte(w->out, bracket);
    w->comma = false;
}

void json_end(struct json_writer *w, char bracket) {
    buf_add_byte(w->out, bracket);
    w->comma = true;
}

void json_key_str(struct json_writer *w, struct str key) {
    separate(w);
    json_put_text(w->out, key);
    buf_add_byte(w->out, ':');
    w->comma = false;
}

void json_key(struct json_writer *w, const char *key) {
    json_key_str(w, str_c(key));
}

void json_put(struct json_writer *w, struct str text) {
    separate(w);
    json_put_text(w->out, text);
}

void json_put_c(struct json_writer *w, const char *c_string) {
    json_put(w, str_c(c_string));
}

void json_put_int(struct json_writer *w, int64_t value) {
    separate(w);
    buf_add_int(w->out, value);
}

void json_put_double(struct json_writer *w, double value) {
    static const double integers_are_exact_to = 9007199254740992.0;
    char text[40];
    separate(w);
    if (!isfinite(value)) {
        buf_add_c(w->out, "null");
        return;
    }
    if (value == trunc(value) && fabs(value) <= integers_are_exact_to) {
        buf_add_int(w->out, (int64_t)value);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    buf_add_c(w->out, text);
}

void json_put_bool(struct json_writer *w, bool value) {
    separate(w);
    buf_add_c(w->out, value ? "true" : "false");
}

void json_put_raw(struct json_writer *w, struct str value) {
    separate(w);
    buf_add(w->out, value);
}

/* ---- members ---- */

void json_add_text(struct json_writer *w, const char *key, struct str text) {
    if (!text.len)
        return;
    json_key(w, key);
    json_put(w, text);
}

void json_add_c(struct json_writer *w, const char *key, const char *c_string) {
    if (!c_string)
        return;
    json_key(w, key);
    json_put_c(w, c_string);
}

void json_add_int(struct json_writer *w, const char *key, int64_t value) {
    json_key(w, key);
    json_put_int(w, value);
}

void json_add_count(struct json_writer *w, const char *key, uint64_t count) {
    json_add_int(w, key, (int64_t)count);
}

void json_add_double(struct json_writer *w, const char *key, double value) {
    json_key(w, key);
    json_put_double(w, value);
}

void json_add_bool(struct json_writer *w, const char *key, bool value) {
    json_key(w, key);
    json_put_bool(w, value);
}

void json_add_raw(struct json_writer *w, const char *key, struct str json) {
    if (!json.len)
        return;
    json_key(w, key);
    json_put_raw(w, json);
}

void json_add_hash(struct json_writer *w, const char *key, struct hash hash) {
    char text[HASH_HEX + 1];
    hash_print(hash, text);
    json_add_c(w, key, text);
}

void json_add_time(struct json_writer *w, const char *key, int64_t micros) {
    char text[STAMP_LEN + 1];
    stamp_print(micros, text);
    json_add_c(w, key, text);
}
