#include "mmdb.h"

#include "buf.h"
#include "mem.h"

#include <inttypes.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

/* Of a column: bytes and parts. */
enum { MAX_PATH = 256, MAX_PARTS = 16 };

struct mmdb {
    MMDB_s db;
};

struct mmdb *mmdb_new(const char *path, struct fault *fault) {
    struct mmdb *m = mem_new(1, sizeof *m);
    int error = MMDB_open(path, MMDB_MODE_MMAP, &m->db);
    if (error == MMDB_SUCCESS)
        return m;
    fault_set(fault, FAULT_USAGE, "%s: is no MaxMind DB file: %s", path, MMDB_strerror(error));
    free(m);
    return NULL;
}

void mmdb_free(struct mmdb *m) {
    if (!m)
        return;
    MMDB_close(&m->db);
    free(m);
}

void mmdb_hash(const struct mmdb *m, struct hash_state *h) {
    hash_add(h, str_of((const char *)m->db.file_content, (size_t)m->db.file_size));
}

/* ---- finding ---- */

static MMDB_lookup_result_s find(const struct mmdb *m, const struct address *address) {
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
    memcpy(&v4.sin_addr, address->bytes, sizeof v4.sin_addr);
    memcpy(&v6.sin6_addr, address->bytes, sizeof v6.sin6_addr);
    const struct sockaddr *socket =
        address->bits == 32 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6;
    int error;
    MMDB_lookup_result_s result = MMDB_lookup_sockaddr(&m->db, socket, &error);
    result.found_entry = result.found_entry && error == MMDB_SUCCESS;
    return result;
}

bool mmdb_has(const struct mmdb *m, const struct address *address) {
    return find(m, address).found_entry;
}

/* ---- values ---- */

static struct str print(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
static struct str print(struct arena *arena, const char *format, ...) {
    char text[64];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return arena_copy(arena, str_of(text, (size_t)len));
}

/* Of text, a number or a boolean; false for everything else. */
static bool text_of(const MMDB_entry_data_s *data, struct arena *arena, struct str *out) {
    if (!data->has_data)
        return false;
    switch (data->type) {
    case MMDB_DATA_TYPE_UTF8_STRING:
        *out = arena_copy(arena, str_of(data->utf8_string, data->data_size));
        return true;
    case MMDB_DATA_TYPE_DOUBLE:
        *out = print(arena, "%.15g", data->double_value);
        return true;
    case MMDB_DATA_TYPE_FLOAT:
        *out = print(arena, "%.7g", (double)data->float_value);
        return true;
    case MMDB_DATA_TYPE_UINT16:
        *out = print(arena, "%" PRIu16, data->uint16);
        return true;
    case MMDB_DATA_TYPE_UINT32:
        *out = print(arena, "%" PRIu32, data->uint32);
        return true;
    case MMDB_DATA_TYPE_INT32:
        *out = print(arena, "%" PRId32, data->int32);
        return true;
    case MMDB_DATA_TYPE_UINT64:
        *out = print(arena, "%" PRIu64, data->uint64);
        return true;
    case MMDB_DATA_TYPE_BOOLEAN:
        *out = str_c(data->boolean ? "true" : "false");
        return true;
    default:
        return false;
    }
}

bool mmdb_value(const struct mmdb *m, const struct address *address, struct str column, struct arena *arena,
                struct str *value) {
    char path[MAX_PATH];
    const char *parts[MAX_PARTS + 1] = { 0 };
    MMDB_lookup_result_s found = find(m, address);
    if (!found.found_entry || !column.len || column.len >= sizeof path)
        return false;
    memcpy(path, column.ptr, column.len);
    path[column.len] = '\0';
    size_t count = 0;
    for (char *part = path; part; count++) {
        if (count == MAX_PARTS)
            return false;
        char *dot = strchr(part, '.');
        parts[count] = part;
        if (dot)
            *dot++ = '\0';
        part = dot;
    }
    MMDB_entry_data_s data;
    return MMDB_aget_value(&found.entry, &data, parts) == MMDB_SUCCESS && text_of(&data, arena, value);
}

/* ---- all values ---- */

struct walking {
    struct arena *arena;
    struct buf path;
    unsigned left; /* values that may still be given */
    void (*visit)(void *context, struct str column, struct str value);
    void *context;
};

typedef const MMDB_entry_data_list_s *list;

static list walk(struct walking *w, list at);

static list walk_below(struct walking *w, list at, struct str name) {
    size_t len = w->path.len;
    if (len)
        buf_add_byte(&w->path, '.');
    buf_add(&w->path, name);
    at = walk(w, at);
    w->path.len = len;
    return at;
}

static list walk_map(struct walking *w, list at) {
    uint32_t size = at->entry_data.data_size;
    at = at->next;
    for (; size && at; size--) {
        struct str key = str_of(at->entry_data.utf8_string, at->entry_data.data_size);
        at = walk_below(w, at->next, key);
    }
    return at;
}

static list walk_array(struct walking *w, list at) {
    uint32_t size = at->entry_data.data_size;
    at = at->next;
    for (uint32_t i = 0; i < size && at; i++)
        at = walk_below(w, at, print(w->arena, "%" PRIu32, i));
    return at;
}

/* The value that `at` begins; the list behind it. */
static list walk(struct walking *w, list at) {
    struct str value;
    if (!at)
        return NULL;
    if (at->entry_data.type == MMDB_DATA_TYPE_MAP)
        return walk_map(w, at);
    if (at->entry_data.type == MMDB_DATA_TYPE_ARRAY)
        return walk_array(w, at);
    if (w->left && w->path.len <= MAX_PATH && text_of(&at->entry_data, w->arena, &value)) {
        w->left--;
        w->visit(w->context, buf_str(&w->path), value);
    }
    return at->next;
}

bool mmdb_each(const struct mmdb *m, const struct address *address, struct arena *arena,
               void (*visit)(void *context, struct str column, struct str value), void *context) {
    MMDB_lookup_result_s found = find(m, address);
    MMDB_entry_data_list_s *data = NULL;
    if (!found.found_entry)
        return false;
    struct walking w = { .arena = arena, .left = MMDB_MAX_VALUES, .visit = visit, .context = context };
    buf_init(&w.path, 1 << 16);
    if (MMDB_get_entry_data_list(&found.entry, &data) == MMDB_SUCCESS)
        walk(&w, data);
    MMDB_free_entry_data_list(data);
    buf_fini(&w.path);
    return true;
}
