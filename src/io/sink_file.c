#include "sink_file.h"

#include "buf.h"
#include "file.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Small writes are joined into one of this size. */
enum { BLOCK = 256 * 1024 };

struct file_sink {
    struct sink sink;
    int fd;
    char *path;      /* NULL: standard output */
    char *temporary; /* renamed to path when it is whole; NULL: written in place */
    struct buf block;
};

static bool flush(struct file_sink *f, struct fault *fault) {
    struct str rest = buf_str(&f->block);
    while (rest.len) {
        ssize_t put = write(f->fd, rest.ptr, rest.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return fault_set(fault, FAULT_OUTPUT, "%s: %s", f->path ? f->path : "standard output",
                             strerror(errno));
        rest = str_slice(rest, (size_t)put, rest.len);
    }
    buf_reset(&f->block);
    return true;
}

static bool write_file(struct sink *s, struct str bytes, struct fault *fault) {
    struct file_sink *f = (struct file_sink *)s;
    while (bytes.len) {
        struct str part = str_slice(bytes, 0, BLOCK - f->block.len);
        buf_add(&f->block, part);
        bytes = str_slice(bytes, part.len, bytes.len);
        if (f->block.len == BLOCK && !flush(f, fault))
            return false;
    }
    return true;
}

static bool close_file(struct sink *s, bool keep, struct fault *fault) {
    struct file_sink *f = (struct file_sink *)s;
    bool ok = !keep || flush(f, fault);
    if (f->path && close(f->fd) != 0)
        ok = fault_set(fault, FAULT_OUTPUT, "%s: %s", f->path, strerror(errno));
    if (f->temporary) {
        if (keep && ok && rename(f->temporary, f->path) != 0)
            ok = fault_set(fault, FAULT_OUTPUT, "%s: %s", f->path, strerror(errno));
        if (!keep || !ok)
            unlink(f->temporary);
    }
    buf_fini(&f->block);
    free(f->path);
    free(f->temporary);
    free(f);
    return ok;
}

static struct sink *new_sink(int fd, char *path, char *temporary) {
    struct file_sink *f = mem_new(1, sizeof *f);
    *f = (struct file_sink){ .fd = fd, .path = path, .temporary = temporary };
    f->sink = (struct sink){ .write = write_file, .close = close_file };
    buf_init(&f->block, BLOCK);
    return &f->sink;
}

struct sink *sink_stdout_new(void) {
    return new_sink(STDOUT_FILENO, NULL, NULL);
}

/* A device or a pipe is written to as it is: renaming over /dev/null would replace it. */
static struct sink *new_device_sink(const char *path, struct fault *fault) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        fault_set(fault, FAULT_OUTPUT, "%s: %s", path, strerror(errno));
        return NULL;
    }
    return new_sink(fd, mem_copy(path, strlen(path)), NULL);
}

/* Where a link leads that leads to nothing; to be freed. NULL: the path is no link. */
static char *missing_target(const char *path) {
    char target[PATH_MAX];
    ssize_t len = readlink(path, target, sizeof target - 1);
    if (len < 0)
        return NULL;
    target[len] = '\0';
    const char *slash = strrchr(path, '/');
    if (target[0] == '/' || !slash)
        return mem_copy(target, (size_t)len);
    char *folder = mem_copy(path, (size_t)(slash - path) + 1);
    char *joined = file_join(folder, target);
    free(folder);
    return joined;
}

static struct sink *new_linked_sink(char *target, struct fault *fault) {
    struct sink *sink = sink_file_new(target, fault);
    free(target);
    return sink;
}

struct sink *sink_file_new(const char *path, struct fault *fault) {
    struct stat info;
    bool exists = stat(path, &info) == 0;
    char *linked =
        !exists && errno == ENOENT ? missing_target(path) : NULL; /* chains of links end, or ELOOP */
    if (linked)
        return new_linked_sink(linked, fault);
    if (exists && S_ISDIR(info.st_mode)) {
        fault_set(fault, FAULT_OUTPUT, "%s: is a folder", path);
        return NULL;
    }
    if (exists && !S_ISREG(info.st_mode))
        return new_device_sink(path, fault);
    char target[PATH_MAX]; /* what a link leads to is replaced, not the link */
    const char *final = exists && realpath(path, target) ? target : path;
    struct buf temporary;
    buf_init(&temporary, 8192);
    buf_printf(&temporary, "%s.%ld.tmp", final, (long)getpid());
    struct sink *sink = NULL;
    if (file_make_parents(final, fault)) {
        unlink(buf_c(&temporary)); /* of an earlier process with our number */
        int fd = open(buf_c(&temporary), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 && exists)
            fchmod(fd, info.st_mode & 07777); /* who could not read the old file cannot read the new one */
        if (fd >= 0)
            sink = new_sink(fd, mem_copy(final, strlen(final)), mem_copy(temporary.ptr, temporary.len));
        else
            fault_set(fault, FAULT_OUTPUT, "%s: %s", final, strerror(errno));
    }
    buf_fini(&temporary);
    return sink;
}
