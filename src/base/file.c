#include "file.h"

#include "mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Deeper trees than this are a loop of mounts or an accident. */
enum { MAX_DEPTH = 64 };

char *file_join(const char *folder, const char *name) {
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = mem_new(size, 1);
    snprintf(path, size, "%s%s%s", folder, str_ends(str_c(folder), (struct str)STR("/")) ? "" : "/", name);
    return path;
}

bool file_is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool file_exists(const char *path) {
    return access(path, F_OK) == 0;
}

/* Reads a piece; a byte that there is no room for tells that there is more. *got 0: the end. */
static bool read_piece(int fd, struct buf *out, size_t *got, enum fault_kind kind, struct fault *fault) {
    enum { STEP = 16 * 1024 };
    char spare;
    size_t left = out->max - out->len, want = left < STEP ? left : STEP;
    ssize_t count;
    do
        count = read(fd, want ? buf_room(out, want) : &spare, want ? want : 1);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return fault_set(fault, kind, "%s", strerror(errno));
    *got = (size_t)count;
    out->len += want ? *got : 0;
    return want || !*got || fault_set(fault, kind, "larger than %zu bytes", out->max);
}

bool file_read(const char *path, struct buf *out, enum fault_kind kind, struct fault *fault) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fault_set(fault, kind, "%s: %s", path, strerror(errno));
    size_t got = 1;
    bool ok = true;
    while (ok && got)
        ok = read_piece(fd, out, &got, kind, fault) || fault_context(fault, "%s", path);
    close(fd);
    return ok;
}

bool file_make_parents(const char *path, struct fault *fault) {
    char *copy = mem_copy(path, strlen(path));
    bool ok = true;
    for (char *slash = strchr(copy + 1, '/'); ok && slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            ok = fault_set(fault, FAULT_OUTPUT, "%s: cannot make the folder: %s", copy, strerror(errno));
        *slash = '/';
    }
    free(copy);
    return ok;
}

static bool write_all(int fd, struct str contents) {
    while (contents.len) {
        ssize_t put = write(fd, contents.ptr, contents.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        contents = str_slice(contents, (size_t)put, contents.len);
    }
    return true;
}

bool file_write(const char *path, struct str contents, struct fault *fault) {
    if (!file_make_parents(path, fault))
        return false;
    struct buf temporary;
    buf_init(&temporary, 8192);
    buf_printf(&temporary, "%s.%ld.tmp", path, (long)getpid());
    const char *name = buf_c(&temporary);
    bool ok = false;
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        fault_set(fault, FAULT_OUTPUT, "%s: %s", path, strerror(errno));
        goto out;
    }
    ok = write_all(fd, contents);
    ok = close(fd) == 0 && ok;
    ok = ok && rename(name, path) == 0;
    if (!ok) {
        fault_set(fault, FAULT_OUTPUT, "%s: %s", path, strerror(errno));
        unlink(name);
    }
out:
    buf_fini(&temporary);
    return ok;
}

static int not_hidden(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static int not_a_dot(const struct dirent *entry) {
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* DT_DIR: a folder; DT_REG: a file, also behind a link; else neither. Most entries say so themselves. */
static int kind_of(const struct dirent *entry, const char *path) {
    struct stat info;
    if (entry->d_type == DT_DIR || entry->d_type == DT_REG)
        return entry->d_type;
    if (lstat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return DT_DIR;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode) ? DT_REG : DT_UNKNOWN;
}

static bool walk(const char *folder, int depth, bool all, bool (*visit)(void *, const char *), void *context,
                 struct fault *fault) {
    struct dirent **entries = NULL;
    int count = depth < MAX_DEPTH ? scandir(folder, &entries, all ? not_a_dot : not_hidden, by_bytes) : -1;
    if (count < 0 && depth && all)
        return visit(context, folder);
    if (count < 0)
        return fault_set(fault, FAULT_INPUT, "%s: %s", folder,
                         depth < MAX_DEPTH ? strerror(errno) : "folders nested too deep");
    bool ok = true;
    struct buf path;
    buf_init(&path, 1 << 20);
    for (int i = 0; i < count; i++) {
        buf_reset(&path);
        buf_printf(&path, "%s%s%s", folder, str_ends(str_c(folder), (struct str)STR("/")) ? "" : "/",
                   entries[i]->d_name);
        const char *name = buf_c(&path);
        int kind = ok ? kind_of(entries[i], name) : DT_UNKNOWN;
        if (kind == DT_DIR)
            ok = walk(name, depth + 1, all, visit, context, fault);
        else if (kind == DT_REG)
            ok = visit(context, name);
        free(entries[i]);
    }
    free(entries);
    buf_fini(&path);
    return ok;
}

bool file_walk(const char *folder, bool all, bool (*visit)(void *context, const char *path), void *context,
               struct fault *fault) {
    return walk(folder, 0, all, visit, context, fault);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at) {
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

void file_remove_folder(const char *path) {
    enum { OPEN_FILES = 16 };
    nftw(path, remove_one, OPEN_FILES, FTW_DEPTH | FTW_PHYS);
}

/* ---- whether files have changed ---- */

static bool add_file(void *hash, const char *path) {
    struct stat info = { 0 };
    stat(path, &info);
    hash_add(hash, str_c(path));
    hash_add_int(hash, (int64_t)info.st_ino);
    hash_add_int(hash, (int64_t)info.st_size);
    hash_add_int(hash, (int64_t)info.st_mtim.tv_sec);
    hash_add_int(hash, (int64_t)info.st_mtim.tv_nsec);
    return true;
}

void file_add_traits(struct hash_state *h, const char *path) {
    struct fault ignored;
    if (file_is_folder(path))
        file_walk(path, false, add_file, h, &ignored);
    else
        add_file(h, path);
}
