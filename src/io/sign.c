#include "sign.h"

#include "mem.h"
#include "url.h"

#include <time.h>

/* A request that is larger than this is none of ours. */
enum { MAX_CANONICAL = 256 * 1024, MAX_PARAMETERS = 64 };

void sign_print_stamp(int64_t seconds, char out[17]) {
    time_t time = (time_t)seconds;
    struct tm utc;
    gmtime_r(&time, &utc);
    strftime(out, 17, "%Y%m%dT%H%M%SZ", &utc);
}

/* ---- path ---- */

/* Takes the last segment off, up to the slash before it. */
static void drop_segment(struct buf *path) {
    while (path->len && path->ptr[path->len - 1] != '/')
        path->len--;
    if (path->len)
        path->len--;
}

/* RFC 3986, and several slashes are one. */
static void normalize(struct buf *out, struct str path) {
    bool slash_at_end = str_ends(path, (struct str)STR("/"));
    for (size_t at = 0; at < path.len;) {
        struct str rest = str_slice(path, at, path.len);
        struct str part = str_slice(rest, 0, str_find_byte(rest, '/'));
        at += part.len + 1;
        bool dots = str_equal_c(part, ".") || str_equal_c(part, "..");
        if (str_equal_c(part, ".."))
            drop_segment(out);
        if (part.len && !dots) {
            buf_add_byte(out, '/');
            buf_add(out, part);
        }
        slash_at_end = slash_at_end || (at >= path.len && dots);
    }
    if (slash_at_end || !out->len)
        buf_add_byte(out, '/');
}

static void add_path(struct buf *out, const struct sign_request *r) {
    struct buf path;
    buf_init(&path, MAX_CANONICAL);
    if (r->normalize)
        normalize(&path, r->path);
    else
        buf_add(&path, r->path.len ? r->path : (struct str)STR("/"));
    if (r->encode_path)
        url_encode(out, buf_str(&path), true);
    else
        buf_add(out, buf_str(&path));
    buf_fini(&path);
}

/* ---- query ---- */

struct parameter {
    struct str name, value; /* encoded */
};

/* By name, then by value: the joined strings have another order ("id=" and "id-type="). */
static int compare_parameters(const void *a, const void *b) {
    const struct parameter *x = a, *y = b;
    int order = str_compare(x->name, y->name);
    return order ? order : str_compare(x->value, y->value);
}

static struct str reencode(struct buf *space, struct buf *scratch, struct str s) {
    buf_reset(scratch);
    url_decode(scratch, s);
    size_t start = space->len;
    url_encode(space, buf_str(scratch), false);
    return str_slice(buf_str(space), start, space->len);
}

static size_t split_query(struct str query, struct buf *space, struct parameter *parameters) {
    struct buf scratch;
    size_t count = 0;
    buf_init(&scratch, MAX_CANONICAL);
    buf_room(space, 3 * query.len); /* it must not move under the views */
    while (query.len && count < MAX_PARAMETERS) {
        struct str pair = str_slice(query, 0, str_find_byte(query, '&'));
        size_t equals = str_find_byte(pair, '=');
        query = str_slice(query, pair.len + 1, query.len);
        parameters[count].name = reencode(space, &scratch, str_slice(pair, 0, equals));
        parameters[count++].value = reencode(space, &scratch, str_slice(pair, equals + 1, pair.len));
    }
    buf_fini(&scratch);
    return count;
}

static void add_query(struct buf *out, struct str query) {
    struct parameter parameters[MAX_PARAMETERS];
    struct buf space;
    buf_init(&space, MAX_CANONICAL);
    size_t count = split_query(query, &space, parameters);
    mem_sort(parameters, count, sizeof *parameters, compare_parameters);
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%s%.*s=%.*s", i ? "&" : "", STR_ARG(parameters[i].name),
                   STR_ARG(parameters[i].value));
    buf_fini(&space);
}

/* ---- headers ---- */

struct sorted_header {
    char name[128]; /* in lower case, cut: ours are short */
    const struct header *header;
};

/* Values of one name keep their order. */
static int compare_headers(const void *a, const void *b) {
    const struct sorted_header *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->header > y->header) - (x->header < y->header);
}

static size_t sort_headers(const struct sign_request *r, struct sorted_header *sorted) {
    size_t count = r->header_count < SIGN_MAX_HEADERS ? r->header_count : SIGN_MAX_HEADERS;
    for (size_t i = 0; i < count; i++) {
        struct str name = str_slice(r->headers[i].name, 0, sizeof sorted->name - 1);
        for (size_t at = 0; at < name.len; at++)
            sorted[i].name[at] = ascii_lower(name.ptr[at]);
        sorted[i].name[name.len] = '\0';
        sorted[i].header = &r->headers[i];
    }
    mem_sort(sorted, count, sizeof *sorted, compare_headers);
    return count;
}

/* Trimmed, several blanks are one. */
static void add_value(struct buf *out, struct str value) {
    value = str_trim(value);
    for (size_t i = 0; i < value.len; i++)
        if (!ascii_space(value.ptr[i]))
            buf_add_byte(out, value.ptr[i]);
        else if (!ascii_space(value.ptr[i - 1]))
            buf_add_byte(out, ' ');
}

static void add_headers(struct buf *out, const struct sorted_header *sorted, size_t count) {
    for (size_t i = 0; i < count; i++) {
        bool again = i && strcmp(sorted[i].name, sorted[i - 1].name) == 0;
        if (i && !again)
            buf_add_byte(out, '\n');
        buf_printf(out, "%s%s", again ? "," : sorted[i].name, again ? "" : ":");
        add_value(out, sorted[i].header->value);
    }
    buf_add_c(out, count ? "\n" : "");
}

static void add_names(struct buf *out, const struct sorted_header *sorted, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!i || strcmp(sorted[i].name, sorted[i - 1].name) != 0)
            buf_printf(out, "%s%s", i ? ";" : "", sorted[i].name);
}

/* ---- the whole ---- */

void sign_canonical(const struct sign_request *r, struct buf *out) {
    struct sorted_header sorted[SIGN_MAX_HEADERS];
    size_t count = sort_headers(r, sorted);
    buf_printf(out, "%.*s\n", STR_ARG(r->method));
    add_path(out, r);
    buf_add_byte(out, '\n');
    add_query(out, r->query);
    buf_add_byte(out, '\n');
    add_headers(out, sorted, count);
    buf_add_byte(out, '\n');
    add_names(out, sorted, count);
    buf_printf(out, "\n%.*s", STR_ARG(r->payload_hash));
}

void sign_text(const struct crypto *c, const struct sign_scope *scope, struct str canonical,
               struct buf *out) {
    char hash[SHA256_HEX + 1];
    crypto_sha256_hex(c, canonical, hash);
    buf_printf(out, "AWS4-HMAC-SHA256\n%s\n%.8s/%s/%s/aws4_request\n%s", scope->stamp, scope->stamp,
               scope->region, scope->service, hash);
}

void sign_signature(const struct crypto *c, const struct sign_scope *scope, struct str secret,
                    struct str text, char out[SHA256_HEX + 1]) {
    const struct str steps[] = { str_of(scope->stamp, 8), str_c(scope->region), str_c(scope->service),
                                 STR("aws4_request"), text };
    unsigned char key[SHA256_LEN];
    struct buf first;
    buf_init(&first, 4096);
    buf_add_c(&first, "AWS4");
    buf_add(&first, secret);
    struct str with = buf_str(&first);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        unsigned char next[SHA256_LEN];
        crypto_hmac(c, with, steps[i], next);
        memcpy(key, next, sizeof key);
        with = str_of((const char *)key, sizeof key);
    }
    crypto_hex(key, sizeof key, out);
    explicit_bzero(first.ptr, first.len);
    explicit_bzero(key, sizeof key);
    buf_fini(&first);
}

void sign_authorization(const struct crypto *c, const struct sign_request *r, const struct sign_scope *scope,
                        struct sign_keys keys, struct buf *out) {
    struct sorted_header sorted[SIGN_MAX_HEADERS];
    struct buf canonical, text;
    char signature[SHA256_HEX + 1];
    buf_init(&canonical, MAX_CANONICAL);
    buf_init(&text, 4096);
    sign_canonical(r, &canonical);
    sign_text(c, scope, buf_str(&canonical), &text);
    sign_signature(c, scope, keys.secret, buf_str(&text), signature);
    buf_printf(out,
               "AWS4-HMAC-SHA256 Credential=%.*s/%.8s/%s/%s/aws4_request, SignedHeaders=", STR_ARG(keys.id),
               scope->stamp, scope->region, scope->service);
    add_names(out, sorted, sort_headers(r, sorted));
    buf_printf(out, ", Signature=%s", signature);
    buf_fini(&canonical);
    buf_fini(&text);
}
