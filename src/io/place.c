#include "place.h"

#include "clock.h"
#include "file.h"
#include "hash.h"
#include "mem.h"
#include "newest.h"
#include "place_aws.h"
#include "sink_file.h"
#include "sink_s3.h"
#include "source_s3.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct str S3 = STR("s3://");
enum { MAX_PATH = 8192 };

bool is_s3(const char *uri) {
    return str_starts(str_c(uri), S3);
}

/* Whether AWS itself has it. */
static bool is_remote(const struct places *places, const char *uri) {
    return is_s3(uri) && !places->local_root;
}

/* A key may hold anything in S3; under a local root it must not lead out of it. */
bool place_leads_out(struct str key) {
    for (size_t at = 0; at <= key.len;) {
        struct str rest = str_slice(key, at, key.len);
        struct str part = str_slice(rest, 0, str_find_byte(rest, '/'));
        if (str_equal_c(part, "..") || str_equal_c(part, "."))
            return true;
        at += part.len + 1;
    }
    return str_find_byte(key, '\0') < key.len;
}

/* The local path of an s3:// uri. */
static bool object_path(const struct places *places, const char *uri, struct buf *path, struct fault *fault) {
    struct str rest = str_slice(str_c(uri), S3.len, strlen(uri));
    size_t slash = str_find_byte(rest, '/');
    if (slash == 0 || slash >= rest.len)
        return fault_set(fault, FAULT_USAGE, "%s: s3://BUCKET/KEY was expected", uri);
    if (place_leads_out(rest))
        return fault_set(fault, FAULT_USAGE, "%s: a key with '.' or '..' parts cannot be kept in a folder",
                         uri);
    buf_printf(path, "%s/s3/%.*s", places->local_root, STR_ARG(rest));
    return true;
}

/* The path behind any uri but "-". */
static bool path_of(const struct places *places, const char *uri, struct buf *path, struct fault *fault) {
    if (is_s3(uri))
        return object_path(places, uri, path, fault);
    buf_add_c(path, uri);
    return true;
}

/* ---- AWS ---- */

/* A prefix that could not be listed to its end: opening it says why. */
struct unlisted {
    char *spec;
    struct fault fault;
};

struct remote {
    struct s3 *s3;
    struct s3_reader *reader;
    struct http *http; /* of the caller's thread, for lists and log groups */
    struct stop stop;
    struct logs_client logs;
    struct unlisted *unlisted;
    size_t unlisted_count, unlisted_capacity;
};

static bool asked_to_stop(const void *context) {
    const struct places *places = context;
    return (places->stop && *places->stop) || (places->deadline && now_micros() >= places->deadline);
}

/* Settings are read and libraries loaded when AWS is first asked for something. */
static struct remote *remote_of(struct places *places, struct fault *fault) {
    if (places->remote)
        return places->remote;
    struct s3 *s3 = s3_new(fault);
    struct http *http = s3 ? aws_connect(s3_aws(s3), fault) : NULL;
    if (!http) {
        s3_free(s3);
        return NULL;
    }
    struct remote *r = mem_new(1, sizeof *r);
    *r = (struct remote){ .s3 = s3, .http = http, .stop = { asked_to_stop, places } };
    r->reader = s3_reader_new(s3, &r->stop, fault);
    if (!r->reader) {
        http_free(http);
        s3_free(s3);
        free(r);
        return NULL;
    }
    places->remote = r;
    r->logs = (struct logs_client){ .aws = s3_aws(s3), .http = http, .stop = &r->stop };
    return r;
}

struct aws *place_aws(struct places *places, struct http **h, struct fault *fault) {
    struct remote *r = remote_of(places, fault);
    *h = r ? r->http : NULL;
    return r ? s3_aws(r->s3) : NULL;
}

struct s3 *place_s3(struct places *places, struct http **h, struct fault *fault) {
    struct remote *r = remote_of(places, fault);
    *h = r ? r->http : NULL;
    return r ? r->s3 : NULL;
}

static void forget_unlisted(struct remote *r) {
    for (size_t i = 0; i < r->unlisted_count; i++)
        free(r->unlisted[i].spec);
    r->unlisted_count = 0;
}

void places_renew(struct places *places) {
    if (!places->remote)
        return;
    s3_reader_renew(places->remote->reader);
    forget_unlisted(places->remote);
}

void places_fini(struct places *places) {
    struct remote *r = places->remote;
    if (!r)
        return;
    s3_reader_free(r->reader);
    forget_unlisted(r);
    free(r->unlisted);
    http_free(r->http);
    s3_free(r->s3);
    free(r);
    places->remote = NULL;
}

/* Who gets what is listed, and of which age it must be. */
struct wanted {
    int64_t since; /* microseconds since 1970; 0: any */
    void (*visit)(void *context, const char *uri);
    void *context;
    void (*skip)(void *context, struct str key, struct buf *after); /* what a list need not name; or NULL */
    struct newest *newest; /* where they are kept until all are known; NULL: they are visited as they come */
};

struct remote_listing {
    struct remote *remote;
    _Atomic uint64_t *counted; /* NULL: by nobody */
    struct str bucket;
    const struct wanted *wanted;
    size_t count;        /* of those that were visited */
    const char *unnamed; /* why a key could not be visited */
};

/* What a console makes for a folder. */
static bool is_folder_marker(const struct s3_listed *o) {
    return o->info.size == 0 && str_ends(o->key, (struct str)STR("/"));
}

/* What has no time may be new. */
static bool is_old(const struct wanted *wanted, int64_t modified) {
    return modified && modified < wanted->since;
}

/* The page is expected as a whole before the first object is visited, who may be read at once. */
static void list_page(void *context, const struct s3_listed *objects, size_t count) {
    struct remote_listing *l = context;
    struct buf uri;
    if (l->counted)
        *l->counted += count;
    buf_init(&uri, MAX_PATH);
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < count; i++) {
            buf_reset(&uri);
            buf_printf(&uri, "s3://%.*s/", STR_ARG(l->bucket));
            buf_add(&uri, objects[i].key);
            if (is_folder_marker(&objects[i]) || is_old(l->wanted, objects[i].info.modified))
                continue;
            if (uri.full || str_find_byte(objects[i].key, '\0') < objects[i].key.len) {
                l->unnamed = "a key is too long or holds a NUL byte";
                continue;
            }
            if (l->wanted->newest) {
                if (round == 0)
                    newest_add(l->wanted->newest, buf_c(&uri), &objects[i].info);
            } else if (round == 0) {
                s3_reader_expect(l->remote->reader, buf_c(&uri), &objects[i].info);
            } else {
                l->wanted->visit(l->wanted->context, buf_c(&uri));
                l->count++;
            }
        }
    buf_fini(&uri);
}

static void skip_keys(void *context, struct str last, struct buf *after) {
    const struct remote_listing *l = context;
    l->wanted->skip(l->wanted->context, last, after);
}

static bool list_remote_prefix(struct remote *r, const char *prefix, _Atomic uint64_t *counted,
                               const struct wanted *wanted, struct fault *fault) {
    struct s3_name name;
    if (!s3_name(prefix, &name, fault))
        return false;
    struct remote_listing listing = {
        .remote = r, .counted = counted, .bucket = name.bucket, .wanted = wanted
    };
    const struct s3_visitor visitor = { list_page, &listing, &r->stop, wanted->skip ? skip_keys : NULL };
    if (!s3_list(r->s3, r->http, &name, &visitor, fault))
        return false;
    if (listing.unnamed)
        return fault_set(fault, FAULT_INPUT, "%s: %s", prefix, listing.unnamed);
    return listing.count || wanted->newest ||
           fault_set(fault, FAULT_INPUT, "%s: no object has a key with this prefix", prefix);
}

static void note_unlisted(struct remote *r, const char *spec, const struct fault *fault) {
    mem_grow(&r->unlisted, &r->unlisted_capacity, r->unlisted_count, sizeof *r->unlisted);
    r->unlisted[r->unlisted_count++] = (struct unlisted){ mem_copy(spec, strlen(spec)), *fault };
}

/* Whether an object is there shows when it is opened. */
static bool list_remote(struct places *places, const char *spec, const struct wanted *wanted,
                        struct fault *fault) {
    struct remote *r = remote_of(places, fault);
    struct s3_name name;
    size_t len = strlen(spec);
    if (!r || !s3_name(spec, &name, fault))
        return false;
    if (!strchr("/*", spec[len - 1])) {
        s3_reader_expect(r->reader, spec, NULL);
        wanted->visit(wanted->context, spec);
        return true;
    }
    char *prefix = mem_copy(spec, spec[len - 1] == '*' ? len - 1 : len);
    bool ok = list_remote_prefix(r, prefix, places->listed, wanted, fault);
    if (!ok)
        note_unlisted(r, spec, fault);
    free(prefix);
    return ok;
}

struct source *place_open_rest(struct places *places, const char *uri, const char *version, const char *etag,
                               const struct source_rest *rest, struct fault *fault) {
    struct remote *r = is_remote(places, uri) ? remote_of(places, fault) : NULL;
    return r ? s3_reader_open_rest(r->reader, uri, version, etag, rest, fault) : NULL;
}

static struct source *open_remote(struct places *places, const char *uri, const char *version,
                                  struct fault *fault) {
    struct remote *r = remote_of(places, fault);
    for (size_t i = 0; r && i < r->unlisted_count; i++)
        if (strcmp(r->unlisted[i].spec, uri) == 0) {
            *fault = r->unlisted[i].fault;
            return NULL;
        }
    return r ? s3_reader_open(r->reader, uri, version, fault) : NULL;
}

/* What logaudit stored is no log. */
static struct source *log_only(struct source *source, struct fault *fault) {
    if (!source || !source->own)
        return source;
    fault_set(fault, FAULT_NONE, "%s: not audited: logaudit wrote it", source->uri);
    source->close(source);
    return NULL;
}

/* ---- log groups ---- */

static struct source *open_group(struct places *places, const char *uri, struct fault *fault) {
    struct logs_group group;
    if (!logs_group(uri, &group, fault))
        return NULL;
    if (places->local_root && place_leads_out(group.name)) {
        fault_set(fault, FAULT_USAGE, "%s: a name with '.' or '..' parts cannot be a folder's", uri);
        return NULL;
    }
    if (places->local_root)
        return cloudwatch_open_local(places->local_root, &group, &places->logs, fault);
    struct remote *r = remote_of(places, fault);
    return r ? cloudwatch_open(&r->logs, &group, &places->logs, fault) : NULL;
}

/* Whether it is there shows when it is opened. */
static bool list_group(const char *uri, void (*visit)(void *context, const char *uri), void *context,
                       struct fault *fault) {
    struct logs_group group;
    if (!logs_group(uri, &group, fault))
        return false;
    visit(context, uri);
    return true;
}

/* ---- listing ---- */

struct listing {
    const struct wanted *wanted;
    struct str base;   /* uri of the folder that is walked, with its slash; empty: paths are uris */
    struct str prefix; /* what a uri must begin with */
    size_t path_len;   /* of the folder's path */
    size_t count;
};

static int64_t modified_micros(const struct stat *info) {
    return (int64_t)info->st_mtim.tv_sec * 1000000 + info->st_mtim.tv_nsec / 1000;
}

/* 0: not known. */
static int64_t changed_at(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 ? modified_micros(&info) : 0;
}

static bool list_one(void *context, const char *path) {
    struct listing *l = context;
    struct buf uri;
    buf_init(&uri, MAX_PATH);
    buf_printf(&uri, "%.*s%s", STR_ARG(l->base), path + l->path_len);
    struct s3_info info = { .modified = l->wanted->newest ? changed_at(path) : 0 };
    if (!str_starts(buf_str(&uri), l->prefix) || is_old(l->wanted, info.modified)) {
        /* it was not asked for */
    } else if (l->wanted->newest) {
        newest_add(l->wanted->newest, buf_c(&uri), &info);
    } else {
        l->wanted->visit(l->wanted->context, buf_c(&uri));
        l->count++;
    }
    buf_fini(&uri);
    return true;
}

/* `prefix`: s3://BUCKET/ANYTHING. What is below its last slash is walked and compared. */
static bool list_prefix(const struct places *places, struct str prefix, struct listing *l,
                        struct fault *fault) {
    size_t slash = prefix.len;
    while (slash && prefix.ptr[slash - 1] != '/')
        slash--;
    l->base = str_slice(prefix, 0, slash);
    l->prefix = prefix;
    struct buf uri, path;
    buf_init(&uri, MAX_PATH);
    buf_init(&path, MAX_PATH);
    buf_add(&uri, l->base);
    bool ok = object_path(places, buf_c(&uri), &path, fault);
    l->path_len = path.len;
    if (ok && file_is_folder(buf_c(&path)))
        ok = file_walk(buf_c(&path), true, list_one, l, fault);
    if (ok && !l->count && !l->wanted->newest)
        ok = fault_set(fault, FAULT_INPUT, "%.*s: no object has a key with this prefix", STR_ARG(prefix));
    buf_fini(&uri);
    buf_fini(&path);
    return ok;
}

/* An object's name does not say which file stands in for it. */
static bool unreadable(const char *spec, const char *path, const char *reason, struct fault *fault) {
    return is_s3(spec) ? fault_set(fault, FAULT_INPUT, "%s (here %s): %s", spec, path, reason)
                       : fault_set(fault, FAULT_INPUT, "%s: %s", spec, reason);
}

static bool list_path(const struct places *places, const char *spec, struct listing *l, struct fault *fault) {
    struct buf path;
    buf_init(&path, MAX_PATH);
    bool ok = path_of(places, spec, &path, fault);
    bool folder = ok && file_is_folder(buf_c(&path));
    if (folder && !is_s3(spec))
        ok = file_walk(buf_c(&path), true, list_one, l, fault);
    else if (ok && !folder && file_exists(buf_c(&path)))
        l->wanted->visit(l->wanted->context, spec);
    else if (ok)
        ok = unreadable(spec, buf_c(&path),
                        folder ? "no such object (a prefix ends in a slash)" : strerror(ENOENT), fault);
    buf_fini(&path);
    return ok;
}

static bool list(struct places *places, const char *spec, const struct wanted *wanted, struct fault *fault) {
    if (!*spec) /* "$LOG" of a variable that is not set */
        return fault_set(fault, FAULT_USAGE, "the name of a file, a folder or - was expected, got ''");
    struct listing listing = { .wanted = wanted };
    struct str s = str_c(spec);
    if (str_equal_c(s, "-")) {
        wanted->visit(wanted->context, spec);
        return true;
    }
    if (is_cloudwatch(spec))
        return list_group(spec, wanted->visit, wanted->context, fault);
    if (is_remote(places, spec))
        return list_remote(places, spec, wanted, fault);
    if (is_s3(spec) && str_ends(s, (struct str)STR("*")))
        return list_prefix(places, str_slice(s, 0, s.len - 1), &listing, fault);
    if (is_s3(spec) && str_ends(s, (struct str)STR("/")))
        return list_prefix(places, s, &listing, fault);
    return list_path(places, spec, &listing, fault);
}

bool place_list(struct places *places, const char *spec, void (*visit)(void *context, const char *uri),
                void *context, struct fault *fault) {
    return list(places, spec, &(struct wanted){ .visit = visit, .context = context }, fault);
}

bool place_list_since(struct places *places, const char *spec, int64_t since,
                      void (*visit)(void *context, const char *uri),
                      void (*skip)(void *context, struct str key, struct buf *after), void *context,
                      struct fault *fault) {
    struct newest newest = { 0 };
    bool ok = list(places, spec, &(struct wanted){ since, visit, context, skip, &newest }, fault);
    newest_sort(&newest);
    for (size_t i = 0; is_remote(places, spec) && i < newest.count; i++)
        s3_reader_expect(places->remote->reader, newest.items[i].uri, &newest.items[i].info);
    for (size_t i = 0; ok && i < newest.count; i++)
        visit(context, newest.items[i].uri);
    newest_fini(&newest);
    return ok;
}

bool place_same(const struct places *places, const char *uri, const char *other) {
    struct buf path, other_path;
    struct fault ignored;
    struct stat a, b;
    if (is_remote(places, uri) || is_remote(places, other) || is_cloudwatch(uri) || is_cloudwatch(other))
        return strcmp(uri, other) == 0;
    buf_init(&path, MAX_PATH);
    buf_init(&other_path, MAX_PATH);
    bool same = path_of(places, uri, &path, &ignored) && path_of(places, other, &other_path, &ignored) &&
                stat(buf_c(&path), &a) == 0 && stat(buf_c(&other_path), &b) == 0 && S_ISREG(a.st_mode) &&
                a.st_dev == b.st_dev && a.st_ino == b.st_ino;
    buf_fini(&path);
    buf_fini(&other_path);
    return same;
}

uint64_t place_hash(const struct places *places, const char *uri) {
    struct stat info;
    struct fault ignored;
    struct buf path;
    buf_init(&path, MAX_PATH);
    bool file = !is_remote(places, uri) && !is_cloudwatch(uri) && path_of(places, uri, &path, &ignored) &&
                stat(buf_c(&path), &info) == 0 && S_ISREG(info.st_mode);
    buf_fini(&path);
    return file ? hash64_of(str_of((const char *)&info.st_ino, sizeof info.st_ino)) : hash64_of(str_c(uri));
}

/* ---- reading ---- */

struct file_source {
    struct source source;
    int fd;
    char *uri;
    char version[64];
};

/* A signal ends the read (EINTR is an error like others): someone wants the program to stop. */
static bool read_file_source(struct source *s, char *into, size_t capacity, size_t *got,
                             struct fault *fault) {
    struct file_source *f = (struct file_source *)s;
    ssize_t n = read(f->fd, into, capacity);
    *got = n < 0 ? 0 : (size_t)n;
    return n >= 0 ||
           fault_set(fault, FAULT_INPUT, "%s: %s", f->uri, errno == EINTR ? "interrupted" : strerror(errno));
}

static void close_file_source(struct source *s) {
    struct file_source *f = (struct file_source *)s;
    if (f->fd != STDIN_FILENO)
        close(f->fd);
    free(f->uri);
    free(f);
}

static struct source *new_file_source(int fd, const char *uri) {
    struct file_source *f = mem_new(1, sizeof *f);
    f->fd = fd;
    f->uri = mem_copy(uri, strlen(uri));
    f->source = (struct source){ .uri = f->uri, .read = read_file_source, .close = close_file_source };
    return &f->source;
}

/* An object's version under a local root: what changes when it is replaced. */
static void print_version(const struct stat *info, char version[64]) {
    snprintf(version, 64, "%lld-%lld", (long long)info->st_size, (long long)modified_micros(info));
}

struct source *place_open_version(struct places *places, const char *uri, const char *version,
                                  struct fault *fault) {
    if (strcmp(uri, "-") == 0)
        return new_file_source(STDIN_FILENO, uri);
    if (is_cloudwatch(uri))
        return open_group(places, uri, fault);
    if (is_remote(places, uri))
        return log_only(open_remote(places, uri, version, fault), fault);
    struct buf path;
    buf_init(&path, MAX_PATH);
    struct source *source = NULL;
    int fd = path_of(places, uri, &path, fault) ? open(buf_c(&path), O_RDONLY | O_CLOEXEC) : -1;
    struct stat info;
    if (fd >= 0 && fstat(fd, &info) == 0) {
        source = new_file_source(fd, uri);
        source->modified = S_ISREG(info.st_mode) ? modified_micros(&info) : 0;
        source->size = S_ISREG(info.st_mode) ? info.st_size : 0;
        struct file_source *f = (struct file_source *)source;
        if (is_s3(uri)) {
            print_version(&info, f->version);
            source->version = f->version;
        }
    } else if (path.len) {
        unreadable(uri, buf_c(&path), strerror(errno), fault);
    }
    buf_fini(&path);
    return source;
}

struct source *place_open(struct places *places, const char *uri, struct fault *fault) {
    return place_open_version(places, uri, NULL, fault);
}

struct source *place_open_stored(struct places *places, const char *uri, struct fault *fault) {
    return is_remote(places, uri) ? open_remote(places, uri, NULL, fault) : place_open(places, uri, fault);
}

static bool read_whole(struct source *source, struct buf *out, struct fault *fault) {
    enum { PIECE = 64 << 10 };
    for (size_t got = 1; got; out->len += got) {
        char *room = buf_room(out, PIECE);
        if (!room)
            return fault_set(fault, FAULT_INPUT, "%s: at most %zu bytes were expected", source->uri,
                             out->max);
        if (!source->read(source, room, PIECE, &got, fault))
            return false;
    }
    return true;
}

bool place_read_stored(struct places *places, const char *uri, struct buf *out, struct fault *fault) {
    struct source *source = place_open_stored(places, uri, fault);
    bool ok = source && read_whole(source, out, fault);
    if (source)
        source->close(source);
    return ok;
}

/* ---- writing ---- */

struct sink *place_create(struct places *places, const char *uri, struct fault *fault) {
    if (strcmp(uri, "-") == 0)
        return sink_stdout_new();
    if (is_cloudwatch(uri)) {
        fault_set(fault, FAULT_USAGE, "%s: results cannot be written to a log group", uri);
        return NULL;
    }
    if (is_remote(places, uri)) {
        struct remote *r = remote_of(places, fault);
        return r ? sink_s3_new(r->s3, uri, fault) : NULL;
    }
    struct buf path;
    buf_init(&path, MAX_PATH);
    struct sink *sink = path_of(places, uri, &path, fault) ? sink_file_new(buf_c(&path), fault) : NULL;
    buf_fini(&path);
    return sink;
}

bool place_write(struct places *places, const char *uri, struct str text, struct fault *fault) {
    struct sink *sink = place_create(places, uri, fault);
    bool ok = sink && sink->write(sink, text, fault);
    return sink && sink->close(sink, ok, fault) && ok;
}
