#include "rule_files.h"

#include "file.h"
#include "mem.h"
#include "rule_pack.h"

#include <dirent.h>
#include <stdlib.h>

/* A rule file is written by hand; a generated list of some thousand rules fits as well. */
enum { MAX_RULE_FILE = 8 * 1024 * 1024, MAX_PACK = 64 * 1024 * 1024 };

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

void rule_files_append(struct rule_files *f, struct rule_file file) {
    mem_grow(&f->items, &f->capacity, f->count, sizeof *f->items);
    f->items[f->count++] = file;
}

static void append_text(struct adding *a, const char *path, struct str text, char *problem) {
    rule_files_append(a->files, (struct rule_file){
                                    .path = mem_copy(path, strlen(path)),
                                    .name_start = a->root_len,
                                    .default_id = id_from_path(path + a->root_len),
                                    .text = str_of(mem_copy(text.ptr, text.len), text.len),
                                    .problem = problem,
                                });
}

static bool add_file(struct adding *a, const char *path) {
    struct buf text;
    struct fault fault;
    buf_init(&text, MAX_RULE_FILE);
    if (file_read(path, &text, FAULT_RULE, &fault))
        append_text(a, path, buf_str(&text), NULL);
    else
        append_text(a, path, str_of("", 0), reason_of(&fault, path));
    buf_fini(&text);
    return true;
}

/* Whether the file begins as a pack does; its contents then. */
static bool read_pack(const char *path, struct buf *text) {
    struct fault fault;
    return !str_ends(str_c(path), (struct str)STR(".lua")) && !file_is_folder(path) &&
           file_read(path, text, FAULT_RULE, &fault) && rule_pack_is(buf_str(text));
}

/* Adds the files of a kind when the path is a pack; *is_pack says so. */
static bool add_packed(struct rule_files *f, const char *path, const char *kind, bool *is_pack,
                       struct fault *fault) {
    struct buf text;
    buf_init(&text, MAX_PACK);
    *is_pack = read_pack(path, &text);
    bool ok = !*is_pack || rule_pack_add(f, path, buf_str(&text), kind, fault);
    buf_fini(&text);
    return ok;
}

bool rule_files_add_packed(struct rule_files *f, const char *path, const char *kind, struct fault *fault) {
    bool is_pack;
    return add_packed(f, path, kind, &is_pack, fault);
}

static bool visit(void *context, const char *path) {
    return !str_ends(str_c(path), (struct str)STR(".lua")) || add_file(context, path);
}

bool rule_files_add(struct rule_files *f, const char *path, struct fault *fault) {
    struct adding adding = { f, 0, fault };
    bool is_pack, ok = add_packed(f, path, PACKED_RULE, &is_pack, fault);
    if (is_pack)
        return ok;
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

/* Takes the other rule files in the folder of this one, in the order of their names. */
static void walk_beside(const char *path, void (*take)(void *context, const char *path), void *context) {
    const char *slash = strrchr(path, '/');
    size_t root_len = slash ? (size_t)(slash + 1 - path) : 0;
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
            take(context, buf_c(&name));
        free(entries[i]);
    }
    free(entries);
    free(folder);
    buf_fini(&name);
}

static void add_beside(void *context, const char *path) {
    add_file(context, path);
}

void rule_files_add_beside(struct rule_files *f, const char *path) {
    const char *slash = strrchr(path, '/');
    struct adding adding = { f, slash ? (size_t)(slash + 1 - path) : 0, NULL };
    walk_beside(path, add_beside, &adding);
}

static void add_traits(void *h, const char *path) {
    file_add_traits(h, path);
}

void rule_files_add_beside_traits(struct hash_state *h, const char *path) {
    walk_beside(path, add_traits, h);
}

void rule_files_rename(struct rule_files *f, const struct path_names *names) {
    struct buf name;
    buf_init(&name, 1 << 20);
    for (size_t i = 0; i < f->count; i++) {
        struct rule_file *file = &f->items[i];
        size_t below = strlen(file->path) - file->name_start;
        buf_reset(&name);
        names->name(names->context, file->path, &name);
        free(file->path);
        file->path = mem_copy(buf_c(&name), name.len);
        file->name_start = name.len - below;
    }
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
