#include "columns.h"

#include "columns_inside.h"
#include "mem.h"
#include "vocabulary_inside.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    COLUMNS_MAX = 256,      /* a wide export has a hundred */
    COLUMNS_MIN = 3,        /* a first line of fewer words may be anything */
    HEADER_MAX = 16 * 1024, /* bytes of the line that names them */
    HEADERS_MAX = 256,      /* different ones in one source; later ones are not taken for headers */
    NOTES_MAX = 16,         /* in front of a line of names */
    ROW_MAX =
        64 * 1024, /* bytes of a row that goes on behind a line end; spreadsheets have 32 Ki to a cell */
};

struct column {
    struct str name;
    struct str key;   /* the name as JSON, with the colon behind it */
    struct str alias; /* the same of the other key it stands for; empty: none */
    bool percent;
};

struct columns {
    const struct column_format *format;
    struct str header;
    struct column *items;
    size_t count;
    const struct column *time[2]; /* what the time is made of; NULL: less */
};

struct column_reader {
    const struct vocabulary *vocabulary;
    struct arena arena;
    const struct columns *headers[HEADERS_MAX];
    size_t header_count;
    const struct columns *now; /* in force; NULL: none */
    uint64_t now_at, now_len;  /* its line in the source */
    bool started;              /* a record was seen */
    const struct batch *batch; /* being marked; NULL: none */
    size_t index;              /* the record at hand */
    struct str ahead;          /* behind the line at hand, when there is no batch yet */
};

/* ---------------------------------------------------------------- values */

/* The length of the "a ""quoted"" value" that `s` begins with, 0 when its quote does not end. */
static size_t quoted_len(struct str s) {
    for (size_t end = 1; end < s.len;) {
        size_t quote = end + str_find_byte(str_slice(s, end, s.len), '"');
        bool doubled = quote + 1 < s.len && s.ptr[quote + 1] == '"';
        if (quote == s.len)
            break;
        end = quote + 1 + doubled;
        if (!doubled)
            return end;
    }
    return 0;
}

/* A quoted value and what is behind it; false when the quote does not end in front of a separator. */
static bool take_quoted(struct str *rest, char separator, struct str *value) {
    size_t end = quoted_len(*rest);
    if (!end || (end < rest->len && rest->ptr[end] != separator))
        return false;
    *value = str_slice(*rest, 1, end - 2);
    *rest = str_slice(*rest, end, rest->len);
    return true;
}

/* The values of the line, at most `most`; returns how many there are, one more when there are more. */
static size_t split(struct str line, char separator, struct str *values, size_t most) {
    size_t count = 0;
    for (struct str rest = line;; rest = str_slice(rest, 1, rest.len)) {
        if (count == most)
            return most + 1;
        bool quoted = separator != '\t' && rest.len && rest.ptr[0] == '"';
        if (!quoted || !take_quoted(&rest, separator, &values[count])) {
            size_t len = str_find_byte(rest, separator);
            values[count] = str_slice(rest, 0, len);
            rest = str_slice(rest, len, rest.len);
        }
        count++;
        if (!rest.len)
            return count;
    }
}

/* ---------------------------------------------------------------- a row of several lines */

/* What a row comes to, in whose quoted values line ends may stand. */
struct row {
    size_t len; /* without the line end */
    size_t values;
    bool open; /* a quote does not end where it should, in a later line */
};

static bool is_line_end(struct str s, size_t at) {
    at += at < s.len && s.ptr[at] == '\r';
    return at == s.len || s.ptr[at] == '\n';
}

static size_t plain_len(struct str s, char separator) {
    size_t line = str_find_byte(s, '\n');
    return str_find_byte(str_slice(s, 0, line), separator);
}

/* The length of the value at the start of `s`. */
static size_t value_len(struct str s, char separator, bool *open) {
    size_t quoted = s.len && s.ptr[0] == '"' ? quoted_len(s) : 0;
    if (quoted && (is_line_end(s, quoted) || s.ptr[quoted] == separator))
        return quoted;
    size_t line = str_find_byte(s, '\n');
    *open |= s.len && s.ptr[0] == '"' && (!quoted || quoted > line);
    return plain_len(s, separator);
}

/* Ends behind more than `most` values, so that a line costs no look at all that follows. */
static struct row row_of(struct str bytes, char separator, size_t most) {
    struct row row = { 0 };
    for (;; row.len++) {
        row.len += value_len(str_slice(bytes, row.len, bytes.len), separator, &row.open);
        row.values++;
        if (is_line_end(bytes, row.len) || row.values > most)
            return row;
    }
}

/* Of the formats in which a quoted value may hold line ends (RFC 4180). */
static bool has_rows(const struct column_format *f) {
    return !f->header.len && !ascii_space(f->separator);
}

enum columns_row columns_row(const struct columns *c, struct str bytes, size_t line_len, bool more,
                             size_t *len) {
    *len = line_len;
    if (line_len >= ROW_MAX || str_find_byte(str_slice(bytes, 0, line_len), '"') == line_len)
        return ROW_IS_LINE;
    struct str seen = str_slice(bytes, 0, ROW_MAX);
    struct row row = row_of(seen, c->format->separator, c->count);
    bool longer = row.len > line_len, whole = longer && row.len < seen.len;
    if (!longer && !row.open)
        return ROW_IS_LINE;
    if (!whole && more && seen.len < ROW_MAX)
        return ROW_HAS_MORE;
    if (!longer || row.len == ROW_MAX || row.values != c->count)
        return ROW_IS_OPEN;
    *len = row.len;
    return ROW_IS_LINES;
}

/* ---------------------------------------------------------------- their bytes */

static struct str percent_decoded(struct str s, struct arena *arena) {
    char *out = arena_bytes(arena, s.len + 1);
    size_t used = 0;
    for (size_t i = 0; i < s.len; i++) {
        int high = i + 2 < s.len && s.ptr[i] == '%' ? ascii_hex(s.ptr[i + 1]) : -1;
        int low = high >= 0 ? ascii_hex(s.ptr[i + 2]) : -1;
        out[used++] = low >= 0 ? (char)(high * 16 + low) : s.ptr[i];
        i += low >= 0 ? 2 : 0;
    }
    return str_of(out, used);
}

static struct str undoubled(struct str s, struct arena *arena) {
    char *out = arena_bytes(arena, s.len + 1);
    size_t used = 0;
    for (size_t i = 0; i < s.len; i++) {
        out[used++] = s.ptr[i];
        i += s.ptr[i] == '"' && i + 1 < s.len && s.ptr[i + 1] == '"';
    }
    return str_of(out, used);
}

static bool listed(struct str name, const struct str_list *list) {
    for (size_t i = 0; i < list->count; i++)
        if (str_equal_nocase(list->items[i], name))
            return true;
    return false;
}

/* ---------------------------------------------------------------- a record */

static bool present(const struct columns *c, struct str value) {
    return value.len && !str_equal(value, c->format->absent);
}

static void put_time(const struct columns *c, const struct str *values, struct json_writer *w) {
    struct str parts[2] = { 0 };
    for (int i = 0; i < 2 && c->time[i]; i++) {
        parts[i] = str_trim(values[c->time[i] - c->items]);
        if (!present(c, parts[i]))
            return;
    }
    char text[64];
    snprintf(text, sizeof text, "%.*s%s%.*s%.*s", STR_ARG(parts[0]), parts[1].len ? "T" : "",
             STR_ARG(parts[1]), STR_ARG(c->format->zone));
    json_key(w, "timestamp");
    json_put_c(w, text);
}

static void put_member(struct json_writer *w, struct str key, struct str value) {
    if (w->comma)
        buf_add_byte(w->out, ',');
    buf_add(w->out, key);
    json_put_text(w->out, value);
    w->comma = true;
}

static void put_values(const struct columns *c, const struct str *values, struct json_writer *w,
                       struct arena *arena) {
    for (size_t i = 0; i < c->count; i++) {
        const struct column *column = &c->items[i];
        struct str value = str_trim(values[i]);
        if (!present(c, value))
            continue;
        if (column->percent)
            value = percent_decoded(value, arena);
        else if (c->format->separator != '\t' && str_find_byte(value, '"') < value.len)
            value = undoubled(value, arena);
        if (column->alias.len)
            put_member(w, column->alias, value);
        put_member(w, column->key, value);
    }
}

struct str columns_decoded(struct str line, struct arena *arena) {
    return str_find_byte(line, '%') < line.len ? percent_decoded(line, arena) : line;
}

bool columns_object(const struct columns *c, struct str line, struct arena *arena, struct json *object) {
    struct str values[COLUMNS_MAX];
    if (split(line, c->format->separator, values, c->count) != c->count)
        return false;
    struct buf out;
    buf_init(&out, SIZE_MAX / 2);
    struct json_writer w = { .out = &out };
    json_begin(&w, '{');
    if (c->time[0])
        put_time(c, values, &w);
    put_values(c, values, &w, arena);
    json_end(&w, '}');
    *object = (struct json){ .kind = JSON_OBJECT, .raw = arena_copy(arena, buf_str(&out)) };
    buf_fini(&out);
    return true;
}

struct str columns_header(const struct columns *c) {
    return c->header;
}

/* ---------------------------------------------------------------- a line of names */

/* Names between blanks or tabs, behind "#Fields:". */
static size_t split_words(struct str line, struct str *names, size_t most) {
    size_t count = 0;
    for (size_t at = 0; at < line.len;) {
        size_t end = at;
        while (end < line.len && !ascii_space(line.ptr[end]))
            end++;
        if (end > at && count == most)
            return most + 1;
        if (end > at)
            names[count++] = str_slice(line, at, end - at);
        at = end + 1;
    }
    return count;
}

static bool is_name(struct str s) {
    bool good = s.len && s.len <= KEY_MAX && ascii_alpha(s.ptr[0]);
    for (size_t i = 0; good && i < s.len; i++)
        good = ascii_alpha(s.ptr[i]) || ascii_digit(s.ptr[i]) || memchr("_-.()/@ ", s.ptr[i], 8);
    return good;
}

static bool all_names(const struct str *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!is_name(names[i]))
            return false;
    return count >= COLUMNS_MIN;
}

static bool has_name(const struct str *names, size_t count, struct str name) {
    for (size_t i = 0; i < count; i++)
        if (str_equal_nocase(names[i], name))
            return true;
    return false;
}

static bool has_all(const struct column_format *f, const struct str *names, size_t count) {
    for (size_t i = 0; i < f->has.count; i++)
        if (!has_name(names, count, f->has.items[i]))
            return false;
    return true;
}

/* A first line of names that fields.lua knows: a time and one thing more. */
static bool known_names(const struct vocabulary *v, const struct str *names, size_t count, bool *is_time) {
    size_t times = 0, others = 0;
    for (size_t i = 0; i < count; i++) {
        struct key key = { 0 };
        key_add(&key, names[i]);
        size_t role_count;
        const struct role *roles = vocabulary_roles(v, &key, &role_count);
        bool time = false, other = false;
        for (size_t k = 0; k < role_count; k++) {
            time |= roles[k].kind == ROLE_TIME;
            other |= roles[k].kind != ROLE_TIME && roles[k].kind != ROLE_CONTAINER && !roles[k].exact;
        }
        is_time[i] = time;
        times += time;
        others += other && !time;
    }
    return times && others;
}

static bool has_digit(struct str s) {
    for (size_t i = 0; i < s.len; i++)
        if (ascii_digit(s.ptr[i]))
            return true;
    return false;
}

/* Whether the line, the first behind such names, has as many values and a time among them. */
static bool has_values(struct str line, char separator, const bool *is_time, size_t count) {
    struct str values[COLUMNS_MAX];
    bool time = false;
    if (split(line, separator, values, count) != count)
        return false;
    for (size_t i = 0; i < count; i++)
        time |= is_time[i] && has_digit(values[i]);
    return time;
}

static struct str rendered_key(struct arena *arena, struct str name) {
    struct buf out;
    buf_init(&out, SIZE_MAX / 2);
    json_put_text(&out, name);
    buf_add_byte(&out, ':');
    struct str key = arena_copy(arena, buf_str(&out));
    buf_fini(&out);
    return key;
}

static struct column make_column(struct arena *arena, const struct column_format *f, struct str name) {
    struct column column = { .name = arena_copy(arena, name), .percent = listed(name, &f->percent) };
    column.key = rendered_key(arena, name);
    for (size_t i = 0; i < f->alias_count; i++)
        if (str_equal_nocase(f->aliases[i].column, name))
            column.alias = rendered_key(arena, f->aliases[i].key);
    return column;
}

static void find_time(struct columns *c) {
    const struct str_list *time = &c->format->time;
    for (size_t t = 0; t < time->count && t < 2; t++)
        for (size_t i = 0; i < c->count; i++)
            if (str_equal_nocase(c->items[i].name, time->items[t]))
                c->time[t] = &c->items[i];
    if (time->count == 2 && !(c->time[0] && c->time[1]))
        c->time[0] = NULL;
}

static const struct columns *add_columns(struct column_reader *r, const struct column_format *f,
                                         struct str header, const struct str *names, size_t count) {
    struct columns *c = arena_new(&r->arena, 1, sizeof *c);
    *c = (struct columns){ .format = f, .header = arena_copy(&r->arena, header), .count = count };
    c->items = arena_new(&r->arena, count, sizeof *c->items);
    for (size_t i = 0; i < count; i++)
        c->items[i] = make_column(&r->arena, f, names[i]);
    find_time(c);
    r->headers[r->header_count++] = c;
    return c;
}

static const struct columns *seen_before(const struct column_reader *r, struct str header) {
    for (size_t i = 0; i < r->header_count; i++)
        if (str_equal(r->headers[i]->header, header))
            return r->headers[i];
    return NULL;
}

/* The batch's text record; empty when it is no text, or there is none. */
static struct str text_at(const struct batch *b, size_t i) {
    bool text = b && i < b->count && b->records[i].kind == RECORD_TEXT;
    return text ? record_bytes(b, &b->records[i]) : str_of(NULL, 0);
}

/* The record behind the line at hand; empty when it is no text, or there is none. */
static struct str next_row(const struct column_reader *r, const struct column_format *f) {
    if (r->batch)
        return text_at(r->batch, r->index + 1);
    struct str seen = str_slice(r->ahead, 0, ROW_MAX);
    size_t len = has_rows(f) ? row_of(seen, f->separator, COLUMNS_MAX).len : str_find_byte(seen, '\n');
    return str_without_cr(str_slice(seen, 0, len));
}

/* Names without a title or names that are certain could be any words: the next line must go with them. */
static bool untitled(const struct column_reader *r, const struct column_format *f, const struct str *names,
                     size_t count) {
    bool is_time[COLUMNS_MAX];
    struct str next = next_row(r, f);
    if (!all_names(names, count))
        return false;
    return f->has.count || (known_names(r->vocabulary, names, count, is_time) &&
                            (!next.len || has_values(next, f->separator, is_time, count)));
}

static const struct columns *names_of(struct column_reader *r, const struct column_format *f,
                                      struct str line) {
    struct str names[COLUMNS_MAX];
    bool titled = f->header.len > 0;
    size_t count = titled ? split_words(str_slice(line, f->header.len, line.len), names, COLUMNS_MAX)
                          : split(line, f->separator, names, COLUMNS_MAX);
    for (size_t i = 0; i < count && i < COLUMNS_MAX; i++)
        names[i] = str_trim(names[i]);
    if (count == 0 || count > COLUMNS_MAX || !has_all(f, names, count))
        return NULL;
    bool named = titled || untitled(r, f, names, count);
    return named ? add_columns(r, f, line, names, count) : NULL;
}

/* ---------------------------------------------------------------- the lines of a source */

static bool begins(struct str line, struct str with) {
    return with.len && str_equal_nocase(str_slice(line, 0, with.len), with);
}

static bool has_shape(struct str line, struct str shape) {
    for (size_t i = 0; i < shape.len; i++)
        if (i >= line.len || (shape.ptr[i] == '0' ? !ascii_digit(line.ptr[i]) : line.ptr[i] != shape.ptr[i]))
            return false;
    return shape.len > 0;
}

/* The columns that the line names, when it does; a source's first line may do so without a title. */
static const struct columns *columns_named(struct column_reader *r, struct str line) {
    const struct vocabulary *v = r->vocabulary;
    const struct columns *c = NULL;
    bool again = r->now && !r->now->format->header.len && begins(line, r->now->items[0].name);
    bool first = !r->started || again; /* files one after the other: each may begin with its names */
    if (line.len > HEADER_MAX || !(first || line.ptr[0] == '#'))
        return NULL;
    if ((c = seen_before(r, line)) || r->header_count + v->column_format_count >= HEADERS_MAX)
        return c;
    for (size_t i = 0; !c && i < v->column_format_count; i++) {
        const struct column_format *f = &v->column_formats[i];
        if (f->header.len ? begins(line, f->header) : first)
            c = names_of(r, f, line);
    }
    return c;
}

/* "#Software: ..." and the like. */
static bool is_note(const struct column_format *f, struct str line) {
    for (size_t i = 0; i < f->notes.count; i++)
        if (begins(line, f->notes.items[i]))
            return true;
    return false;
}

/* Whether record `i` is one of the notes in front of a line of such names. */
static bool leads_to_names(const struct column_format *f, const struct batch *b, size_t i) {
    size_t end = i;
    while (end < i + NOTES_MAX && is_note(f, text_at(b, end)))
        end++;
    return end > i && begins(text_at(b, end), f->header);
}

/* A note belongs to names: without any, it is a line like others. */
static bool belongs_to_names(const struct column_reader *r, struct str line) {
    const struct vocabulary *v = r->vocabulary;
    if (line.ptr[0] != '#')
        return false;
    bool belongs = r->now && is_note(r->now->format, line);
    for (size_t k = 0; !belongs && k < v->column_format_count; k++)
        belongs = leads_to_names(&v->column_formats[k], r->batch, r->index);
    return belongs;
}

/* The columns of a line that names none and has no names above it. */
static const struct columns *columns_by_shape(struct column_reader *r, struct str line) {
    const struct vocabulary *v = r->vocabulary;
    for (size_t i = 0; i < v->column_format_count; i++) {
        const struct column_format *f = &v->column_formats[i];
        struct str names[COLUMNS_MAX];
        if (!has_shape(line, f->shape))
            continue;
        const struct columns *c = seen_before(r, f->always);
        return c ? c
                 : add_columns(r, f, f->always, names, split(f->always, f->separator, names, COLUMNS_MAX));
    }
    return NULL;
}

/* Puts the names in force. Whether it is certain that they are names: it is not when they have no title and
 * nothing is behind them yet, and the line stays a record then. */
static bool take_names(struct column_reader *r, const struct columns *named, const struct record *record) {
    bool last = r->index + 1 == r->batch->count;
    r->now = named;
    r->now_at = record->offset;
    r->now_len = record->len;
    return !last || named->format->header.len || named->format->has.count;
}

/* Whether the record at hand stays one. */
static bool mark(struct column_reader *r, struct record *record, struct str line) {
    const struct columns *named = line.len ? columns_named(r, line) : NULL;
    if (named) {
        bool certain = take_names(r, named, record);
        r->started |= !certain;
        return !certain;
    }
    if (line.len && belongs_to_names(r, line))
        return false;
    r->started = true;
    if (line.len)
        record->columns = r->now ? r->now : columns_by_shape(r, line);
    return true;
}

void column_reader_mark(struct column_reader *r, struct batch *batch) {
    size_t kept = 0;
    r->batch = batch;
    for (r->index = 0; r->index < batch->count; r->index++) {
        struct record record = batch->records[r->index];
        if (mark(r, &record, text_at(batch, r->index)))
            batch->records[kept++] = record;
        else
            batch->skipped_lines += record.lines;
    }
    r->batch = NULL;
    batch->count = kept;
}

const struct columns *column_reader_ahead(struct column_reader *r, struct str bytes) {
    while (bytes.len && ascii_space(bytes.ptr[0]))
        bytes = str_slice(bytes, 1, bytes.len);
    struct str line = str_slice(bytes, 0, str_find_byte(bytes, '\n'));
    r->ahead = str_slice(bytes, line.len + 1, bytes.len);
    line = str_without_cr(line);
    const struct columns *c = r->now ? r->now : line.len ? columns_named(r, line) : NULL;
    r->ahead = str_of(NULL, 0);
    return c && has_rows(c->format) ? c : NULL;
}

bool column_reader_place(const struct column_reader *r, uint64_t *at, uint64_t *len) {
    *at = r->now ? r->now_at : 0;
    *len = r->now ? r->now_len : 0;
    return r->started;
}

void column_reader_resume(struct column_reader *r, uint64_t at, struct str header) {
    r->now = header.len ? columns_named(r, header) : NULL;
    r->now_at = at;
    r->now_len = header.len;
    r->started = true;
}

struct column_reader *column_reader_new(const struct vocabulary *v) {
    struct column_reader *r = mem_new(1, sizeof *r);
    r->vocabulary = v;
    arena_init(&r->arena);
    return r;
}

void column_reader_free(struct column_reader *r) {
    if (!r)
        return;
    arena_fini(&r->arena);
    free(r);
}
