#include "pipeline.h"

#include "colours.h"
#include "context.h"
#include "cri.h"
#include "mem.h"
#include "otlp.h"
#include "streams.h"

#include <pthread.h>
#include <stdlib.h>

/* Batches in flight for each thread: enough that neither side waits for the other. */
enum { SLOTS_PER_THREAD = 3, MAX_THREADS = 64 };

enum stage { STAGE_FREE, STAGE_FILLED, STAGE_TAKEN, STAGE_DONE };

/* A slot as the threads see it. */
struct cell {
    struct slot slot; /* first, so that a struct slot * is one of these */
    enum stage stage;
    struct batch before, after; /* with --context: what its neighbours hold next to it */
};

/* Cells form a ring: the caller fills at `fill`, workers take the oldest filled one at `take`, the caller
 * takes them over in order at `drain`. */
struct pipeline {
    const struct audit_options *options;
    const struct rule_switches *switches;
    void (*take_over)(void *context, const struct slot *slot);
    void *context;

    struct cell *cells;
    size_t cell_count, fill, take, drain;
    struct cell *held;                   /* with --context: waits for the next one */
    struct rule_costs costs;             /* of the threads that ended */
    struct detector *detector;           /* of the caller's thread, when there can be no others */
    unsigned thread_count, thread_limit; /* 0: the caller's thread does everything */
    pthread_t threads[MAX_THREADS];
    pthread_mutex_t lock; /* of the stages and of what follows */
    pthread_cond_t filled, done;
    bool stopping;
};

/* ---- the threads ---- */

static void tidy(const struct pipeline *p, struct batch *batch) {
    if (p->options->mode == FRAME_LINES) /* there a line is a record as it is */
        return;
    if (p->options->mode != FRAME_JSON)
        streams_join(batch);
    otlp_unpack(batch);
    cri_join(batch);
    colours_strip(batch);
}

static void process(const struct pipeline *p, struct detector *d, struct cell *cell) {
    struct slot *slot = &cell->slot;
    tidy(p, &slot->batch);
    detector_run(d, &slot->batch, &slot->origin, &slot->found);
    if (!p->options->context)
        return;
    tidy(p, &cell->before);
    tidy(p, &cell->after);
    struct context_batches batches = { &cell->before, &slot->batch, &cell->after };
    detector_add_context(d, &batches, &slot->origin, &slot->found);
}

static void *work(void *argument) {
    struct pipeline *p = argument;
    struct detector *d = detector_new(p->options, p->switches);
    pthread_mutex_lock(&p->lock);
    for (;;) {
        struct cell *cell = &p->cells[p->take];
        if (cell->stage != STAGE_FILLED) {
            if (p->stopping)
                break;
            pthread_cond_wait(&p->filled, &p->lock);
            continue;
        }
        cell->stage = STAGE_TAKEN;
        p->take = (p->take + 1) % p->cell_count;
        pthread_mutex_unlock(&p->lock);
        process(p, d, cell);
        pthread_mutex_lock(&p->lock);
        cell->stage = STAGE_DONE;
        pthread_cond_signal(&p->done);
    }
    detector_add_costs(d, &p->costs);
    pthread_mutex_unlock(&p->lock);
    detector_free(d);
    return NULL;
}

/* ---- the caller's side ---- */

/* Waits for the oldest batch and takes it over. */
static void drain_one(struct pipeline *p) {
    struct cell *cell = &p->cells[p->drain];
    pthread_mutex_lock(&p->lock);
    while (cell->stage != STAGE_DONE)
        pthread_cond_wait(&p->done, &p->lock);
    cell->stage = STAGE_FREE; /* only this thread fills it again */
    pthread_mutex_unlock(&p->lock);
    p->take_over(p->context, &cell->slot);
    p->drain = (p->drain + 1) % p->cell_count;
}

static bool is_free(struct pipeline *p, const struct cell *cell) {
    pthread_mutex_lock(&p->lock);
    bool is = cell->stage == STAGE_FREE;
    pthread_mutex_unlock(&p->lock);
    return is;
}

struct slot *pipeline_slot(struct pipeline *p) {
    struct cell *cell = &p->cells[p->fill];
    if (!is_free(p, cell))
        drain_one(p);
    p->fill = (p->fill + 1) % p->cell_count;
    return &cell->slot;
}

void pipeline_give_back(struct pipeline *p, const struct slot *slot) {
    p->fill = (size_t)((const struct cell *)slot - p->cells);
}

/* Whether the batch is one too many for the threads that there are. Most events have a single one; and what
 * comes behind it, when it is little, is done sooner than a thread is made ready. */
static bool wants_thread(struct pipeline *p, const struct batch *batch) {
    enum { WORTH = BATCH_BYTES / 4 };
    size_t batches = 1;
    pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->cell_count; i++)
        batches += p->cells[i].stage == STAGE_FILLED || p->cells[i].stage == STAGE_TAKEN;
    pthread_mutex_unlock(&p->lock);
    return !p->thread_count || (batches > p->thread_count && batch->bytes.len >= WORTH);
}

static void add_thread(struct pipeline *p, const struct batch *batch) {
    if (p->thread_count < p->thread_limit && wants_thread(p, batch)) {
        if (pthread_create(&p->threads[p->thread_count], NULL, work, p) == 0)
            p->thread_count++;
        else
            p->thread_limit = p->thread_count; /* fewer will do */
    }
    if (!p->thread_count && !p->detector)
        p->detector = detector_new(p->options, p->switches);
}

static void send(struct pipeline *p, struct cell *cell) {
    add_thread(p, &cell->slot.batch);
    if (p->thread_count == 0) {
        process(p, p->detector, cell);
        p->take_over(p->context, &cell->slot);
        return;
    }
    pthread_mutex_lock(&p->lock);
    cell->stage = STAGE_FILLED;
    pthread_cond_signal(&p->filled);
    pthread_mutex_unlock(&p->lock);
}

/* Sends the one that was held; `next`: what follows it, or NULL. */
static void send_held(struct pipeline *p, struct cell *next) {
    struct cell *held = p->held;
    size_t count = p->options->context;
    p->held = next;
    if (next)
        batch_reset(&next->before);
    if (!held)
        return;
    batch_reset(&held->after);
    if (next) {
        context_take_first(&held->after, &next->slot.batch, count);
        context_take_last(&next->before, &held->slot.batch, count);
    }
    send(p, held);
}

void pipeline_submit(struct pipeline *p, struct slot *slot) {
    if (p->options->context)
        send_held(p, (struct cell *)slot);
    else
        send(p, (struct cell *)slot);
}

int64_t pipeline_count(struct pipeline *p) {
    int64_t count = 0;
    pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->cell_count; i++)
        count += p->cells[i].stage != STAGE_FREE;
    pthread_mutex_unlock(&p->lock);
    return count;
}

void pipeline_drain(struct pipeline *p) {
    send_held(p, NULL);
    while (!is_free(p, &p->cells[p->drain]))
        drain_one(p);
}

/* ---- life ---- */

struct pipeline *pipeline_new(const struct audit_options *options, const struct rule_switches *switches,
                              void (*take)(void *context, const struct slot *slot), void *context) {
    unsigned threads = options->threads > MAX_THREADS ? MAX_THREADS : options->threads;
    struct pipeline *p = mem_new(1, sizeof *p);
    p->options = options;
    p->switches = switches;
    p->take_over = take;
    p->context = context;
    p->cell_count = threads > 1 ? (size_t)threads * SLOTS_PER_THREAD : 2; /* one may wait for its context */
    p->cells = mem_new(p->cell_count, sizeof *p->cells);
    for (size_t i = 0; i < p->cell_count; i++) {
        batch_init(&p->cells[i].slot.batch);
        batch_findings_init(&p->cells[i].slot.found);
        batch_init(&p->cells[i].before);
        batch_init(&p->cells[i].after);
    }
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->filled, NULL);
    pthread_cond_init(&p->done, NULL);
    p->thread_limit = threads > 1 ? threads : 0;
    if (options->profile)
        costs_init(&p->costs, options);
    return p;
}

void pipeline_stop(struct pipeline *p) {
    pipeline_drain(p);
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_broadcast(&p->filled);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->thread_count; i++)
        pthread_join(p->threads[i], NULL);
    p->thread_count = 0;
    if (p->detector)
        detector_add_costs(p->detector, &p->costs);
    detector_free(p->detector);
    p->detector = NULL;
}

const struct rule_costs *pipeline_costs(const struct pipeline *p) {
    return &p->costs;
}

void pipeline_free(struct pipeline *p) {
    if (!p)
        return;
    pipeline_stop(p);
    for (size_t i = 0; i < p->cell_count; i++) {
        batch_fini(&p->cells[i].slot.batch);
        batch_findings_fini(&p->cells[i].slot.found);
        batch_fini(&p->cells[i].before);
        batch_fini(&p->cells[i].after);
    }
    costs_fini(&p->costs);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->filled);
    pthread_cond_destroy(&p->done);
    free(p->cells);
    free(p);
}
