/* Data tables: what a place knows beside its logs (--data DIR). Read-only, shared by all threads.
 *
 * A file NAME.csv is the table NAME. Its first column is the key, and the name of that column says how a key
 * is found: `cidr`, or a name that ends in "/cidr", holds networks of which the longest one that contains an
 * address counts; `prefix` or ".../prefix" beginnings of which the longest counts; any other name the key
 * itself. Case does not count. A file NAME.mmdb is a table of addresses. */
#ifndef TABLES_H
#define TABLES_H

#include "arena.h"
#include "fault.h"
#include "hash.h"

/* A longer key is in no table. */
enum { TABLE_MAX_KEY = 256 };

struct tables;
struct table;

/* Every .csv and .mmdb file below the folder; a name of one in a folder has it in front ("net/office"). NULL
 * and a fault (FAULT_USAGE) that names file, line and what was expected. */
struct tables *tables_new(const char *folder, struct fault *fault);
/* None, to be added to. */
struct tables *tables_empty(void);
bool tables_add_text(struct tables *t, const char *name, struct str csv, struct fault *fault);
void tables_free(struct tables *t);

/* Adds names and contents. Takes NULL. */
void tables_hash(const struct tables *t, struct hash_state *h);

/* All of these take NULL, which has no table. */
size_t tables_count(const struct tables *t);
const char *tables_name(const struct tables *t, size_t index);
const struct table *tables_find(const struct tables *t, struct str name);

/* The names of its columns without the key's; *count of them. NULL: any path may be one (.mmdb). */
const struct str *table_columns(const struct table *table, size_t *count);

/* Whether the table has a row for the key; of .mmdb an entry for the address. */
bool table_has(const struct table *table, struct str key);
/* What the key's row has in that column; false when there is no such row or column. */
bool table_value(const struct table *table, struct str key, struct str column, struct arena *arena,
                 struct str *value);
/* Calls `visit` for each column of the key's row; false when there is none. */
bool table_each(const struct table *table, struct str key, struct arena *arena,
                void (*visit)(void *context, struct str column, struct str value), void *context);

#endif
