#include "source_events.h"

#include "buf.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

static struct source_events *events;

static void add(const char *stream, int64_t time, const char *id, const char *message) {
    struct fault fault;
    CHECK(source_events_add(events, str_c(stream), time, str_c(id), str_c(message), &fault));
}

/* The stream at hand, read `step` bytes at a time. */
static bool read_stream(struct source *s, size_t step, struct buf *out, struct fault *fault) {
    char piece[64];
    size_t got = 1;
    while (got) {
        if (!s->read(s, piece, step, &got, fault))
            return false;
        buf_add(out, str_of(piece, got));
    }
    return true;
}

static struct source *opened(const struct fault *cut) {
    struct fault fault;
    struct source *s = source_events_open(events, cut, &fault);
    CHECK(s != NULL);
    return s;
}

/* Streams by name; in each by time, then as they came; a line end is not doubled, and an id counts once. */
static void test_order(void) {
    for (size_t step = 1; step <= 64; step += 63) {
        struct fault fault;
        struct buf out;
        buf_init(&out, 4096);
        events = source_events_new("cloudwatch:g", "0..9", 9);
        add("b", 2, "7", "late");
        add("a", 5, "3", "third\n");
        add("a", 1, "1", "first");
        add("a", 5, "3", "third\n");
        add("a", 5, "4", "fourth\r\n");
        add("a", 5, "3", "third");
        add("b", 1, "1", "early\n  at x");
        add("a", 5, "", "no id");
        add("a", 5, "", "no id");
        struct source *s = opened(NULL);
        CHECK_STR(str_c(s->log_stream), "a");
        CHECK_STR(str_c(s->version), "0..9");
        CHECK(read_stream(s, step, &out, &fault));
        CHECK_STR(buf_str(&out), "first\nthird\nfourth\nno id\nno id\n");
        CHECK_STR(str_c(s->event_at(s, 0)->id), "1");
        CHECK_STR(str_c(s->event_at(s, 6)->id), "3");
        CHECK_INT(s->event_at(s, 7)->start, 6);
        CHECK_INT(s->event_at(s, 12)->time, 5000);
        CHECK_STR(str_c(s->event_at(s, 12)->id), "4");
        CHECK(s->next_stream(s));
        CHECK_STR(str_c(s->log_stream), "b");
        buf_reset(&out);
        CHECK(read_stream(s, step, &out, &fault));
        CHECK_STR(buf_str(&out), "early\n  at x\nlate\n");
        CHECK_INT(s->event_at(s, 31)->start, 31);
        CHECK_STR(str_c(s->event_at(s, 40)->id), "1");
        CHECK_STR(str_c(s->event_at(s, 44)->id), "7");
        CHECK(!s->next_stream(s));
        s->close(s);
        buf_fini(&out);
    }
}

/* What came is given before it is said why there is no more. */
static void test_cut(void) {
    struct fault cut, fault;
    struct buf out;
    buf_init(&out, 4096);
    fault_set(&cut, FAULT_INPUT, "the service is gone");
    events = source_events_new("cloudwatch:g", "", 0);
    add("a", 1, "1", "one");
    struct source *s = opened(&cut);
    CHECK(!read_stream(s, 64, &out, &fault));
    CHECK_STR(buf_str(&out), "one\n");
    CHECK_STR(str_c(fault.text), "the service is gone");
    s->close(s);

    events = source_events_new("cloudwatch:g", "", 0);
    s = opened(NULL);
    CHECK(read_stream(s, 64, &out, &fault));
    CHECK(s->log_stream == NULL);
    CHECK(!s->next_stream(s));
    s->close(s);
    buf_fini(&out);
}

/* More than memory holds: all of them, in order. */
static void test_many(void) {
    enum { COUNT = 300000 };
    char id[32], message[128];
    uint64_t lines = 0;
    events = source_events_new("cloudwatch:g", "", 0);
    for (int i = 0; i < COUNT; i++) {
        snprintf(id, sizeof id, "%d", i);
        snprintf(message, sizeof message, "%08d %0100d", i, 0);
        add(i % 2 ? "odd" : "even", COUNT - i, id, message);
    }
    struct source *s = opened(NULL);
    do {
        char rest[110];
        size_t got = 1, fill = 0;
        struct fault fault;
        int last = COUNT;
        while (s->read(s, rest + fill, sizeof rest - fill, &got, &fault) && got)
            if ((fill += got) == sizeof rest) {
                int number = atoi(rest);
                lines += number < last;
                last = number;
                fill = 0;
            }
        CHECK_INT(fill, 0);
    } while (s->next_stream(s));
    CHECK_INT(lines, COUNT);
    s->close(s);
}

int main(void) {
    test_order();
    test_cut();
    test_many();
    return check_report();
}
