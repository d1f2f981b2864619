#include "follow.h"

#include "clock.h"
#include "file.h"
#include "log.h"
#include "mem.h"
#include "remote_rules.h"
#include "tail.h"

#include <stdlib.h>
#include <time.h>

/* Milliseconds. Files are looked at each TICK. What may still grow is held back until nothing came for QUIET
 * and it is HELD old, and in any case until it is HELD_MOST old. Rules are looked at each RULES_TICK. */
enum { TICK = 100, QUIET = 150, HELD = 300, HELD_MOST = 700, RULES_TICK = 300 };
/* A file that was renamed is read on until nothing came for so long: who writes it learns later of its new
 * name. */
enum { LEAVING = 5000 };
/* Correlations are looked at when nothing to correlate came for CALM, and else each CALM, but for one part in
 * LOOKING of the time at most: a look goes over all that was kept. */
enum { CALM = 1000, LOOKING = 20 };
/* All sets of rules that were in use are kept: results name their rules. */
enum { MAX_EDITS = 200 };

struct followed {
    struct tail *tail;
    struct audit_stream *stream; /* NULL: no file is open */
    const char *uri;
    bool said_missing, closed, leaving;
    int64_t grew;   /* when the last bytes came */
    int64_t marked; /* when `mark` was set; 0: nothing is held back */
    uint64_t mark;  /* bytes that had come then */
};

/* A set of rules that an edit brought. */
struct edition {
    struct job job;
    struct audit_options options;
    struct edition *before;
};

struct state {
    struct following *f;
    struct followed *files;
    size_t file_count, file_capacity;
    struct hash rules; /* what the files of the rules in use looked like */
    struct hash tried; /* the same, of the last look */
    int64_t looked;
    int64_t asked;           /* S3; microseconds since 1970 */
    uint64_t correlatable;   /* at the last tick */
    int64_t came;            /* when that changed */
    int64_t waits;           /* since when something new is to be correlated; 0: nothing is */
    int64_t next_correlated; /* not before that */
    unsigned edits;
    struct edition *newest;
};

static int64_t now_ms(void) {
    return steady_nanos() / 1000000;
}

/* ---- files ---- */

static void end_stream(struct followed *file, const struct fault *fault) {
    tail_end(file->tail);
    audit_follow_end(file->stream, fault);
    file->stream = NULL;
    file->marked = 0;
}

/* What is held back has a mark: the bytes that had come when it was first seen. */
static void keep_mark(struct followed *file, int64_t now) {
    uint64_t given = tail_given(file->tail), done = audit_follow_done(file->stream);
    if (file->marked && done < file->mark)
        return;
    file->marked = done < given ? now : 0;
    file->mark = given;
}

static void read_file(struct followed *file, bool settle, int64_t now) {
    if (audit_follow_read(file->stream, settle)) {
        keep_mark(file, now);
        return;
    }
    end_stream(file, NULL); /* the result says why */
    file->closed = true;
}

static bool is_settled(const struct followed *file, int64_t now) {
    int64_t age = now - file->marked;
    return file->marked && ((age >= HELD && now - file->grew >= QUIET) || age >= HELD_MOST);
}

static void say_missing(struct followed *file, const struct fault *fault) {
    if (fault->kind != FAULT_NONE && !file->said_missing)
        log_warn("%s (it is read as soon as it is there)", fault->text);
    file->said_missing = fault->kind != FAULT_NONE;
}

static void add_file(struct state *s, const char *uri) {
    mem_grow(&s->files, &s->file_capacity, s->file_count, sizeof *s->files);
    s->files[s->file_count++] = (struct followed){ .tail = tail_new(uri), .uri = uri };
}

static void look_at_file(struct state *s, struct followed *file) {
    struct fault fault;
    int64_t now = now_ms();
    enum tail_news news = tail_look(file->tail, &fault);
    if (news == TAIL_OPENED) {
        file->stream = audit_follow(s->f->audit, tail_source(file->tail));
        news = TAIL_GREW;
    }
    if (!file->stream) {
        say_missing(file, &fault);
        return;
    }
    if (news == TAIL_GREW) {
        file->grew = now;
        read_file(file, false, now);
    }
    if (file->stream && is_settled(file, now))
        read_file(file, true, now);
    bool left = file->leaving && now - file->grew >= LEAVING;
    if (file->stream && (left || news == TAIL_ENDED || news == TAIL_CLOSED))
        end_stream(file, NULL);
    file->closed = file->closed || news == TAIL_CLOSED || (file->leaving && !file->stream);
    if (news != TAIL_RENAMED)
        return;
    file->leaving = true;
    file->grew = now;
    add_file(s, file->uri); /* last: the list may move */
}

static bool look_at_files(struct state *s) {
    for (size_t i = 0; i < s->file_count; i++)
        look_at_file(s, &s->files[i]);
    for (size_t i = s->file_count; i-- > 0;) {
        if (!s->files[i].closed)
            continue;
        tail_free(s->files[i].tail);
        s->files[i] = s->files[--s->file_count];
    }
    return s->file_count > 0;
}

/* ---- rules ---- */

/* What all files look like that a new load would read. */
static struct hash look_at_rules(const struct following *f) {
    struct hash_state *h = hash_new();
    size_t count = 0;
    const char **paths = job_paths(f->job, f->cli, &count);
    for (size_t i = 0; i < count; i++)
        file_add_traits(h, paths[i]);
    struct hash seen = hash_get(h);
    free(paths);
    hash_free(h);
    return seen;
}

/* The options of the run with the rules of the new job. */
static void take_options(struct edition *e, const struct following *f) {
    e->options = f->job->options;
    e->options.ruleset_count = e->job.options.ruleset_count;
    for (size_t i = 0; i < MAX_RULESETS; i++)
        e->options.rulesets[i] = e->job.options.rulesets[i];
    e->options.tables = e->job.options.tables;
    e->options.now = now_micros();
}

static bool load(struct edition *e, const struct following *f, struct fault *fault) {
    if (!job_init_with(&e->job, f->cli, f->job->mirror, fault) || !job_load_rules(&e->job, f->cli, fault))
        return false;
    if (job_report_failed_files(&e->job))
        return fault_set(fault, FAULT_RULE, "a rule file could not be loaded");
    take_options(e, f);
    return audit_change_rules(f->audit, &e->options, fault);
}

static void change_rules(struct state *s) {
    struct fault fault;
    struct edition *e = mem_new(1, sizeof *e);
    if (s->edits == MAX_EDITS) {
        log_error("the rules were edited %d times: the last edit is not used; start again", MAX_EDITS);
    } else if (load(e, s->f, &fault)) {
        s->edits++;
        e->before = s->newest;
        s->newest = e;
        size_t rules = e->options.rulesets[0]->rule_count;
        log_warn("the rules were edited: %zu %s in use now", rules,
                 str_plural(rules, "rule is", "rules are"));
        return;
    } else {
        log_error("%s: the edit is not used, the rules before it are", fault.text);
    }
    job_free(&e->job);
    free(e);
}

/* A new copy of what is in S3 is an edit like others. */
static void look_at_copies(struct state *s) {
    struct mirror *m = s->f->job->mirror;
    bool changed;
    if (remote_is_due(m, &s->asked) && remote_look(m, INT64_MAX, &changed) && changed)
        mirror_take(m);
}

/* An edit counts once the files look the same on two looks: editors write in steps. */
static void look_for_edits(struct state *s) {
    int64_t now = now_ms();
    if (now - s->looked < RULES_TICK)
        return;
    s->looked = now;
    look_at_copies(s);
    struct hash seen = look_at_rules(s->f);
    bool settled = hash_equal(seen, s->tried);
    s->tried = seen;
    if (!settled || hash_equal(seen, s->rules))
        return;
    s->rules = seen;
    change_rules(s);
}

/* ---- correlations ---- */

static bool came_anything(struct state *s, int64_t now) {
    uint64_t before = s->correlatable;
    s->correlatable = audit_correlatable(s->f->audit);
    if (s->correlatable == before)
        return false;
    s->came = now;
    s->waits = s->waits ? s->waits : now;
    return true;
}

/* While records come, what the last second comes to stays open, so that there is something to look for later
 * too. */
static void look_for_correlations(struct state *s) {
    int64_t now = now_ms();
    bool settled = !came_anything(s, now) && now - s->came >= CALM;
    if (!s->waits || now < s->next_correlated || !(settled || now - s->waits >= CALM))
        return;
    audit_correlate_now(s->f->audit, settled);
    s->waits = settled ? 0 : now;
    s->next_correlated = now + LOOKING * (now_ms() - now);
}

/* ---- the loop ---- */

static void sleep_tick(void) {
    struct timespec tick = { .tv_nsec = TICK * 1000000L };
    nanosleep(&tick, NULL); /* a signal ends it */
}

static void close_files(struct state *s) {
    struct fault fault;
    fault_set(&fault, FAULT_INPUT, "followed until the interrupt");
    for (size_t i = 0; i < s->file_count; i++) {
        if (s->files[i].stream)
            end_stream(&s->files[i], &fault);
        tail_free(s->files[i].tail);
    }
    free(s->files);
}

struct edition *follow_run(struct following *f) {
    struct state s = { .f = f, .looked = now_ms(), .asked = now_micros() };
    for (size_t i = 0; i < f->uri_count; i++)
        add_file(&s, f->uris[i]);
    s.rules = s.tried = look_at_rules(f);
    while (look_at_files(&s) && !job_interrupted()) {
        look_for_correlations(&s);
        look_for_edits(&s);
        sleep_tick();
    }
    close_files(&s);
    return s.newest;
}

void follow_free(struct edition *newest) {
    while (newest) {
        struct edition *before = newest->before;
        job_free(&newest->job);
        free(newest);
        newest = before;
    }
}
