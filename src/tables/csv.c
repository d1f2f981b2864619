#include "csv.h"

#include "mem.h"

#include <stdlib.h>

struct reading {
    struct csv *csv;
    char *at, *end;
    uint32_t line;
    const char *name;
    struct fault *fault;
};

static bool at_line_end(const struct reading *r) {
    return r->at == r->end || *r->at == '\n' || (*r->at == '\r' && (r->at + 1 == r->end || r->at[1] == '\n'));
}

static void skip_line_end(struct reading *r) {
    if (r->at < r->end && *r->at == '\r')
        r->at++;
    if (r->at < r->end && *r->at == '\n')
        r->at++;
    r->line++;
}

static void skip_blanks(struct reading *r) {
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t'))
        r->at++;
}

static void skip_to_line_end(struct reading *r) {
    while (!at_line_end(r))
        r->at++;
}

/* Blank lines and comments. */
static void skip_lines(struct reading *r) {
    while (r->at < r->end) {
        char *start = r->at;
        skip_blanks(r);
        if (r->at < r->end && *r->at == '#' && r->at == start)
            skip_to_line_end(r);
        if (!at_line_end(r)) {
            r->at = start;
            return;
        }
        skip_line_end(r);
    }
}

/* Behind the opening quote; the text is put together in place. */
static bool read_quoted(struct reading *r, struct str *cell) {
    char *start = r->at, *to = r->at;
    uint32_t line = r->line;
    for (; r->at < r->end; *to++ = *r->at++) {
        r->line += *r->at == '\n';
        if (*r->at != '"')
            continue;
        r->at++;
        if (r->at == r->end || *r->at != '"') {
            *cell = str_of(start, (size_t)(to - start));
            skip_blanks(r);
            return at_line_end(r) || *r->at == ',' ||
                   fault_set(r->fault, FAULT_USAGE,
                             "%s:%u: a comma or the line's end was expected behind a quote", r->name,
                             r->line);
        }
    }
    return fault_set(r->fault, FAULT_USAGE, "%s:%u: a quote is not closed", r->name, line);
}

static bool read_cell(struct reading *r, struct str *cell) {
    skip_blanks(r);
    if (r->at < r->end && *r->at == '"') {
        r->at++;
        return read_quoted(r, cell);
    }
    char *start = r->at;
    while (!at_line_end(r) && *r->at != ',')
        r->at++;
    *cell = str_trim(str_of(start, (size_t)(r->at - start)));
    return true;
}

/* The cells of one line. */
static bool read_row(struct reading *r, struct str cells[CSV_MAX_COLUMNS], size_t *count) {
    for (*count = 0;; r->at++) {
        if (*count == CSV_MAX_COLUMNS)
            return fault_set(r->fault, FAULT_USAGE, "%s:%u: at most %d columns were expected", r->name,
                             r->line, CSV_MAX_COLUMNS);
        if (!read_cell(r, &cells[(*count)++]))
            return false;
        if (at_line_end(r))
            break;
    }
    skip_line_end(r);
    return true;
}

static bool read_header(struct reading *r) {
    struct csv *c = r->csv;
    struct str cells[CSV_MAX_COLUMNS] = { 0 };
    skip_lines(r);
    uint32_t line = r->line;
    if (r->at == r->end)
        return fault_set(r->fault, FAULT_USAGE, "%s:%u: a line with the names of the columns was expected",
                         r->name, line);
    if (!read_row(r, cells, &c->column_count))
        return false;
    c->columns = mem_new(c->column_count, sizeof *c->columns);
    for (size_t i = 0; i < c->column_count; i++) {
        c->columns[i] = cells[i];
        if (!cells[i].len)
            return fault_set(r->fault, FAULT_USAGE, "%s:%u: column %zu has no name", r->name, line, i + 1);
        for (size_t k = 0; k < i; k++)
            if (str_equal(cells[k], cells[i]))
                return fault_set(r->fault, FAULT_USAGE, "%s:%u: there are two columns '%.*s'", r->name, line,
                                 STR_ARG(cells[i]));
    }
    return true;
}

static bool add_row(struct reading *r, uint32_t line, const struct str *cells, size_t count) {
    struct csv *c = r->csv;
    if (count != c->column_count)
        return fault_set(r->fault, FAULT_USAGE,
                         "%s:%u: %zu columns were expected, as the first line names, got %zu", r->name, line,
                         c->column_count, count);
    if ((c->row_count + 1) * c->column_count > CSV_MAX_CELLS)
        return fault_set(r->fault, FAULT_USAGE, "%s:%u: at most %d cells were expected (use an .mmdb file)",
                         r->name, line, CSV_MAX_CELLS);
    for (size_t i = 0; i < count; i++) {
        mem_grow(&c->cells, &c->cell_capacity, c->row_count * count + i, sizeof *c->cells);
        c->cells[c->row_count * count + i] = cells[i];
    }
    mem_grow(&c->lines, &c->line_capacity, c->row_count, sizeof *c->lines);
    c->lines[c->row_count++] = line;
    return true;
}

bool csv_read(struct csv *c, char *text, size_t len, const char *name, struct fault *fault) {
    *c = (struct csv){ 0 };
    struct str marked = str_of(text, len), bare = str_without_mark(marked);
    struct reading r = { c, text + (marked.len - bare.len), text + len, 1, name, fault };
    if (!read_header(&r))
        return false;
    for (skip_lines(&r); r.at < r.end; skip_lines(&r)) {
        struct str cells[CSV_MAX_COLUMNS];
        size_t count;
        uint32_t line = r.line;
        if (!read_row(&r, cells, &count) || !add_row(&r, line, cells, count))
            return false;
    }
    return true;
}

void csv_fini(struct csv *c) {
    free(c->columns);
    free(c->cells);
    free(c->lines);
}
