#include "cri.h"

enum { PREFIX_MAX = 64 };                      /* no line has a longer one */
enum { STREAM_LEN = 6, TAG = 1 + STREAM_LEN }; /* "stdout", "stderr"; the tag is behind the blank behind it */

/* Offset of " stdout P " in such a line; 0: it is none. Most lines are told by a look at two bytes. */
static size_t stream_at(struct str line) {
    static const struct str out = STR(" stdout "), err = STR(" stderr ");
    if (line.len < 2 * STREAM_LEN || line.ptr[4] != '-' || line.ptr[10] != 'T')
        return 0;
    size_t at = str_find_byte(str_slice(line, 0, PREFIX_MAX - TAG - 2), ' ');
    if (at + 1 >= line.len || line.ptr[at + 1] != 's')
        return 0;
    struct str stream = str_slice(line, at, out.len);
    return str_equal(stream, out) || str_equal(stream, err) ? at : 0;
}

static char tag_of(struct str line, size_t at) {
    size_t tag = at + 1 + TAG;
    return line.len > tag ? line.ptr[tag] : '\0';
}

/* Length of the prefix that such a line begins with, the blank behind the tag included; 0: it is no such
 * line. */
static size_t cri_prefix(struct str line) {
    size_t at = stream_at(line), end = at + 1 + TAG + 1;
    bool tagged = at && (tag_of(line, at) == 'P' || tag_of(line, at) == 'F');
    if (!tagged || (line.len > end && line.ptr[end] != ' '))
        return 0;
    return line.len > end ? end + 1 : end;
}

static bool cri_is_partial(struct str line) {
    size_t at = stream_at(line);
    return at && tag_of(line, at) == 'P' && cri_prefix(line);
}

char cri_stream(struct str line) {
    size_t at = stream_at(line);
    return at && cri_prefix(line) ? line.ptr[at + sizeof "std"] : '\0';
}

/* Returns the new length. */
static size_t join_parts(char *bytes, size_t len) {
    struct str rest = str_of(bytes, len);
    size_t kept = 0;
    bool partial = false;
    while (rest.len) {
        struct str line = str_slice(rest, 0, str_find_byte(rest, '\n'));
        rest = str_slice(rest, line.len + 1, rest.len);
        bool goes_on = cri_is_partial(line) && rest.len; /* asked before the line is moved */
        struct str text = goes_on ? str_without_cr(line) : line;
        if (partial)
            text = str_slice(text, cri_prefix(text), text.len);
        memmove(bytes + kept, text.ptr, text.len);
        kept += text.len;
        partial = goes_on && cri_prefix(rest);
        if (!partial && rest.len)
            bytes[kept++] = '\n';
    }
    return kept;
}

void cri_join(struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++) {
        struct record *r = &batch->records[i];
        if (r->lines == 1 || r->kind != RECORD_TEXT || !cri_is_partial(record_bytes(batch, r)))
            continue;
        char *bytes = batch->bytes.ptr + r->start;
        size_t kept = join_parts(bytes, r->len);
        memset(bytes + kept, '\n', r->len - kept);
        r->len = (uint32_t)kept;
    }
}
