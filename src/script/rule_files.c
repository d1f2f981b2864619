#include "rule_files.h"

#include "file.h"
#include "mem.h"

#include <dirent.h>
#include <stdlib.h>

/* A rule file is written by hand; a generated list of some thousand rules fits as well. */
enum { MAX_RULE_FILE = 8 * 1024 * 1024 };

struct adding {
    struct rule_files *files;
    size_t root_len; /* of the pack's path, with its slash */
    struct fault *fault;
};

void rule_files_init(struct rule_files *f) {
    *f = (struct rule_files){ 0 };
}

void rule_files_fini(struct rule_files *f) {
    for (size_t i = 0; i < f->count; i++) {
        free(f->items[i].path);
        free(f->items[i].default_id);
        free(f->items[i].problem);
        free((char *)(uintptr_t)f->items[i].text.ptr);
    }
    free(f->items);
}

static char *id_from_path(const char *path) {
    size_t len = strlen(path);
    if (str_ends(str_c(path), (struct str)STR(".lua")))
        len -= strlen(".lua");
    char *id = mem_copy(path, len);
    for (char *c = id; *c; c++)
        if (*c == '/')
            *c = '.';
    return id;
}

/* What is wrong, without the path in front: whoever reports it names the file. */
static char *reason_of(const struct fault *fault, const char *path) {
    size_t len = strlen(path);
    const char *text = fault->text;
    if (strncmp(text, path, len) == 0 && strncmp(text + len, ": ", 2) == 0)
        text += len + 2;
    return mem_copy(text, strlen(text));
}

static bool add_file(struct adding *a, const char *path) {
    struct buf text;
    buf_init(&text, MAX_RULE_FILE);
    struct fault fault;
    bool read = file_read(path, &text, FAULT_RULE, &fault);
    if (!read)
        buf_reset(&text);
    struct rule_files *f = a->files;
    mem_grow(&f->items, &f->capacity, f->count, sizeof *f->items);
    f->items[f->count++] = (struct rule_file){
        .path = mem_copy(path, strlen(path)),
        .default_id = id_from_path(path + a->root_len),
        .text = str_of(mem_copy(text.ptr, text.len), text.len),
        .problem = read ? NULL : reason_of(&fault, path),
    };
    buf_fini(&text);
    return true;
}

static bool visit(void *context, const char *path) {
    return !str_ends(str_c(path), (struct str)STR(".lua")) || add_file(context, path);
}

bool rule_files_add(struct rule_files *f, const char *path, struct fault *fault) {
    struct adding adding = { f, 0, fault };
    if (file_is_folder(path)) {
        size_t len = strlen(path);
        adding.root_len = len + (len && path[len - 1] != '/');
        return file_walk(path, false, visit, &adding, fault);
    }
    const char *slash = strrchr(path, '/');
    adding.root_len = slash ? (size_t)(slash + 1 - path) : 0;
    return add_file(&adding, path);
}

static int is_lua(const struct dirent *entry) {
    return entry->d_name[0] != '.' && str_ends(str_c(entry->d_name), (struct str)STR(".lua"));
}

static int by_bytes(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

void rule_files_add_beside(struct rule_files *f, const char *path) {
    const char *slash = strrchr(path, '/');
    size_t root_len = slash ? (size_t)(slash + 1 - path) : 0;
    struct adding adding = { f, root_len, NULL };
    char *folder = root_len ? mem_copy(path, root_len) : mem_copy("./", 2);
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_lua, by_bytes);
    struct buf name;
    buf_init(&name, 1 << 20);
    for (int i = 0; i < count; i++) {
        buf_reset(&name);
        buf_add(&name, str_slice(str_c(path), 0, root_len));
        buf_add_c(&name, entries[i]->d_name);
        if (strcmp(buf_c(&name), path) != 0)
            add_file(&adding, buf_c(&name));
        free(entries[i]);
    }
    free(entries);
    free(folder);
    buf_fini(&name);
}

void rule_files_hash(const struct rule_files *f, struct hash_state *h) {
    hash_add_int(h, (int64_t)f->count);
    for (size_t i = 0; i < f->count; i++) {
        hash_add(h, str_c(f->items[i].default_id));
        hash_add(h, f->items[i].text);
        hash_add(h, str_c(f->items[i].problem));
    }
}
