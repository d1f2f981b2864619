#include "tail.h"

#include "buf.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A line longer than this is given in parts: the framer cuts it anyway. */
enum { MAX_LINE = 2 * 1024 * 1024, STEP = 64 * 1024 };

struct tail {
    struct source source; /* of the open file */
    char *path;
    int fd; /* -1: none is open */
    dev_t device;
    ino_t inode;
    bool is_input;    /* standard input */
    bool renamed;     /* the name is not looked at any more */
    bool ending;      /* whatever is left is to be given */
    bool binary;      /* compressed or no log: there are no lines to wait for */
    bool over;        /* standard input ended */
    uint64_t read_to; /* bytes read of the file */
    uint64_t given;
    struct buf bytes; /* read and not given */
    size_t ready;     /* of these, what ends with a line */
};

/* ---- the source ---- */

static size_t whole_lines(const struct tail *t) {
    const char *last = t->bytes.len ? memrchr(t->bytes.ptr, '\n', t->bytes.len) : NULL;
    if (t->ending || t->binary || t->bytes.len >= MAX_LINE)
        return t->bytes.len;
    return last ? (size_t)(last + 1 - t->bytes.ptr) : 0;
}

/* By its first bytes: those of gzip and zstd, or a control character that no log begins with. */
static bool is_binary(struct str head) {
    head = str_slice(head, 0, 16);
    for (size_t i = 0; i < head.len; i++)
        if ((unsigned char)head.ptr[i] < ' ' && !ascii_space(head.ptr[i]) && head.ptr[i] != '\033')
            return true;
    return str_starts(head, (struct str)STR("\x28\xb5\x2f\xfd"));
}

/* Standard input may have a writer that writes nothing now. */
static bool would_wait(const struct tail *t) {
    struct pollfd p = { .fd = t->fd, .events = POLLIN };
    return t->is_input && poll(&p, 1, 0) <= 0;
}

/* Reads on; false when there is nothing now, or at a fault. */
static bool read_more(struct tail *t, struct fault *fault) {
    if (t->over || t->bytes.len >= MAX_LINE || would_wait(t))
        return false;
    ssize_t got = read(t->fd, buf_room(&t->bytes, STEP), STEP);
    if (got < 0 && errno != EINTR && errno != EAGAIN)
        fault_set(fault, FAULT_INPUT, "%s: %s", t->path, strerror(errno));
    t->over = got == 0 && t->is_input;
    if (got <= 0)
        return false;
    if (!t->read_to)
        t->binary = is_binary(str_of(t->bytes.ptr, (size_t)got));
    t->bytes.len += (size_t)got;
    t->read_to += (size_t)got;
    return true;
}

static bool give(struct source *source, char *into, size_t capacity, size_t *got, struct fault *fault) {
    struct tail *t = (struct tail *)source;
    struct fault failure = { .kind = FAULT_NONE };
    while (!t->ready && read_more(t, &failure))
        t->ready = whole_lines(t);
    if (!t->ready)
        t->ready = whole_lines(t);
    *got = t->ready < capacity ? t->ready : capacity;
    if (*got)
        memcpy(into, t->bytes.ptr, *got);
    memmove(t->bytes.ptr, t->bytes.ptr + *got, t->bytes.len - *got);
    t->bytes.len -= *got;
    t->ready -= *got;
    t->given += *got;
    if (*got || failure.kind == FAULT_NONE)
        return true;
    *fault = failure;
    return false;
}

static void close_source(struct source *source) {
    struct tail *t = (struct tail *)source;
    if (t->fd >= 0 && !t->is_input)
        close(t->fd);
    t->fd = -1;
    buf_reset(&t->bytes);
    t->ready = 0;
    t->ending = false;
}

/* ---- life ---- */

struct tail *tail_new(const char *path) {
    struct tail *t = mem_new(1, sizeof *t);
    t->path = mem_copy(path, strlen(path));
    t->fd = -1;
    t->is_input = strcmp(path, "-") == 0;
    t->source = (struct source){ .uri = t->path, .read = give, .close = close_source };
    buf_init(&t->bytes, MAX_LINE + STEP);
    if (!buf_room(&t->bytes, 1)) /* there is a place to move from, also before the first byte */
        abort();
    return t;
}

void tail_free(struct tail *t) {
    if (!t)
        return;
    close_source(&t->source);
    buf_fini(&t->bytes);
    free(t->path);
    free(t);
}

struct source *tail_source(struct tail *t) {
    return &t->source;
}

void tail_end(struct tail *t) {
    t->ending = true;
}

uint64_t tail_given(const struct tail *t) {
    return t->given;
}

/* ---- looking ---- */

static enum tail_news open_file(struct tail *t, struct fault *fault) {
    struct stat info;
    int fd = t->is_input ? STDIN_FILENO : open(t->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &info) != 0 || S_ISDIR(info.st_mode)) {
        fault_set(fault, FAULT_INPUT, "%s: %s", t->path, fd < 0 ? strerror(errno) : "is a folder");
        if (fd >= 0)
            close(fd);
        return TAIL_NOTHING;
    }
    t->fd = fd;
    t->device = info.st_dev;
    t->inode = info.st_ino;
    t->read_to = t->given = 0;
    return TAIL_OPENED;
}

static void note_time(struct tail *t, const struct stat *info) {
    if (S_ISREG(info->st_mode))
        t->source.modified = (int64_t)info->st_mtim.tv_sec * 1000000 + info->st_mtim.tv_nsec / 1000;
}

static enum tail_news ended(struct tail *t) {
    t->ending = true;
    return TAIL_ENDED;
}

static enum tail_news look_at_input(struct tail *t) {
    if (!would_wait(t))
        return t->over ? TAIL_CLOSED : TAIL_GREW;
    return TAIL_NOTHING;
}

enum tail_news tail_look(struct tail *t, struct fault *fault) {
    struct stat open_info, named;
    fault->kind = FAULT_NONE;
    if (t->fd < 0)
        return t->over ? TAIL_NOTHING : open_file(t, fault);
    if (t->is_input)
        return look_at_input(t);
    if (fstat(t->fd, &open_info) != 0)
        return ended(t);
    note_time(t, &open_info);
    bool regular = S_ISREG(open_info.st_mode);
    if (regular && (uint64_t)open_info.st_size < t->read_to) /* emptied: copytruncate */
        return ended(t);
    if (!regular || (uint64_t)open_info.st_size > t->read_to)
        return TAIL_GREW;
    bool same = stat(t->path, &named) == 0 && named.st_dev == t->device && named.st_ino == t->inode;
    if (same || t->renamed)
        return TAIL_NOTHING;
    t->renamed = true;
    return TAIL_RENAMED;
}
