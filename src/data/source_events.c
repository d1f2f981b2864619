#include "source_events.h"

#include "mem.h"
#include "names.h"
#include "sorter.h"
#include "spool.h"

#include <stdlib.h>

enum {
    SORT_BYTES = 4 << 20,
    MAX_STREAMS = 500000, /* names in memory, some 100 bytes each */
    MAX_EVENT = 64 << 20, /* CloudWatch's own limit is 1 MiB */
};

/* What is sorted; the rest waits in the spool. */
struct item {
    int64_t time;
    uint64_t place;
    uint32_t stream;
};

struct source_events {
    struct source source;
    char *uri, *version;
    struct names streams;
    struct spool *spool;
    struct sorter *sorter;
    struct fault cut;
    _Atomic uint64_t *added; /* NULL, or counts */

    struct item next; /* not yet given */
    bool has_next;
    uint32_t stream; /* that is given now */
    struct buf line; /* of the event at hand: what it says with its line end */
    size_t at;
    uint64_t given; /* bytes */
    int64_t time;   /* of the event at hand */
    char id[EVENT_ID_MAX];
    struct names ids;          /* of the events with its time, once there are two */
    bool any;                  /* an event of this stream was read */
    struct source_event *open; /* events whose bytes were given; those before `first` are done with */
    size_t first, count, capacity;
};

static int compare(const void *a, const void *b, void *context) {
    const struct item *x = a, *y = b;
    const struct names *streams = context;
    if (x->stream != y->stream)
        return str_compare(streams->items[x->stream], streams->items[y->stream]);
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

struct source_events *source_events_new(const char *uri, const char *version, int64_t end) {
    struct source_events *e = mem_new(1, sizeof *e);
    e->uri = mem_copy(uri, strlen(uri));
    e->version = mem_copy(version, strlen(version));
    e->spool = spool_new();
    e->sorter = sorter_new(sizeof(struct item), SORT_BYTES, compare, &e->streams);
    buf_init(&e->line, MAX_EVENT);
    e->source = (struct source){ .uri = e->uri, .version = e->version, .modified = end };
    return e;
}

void source_events_count(struct source_events *e, _Atomic uint64_t *count) {
    e->added = count;
}

void source_events_free(struct source_events *e) {
    if (!e)
        return;
    names_fini(&e->streams);
    names_fini(&e->ids);
    spool_free(e->spool);
    sorter_free(e->sorter);
    buf_fini(&e->line);
    free(e->open);
    free(e->uri);
    free(e->version);
    free(e);
}

static struct str without_line_end(struct str message) {
    while (message.len && memchr("\r\n", message.ptr[message.len - 1], 2))
        message.len--;
    return message;
}

/* In the spool: the id up to its NUL, then the line. */
bool source_events_add(struct source_events *e, struct str stream, int64_t time, struct str id,
                       struct str message, struct fault *fault) {
    struct item item = { .time = time, .place = spool_end(e->spool) };
    if (!names_find(&e->streams, stream, &item.stream) && e->streams.count == MAX_STREAMS)
        return fault_set(fault, FAULT_INPUT, "%s: more than %d streams", e->uri, MAX_STREAMS);
    item.stream = names_add(&e->streams, stream);
    if (e->added)
        ++*e->added;
    buf_reset(&e->line);
    buf_add(&e->line, str_slice(str_slice(id, 0, str_find_byte(id, '\0')), 0, EVENT_ID_MAX - 1));
    buf_add_byte(&e->line, '\0');
    buf_add(&e->line, without_line_end(message));
    buf_add_byte(&e->line, '\n');
    return spool_add(e->spool, buf_str(&e->line), 0, fault) && sorter_add(e->sorter, &item, fault);
}

/* ---- reading ---- */

static bool look_ahead(struct source_events *e, struct fault *fault) {
    const struct item *item = sorter_next(e->sorter);
    e->has_next = item != NULL;
    if (item)
        e->next = *item;
    return item || !sorter_failed(e->sorter) ||
           fault_set(fault, FAULT_INPUT, "%s: cannot read a temporary file", e->uri);
}

/* Whether the id, of an event with this time, was there before. */
static bool is_repeated(struct source_events *e, int64_t time, struct str id) {
    bool same = e->any && time == e->time;
    uint32_t ignored;
    if (!same && e->ids.count)
        names_fini(&e->ids);
    if (same && !e->ids.count && e->id[0])
        names_add(&e->ids, str_c(e->id));
    if (same && id.len && names_find(&e->ids, id, &ignored))
        return true;
    if (same && id.len)
        names_add(&e->ids, id);
    return false;
}

static void note_event(struct source_events *e) {
    struct source_event event = { .start = e->given, .time = e->time * 1000 };
    memcpy(event.id, e->id, sizeof event.id);
    if (e->first && e->first * 2 >= e->count) {
        e->count -= e->first;
        memmove(e->open, e->open + e->first, e->count * sizeof *e->open);
        e->first = 0;
    }
    mem_grow(&e->open, &e->capacity, e->count, sizeof *e->open);
    e->open[e->count++] = event;
}

/* Makes the next item the event at hand; nothing is to be given of one that was there before. */
static bool take_next(struct source_events *e, struct fault *fault) {
    int64_t time = e->next.time;
    if (!spool_read(e->spool, e->next.place, &e->line, fault) || !look_ahead(e, fault))
        return false;
    struct str id = str_c(buf_c(&e->line));
    e->at = e->line.len;
    if (is_repeated(e, time, id))
        return true;
    e->at = id.len + 1;
    e->any = true;
    e->time = time;
    memcpy(e->id, id.ptr, id.len + 1);
    note_event(e);
    return true;
}

static bool read_events(struct source *s, char *into, size_t capacity, size_t *got, struct fault *fault) {
    struct source_events *e = (struct source_events *)s;
    *got = 0;
    while (e->at == e->line.len && e->has_next && e->next.stream == e->stream)
        if (!take_next(e, fault))
            return false;
    if (e->at == e->line.len && !e->has_next && e->cut.kind != FAULT_NONE) {
        *fault = e->cut;
        return false;
    }
    struct str part = str_slice(buf_str(&e->line), e->at, capacity);
    if (part.len)
        memcpy(into, part.ptr, part.len);
    *got = part.len;
    e->at += part.len;
    e->given += part.len;
    return true;
}

static void begin_stream(struct source_events *e) {
    e->stream = e->next.stream;
    e->source.log_stream = e->streams.items[e->stream].ptr;
    e->any = false;
}

static bool next_stream(struct source *s) {
    struct source_events *e = (struct source_events *)s;
    if (e->has_next)
        begin_stream(e);
    return e->has_next;
}

static const struct source_event *event_at(struct source *s, uint64_t offset) {
    struct source_events *e = (struct source_events *)s;
    while (e->first + 1 < e->count && e->open[e->first + 1].start <= offset)
        e->first++;
    return e->count ? &e->open[e->first] : NULL;
}

static void close_events(struct source *s) {
    source_events_free((struct source_events *)s);
}

struct source *source_events_open(struct source_events *e, const struct fault *cut, struct fault *fault) {
    e->source.read = read_events;
    e->source.close = close_events;
    e->source.next_stream = next_stream;
    e->source.event_at = event_at;
    e->cut = cut ? *cut : (struct fault){ .kind = FAULT_NONE };
    buf_reset(&e->line);
    if (!sorter_start(e->sorter, fault) || !look_ahead(e, fault)) {
        source_events_free(e);
        return NULL;
    }
    if (e->has_next)
        begin_stream(e);
    return &e->source;
}
