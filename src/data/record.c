#include "record.h"

#include "mem.h"

#include <stdlib.h>

void batch_init(struct batch *b) {
    *b = (struct batch){ 0 };
    buf_init(&b->bytes, UINT32_MAX);
}

void batch_fini(struct batch *b) {
    buf_fini(&b->bytes);
    free(b->records);
    free(b->events);
    *b = (struct batch){ 0 };
}

void batch_reset(struct batch *b) {
    buf_reset(&b->bytes);
    b->count = b->event_count = 0;
    b->skipped_lines = 0;
    b->malformed = 0;
    b->cut_short = false;
}

void batch_add(struct batch *b, struct record r) {
    mem_grow(&b->records, &b->capacity, b->count, sizeof *b->records);
    b->records[b->count++] = r;
}

static void add_event(struct batch *b, const struct source_event *e) {
    if (b->event_count && b->events[b->event_count - 1].start == e->start)
        return;
    mem_grow(&b->events, &b->event_capacity, b->event_count, sizeof *b->events);
    b->events[b->event_count++] = *e;
}

void batch_mark_events(struct batch *b, struct source *source) {
    for (size_t i = 0; source->event_at && i < b->count; i++) {
        add_event(b, source->event_at(source, b->records[i].offset));
        b->records[i].event = (uint32_t)b->event_count;
    }
}
