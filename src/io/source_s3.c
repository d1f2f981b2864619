#include "source_s3.h"

#include "mem.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum {
    PIECE = 4 << 20,       /* of one request */
    MAX_AHEAD = 16 << 20,  /* bytes of all pieces that are there or on their way */
    MAX_PIECES = 64,       /* and how many: of small objects */
    MAX_FETCHERS = 16,     /* requests at a time */
    MAX_EXPECTED = 200000, /* objects known beforehand; what comes after is read when it is its turn */
    LOOK_AT_STOP_MS = 100,
};

enum piece_state { WAITING, RUNNING, DONE };

/* A range of an object. Of the list while it is wanted, then of the thread that runs it. */
struct piece {
    struct piece *next;
    struct s3_reader *reader;
    uint64_t object;            /* number of its object */
    char *uri, *version, *etag; /* etag NULL: the object has this piece only, whatever it is then */
    int64_t from, length;
    enum piece_state state;
    atomic_bool unwanted;
    bool ok;
    struct buf data;
    struct s3_info info;
    struct fault fault;
};

/* An object that was or will be opened. */
struct expected {
    char *uri, *version, *etag; /* version NULL: the newest */
    int64_t size;               /* -1: not known yet */
    struct source_rest rest;
};

struct s3_reader {
    struct s3 *s3;
    const struct stop *stop;
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t work, done;
    pthread_t threads[MAX_FETCHERS];
    size_t thread_count, thread_limit, idle;
    atomic_bool stopping; /* at the end, and when the caller was asked to: only its thread looks */

    struct expected *objects; /* numbers first_number ... ; those before next_number were opened */
    size_t count, capacity;
    uint64_t first_number, next_number;
    uint64_t plan_number; /* the object, and the place in it, that the next piece is for */
    int64_t plan_offset;

    struct piece *first, *last; /* in the order they are wanted */
    size_t pieces;
    int64_t ahead; /* bytes */
};

static struct expected *object_of(struct s3_reader *r, uint64_t number) {
    return &r->objects[number - r->first_number];
}

static bool is_known(const struct s3_reader *r, uint64_t number) {
    return number - r->first_number < r->count;
}

/* Of the first byte that is read. */
static int64_t start_of(const struct expected *o) {
    return (int64_t)(o->rest.head_len ? o->rest.head : o->rest.from);
}

static void forget(struct expected *o) {
    free(o->uri);
    free(o->version);
    free(o->etag);
    *o = (struct expected){ 0 };
}

static char *copy_of(const char *text) {
    return text ? mem_copy(text, strlen(text)) : NULL;
}

/* ---- the list ---- */

static void piece_free(struct piece *p) {
    buf_fini(&p->data);
    free(p->uri);
    free(p->version);
    free(p->etag);
    free(p);
}

static void add_piece(struct s3_reader *r, int64_t length) {
    const struct expected *o = object_of(r, r->plan_number);
    struct piece *p = mem_new(1, sizeof *p);
    bool alone = o->size >= 0 && o->size <= PIECE && !o->rest.from;
    p->reader = r;
    p->object = r->plan_number;
    p->uri = copy_of(o->uri);
    p->version = copy_of(o->version);
    p->etag = alone ? NULL : copy_of(o->etag);
    p->from = r->plan_offset;
    p->length = length;
    atomic_init(&p->unwanted, false);
    buf_init(&p->data, PIECE);
    *(r->last ? &r->last->next : &r->first) = p;
    r->last = p;
    r->pieces++;
    r->ahead += length;
}

/* Takes the first one off. */
static struct piece *take_piece(struct s3_reader *r) {
    struct piece *p = r->first;
    r->first = p->next;
    r->last = r->first ? r->last : NULL;
    r->pieces--;
    r->ahead -= p->length;
    return p;
}

/* A piece that nobody waits for: a thread that is at it frees it. */
static void drop_first(struct s3_reader *r) {
    struct piece *p = take_piece(r);
    if (p->state == RUNNING)
        p->unwanted = true;
    else
        piece_free(p);
}

static void plan_next_object(struct s3_reader *r) {
    r->plan_number++;
    r->plan_offset = 0;
}

/* Adds pieces as far as memory goes. An object of unknown size gets one piece, and what is behind it waits
 * for the answer: pieces stand in the order in which they are read. */
static void plan(struct s3_reader *r) {
    while (r->pieces < MAX_PIECES && is_known(r, r->plan_number)) {
        const struct expected *o = object_of(r, r->plan_number);
        int64_t from = (int64_t)o->rest.from;
        bool head = r->plan_offset < from, waits = o->size < 0 && r->plan_offset != start_of(o);
        int64_t length = head                                              ? (int64_t)o->rest.head_len
                         : o->size < 0 || o->size - r->plan_offset > PIECE ? PIECE
                                                                           : o->size - r->plan_offset;
        if (waits || (r->first && r->ahead + length > MAX_AHEAD))
            return;
        add_piece(r, length);
        r->plan_offset = head ? from : r->plan_offset + length;
        if (o->size >= 0 && r->plan_offset >= o->size)
            plan_next_object(r);
    }
}

/* What the first answer says about an object that was not listed. */
static void learn(struct s3_reader *r, const struct piece *p) {
    struct expected *o = is_known(r, p->object) ? object_of(r, p->object) : NULL;
    if (!o || p->from != start_of(o) || o->size >= 0)
        return;
    o->size = p->ok ? p->info.size : 0;
    if (!o->etag)
        o->etag = copy_of(p->info.etag);
    if (r->plan_number == p->object && r->plan_offset >= o->size)
        plan_next_object(r);
}

/* ---- the threads ---- */

static bool not_wanted(const void *context) {
    const struct piece *p = context;
    return p->unwanted || p->reader->stopping;
}

static bool fetch(struct s3_reader *r, struct http *h, struct piece *p) {
    const struct stop stop = { not_wanted, p };
    struct s3_name name;
    if (!s3_name(p->uri, &name, &p->fault))
        return false;
    name.version = p->version;
    if (p->length == 0) /* an empty object: who may read it, and whose it is */
        return s3_head(r->s3, h, &name, &p->info, &p->fault);
    buf_room(&p->data, (size_t)p->length); /* at once: growing would need twice as much */
    struct s3_range range = { p->from, p->etag ? p->length : PIECE, p->etag, &stop, NULL };
    return s3_get(r->s3, h, &name, &range, &p->data, &p->info, &p->fault);
}

static struct piece *waiting_piece(const struct s3_reader *r) {
    struct piece *p = r->first;
    while (p && p->state != WAITING)
        p = p->next;
    return p;
}

static void run_piece(struct s3_reader *r, struct http *h, struct piece *p, const struct fault *unconnected) {
    p->state = RUNNING;
    pthread_mutex_unlock(&r->lock);
    bool ok = h && fetch(r, h, p);
    if (!h)
        p->fault = *unconnected;
    pthread_mutex_lock(&r->lock);
    p->ok = ok;
    p->state = DONE;
    if (p->unwanted) {
        piece_free(p);
        return;
    }
    learn(r, p);
    plan(r);
    pthread_cond_broadcast(&r->work);
    pthread_cond_broadcast(&r->done);
}

static void *run_fetcher(void *argument) {
    struct s3_reader *r = argument;
    struct fault fault;
    struct http *h = aws_connect(s3_aws(r->s3), &fault);
    pthread_mutex_lock(&r->lock);
    while (!r->stopping) {
        struct piece *p = waiting_piece(r);
        if (p) {
            run_piece(r, h, p, &fault);
            continue;
        }
        r->idle++;
        pthread_cond_wait(&r->work, &r->lock);
        r->idle--;
    }
    pthread_mutex_unlock(&r->lock);
    http_free(h);
    return NULL;
}

/* As many as there is work for. */
static void start_fetchers(struct s3_reader *r) {
    size_t waiting = 0;
    for (const struct piece *p = r->first; p; p = p->next)
        waiting += p->state == WAITING;
    for (size_t wanted = waiting > r->idle ? waiting - r->idle : 0;
         wanted && r->thread_count < r->thread_limit; wanted--)
        if (pthread_create(&r->threads[r->thread_count], NULL, run_fetcher, r) == 0)
            r->thread_count++;
    pthread_cond_broadcast(&r->work);
}

/* ---- life ---- */

struct s3_reader *s3_reader_new(struct s3 *s3, const struct stop *stop, struct fault *fault) {
    static const struct setting_bounds bounds = { 1, MAX_FETCHERS, MAX_FETCHERS };
    unsigned connections;
    if (!settings_number(aws_settings(s3_aws(s3)), "LOGAUDIT_S3_CONNECTIONS", bounds, &connections, fault))
        return NULL;
    struct s3_reader *r = mem_new(1, sizeof *r);
    r->s3 = s3;
    r->stop = stop;
    r->thread_limit = connections;
    atomic_init(&r->stopping, false);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->work, NULL);
    pthread_cond_init(&r->done, NULL);
    return r;
}

static void stop_fetchers(struct s3_reader *r) {
    pthread_mutex_lock(&r->lock);
    r->stopping = true;
    pthread_cond_broadcast(&r->work);
    pthread_mutex_unlock(&r->lock);
    for (size_t i = 0; i < r->thread_count; i++)
        pthread_join(r->threads[i], NULL);
    r->thread_count = 0;
    r->stopping = false;
}

/* What is expected, and what was fetched of it. */
static void forget_all(struct s3_reader *r) {
    while (r->first)
        drop_first(r);
    for (size_t i = 0; i < r->count; i++)
        forget(&r->objects[i]);
    r->first_number = r->plan_number = r->next_number;
    r->plan_offset = 0;
    r->count = 0;
}

void s3_reader_renew(struct s3_reader *r) {
    if (r->stopping)
        stop_fetchers(r);
    pthread_mutex_lock(&r->lock);
    forget_all(r);
    pthread_mutex_unlock(&r->lock);
}

void s3_reader_free(struct s3_reader *r) {
    if (!r)
        return;
    stop_fetchers(r);
    forget_all(r);
    free(r->objects);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->work);
    pthread_cond_destroy(&r->done);
    free(r);
}

/* ---- what is to come ---- */

/* Forgets objects that were opened, when they are all of the list. */
static void compact(struct s3_reader *r) {
    if (r->next_number - r->first_number >= r->count && !r->first)
        forget_all(r);
}

static struct expected new_expected(const char *uri, const struct s3_info *info) {
    return (struct expected){ .uri = copy_of(uri),
                              .etag = info && *info->etag ? copy_of(info->etag) : NULL,
                              .size = info ? info->size : -1 };
}

void s3_reader_expect(struct s3_reader *r, const char *uri, const struct s3_info *info) {
    pthread_mutex_lock(&r->lock);
    compact(r);
    if (r->count < MAX_EXPECTED) {
        mem_grow(&r->objects, &r->capacity, r->count, sizeof *r->objects);
        r->objects[r->count++] = new_expected(uri, info);
    }
    pthread_mutex_unlock(&r->lock);
}

/* Makes the object the next one: those expected before it are not opened, and one that was not expected goes
 * in front of the others. */
static void turn_to(struct s3_reader *r, const char *uri) {
    uint64_t number = r->next_number;
    if (is_known(r, number) && strcmp(object_of(r, number)->uri, uri) == 0)
        return;
    while (r->first)
        drop_first(r);
    while (is_known(r, number) && strcmp(object_of(r, number)->uri, uri) != 0)
        number++;
    if (!is_known(r, number)) {
        mem_grow(&r->objects, &r->capacity, r->count, sizeof *r->objects);
        number = r->next_number;
        size_t place = (size_t)(number - r->first_number);
        memmove(&r->objects[place + 1], &r->objects[place], (r->count - place) * sizeof *r->objects);
        r->objects[place] = new_expected(uri, NULL);
        r->count++;
    }
    r->next_number = r->plan_number = number;
    r->plan_offset = 0;
}

/* What is on its way of the next object is not what is wanted of it. */
static void plan_anew(struct s3_reader *r) {
    while (r->first)
        drop_first(r);
    r->plan_number = r->next_number;
    r->plan_offset = start_of(object_of(r, r->next_number));
}

/* What was known of the next object is that of its newest version. */
static void choose_version(struct s3_reader *r, const char *version) {
    struct expected *o = object_of(r, r->next_number);
    if (!version)
        return;
    free(o->version);
    free(o->etag);
    *o = (struct expected){ .uri = o->uri, .version = copy_of(version), .size = -1 };
    plan_anew(r);
}

/* Of the object that is next no more than this is read. */
static void set_rest(struct s3_reader *r, const char *etag, const struct source_rest *rest) {
    struct expected *o = object_of(r, r->next_number);
    o->rest = *rest;
    if (!o->etag)
        o->etag = copy_of(etag);
    plan_anew(r);
}

/* ---- reading ---- */

struct s3_source {
    struct source source;
    struct s3_reader *reader;
    char *uri, *version;
    uint64_t object;
    int64_t size, position; /* of what is read */
    size_t at;              /* in the first piece */
};

/* Waits for the first piece of the list. False: interrupted. */
static bool wait_for_first(struct s3_reader *r) {
    plan(r);
    start_fetchers(r);
    while (r->first->state != DONE) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += LOOK_AT_STOP_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&r->done, &r->lock, &until);
        if (stop_asked(r->stop)) {
            r->stopping = true;
            return false;
        }
    }
    return true;
}

/* Nobody wants more of the object. */
static void leave(struct s3_reader *r, uint64_t number) {
    while (r->first && r->first->object == number)
        drop_first(r);
    if (r->plan_number == number)
        plan_next_object(r);
    forget(object_of(r, number));
    compact(r);
}

static bool read_s3(struct source *s, char *into, size_t capacity, size_t *got, struct fault *fault) {
    struct s3_source *o = (struct s3_source *)s;
    struct s3_reader *r = o->reader;
    bool ok = true;
    *got = 0;
    pthread_mutex_lock(&r->lock);
    while (ok && o->position < o->size && !*got) {
        ok = wait_for_first(r) || fault_set(fault, FAULT_INPUT, "%s: interrupted", o->uri);
        struct piece *p = r->first;
        if (ok && !p->ok) {
            *fault = p->fault;
            ok = false;
        }
        if (!ok)
            break;
        struct str bytes = str_slice(buf_str(&p->data), o->at, capacity);
        memcpy(into, bytes.ptr, bytes.len); /* the piece is ours: no thread writes to it any more */
        *got = bytes.len;
        o->at += bytes.len;
        o->position += (int64_t)bytes.len;
        if (o->at == p->data.len) {
            o->at = 0;
            drop_first(r);
        }
    }
    pthread_mutex_unlock(&r->lock);
    return ok;
}

static void close_s3(struct source *s) {
    struct s3_source *o = (struct s3_source *)s;
    pthread_mutex_lock(&o->reader->lock);
    leave(o->reader, o->object);
    pthread_mutex_unlock(&o->reader->lock);
    free(o->uri);
    free(o->version);
    free(o);
}

/* What was listed and what came must be one object. One that fits into a piece may have been replaced since.
 */
static bool check_first(const struct expected *o, const struct piece *p, struct fault *fault) {
    bool same = !o->etag || strcmp(o->etag, p->info.etag) == 0;
    if (!p->ok)
        *fault = p->fault;
    else if (same ? p->info.size != o->size : p->info.size > PIECE)
        return fault_set(fault, FAULT_INPUT, "%s: s3:GetObject: the object was replaced while it was read",
                         o->uri);
    return p->ok;
}

static struct source *new_source(struct s3_reader *r, const char *uri, uint64_t number,
                                 const struct s3_info *info) {
    struct s3_source *o = mem_new(1, sizeof *o);
    o->reader = r;
    o->uri = copy_of(uri);
    o->version = copy_of(info->etag);
    o->object = number;
    const struct source_rest *rest = &object_of(r, number)->rest;
    o->size = info->size - (int64_t)rest->from + (int64_t)rest->head_len;
    o->source = (struct source){ .uri = o->uri,
                                 .version = o->version,
                                 .modified = info->modified,
                                 .size = o->size,
                                 .rest = *rest,
                                 .own = info->own,
                                 .read = read_s3,
                                 .close = close_s3 };
    return &o->source;
}

static struct source *open_next(struct s3_reader *r, const char *uri, const char *version, const char *etag,
                                const struct source_rest *rest, struct fault *fault) {
    struct source *source = NULL;
    pthread_mutex_lock(&r->lock);
    turn_to(r, uri);
    choose_version(r, version);
    if (rest)
        set_rest(r, etag, rest);
    uint64_t number = r->next_number++;
    if (!wait_for_first(r))
        fault_set(fault, FAULT_INPUT, "%s: interrupted", uri);
    else if (check_first(object_of(r, number), r->first, fault))
        source = new_source(r, uri, number, &r->first->info);
    if (!source)
        leave(r, number);
    pthread_mutex_unlock(&r->lock);
    return source;
}

struct source *s3_reader_open(struct s3_reader *r, const char *uri, const char *version,
                              struct fault *fault) {
    return open_next(r, uri, version, NULL, NULL, fault);
}

struct source *s3_reader_open_rest(struct s3_reader *r, const char *uri, const char *version,
                                   const char *etag, const struct source_rest *rest, struct fault *fault) {
    return open_next(r, uri, version, etag, rest, fault);
}
