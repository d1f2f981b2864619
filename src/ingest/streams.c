#include "streams.h"

#include "cri.h"
#include "frame.h"
#include "frame_text.h"
#include "json.h"
#include "json_walk.h"
#include "mem.h"

#include <stdlib.h>

enum { STREAMS = 4 }; /* stdout and stderr, of CRI and of Docker */

/* A record that is a line of a container, or the lines that the framer took for one record. */
struct piece {
    unsigned stream;
    struct str text; /* of CRI: with its prefixes; of Docker: as the JSON string spells it */
    bool escaped;
};

/* The newest record of a stream. */
struct open_record {
    bool any, read; /* read: `text` is what its lines came to */
    size_t index;
    struct piece piece;
    struct text text;
    bool ended; /* of Docker's text: with a line end */
    size_t bytes, lines;
};

struct join_state {
    struct batch *batch;
    struct frame_rules *rules;
    struct arena arena; /* of decoded texts */
    struct open_record open[STREAMS];
    uint32_t *next, *last; /* by record: the next piece of it (0: none), of a first one: the last piece */
    bool any;
};

/* ---------------------------------------------------------------- pieces */

/* {"log":"text","stream":"stdout", with blanks or without */
static bool docker_piece(struct str bytes, struct piece *p) {
    static const struct str log = STR("\"log\""), std = STR("std");
    size_t brace = 1 + json_blanks(str_slice(bytes, 1, bytes.len));
    if (!str_starts(str_slice(bytes, brace, log.len), log))
        return false;
    struct json key, text, stream;
    struct json_iter members = json_iter((struct json){ .kind = JSON_OBJECT, .raw = bytes });
    if (!json_next(&members, &key, &text) || !json_next(&members, &key, &stream) ||
        text.kind != JSON_STRING || stream.kind != JSON_STRING || !str_equal_c(key.raw, "stream") ||
        !str_starts(stream.raw, std))
        return false;
    bool err = str_equal_c(stream.raw, "stderr");
    *p = (struct piece){ 2 + err, text.raw, text.escaped };
    return true;
}

static bool piece_of(const struct batch *b, size_t i, struct piece *p) {
    const struct record *r = &b->records[i];
    struct str bytes = record_bytes(b, r);
    if (r->kind == RECORD_JSON)
        return docker_piece(bytes, p) && !r->truncated;
    char stream = cri_stream(bytes);
    if (!stream || r->truncated)
        return false;
    *p = (struct piece){ stream == 'e', bytes, false };
    return true;
}

static bool is_docker(const struct piece *p) {
    return p->stream >= 2;
}

/* ---------------------------------------------------------------- their lines */

static struct str decoded(struct join_state *s, const struct piece *p) {
    return p->escaped ? json_text((struct json){ JSON_STRING, true, p->text }, &s->arena) : p->text;
}

/* The next line, without its end. */
static struct str take_line(struct str *rest) {
    struct str line = str_slice(*rest, 0, str_find_byte(*rest, '\n'));
    *rest = str_slice(*rest, line.len + 1, rest->len);
    return line.len && line.ptr[line.len - 1] == '\r' ? str_slice(line, 0, line.len - 1) : line;
}

static bool goes_on(struct text *t, struct str line) {
    return str_trim(line).len ? text_continues(t, line) : !(t->state & (TEXT_PLAIN | TEXT_DONE));
}

/* Whether all lines of `text` continue the record. */
static bool lines_continue(struct text *t, struct str text) {
    bool all = text.len;
    while (all && text.len)
        all = goes_on(t, take_line(&text));
    return all;
}

/* What the record's lines have come to. */
static void read_open(struct join_state *s, struct open_record *o) {
    struct str text = decoded(s, &o->piece);
    o->read = true;
    o->ended = !is_docker(&o->piece) || (text.len && text.ptr[text.len - 1] == '\n');
    o->text = text_begin(s->rules, take_line(&text));
    lines_continue(&o->text, text);
}

/* ---------------------------------------------------------------- joining */

static bool has_room(const struct open_record *o, const struct record *r) {
    return o->bytes + r->len < MAX_RECORD_BYTES && o->lines + r->lines <= MAX_RECORD_LINES;
}

/* Whether the framer did not see them together, as it does with two lines of CRI. */
static bool is_apart(const struct join_state *s, const struct open_record *o, const struct piece *p,
                     size_t i) {
    size_t last = s->last[o->index];
    return is_docker(p) || last + 1 < i || last != o->index;
}

/* Whether record `i` goes on with what the stream's last one said. */
static bool continues(struct join_state *s, struct open_record *o, const struct piece *p, size_t i) {
    if (!o->any || !is_apart(s, o, p, i) || !has_room(o, &s->batch->records[i]))
        return false;
    if (!s->rules)
        s->rules = frame_rules_new();
    if (!o->read)
        read_open(s, o);
    struct str text = decoded(s, p);
    bool ended = !is_docker(p) || (text.len && text.ptr[text.len - 1] == '\n');
    if (o->ended && !lines_continue(&o->text, text))
        return false;
    o->ended = ended;
    return true;
}

static void look_at(struct join_state *s, size_t i) {
    struct piece p;
    const struct record *r = &s->batch->records[i];
    if (!piece_of(s->batch, i, &p)) {
        memset(s->open, 0, sizeof s->open); /* another log begins */
        return;
    }
    struct open_record *o = &s->open[p.stream];
    if (continues(s, o, &p, i)) {
        s->next[s->last[o->index]] = (uint32_t)i;
        s->last[o->index] = (uint32_t)i;
        s->any = true;
    } else {
        *o = (struct open_record){ .any = true, .index = i, .piece = p };
    }
    o->bytes += r->len;
    o->lines += r->lines;
}

/* ---------------------------------------------------------------- the new bytes */

static void add_rest(const struct join_state *s, size_t first, struct buf *out) {
    for (size_t i = s->next[first]; i; i = s->next[i]) {
        struct piece p = { 0 };
        (void)piece_of(s->batch, i, &p); /* it was one before */
        if (!is_docker(&p))
            buf_add_byte(out, '\n');
        buf_add(out, p.text);
    }
}

/* The record that begins with record `i`, and its place in the new bytes. */
static void add_record(const struct join_state *s, size_t i, struct record *r, struct buf *out) {
    struct piece p;
    struct str bytes = record_bytes(s->batch, &s->batch->records[i]);
    bool docker = s->next[i] && piece_of(s->batch, i, &p) && is_docker(&p);
    size_t behind = docker ? (size_t)(p.text.ptr + p.text.len - bytes.ptr) : bytes.len;
    r->start = (uint32_t)out->len;
    buf_add(out, str_slice(bytes, 0, behind));
    add_rest(s, i, out);
    buf_add(out, str_slice(bytes, behind, bytes.len));
    r->len = (uint32_t)(out->len - r->start);
    for (size_t k = s->next[i]; k; k = s->next[k])
        r->lines += s->batch->records[k].lines;
    const struct record *was = &s->batch->records[i];
    if (i + 1 < s->batch->count && was->start + was->len < was[1].start)
        buf_add_byte(out, '\n');
}

/* Writes the batch anew. There is no more of it than there was. */
static void rewrite(struct join_state *s) {
    struct batch *b = s->batch;
    struct record *records = mem_new(b->count, sizeof *records);
    bool *piece = mem_new(b->count, sizeof *piece);
    struct buf out;
    size_t kept = 0;
    buf_init(&out, b->bytes.len);
    for (size_t i = 0; i < b->count; i++) {
        piece[s->next[i]] |= s->next[i] != 0;
        if (piece[i])
            continue;
        records[kept] = b->records[i];
        add_record(s, i, &records[kept++], &out);
    }
    memcpy(b->bytes.ptr, out.ptr, out.len);
    memset(b->bytes.ptr + out.len, '\n', b->bytes.len - out.len);
    memcpy(b->records, records, kept * sizeof *records);
    b->count = kept;
    buf_fini(&out);
    free(piece);
    free(records);
}

/* Whether there is a line of a container at all. */
static size_t first_piece(const struct batch *b) {
    struct piece p;
    size_t i = 0;
    while (i < b->count && !piece_of(b, i, &p))
        i++;
    return i;
}

void streams_join(struct batch *batch) {
    size_t first = first_piece(batch);
    if (first == batch->count)
        return;
    struct join_state s = { .batch = batch };
    arena_init(&s.arena);
    s.next = mem_new(batch->count, sizeof *s.next);
    s.last = mem_new(batch->count, sizeof *s.last);
    for (size_t i = 0; i < batch->count; i++)
        s.last[i] = (uint32_t)i;
    for (size_t i = first; i < batch->count; i++)
        look_at(&s, i);
    if (s.any)
        rewrite(&s);
    frame_rules_free(s.rules);
    arena_fini(&s.arena);
    free(s.last);
    free(s.next);
}
