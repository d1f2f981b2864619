#include "cache.h"

#include "file.h"
#include "hash.h"
#include "log.h"
#include "mem.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file: the check sum of what follows it, then the contents. */
enum { HEADER = HASH_HEX };
enum { MAX_PATH = 4096 };
/* Rulesets kept, of about half a MiB each: every edit of a rule makes another. */
enum { MAX_KEPT = 64 };
static const char ENDING[] = ".ruleset";

/* $LOGAUDIT_CACHE, $XDG_CACHE_HOME/logaudit, $HOME/.cache/logaudit; false: none of them is set. */
static bool cache_path(const char *key, struct buf *path) {
    static const struct {
        const char *variable, *below;
    } places[] = { { "LOGAUDIT_CACHE", "" },
                   { "XDG_CACHE_HOME", "/logaudit" },
                   { "HOME", "/.cache/logaudit" } };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *base = getenv(places[i].variable);
        if (!base || !*base)
            continue;
        buf_printf(path, "%s%s/%s%s", base, places[i].below, key, ENDING);
        return true;
    }
    return false;
}

static bool trustworthy(const struct stat *info) {
    return S_ISREG(info->st_mode) && (info->st_uid == geteuid() || info->st_uid == 0) &&
           !(info->st_mode & (S_IWGRP | S_IWOTH));
}

static bool read_whole(int fd, char *bytes, size_t size) {
    for (ssize_t got; size; bytes += got, size -= (size_t)got)
        if ((got = read(fd, bytes, size)) <= 0)
            return false;
    return true;
}

static bool read_file(const char *path, struct str *file) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return false;
    struct stat info;
    bool ok = fstat(fd, &info) == 0 && trustworthy(&info) && info.st_size > HEADER;
    if (ok) {
        size_t size = (size_t)info.st_size;
        char *bytes = mem_new(size, 1);
        *file = (struct str){ bytes, size };
        ok = read_whole(fd, bytes, size);
    } else {
        log_info("cache: %s is empty or could have been written by others; not used", path);
    }
    close(fd);
    return ok;
}

static bool check_sum(const char *path, struct str file) {
    char sum[HASH_HEX + 1];
    hash_print(hash_of(str_slice(file, HEADER, file.len)), sum);
    if (str_equal_c(str_slice(file, 0, HEADER), sum))
        return true;
    log_info("cache: %s is corrupt; compiled afresh", path);
    return false;
}

static bool read_checked(struct buf *path, struct cached *out) {
    struct str file = { 0 };
    bool ok = read_file(buf_c(path), &file) && check_sum(buf_c(path), file);
    *out = (struct cached){ str_slice(file, HEADER, file.len), (char *)file.ptr };
    if (!ok)
        cached_fini(out);
    return ok;
}

bool cache_read(const char *key, struct cached *out) {
    struct buf path;
    buf_init(&path, MAX_PATH);
    bool ok = cache_path(key, &path) && read_checked(&path, out);
    buf_fini(&path);
    return ok;
}

bool cache_read_shipped(const char *folder, const char *key, struct cached *out) {
    struct buf path;
    buf_init(&path, MAX_PATH);
    buf_printf(&path, "%s/%s%s", folder, key, ENDING);
    bool ok = read_checked(&path, out);
    buf_fini(&path);
    return ok;
}

void cached_fini(struct cached *c) {
    free(c->file);
    *c = (struct cached){ 0 };
}

/* ---- keeping the folder small ---- */

struct oldest {
    size_t count;
    char *path;
    struct timespec modified;
};

static bool older(struct timespec a, struct timespec b) {
    return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

static bool note_oldest(void *context, const char *path) {
    struct oldest *o = context;
    struct stat info;
    if (!str_ends(str_c(path), str_c(ENDING)) || stat(path, &info) != 0)
        return true;
    o->count++;
    if (!o->path || older(info.st_mtim, o->modified)) {
        free(o->path);
        o->path = mem_copy(path, strlen(path));
        o->modified = info.st_mtim;
    }
    return true;
}

/* One is written, so one is removed: the oldest. */
static void make_room(const char *path) {
    const char *slash = strrchr(path, '/');
    char *folder = mem_copy(path, (size_t)(slash - path));
    struct oldest oldest = { .count = 0 };
    struct fault ignored;
    file_walk(folder, false, note_oldest, &oldest, &ignored);
    if (oldest.count > MAX_KEPT)
        unlink(oldest.path);
    free(oldest.path);
    free(folder);
}

void cache_write(const char *key, struct str contents) {
    struct buf path, file;
    buf_init(&path, MAX_PATH);
    buf_init(&file, SIZE_MAX / 2);
    if (cache_path(key, &path)) {
        char sum[HASH_HEX + 1];
        hash_print(hash_of(contents), sum);
        buf_add_c(&file, sum);
        buf_add(&file, contents);
        struct fault fault;
        mode_t mask = umask(077); /* what we would not read back must not be written */
        if (!file_write(buf_c(&path), buf_str(&file), &fault))
            log_info("cache: %s", fault.text);
        umask(mask);
        make_room(buf_c(&path));
    }
    buf_fini(&path);
    buf_fini(&file);
}
