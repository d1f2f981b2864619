#include "audit.h"

#include "clock.h"
#include "columns.h"
#include "correlation_notes.h"
#include "early.h"
#include "mem.h"
#include "pipeline.h"

#include <stdlib.h>

struct audit {
    const struct audit_options *options;
    struct rule_switches switches;
    struct tally tally;
    struct correlator *correlator;
    struct early_findings early;
    int64_t early_until; /* while looking: before which time what is found is final */
    void (*emit)(void *context, const struct finding *f);
    void *emit_context;

    struct pipeline *pipeline;
    int64_t end;        /* the deadline while nothing is found */
    int64_t taken_over; /* batches */
    bool late;          /* the deadline ended the last source, at `mark` */
    struct audit_mark mark;
};

/* ---- life ---- */

/* Storing takes up to twice as long as taking over did, so that it gets three times as long. */
static void take_over(void *context, const struct slot *slot) {
    enum { STORING = 3 };
    struct audit *a = context;
    int64_t *deadline = a->options->deadline, started = deadline ? now_micros() : 0;
    for (size_t i = 0; i < slot->found.total_count; i++)
        correlator_add_total(a->correlator, &slot->found.totals[i]);
    tally_add_batch(&a->tally, &slot->batch, &slot->origin, &slot->found, a->emit, a->emit_context);
    a->taken_over++;
    int64_t took = deadline ? now_micros() - started : 0;
    if (took > 0) /* else the clock was set back */
        *deadline -= STORING * took;
}

/* For the state: whose findings are reported. */
static void name_correlations(struct audit *a) {
    const struct ruleset *rs = a->options->rulesets[0];
    for (size_t i = 0; i < rs->rule_count; i++)
        if (rs->rules[i].correlate && a->switches.chosen[0][i])
            names_add(&a->tally.correlations, rs->rules[i].id);
}

struct audit *audit_new(const struct audit_options *options,
                        void (*emit)(void *context, const struct finding *f), void *context,
                        struct fault *fault) {
    if (!switches_check(options, fault))
        return NULL;
    struct audit *a = mem_new(1, sizeof *a);
    a->options = options;
    a->emit = emit;
    a->emit_context = context;
    a->end = options->deadline ? *options->deadline : 0;
    switches_init(&a->switches, options);
    a->correlator = correlator_new(options->rulesets[0]);
    tally_init(&a->tally, options, &a->switches, a->correlator);
    tally_note_overrides(&a->tally);
    name_correlations(a);
    a->pipeline = pipeline_new(options, &a->switches, take_over, a);
    return a;
}

void audit_free(struct audit *a) {
    if (!a)
        return;
    pipeline_free(a->pipeline);
    tally_fini(&a->tally);
    correlator_free(a->correlator);
    switches_fini(&a->switches);
    early_fini(&a->early);
    free(a);
}

/* ---- the loop ---- */

static struct origin origin_of(struct audit *a, const struct source *source) {
    size_t index = tally_add_source(&a->tally, source->uri, source->version);
    struct origin origin = {
        /* views of the tally's copies: batches in flight outlive the source */
        .uri = str_c(a->tally.sources[index].uri),
        .version = str_c(a->tally.sources[index].version),
        .log_stream = str_c(source->log_stream),
        .time = a->options->time,
        .index = index,
    };
    if (source->modified)
        origin.time.reference = source->modified;
    return origin;
}

static const char TIME_OVER[] = "the time of the invocation was over";

/* Batches on their way will move the deadline as those before did. */
bool audit_late(struct audit *a) {
    const int64_t *deadline = a->options->deadline;
    int64_t moved = deadline && a->taken_over ? a->end - *deadline : 0, coming = 0;
    if (moved)
        coming = moved / a->taken_over * pipeline_count(a->pipeline);
    return deadline && now_micros() + coming >= *deadline;
}

/* FAULT_DEADLINE is told apart from an interrupt, since what is left can be taken up again. */
static bool stopped(struct audit *a, struct fault *fault) {
    if (a->options->stop && *a->options->stop)
        return !fault_set(fault, FAULT_INPUT, "interrupted");
    return audit_late(a) && !fault_set(fault, FAULT_DEADLINE, "%s", TIME_OVER);
}

/* The source with a look at the stop flag before each read: a record without end must not keep the framer. */
struct stoppable {
    struct source source;
    struct source *inner;
    struct audit *audit;
};

static bool read_unless_stopped(struct source *s, char *into, size_t capacity, size_t *got,
                                struct fault *fault) {
    struct stoppable *stoppable = (struct stoppable *)s;
    if (stopped(stoppable->audit, fault))
        return fault_context(fault, "%s", stoppable->inner->uri);
    bool ok = stoppable->inner->read(stoppable->inner, into, capacity, got, fault);
    if (ok && stoppable->audit->options->bytes_read)
        *stoppable->audit->options->bytes_read += *got;
    return ok;
}

/* Of a source that is followed: what it has is taken, also after the signal. */
static bool read_always(struct source *s, char *into, size_t capacity, size_t *got, struct fault *fault) {
    struct stoppable *stoppable = (struct stoppable *)s;
    return stoppable->inner->read(stoppable->inner, into, capacity, got, fault);
}

/* Whether lines of text may name columns; NULL: not. */
static struct column_reader *reader_of(const struct audit *a) {
    bool text = a->options->mode == FRAME_AUTO || a->options->mode == FRAME_TEXT;
    return text && !a->options->no_columns ? column_reader_new(a->options->rulesets[0]->vocabulary) : NULL;
}

/* A source on its way. */
struct audit_stream {
    struct audit *audit;
    struct source *source;
    struct stoppable stoppable;
    struct origin origin;
    struct inflate *inflate;
    struct framer *framer;
    struct column_reader *columns;
    struct audit_mark from, mark; /* where it is taken up; behind the last batch that was sent on its way */
    struct fault fault;
};

static struct audit_stream *stream_new(struct audit *a, struct source *source) {
    struct audit_stream *s = mem_new(1, sizeof *s);
    *s = (struct audit_stream){ .audit = a, .source = source, .origin = origin_of(a, source) };
    s->stoppable = (struct stoppable){ *source, source, a };
    s->stoppable.source.read = read_unless_stopped;
    s->inflate = inflate_new(&s->stoppable.source);
    s->framer = framer_new(s->inflate, a->options->mode);
    s->columns = reader_of(a);
    framer_columns(s->framer, s->columns);
    return s;
}

/* Where another audit can take it up: behind what was framed. */
static void set_mark(struct audit_stream *s) {
    struct audit_mark *m = &s->mark;
    m->offset = framer_bytes(s->framer);
    m->lines = framer_lines(s->framer);
    m->head = m->head_len = 0;
    m->alone = !s->source->event_at && inflate_is_plain(s->inflate) && framer_is_between(s->framer) &&
               (!s->columns || column_reader_place(s->columns, &m->head, &m->head_len));
}

static bool has_changed(struct audit_stream *s) {
    return fault_set(&s->fault, FAULT_INPUT, "%s: it cannot be taken up at byte %llu: it has changed",
                     s->source->uri, (unsigned long long)s->from.offset);
}

/* What stands in front of the place where the source is taken up was judged before. The same bytes come in
 * the same batches; others are another source. */
static bool pass_over(struct audit_stream *s) {
    set_mark(s);
    bool same = s->mark.offset < s->from.offset ||
                (s->mark.offset == s->from.offset && s->mark.lines == s->from.lines);
    return same || has_changed(s);
}

/* The line end in front of the place is read too: it tells that a line begins there, and that it is not
 * behind the end. */
struct source_rest audit_mark_rest(const struct audit_mark *m) {
    if (!m->alone || !m->offset)
        return (struct source_rest){ 0 };
    return (struct source_rest){ m->head, m->head_len, m->offset - 1 };
}

/* Reads what the source gives of the bytes in front of the place. */
static bool read_head(struct audit_stream *s, struct buf *head) {
    struct source *source = &s->stoppable.source;
    size_t want = source->rest.head_len + 1, got = 1;
    while (head->len < want && got) {
        if (!source->read(source, buf_room(head, want - head->len), want - head->len, &got, &s->fault))
            return false;
        head->len += got;
    }
    return (head->len == want && head->ptr[want - 1] == '\n') || has_changed(s);
}

/* Begins in the middle of the source, which was opened for that. */
static bool take_up(struct audit_stream *s) {
    enum { MAX_HEAD = 64 << 10 }; /* more than a line that names columns may have */
    struct buf head;
    if (s->source->rest.head_len >= MAX_HEAD)
        return has_changed(s);
    buf_init(&head, MAX_HEAD);
    bool ok = read_head(s, &head);
    if (ok && s->columns)
        column_reader_resume(s->columns, s->from.head, str_slice(buf_str(&head), 0, head.len - 1));
    framer_start_at(s->framer, s->from.offset, s->from.lines);
    s->mark = s->from;
    buf_fini(&head);
    return ok;
}

/* A batch that ends where the time ended may lack the end of its last record: it is read again. */
static bool given_up(struct audit_stream *s) {
    return framer_failed(s->framer) && stopped(s->audit, &s->fault) && s->fault.kind == FAULT_DEADLINE;
}

/* Frames a batch and sends it on its way. */
static bool take_batch(struct audit_stream *s, bool *end) {
    struct audit *a = s->audit;
    struct slot *slot = pipeline_slot(a->pipeline);
    bool before = s->mark.offset < s->from.offset;
    bool ok = framer_fill(s->framer, &slot->batch, end, &s->fault);
    batch_mark_events(&slot->batch, s->source);
    if (s->source->event_at) /* also when no record begins in them, events are done with */
        s->source->event_at(s->source, framer_bytes(s->framer));
    if (s->columns)
        column_reader_mark(s->columns, &slot->batch);
    slot->origin = s->origin;
    bool late = given_up(s);
    if (before || late) {
        pipeline_give_back(a->pipeline, slot);
        return !late && ok && pass_over(s);
    }
    set_mark(s);
    pipeline_submit(a->pipeline, slot);
    return ok;
}

/* `fault`: why there is no more of it; NULL: it is whole. */
static void stream_end(struct audit_stream *s, const struct fault *fault) {
    bool late = fault && fault->kind == FAULT_DEADLINE;
    uint64_t bytes = late ? s->mark.offset : framer_bytes(s->framer),
             lines = late ? s->mark.lines : framer_lines(s->framer);
    tally_end_source(&s->audit->tally, s->origin.index, bytes > s->from.offset ? bytes - s->from.offset : 0,
                     lines > s->from.lines ? lines - s->from.lines : 0, fault);
    column_reader_free(s->columns); /* all batches are drained */
    framer_free(s->framer);
    inflate_free(s->inflate);
    s->source->close(s->source);
    free(s);
}

/* Batches in flight name the stream and the columns of before: they are waited for. */
static bool next_stream(struct audit_stream *s) {
    if (!s->source->next_stream)
        return false;
    pipeline_drain(s->audit->pipeline);
    if (!s->source->next_stream(s->source))
        return false;
    s->origin.log_stream = str_c(s->source->log_stream);
    column_reader_free(s->columns);
    s->columns = reader_of(s->audit);
    framer_columns(s->framer, s->columns);
    framer_next_stream(s->framer);
    return true;
}

/* A deadline can come while that is passed over which was judged before. */
static void note_mark(struct audit_stream *s) {
    struct audit *a = s->audit;
    if (s->mark.offset < s->from.offset)
        s->mark = s->from;
    s->mark.has_time = tally_last_time(&a->tally, s->origin.index, &s->mark.time);
    a->late = s->fault.kind == FAULT_DEADLINE;
    a->mark = s->mark;
}

bool audit_stopped(const struct audit *a, struct audit_mark *mark) {
    *mark = a->mark;
    return a->late;
}

bool audit_source_from(struct audit *a, struct source *source, const struct audit_mark *from) {
    struct audit_stream *s = stream_new(a, source);
    bool end = false;
    s->from = *from;
    if (from->has_time)
        tally_set_last_time(&a->tally, s->origin.index, from->time);
    bool ok = !source->rest.from || take_up(s);
    while (ok && !end && (ok = !stopped(a, &s->fault))) {
        ok = take_batch(s, &end);
        end = ok && end && !next_stream(s);
    }
    if (ok && s->mark.offset < s->from.offset)
        ok = has_changed(s);
    if (!ok)
        stopped(a, &s->fault); /* the reason behind a read that was given up */
    pipeline_drain(s->audit->pipeline);
    note_mark(s);
    bool result = inflate_holds_result(s->inflate);
    if (result)
        audit_skipped_source(a, source->uri, &s->fault);
    stream_end(s, ok || result ? NULL : &s->fault);
    return !result;
}

void audit_source(struct audit *a, struct source *source) {
    audit_source_from(a, source, &(struct audit_mark){ 0 });
}

/* ---- correlation ---- */

static void take_correlated(void *context, const struct finding *f, uint32_t rule) {
    struct audit *a = context;
    if (!early_has(&a->early, f))
        tally_add_correlated(&a->tally, f, rule, a->emit, a->emit_context);
}

/* What is to be correlated later stays in the state. */
static void correlate(struct audit *a) {
    if (!correlator_wanted(a->correlator) || a->options->correlate_later)
        return;
    correlator_finish(a->correlator, a->tally.clock.any ? a->tally.clock.earliest : INT64_MAX,
                      take_correlated, a);
    correlation_notes_add(&a->tally, a->correlator, a->options->rulesets[0], a->switches.off[0]);
}

static void take_early(void *context, const struct finding *f, uint32_t rule) {
    struct audit *a = context;
    if (f->fields.time < a->early_until && !early_has(&a->early, f) && early_add(&a->early, f))
        tally_add_correlated(&a->tally, f, rule, a->emit, a->emit_context);
}

/* The second of the latest record goes on: its ratios are not settled, nor what other sources have of it. */
void audit_correlate_now(struct audit *a, bool settled) {
    enum { SECOND = 1000000 };
    const struct clock_counts *clock = &a->tally.clock;
    if (!correlator_wanted(a->correlator) || !clock->any || a->early.count == MAX_EARLY)
        return;
    a->early_until = settled ? INT64_MAX : clock->latest - clock->latest % SECOND;
    correlator_look(a->correlator, clock->earliest, take_early, a);
}

uint64_t audit_correlatable(const struct audit *a) {
    return correlator_kept(a->correlator);
}

/* ---- sources that go on ---- */

struct audit_stream *audit_follow(struct audit *a, struct source *source) {
    struct audit_stream *s = stream_new(a, source);
    s->stoppable.source.read = read_always;
    return s;
}

static bool read_paced(struct audit_stream *s, enum frame_pace pace) {
    bool ok = true, end = false;
    framer_pace(s->framer, pace);
    if (s->source->modified)
        s->origin.time.reference = s->source->modified;
    do
        ok = take_batch(s, &end);
    while (ok && !end && !framer_dry(s->framer));
    pipeline_drain(s->audit->pipeline);
    return ok;
}

bool audit_follow_read(struct audit_stream *s, bool settle) {
    return read_paced(s, settle ? FRAME_SETTLE : FRAME_WAIT);
}

uint64_t audit_follow_done(const struct audit_stream *s) {
    return framer_bytes(s->framer);
}

void audit_follow_end(struct audit_stream *s, const struct fault *fault) {
    bool ok = s->fault.kind == FAULT_NONE && read_paced(s, FRAME_TO_END);
    stream_end(s, ok ? fault : &s->fault);
}

bool audit_change_rules(struct audit *a, const struct audit_options *options, struct fault *fault) {
    if (!switches_check(options, fault))
        return false;
    pipeline_free(a->pipeline); /* nothing is on its way: each read has waited for it */
    correlate(a);               /* what the old rules matched; windows do not outlive an edit */
    correlator_free(a->correlator);
    a->correlator = correlator_new(options->rulesets[0]);
    tally_change_rules(&a->tally, options, a->correlator);
    switches_fini(&a->switches);
    a->options = options;
    switches_init(&a->switches, options);
    a->pipeline = pipeline_new(options, &a->switches, take_over, a);
    return true;
}

void audit_missing_source(struct audit *a, const char *uri, const struct fault *fault) {
    tally_end_source(&a->tally, tally_add_source(&a->tally, uri, NULL), 0, 0, fault);
}

void audit_postponed_source(struct audit *a, const char *uri) {
    tally_add_incomplete(&a->tally, "deadline", uri, NULL, TIME_OVER);
}

void audit_skipped_source(struct audit *a, const char *uri, const struct fault *reason) {
    tally_add_diagnostic(&a->tally, "skipped", "info", NULL, uri, 0, reason->text);
}

void audit_repeated_source(struct audit *a, const char *uri) {
    tally_add_diagnostic(&a->tally, "source_repeated", "warning", NULL, uri, 0,
                         "this source is named more than once; it was read once");
}

/* ---- the end ---- */

struct tally *audit_finish(struct audit *a) {
    pipeline_stop(a->pipeline);
    correlate(a);
    return &a->tally;
}

struct correlator *audit_correlator(struct audit *a) {
    return a->correlator;
}

const struct rule_costs *audit_costs(const struct audit *a) {
    return pipeline_costs(a->pipeline);
}
