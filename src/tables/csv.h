/* Comma-separated text (RFC 4180) as rows of cells. The first line names the columns. Lines that begin with
 * '#' and blank ones are none; blanks around a cell that is not quoted are no part of it. */
#ifndef CSV_H
#define CSV_H

#include "fault.h"
#include "str.h"

/* A table is read whole and kept: what is larger belongs into an .mmdb file. */
enum { CSV_MAX_COLUMNS = 100, CSV_MAX_CELLS = 4 * 1000 * 1000 };

struct csv {
    struct str *columns; /* their names */
    size_t column_count;
    struct str *cells; /* row by row */
    uint32_t *lines;   /* by row: where it begins, from 1 */
    size_t row_count;
    size_t cell_capacity, line_capacity;
};

/* Cells are views of `text`, whose quoted parts are rewritten; it must outlive them. False: the fault names
 * `name`, the line and what was expected. Free with csv_fini in any case. */
bool csv_read(struct csv *c, char *text, size_t len, const char *name, struct fault *fault);
void csv_fini(struct csv *c);

#endif
