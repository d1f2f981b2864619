#include "colours.h"

/* Terminals take longer ones; no program that colours its log writes them. */
enum { SEQUENCE_MAX = 32 };

static bool between(char c, char first, char last) {
    return c >= first && c <= last;
}

/* Length of the escape character at the start, as it is or as JSON spells it; 0: there is none. */
static size_t escape_length(struct str s) {
    static const struct str spelled = STR("\\u001b");
    if (s.len && s.ptr[0] == '\x1b')
        return 1;
    return str_equal_nocase(str_slice(s, 0, spelled.len), spelled) ? spelled.len : 0;
}

/* Length of the sequence at the start: ESC [ parameters, intermediates, a letter; 0: there is none. */
static size_t sequence_length(struct str s) {
    size_t escape = escape_length(s);
    s = str_slice(s, 0, escape + SEQUENCE_MAX);
    if (!escape || escape == s.len || s.ptr[escape] != '[')
        return 0;
    size_t len = escape + 1;
    while (len < s.len && between(s.ptr[len], '0', '?'))
        len++;
    while (len < s.len && between(s.ptr[len], ' ', '/'))
        len++;
    return len < s.len && ascii_alpha(s.ptr[len]) ? len + 1 : 0;
}

/* Whether there may be one: an escape character, or \u001b behind the first backslash of several. */
static bool may_hold_colours(struct str bytes) {
    const char *end = bytes.ptr + bytes.len;
    if (memchr(bytes.ptr, '\x1b', bytes.len))
        return true;
    for (const char *p = bytes.ptr; p < end && (p = memchr(p, '\\', (size_t)(end - p))); p++)
        if (escape_length(str_of(p, (size_t)(end - p))))
            return true;
    return false;
}

/* In \\u001b the second backslash begins nothing. */
static size_t strip(char *bytes, size_t len) {
    size_t kept = 0;
    for (size_t i = 0; i < len;) {
        size_t sequence = sequence_length(str_of(bytes + i, len - i));
        size_t step = i + 1 < len && bytes[i] == '\\' && bytes[i + 1] == '\\' ? 2 : 1;
        if (!sequence) {
            memmove(bytes + kept, bytes + i, step);
            kept += step;
        }
        i += sequence ? sequence : step;
    }
    return kept;
}

/* A line of colours only is a blank one. */
static void drop_blank(struct batch *batch) {
    size_t kept = 0;
    for (size_t i = 0; i < batch->count; i++) {
        if (str_trim(record_bytes(batch, &batch->records[i])).len)
            batch->records[kept++] = batch->records[i];
        else
            batch->skipped_lines += batch->records[i].lines;
    }
    batch->count = kept;
}

void colours_strip(struct batch *batch) {
    bool blank = false;
    if (!batch->count || !may_hold_colours(buf_str(&batch->bytes)))
        return;
    for (size_t i = 0; i < batch->count; i++) {
        struct record *r = &batch->records[i];
        char *bytes = batch->bytes.ptr + r->start;
        if (!may_hold_colours(record_bytes(batch, r)))
            continue;
        size_t kept = strip(bytes, r->len);
        memset(bytes + kept, '\n', r->len - kept);
        r->len = (uint32_t)kept;
        blank |= !str_trim(record_bytes(batch, r)).len;
    }
    if (blank)
        drop_blank(batch);
}
