#include "mirror.h"

#include "copy.h"
#include "file.h"
#include "mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct mirrored {
    char *uri;
    const char *const *endings;
    struct copy *used, *newest; /* may be the same */
};

struct mirror {
    struct copier copier;
    char *root; /* NULL: nothing was copied yet */
    struct mirrored *items;
    size_t count, capacity;
    uint64_t made; /* copies, which are folders with numbers */
    bool trying, untried;
};

static bool make_root(struct mirror *m, struct fault *fault) {
    const char *base = getenv("TMPDIR");
    if (m->root)
        return true;
    char *root = file_join(base && *base ? base : "/tmp", "logaudit-XXXXXX");
    if (mkdtemp(root)) {
        m->root = root;
        return true;
    }
    fault_set(fault, FAULT_INPUT, "%s: no folder for copies from S3 can be made: %s", root, strerror(errno));
    free(root);
    return false;
}

/* ---- places ---- */

/* Copies the place anew, unless it is as the newest copy has it. */
static bool copy_place(struct mirror *m, struct mirrored *p, struct fault *fault) {
    bool same;
    char number[32];
    if (!make_root(m, fault))
        return false;
    snprintf(number, sizeof number, "%llu", (unsigned long long)++m->made);
    char *folder = file_join(m->root, number);
    struct copy *c = copy_new(&m->copier, folder, p->uri, p->endings, p->newest, &same, fault);
    free(folder);
    if (!c)
        return same;
    if (p->newest != p->used)
        copy_free(p->newest);
    p->newest = c;
    if (copy_equal(c, p->used)) { /* it was changed back */
        copy_free(c);
        p->newest = p->used;
    }
    m->untried = true;
    return true;
}

static struct mirrored *find_place(const struct mirror *m, const char *uri) {
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->items[i].uri, uri) == 0)
            return &m->items[i];
    return NULL;
}

const char *mirror_path(struct mirror *m, const char *uri, const char *const *endings, struct fault *fault) {
    struct mirrored *p = find_place(m, uri);
    if (p)
        return copy_path(m->trying ? p->newest : p->used);
    bool untried = m->untried;
    struct mirrored made = { .uri = mem_copy(uri, strlen(uri)), .endings = endings };
    copier_begin(&m->copier);
    if (!copy_place(m, &made, fault)) {
        free(made.uri);
        return NULL;
    }
    made.used = made.newest;
    m->untried = untried;
    mem_grow(&m->items, &m->capacity, m->count, sizeof *m->items);
    m->items[m->count++] = made;
    return copy_path(made.used);
}

bool mirror_is_empty(const struct mirror *m) {
    return m->count == 0;
}

bool mirror_look(struct mirror *m, bool *changed, struct fault *fault) {
    bool ok = true;
    copier_begin(&m->copier);
    for (size_t i = 0; ok && i < m->count; i++)
        ok = copy_place(m, &m->items[i], fault);
    *changed = ok && m->untried;
    return ok;
}

void mirror_try(struct mirror *m) {
    m->trying = true;
}

void mirror_take(struct mirror *m) {
    for (size_t i = 0; i < m->count; i++) {
        struct mirrored *p = &m->items[i];
        if (p->used != p->newest)
            copy_free(p->used);
        p->used = p->newest;
    }
    m->trying = m->untried = false;
}

void mirror_drop(struct mirror *m) {
    m->trying = m->untried = false;
}

/* ---- life ---- */

struct mirror *mirror_new(struct places *places) {
    struct mirror *m = mem_new(1, sizeof *m);
    copier_init(&m->copier, places);
    return m;
}

void mirror_clear(struct mirror *m) {
    for (size_t i = 0; i < m->count; i++) {
        if (m->items[i].newest != m->items[i].used)
            copy_free(m->items[i].newest);
        copy_free(m->items[i].used);
        free(m->items[i].uri);
    }
    if (m->root)
        file_remove_folder(m->root);
    free(m->root);
    m->root = NULL;
    m->count = 0;
    m->trying = m->untried = false;
}

void mirror_free(struct mirror *m) {
    if (!m)
        return;
    mirror_clear(m);
    free(m->items);
    free(m);
}

void mirror_set_limit(struct mirror *m, int64_t micros) {
    m->copier.limit = micros;
}

/* ---- names ---- */

/* The length of ROOT/NUMBER/ at the beginning of the text; 0: it begins otherwise. */
static size_t copy_prefix_len(const struct mirror *m, struct str text) {
    struct str root = str_c(m->root);
    size_t len = root.len + 1;
    if (!root.len || !str_starts(text, root) || text.len <= len || text.ptr[root.len] != '/')
        return 0;
    while (len < text.len && ascii_digit(text.ptr[len]))
        len++;
    return len < text.len && text.ptr[len] == '/' ? len + 1 : 0;
}

void mirror_name(const struct mirror *m, const char *text, struct buf *out) {
    struct str rest = str_c(text);
    while (rest.len) {
        size_t at = m->root ? str_find(rest, str_c(m->root)) : rest.len;
        buf_add(out, str_slice(rest, 0, at));
        rest = str_slice(rest, at, rest.len);
        size_t len = copy_prefix_len(m, rest);
        if (len)
            buf_add_c(out, "s3://");
        else if (rest.len)
            buf_add(out, str_slice(rest, 0, len = 1));
        rest = str_slice(rest, len, rest.len);
    }
}
