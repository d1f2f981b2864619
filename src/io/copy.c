#include "copy.h"

#include "clock.h"
#include "file.h"
#include "mem.h"
#include "place_aws.h"
#include "sink_file.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    MAX_OBJECTS = 10000,    /* of one place */
    MAX_BYTES = 512 << 20,  /* the same: a /tmp of Lambda has so many */
    PIECE = 4 << 20,        /* of one request */
    MAX_THREADS = 8,        /* that fetch the objects below a prefix */
    OBJECTS_PER_THREAD = 8, /* a thread has to connect first */
    MAX_PATH = 8192,
};

static const struct str S3 = STR("s3://");

struct object {
    char *uri;
    char etag[S3_MAX_ETAG]; /* under a local root, the version; empty: not known */
};

/* What a place held at one time. */
struct copy {
    char *folder, *path; /* all of it; what is to be used: an object's file, or a prefix's folder */
    struct object *objects;
    size_t count, capacity;
    atomic_llong bytes;
};

/* What is copied. */
struct place {
    const char *uri;
    const char *const *endings;
    const struct copy *before;
};

/* ---- how long ---- */

static bool is_over(const struct copier *c) {
    return c->until && now_micros() >= c->until;
}

static bool asked_to_stop(const void *context) {
    const struct copier *c = context;
    return (c->places->stop && *c->places->stop) || is_over(c);
}

void copier_init(struct copier *c, struct places *places) {
    *c = (struct copier){ .places = places, .stop = { asked_to_stop, c } };
}

void copier_begin(struct copier *c) {
    c->until = c->limit ? now_micros() + c->limit : 0;
}

/* Says why an exchange was stopped, when it was; what went wrong by itself says so. */
static bool fail(const struct copier *c, const char *uri, struct fault *fault) {
    if (is_over(c) && str_ends(str_c(fault->text), (struct str)STR("interrupted")))
        fault_set(fault, FAULT_INPUT, "%s: it was not read within %.1f s", uri, (double)c->limit / 1e6);
    return false;
}

/* ---- copies ---- */

void copy_free(struct copy *c) {
    if (!c)
        return;
    file_remove_folder(c->folder);
    for (size_t i = 0; i < c->count; i++)
        free(c->objects[i].uri);
    free(c->objects);
    free(c->folder);
    free(c->path);
    free(c);
}

const char *copy_path(const struct copy *c) {
    return c->path;
}

/* Keys that differ must be files that differ, inside of the folder. */
static bool check_key(const char *uri, struct fault *fault) {
    struct str rest = str_slice(str_c(uri), S3.len, strlen(uri));
    if (!place_leads_out(rest) && str_find(rest, (struct str)STR("//")) == rest.len)
        return true;
    return fault_set(fault, FAULT_USAGE, "%s: a key with empty, '.' or '..' parts cannot be kept in a folder",
                     uri);
}

static const struct object *find(const struct copy *c, const char *uri) {
    for (size_t i = 0; c && i < c->count; i++)
        if (strcmp(c->objects[i].uri, uri) == 0)
            return &c->objects[i];
    return NULL;
}

bool copy_equal(const struct copy *a, const struct copy *b) {
    if (!a || !b || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->objects[i].uri, b->objects[i].uri) != 0 || !*a->objects[i].etag ||
            strcmp(a->objects[i].etag, b->objects[i].etag) != 0)
            return false;
    return true;
}

/* ---- one object ---- */

/* An object on its way into its file. */
struct fetching {
    const struct copier *copier;
    struct copy *copy;
    struct object *object;
    struct http *http;  /* the connection of the thread; NULL: that of the places */
    const char *unless; /* the etag of what is there already; NULL: nothing is */
    bool same;
};

static bool keep(const struct fetching *f, struct sink *sink, struct str bytes, struct fault *fault) {
    if (atomic_fetch_add(&f->copy->bytes, (long long)bytes.len) + (long long)bytes.len > MAX_BYTES)
        return fault_set(fault, FAULT_INPUT, "%s: at most %d bytes are copied of one place", f->object->uri,
                         MAX_BYTES);
    return sink->write(sink, bytes, fault);
}

static bool read_local(struct fetching *f, struct sink *sink, struct fault *fault) {
    struct source *source = place_open(f->copier->places, f->object->uri, fault);
    struct buf piece;
    size_t got = 0;
    if (!source)
        return false;
    snprintf(f->object->etag, sizeof f->object->etag, "%s", source->version ? source->version : "");
    f->same = f->unless && strcmp(f->unless, f->object->etag) == 0;
    buf_init(&piece, PIECE);
    char *into = buf_room(&piece, PIECE);
    bool ok = true;
    while (ok && !f->same) {
        ok = source->read(source, into, PIECE, &got, fault);
        if (!ok || !got)
            break;
        ok = keep(f, sink, str_of(into, got), fault);
    }
    buf_fini(&piece);
    source->close(source);
    return ok;
}

/* Piece by piece, all of the version that the first one is of. */
static bool read_remote(struct fetching *f, struct sink *sink, struct fault *fault) {
    struct http *h;
    struct s3 *s3 = place_s3(f->copier->places, &h, fault);
    struct s3_name name;
    struct s3_info info = { .size = 1 };
    struct buf piece;
    if (!s3 || !s3_name(f->object->uri, &name, fault))
        return false;
    h = f->http ? f->http : h;
    buf_init(&piece, PIECE);
    bool ok = true;
    for (int64_t at = 0; ok && !f->same && at < info.size; at += PIECE) {
        struct s3_range range = { at, PIECE, at ? f->object->etag : NULL, &f->copier->stop,
                                  at ? NULL : f->unless };
        buf_reset(&piece);
        ok = s3_get(s3, h, &name, &range, &piece, &info, fault);
        f->same = ok && (info.same || (f->unless && strcmp(f->unless, info.etag) == 0));
        memcpy(f->object->etag, info.etag, sizeof info.etag);
        ok = ok && (f->same || keep(f, sink, buf_str(&piece), fault));
    }
    buf_fini(&piece);
    return ok || fail(f->copier, f->object->uri, fault);
}

static bool fetch(struct fetching *f, struct fault *fault) {
    char *path = file_join(f->copy->folder, f->object->uri + S3.len);
    struct sink *sink = check_key(f->object->uri, fault) ? sink_file_new(path, fault) : NULL;
    bool ok =
        sink && (f->copier->places->local_root ? read_local(f, sink, fault) : read_remote(f, sink, fault));
    ok = sink && sink->close(sink, ok && !f->same, fault) && ok;
    free(path);
    return ok;
}

static struct object *add_object(struct copy *c, const char *uri, const char *etag) {
    mem_grow(&c->objects, &c->capacity, c->count, sizeof *c->objects);
    struct object *o = &c->objects[c->count++];
    *o = (struct object){ .uri = mem_copy(uri, strlen(uri)) };
    snprintf(o->etag, sizeof o->etag, "%s", etag);
    return o;
}

/* *same: it is the one that the newest copy has. */
static bool copy_object(const struct copier *copier, const struct place *p, struct copy *c, bool *same,
                        struct fault *fault) {
    struct fetching f = { .copier = copier, .copy = c, .object = add_object(c, p->uri, "") };
    f.unless = p->before && *p->before->objects[0].etag ? p->before->objects[0].etag : NULL;
    bool ok = fetch(&f, fault);
    *same = f.same;
    return ok;
}

/* ---- the objects below a prefix ---- */

struct survey {
    const struct copier *copier;
    const struct place *place;
    struct copy *copy;
    struct str bucket;
    size_t seen;
    bool unnamed; /* a key that cannot be named */
};

static void survey_one(struct survey *s, const char *uri, const char *etag) {
    struct str name = str_c(uri);
    s->seen++;
    for (const char *const *ending = s->place->endings; *ending; ending++)
        if (str_ends(name, str_c(*ending)) && s->copy->count <= MAX_OBJECTS) {
            add_object(s->copy, uri, etag);
            return;
        }
}

static void survey_page(void *context, const struct s3_listed *objects, size_t count) {
    struct survey *s = context;
    struct buf uri;
    buf_init(&uri, MAX_PATH);
    for (size_t i = 0; i < count; i++) {
        struct str key = objects[i].key;
        if (str_ends(key, (struct str)STR("/"))) /* what a console makes for a folder */
            continue;
        buf_reset(&uri);
        buf_printf(&uri, "s3://%.*s/", STR_ARG(s->bucket));
        buf_add(&uri, key);
        s->unnamed = s->unnamed || uri.full || str_find_byte(key, '\0') < key.len;
        survey_one(s, buf_c(&uri), objects[i].info.etag);
    }
    buf_fini(&uri);
}

/* The version is that of the file at the moment: read again when it is copied. */
static void survey_file(void *context, const char *uri) {
    struct survey *s = context;
    struct fault ignored;
    struct source *source = place_open(s->copier->places, uri, &ignored);
    survey_one(s, uri, source && source->version ? source->version : "");
    if (source)
        source->close(source);
}

static bool list_remote(struct survey *s, struct fault *fault) {
    struct http *h;
    struct s3 *s3 = place_s3(s->copier->places, &h, fault);
    struct s3_name name;
    if (!s3 || !s3_name(s->place->uri, &name, fault))
        return false;
    s->bucket = name.bucket;
    const struct s3_visitor visitor = { survey_page, s, &s->copier->stop, NULL };
    if (!s3_list(s3, h, &name, &visitor, fault))
        return fail(s->copier, s->place->uri, fault);
    if (s->unnamed)
        return fault_set(fault, FAULT_INPUT, "%s: a key is too long or holds a NUL byte", s->place->uri);
    return s->seen ||
           fault_set(fault, FAULT_INPUT, "%s: no object has a key with this prefix", s->place->uri);
}

/* A prefix that has lost its files is a mistake, as one that is gone: it must not become an empty set. */
static bool none_usable(const struct survey *s, struct fault *fault) {
    struct buf text;
    buf_init(&text, 64);
    for (const char *const *ending = s->place->endings; *ending; ending++)
        buf_printf(&text, "%s%s", ending == s->place->endings ? "" : " or ", *ending);
    fault_set(fault, FAULT_INPUT, "%s: no object with this prefix has a key that ends in %s", s->place->uri,
              buf_c(&text));
    buf_fini(&text);
    return false;
}

static bool list(struct survey *s, struct fault *fault) {
    bool ok = s->copier->places->local_root
                  ? place_list(s->copier->places, s->place->uri, survey_file, s, fault)
                  : list_remote(s, fault);
    if (ok && !s->copy->count)
        return none_usable(s, fault);
    return ok && (s->copy->count <= MAX_OBJECTS ||
                  fault_set(fault, FAULT_INPUT, "%s: at most %d objects were expected", s->place->uri,
                            MAX_OBJECTS));
}

/* What has not changed is the file of the copy before it. */
static bool take_over(const struct copy *c, const struct copy *before, const struct object *o,
                      struct fault *fault) {
    const struct object *old = find(before, o->uri);
    if (!old || !*o->etag || strcmp(old->etag, o->etag) != 0 || !check_key(o->uri, fault))
        return false;
    char *path = file_join(c->folder, o->uri + S3.len),
         *old_path = file_join(before->folder, o->uri + S3.len);
    bool ok = file_make_parents(path, fault) && link(old_path, path) == 0;
    free(path);
    free(old_path);
    return ok;
}

/* The objects of a copy that are to be fetched, for several threads. */
struct work {
    const struct copier *copier;
    struct copy *copy;
    const struct copy *before;
    atomic_size_t next;
    pthread_mutex_t lock; /* of the fault */
    atomic_bool failed;
    struct fault fault; /* of the first that failed */
};

static void note_failure(struct work *w, const struct fault *fault) {
    pthread_mutex_lock(&w->lock);
    if (!w->failed)
        w->fault = *fault;
    w->failed = true;
    pthread_mutex_unlock(&w->lock);
}

static void fetch_rest(struct work *w, struct http *http) {
    struct fault fault;
    for (size_t i; !w->failed && (i = atomic_fetch_add(&w->next, 1)) < w->copy->count;) {
        struct fetching f = {
            .copier = w->copier, .copy = w->copy, .object = &w->copy->objects[i], .http = http
        };
        if (!take_over(w->copy, w->before, f.object, &fault) && !fetch(&f, &fault))
            note_failure(w, &fault);
    }
}

/* Without a connection the others do the work. */
static void *run_fetcher(void *work) {
    struct work *w = work;
    struct fault ignored;
    struct http *main_http, *http = NULL;
    struct s3 *s3 = place_s3(w->copier->places, &main_http, &ignored);
    if (s3)
        http = aws_connect(s3_aws(s3), &ignored);
    if (http)
        fetch_rest(w, http);
    http_free(http);
    return NULL;
}

static bool fetch_all(const struct copier *copier, struct copy *c, const struct copy *before,
                      struct fault *fault) {
    struct work w = { .copier = copier, .copy = c, .before = before };
    pthread_t threads[MAX_THREADS];
    size_t started = 0, wanted = copier->places->local_root ? 0 : c->count / OBJECTS_PER_THREAD;
    pthread_mutex_init(&w.lock, NULL);
    while (started < wanted && started < MAX_THREADS &&
           pthread_create(&threads[started], NULL, run_fetcher, &w) == 0)
        started++;
    fetch_rest(&w, NULL);
    while (started)
        pthread_join(threads[--started], NULL);
    pthread_mutex_destroy(&w.lock);
    if (w.failed)
        *fault = w.fault;
    return !w.failed;
}

static bool copy_prefix(const struct copier *copier, const struct place *p, struct copy *c, bool *same,
                        struct fault *fault) {
    struct survey s = { .copier = copier, .place = p, .copy = c };
    if (!list(&s, fault))
        return false;
    *same = copy_equal(c, p->before);
    /* of a path with a slash behind it: the folder */
    return *same || (file_make_parents(c->path, fault) && fetch_all(copier, c, p->before, fault));
}

/* ---- the whole ---- */

struct copy *copy_new(const struct copier *copier, const char *folder, const char *uri,
                      const char *const *endings, const struct copy *before, bool *same,
                      struct fault *fault) {
    const struct place p = { uri, endings, before };
    bool prefix = str_ends(str_c(uri), (struct str)STR("/"));
    *same = false;
    if (!check_key(uri, fault))
        return NULL;
    struct copy *c = mem_new(1, sizeof *c);
    c->folder = mem_copy(folder, strlen(folder));
    c->path = file_join(folder, uri + S3.len);
    bool ok = prefix ? copy_prefix(copier, &p, c, same, fault) : copy_object(copier, &p, c, same, fault);
    if (ok && !*same)
        return c;
    copy_free(c);
    return NULL;
}
