#include "tables.h"

#include "csv.h"
#include "file.h"
#include "hash_index.h"
#include "mem.h"
#include "mmdb.h"

#include <stdlib.h>

/* Tables of one folder; all of their CSV text, in bytes. */
enum { MAX_TABLES = 200, MAX_TEXT = 256 << 20 };

enum key_kind { KEY_EXACT, KEY_CIDR, KEY_PREFIX };

/* A length that some key of the table has: for networks in bits of this family, for prefixes in bytes. */
struct key_length {
    unsigned family, length;
};

struct table {
    char *name;
    struct mmdb *mmdb; /* NULL: a CSV table */
    char *text;
    size_t text_len;
    struct hash digest; /* of the text as it was read */
    struct csv csv;
    enum key_kind kind;
    struct key_length *lengths; /* the longest first */
    size_t length_count, length_capacity;
    struct hash_index rows;
};

struct tables {
    struct table **items;
    size_t count, capacity, bytes;
};

/* ---- keys ---- */

/* A key as it is compared: lower case, or the bytes of a network with its size. */
struct folded {
    char bytes[TABLE_MAX_KEY];
    struct str key;
};

static bool fold(struct str key, struct folded *out) {
    if (key.len > sizeof out->bytes)
        return false;
    for (size_t i = 0; i < key.len; i++)
        out->bytes[i] = ascii_lower(key.ptr[i]);
    out->key = str_of(out->bytes, key.len);
    return true;
}

static void fold_network(const struct address *a, unsigned prefix, struct folded *out) {
    out->bytes[0] = (char)a->bits;
    out->bytes[1] = (char)prefix;
    memcpy(out->bytes + 2, a->bytes, sizeof a->bytes);
    out->key = str_of(out->bytes, 2 + sizeof a->bytes);
}

static struct str key_of_row(const struct table *t, size_t row) {
    return t->csv.cells[row * t->csv.column_count];
}

/* The key of a row, and the length that it is found by. */
static bool fold_row(const struct table *t, size_t row, struct folded *out, struct key_length *length) {
    struct str key = key_of_row(t, row);
    struct address network;
    *length = (struct key_length){ 0, (unsigned)key.len };
    if (t->kind != KEY_CIDR)
        return fold(key, out);
    if (!network_parse(key, &network, &length->length))
        return false;
    length->family = network.bits;
    fold_network(&network, length->length, out);
    return true;
}

static bool find_folded(const struct table *t, const struct folded *f, size_t *row) {
    uint32_t place;
    for (size_t probe = 0; hash_index_next(&t->rows, hash64_of(f->key), &probe, &place);) {
        struct folded other;
        struct key_length length;
        if (fold_row(t, place, &other, &length) && str_equal(other.key, f->key)) {
            *row = place;
            return true;
        }
    }
    return false;
}

static bool find_network(const struct table *t, struct str key, size_t *row) {
    struct address address;
    if (!address_parse(key, &address))
        return false;
    for (size_t i = 0; i < t->length_count; i++) {
        struct folded f;
        if (t->lengths[i].family != address.bits)
            continue;
        address_mask(&address, t->lengths[i].length); /* the longest first: nothing is lost for the next */
        fold_network(&address, t->lengths[i].length, &f);
        if (find_folded(t, &f, row))
            return true;
    }
    return false;
}

static bool find_prefix(const struct table *t, struct str key, size_t *row) {
    struct folded f;
    if (!fold(str_slice(key, 0, TABLE_MAX_KEY), &f))
        return false;
    for (size_t i = 0; i < t->length_count; i++) {
        if (t->lengths[i].length > key.len)
            continue;
        f.key.len = t->lengths[i].length;
        if (find_folded(t, &f, row))
            return true;
    }
    return false;
}

static bool find_row(const struct table *t, struct str key, size_t *row) {
    struct folded f;
    if (t->kind == KEY_CIDR)
        return find_network(t, key, row);
    if (t->kind == KEY_PREFIX)
        return find_prefix(t, key, row);
    return fold(key, &f) && find_folded(t, &f, row);
}

/* ---- making ---- */

static bool is_kind(struct str column, struct str kind) {
    size_t slash = column.len;
    while (slash && column.ptr[slash - 1] != '/')
        slash--;
    return str_equal_nocase(str_slice(column, slash, column.len), kind);
}

static void add_length(struct table *t, struct key_length length) {
    for (size_t i = 0; i < t->length_count; i++)
        if (t->lengths[i].family == length.family && t->lengths[i].length == length.length)
            return;
    mem_grow(&t->lengths, &t->length_capacity, t->length_count, sizeof *t->lengths);
    t->lengths[t->length_count++] = length;
}

static int longest_first(const void *a, const void *b) {
    const struct key_length *x = a, *y = b;
    return (x->length < y->length) - (x->length > y->length);
}

static bool wrong_key(const struct table *t, size_t row, const char *name, struct fault *fault) {
    struct str key = key_of_row(t, row), column = t->csv.columns[0];
    if (t->kind == KEY_CIDR)
        return fault_set(fault, FAULT_USAGE,
                         "%s:%u: %.*s: a network like 10.0.0.0/8 was expected, got \"%.*s\"", name,
                         t->csv.lines[row], STR_ARG(column), STR_ARG(str_slice(key, 0, 100)));
    return fault_set(fault, FAULT_USAGE, "%s:%u: %.*s: 1 to %d bytes were expected, got %zu", name,
                     t->csv.lines[row], STR_ARG(column), TABLE_MAX_KEY, key.len);
}

static bool add_rows(struct table *t, const char *name, struct fault *fault) {
    for (size_t row = 0; row < t->csv.row_count; row++) {
        struct folded f;
        struct key_length length;
        size_t other;
        if (!key_of_row(t, row).len || !fold_row(t, row, &f, &length))
            return wrong_key(t, row, name, fault);
        if (find_folded(t, &f, &other))
            return fault_set(fault, FAULT_USAGE, "%s:%u: %.*s: \"%.*s\" is there already, in line %u", name,
                             t->csv.lines[row], STR_ARG(t->csv.columns[0]), STR_ARG(key_of_row(t, row)),
                             t->csv.lines[other]);
        hash_index_add(&t->rows, hash64_of(f.key), (uint32_t)row);
        if (t->kind != KEY_EXACT)
            add_length(t, length);
    }
    mem_sort(t->lengths, t->length_count, sizeof *t->lengths, longest_first);
    return true;
}

static bool read_text(struct table *t, struct str text, const char *name, struct fault *fault) {
    t->digest = hash_of(text);
    t->text = mem_copy(text.ptr, text.len);
    t->text_len = text.len;
    if (!csv_read(&t->csv, t->text, t->text_len, name, fault))
        return false;
    struct str key = t->csv.columns[0];
    t->kind = is_kind(key, (struct str)STR("cidr"))     ? KEY_CIDR
              : is_kind(key, (struct str)STR("prefix")) ? KEY_PREFIX
                                                        : KEY_EXACT;
    return add_rows(t, name, fault);
}

static void table_free(struct table *t) {
    free(t->name);
    mmdb_free(t->mmdb);
    csv_fini(&t->csv);
    free(t->text);
    free(t->lengths);
    hash_index_fini(&t->rows);
    free(t);
}

/* NULL and a fault: there is one of that name, or there are too many. */
static struct table *add_table(struct tables *t, struct str name, const char *path, struct fault *fault) {
    if (tables_find(t, name))
        fault_set(fault, FAULT_USAGE, "%s: there is another table '%.*s'", path, STR_ARG(name));
    else if (t->count == MAX_TABLES)
        fault_set(fault, FAULT_USAGE, "%s: at most %d tables were expected", path, MAX_TABLES);
    else {
        struct table *table = mem_new(1, sizeof *table);
        table->name = mem_copy(name.ptr, name.len);
        mem_grow(&t->items, &t->capacity, t->count, sizeof *t->items);
        return t->items[t->count++] = table;
    }
    return NULL;
}

struct tables *tables_empty(void) {
    return mem_new(1, sizeof(struct tables));
}

bool tables_add_text(struct tables *t, const char *name, struct str csv, struct fault *fault) {
    struct table *table = add_table(t, str_c(name), name, fault);
    return table && read_text(table, csv, name, fault);
}

/* ---- a folder ---- */

struct loading {
    struct tables *tables;
    size_t root_len; /* of the folder's path, with its slash */
    struct fault *fault;
};

static bool load_csv(struct loading *l, const char *path, struct str name) {
    struct buf text;
    buf_init(&text, MAX_TEXT);
    struct table *table = add_table(l->tables, name, path, l->fault);
    bool ok = table && file_read(path, &text, FAULT_USAGE, l->fault);
    l->tables->bytes += text.len;
    if (ok && l->tables->bytes > MAX_TEXT)
        ok = fault_set(l->fault, FAULT_USAGE, "%s: the tables are larger than %d bytes (use .mmdb files)",
                       path, MAX_TEXT);
    ok = ok && read_text(table, buf_str(&text), path, l->fault);
    buf_fini(&text);
    return ok;
}

static bool load_mmdb(struct loading *l, const char *path, struct str name) {
    struct table *table = add_table(l->tables, name, path, l->fault);
    return table && (table->mmdb = mmdb_new(path, l->fault));
}

static bool load_file(void *context, const char *path) {
    static const struct str CSV = STR(".csv"), MMDB = STR(".mmdb");
    struct loading *l = context;
    struct str below = str_c(path + l->root_len);
    if (str_ends(below, CSV))
        return load_csv(l, path, str_slice(below, 0, below.len - CSV.len));
    if (str_ends(below, MMDB))
        return load_mmdb(l, path, str_slice(below, 0, below.len - MMDB.len));
    return true;
}

struct tables *tables_new(const char *folder, struct fault *fault) {
    size_t len = strlen(folder);
    struct loading l = { tables_empty(), len + (len && folder[len - 1] != '/'), fault };
    if (file_walk(folder, false, load_file, &l, fault))
        return l.tables;
    fault->kind = FAULT_USAGE;
    tables_free(l.tables);
    return NULL;
}

void tables_free(struct tables *t) {
    if (!t)
        return;
    for (size_t i = 0; i < t->count; i++)
        table_free(t->items[i]);
    free(t->items);
    free(t);
}

void tables_hash(const struct tables *t, struct hash_state *h) {
    hash_add_int(h, (int64_t)tables_count(t));
    for (size_t i = 0; i < tables_count(t); i++) {
        const struct table *table = t->items[i];
        hash_add(h, str_c(table->name));
        if (table->mmdb)
            mmdb_hash(table->mmdb, h);
        else
            hash_add(h, str_of((const char *)&table->digest, sizeof table->digest));
    }
}

/* ---- asking ---- */

size_t tables_count(const struct tables *t) {
    return t ? t->count : 0;
}

const char *tables_name(const struct tables *t, size_t index) {
    return t->items[index]->name;
}

const struct table *tables_find(const struct tables *t, struct str name) {
    for (size_t i = 0; i < tables_count(t); i++)
        if (str_equal_c(name, t->items[i]->name))
            return t->items[i];
    return NULL;
}

const struct str *table_columns(const struct table *table, size_t *count) {
    *count = table->mmdb ? 0 : table->csv.column_count - 1;
    return table->mmdb ? NULL : table->csv.columns + 1;
}

bool table_has(const struct table *table, struct str key) {
    struct address address;
    size_t row;
    if (table->mmdb)
        return address_parse(key, &address) && mmdb_has(table->mmdb, &address);
    return find_row(table, key, &row);
}

bool table_value(const struct table *table, struct str key, struct str column, struct arena *arena,
                 struct str *value) {
    struct address address;
    size_t row;
    if (table->mmdb)
        return address_parse(key, &address) && mmdb_value(table->mmdb, &address, column, arena, value);
    for (size_t i = 1; i < table->csv.column_count; i++) {
        if (!str_equal(table->csv.columns[i], column) || !find_row(table, key, &row))
            continue;
        *value = table->csv.cells[row * table->csv.column_count + i];
        return true;
    }
    return false;
}

bool table_each(const struct table *table, struct str key, struct arena *arena,
                void (*visit)(void *context, struct str column, struct str value), void *context) {
    struct address address;
    size_t row;
    if (table->mmdb)
        return address_parse(key, &address) && mmdb_each(table->mmdb, &address, arena, visit, context);
    if (!find_row(table, key, &row))
        return false;
    for (size_t i = 1; i < table->csv.column_count; i++)
        visit(context, table->csv.columns[i], table->csv.cells[row * table->csv.column_count + i]);
    return true;
}
