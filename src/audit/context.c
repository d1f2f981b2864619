#include "context.h"

static void take(struct batch *to, const struct batch *from, size_t first, size_t count) {
    batch_reset(to);
    for (size_t i = first; i < first + count; i++) {
        struct record copy = from->records[i];
        copy.start = (uint32_t)to->bytes.len;
        buf_add(&to->bytes, record_bytes(from, &from->records[i]));
        batch_add(to, copy);
    }
}

void context_take_last(struct batch *to, const struct batch *from, size_t count) {
    count = count < from->count ? count : from->count;
    take(to, from, from->count - count, count);
}

void context_take_first(struct batch *to, const struct batch *from, size_t count) {
    take(to, from, 0, count < from->count ? count : from->count);
}

/* ---- texts ---- */

struct attaching {
    struct evaluator *e;
    const struct context_batches *batches;
    const struct origin *origin;
    const bool *every_hit;
    struct arena *arena;
    struct str *texts; /* of all three batches, one after the other; those that were asked for */
};

static size_t total(const struct context_batches *b) {
    return b->before->count + b->batch->count + b->after->count;
}

static struct str read_text(struct attaching *a, const struct batch *batch, size_t index) {
    const struct record *r = &batch->records[index];
    struct subject s;
    parser_reset(a->e->parser);
    a->e->parser->columns = r->columns;
    subject_init(&s, r, record_bytes(batch, r), a->origin, a->every_hit);
    subject_read_texts(&s, a->e->parser);
    return subject_shown(&s, a->e, MAX_CONTEXT_BYTES, a->arena);
}

/* `at` counts through all three batches. */
static struct str text_at(struct attaching *a, size_t at) {
    const struct context_batches *b = a->batches;
    if (a->texts[at].ptr)
        return a->texts[at];
    if (at < b->before->count)
        a->texts[at] = read_text(a, b->before, at);
    else if (at < b->before->count + b->batch->count)
        a->texts[at] = read_text(a, b->batch, at - b->before->count);
    else
        a->texts[at] = read_text(a, b->after, at - b->before->count - b->batch->count);
    return a->texts[at];
}

static const struct str *texts_from(struct attaching *a, size_t first, size_t count) {
    struct str *list = arena_new(a->arena, count, sizeof *list);
    for (size_t i = 0; i < count; i++)
        list[i] = text_at(a, first + i);
    return list;
}

static void attach(struct attaching *a, struct found_finding *found) {
    size_t at = a->batches->before->count + found->record, wanted = a->e->options->context;
    size_t behind = total(a->batches) - at - 1;
    struct finding *f = &found->finding;
    f->before_count = at < wanted ? at : wanted;
    f->after_count = behind < wanted ? behind : wanted;
    f->before = texts_from(a, at - f->before_count, f->before_count);
    f->after = texts_from(a, at + 1, f->after_count);
}

void context_attach(struct evaluator *e, const struct context_batches *batches, const struct origin *origin,
                    const bool *every_hit, struct batch_findings *out) {
    if (!out->finding_count)
        return;
    struct attaching a = {
        .e = e, .batches = batches, .origin = origin, .every_hit = every_hit, .arena = &out->arena
    };
    a.texts = arena_new(a.arena, total(batches), sizeof *a.texts);
    for (size_t i = 0; i < out->finding_count; i++) {
        struct found_finding *found = &out->findings[i];
        const struct found_finding *last = i ? &out->findings[i - 1] : NULL;
        if (last && last->record == found->record) {
            found->finding.before = last->finding.before;
            found->finding.after = last->finding.after;
            found->finding.before_count = last->finding.before_count;
            found->finding.after_count = last->finding.after_count;
        } else {
            attach(&a, found);
        }
    }
}
