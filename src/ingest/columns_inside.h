/* The inside of the table `columns` of formats.lua, for columns.c, column_formats.c and parse_check.c. */
#ifndef COLUMNS_INSIDE_H
#define COLUMNS_INSIDE_H

#include "arena.h"
#include "vocabulary.h"

struct str_list {
    struct str *items;
    size_t count;
};

/* A column that also stands for another key. */
struct column_alias {
    struct str column, key;
};

struct column_format {
    const char *name;
    struct str
        header; /* what the line of names begins with; empty: it is the first line and has names only */
    struct str_list has;   /* names that must be among them */
    struct str_list notes; /* lines that begin so are no records either */
    char separator;        /* between values: a blank, a tab, a comma */
    struct str absent;     /* a value that stands for none */
    struct str_list time;  /* the columns that make up the time, and the zone they are in */
    struct str zone;
    struct column_alias *aliases;
    size_t alias_count;
    struct str_list percent; /* columns whose values are percent-encoded */
    struct str shape,
        always; /* what a line begins with (0: any digit) that has these columns without any header */
    struct str sample;
    char *expect;
};

/* `list`: columns of the compiled document. False and a fault: it is not as the Lua side writes it. */
bool load_column_formats(struct vocabulary *v, const struct json_node *list, struct fault *fault);
void free_column_formats(struct vocabulary *v);

#endif
