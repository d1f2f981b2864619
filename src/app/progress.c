#include "progress.h"

#include "buf.h"
#include "clock.h"
#include "log.h"
#include "mem.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* BAR: its cells. FIRST_MS: shorter work needs no line. */
enum { FIRST_MS = 1000, EVERY_MS = 200, BAR = 20, MAX_LINE = 512, DEFAULT_WIDTH = 80 };

/* Back to the first column, and away with what stands there. */
static const char CLEAR[] = "\r\033[K";

struct progress {
    struct progress_counts *counts;
    size_t total;
    int64_t started; /* steady_nanos */
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    bool ending;
};

/* ---- the line ---- */

static void put_bytes(struct buf *out, double bytes) {
    static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
    size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        bytes /= 1024;
        unit++;
    }
    buf_printf(out, "%.*f %s", unit && bytes < 100 ? 1 : 0, bytes, units[unit]);
}

static double seconds_since(int64_t start) {
    return (double)(steady_nanos() - start) / 1e9;
}

/* How much of the whole is done, as a share of 1; below 0: nobody knows. Of several sources, those that were
 * begun before this one. */
static double share_done(const struct progress *p) {
    const struct progress_counts *c = p->counts;
    double share = p->total > 1  ? (double)(c->begun ? c->begun - 1 : 0) / (double)p->total
                   : c->size > 0 ? (double)c->bytes / (double)c->size
                                 : -1;
    return share > 1 ? 1 : share;
}

static void put_bar(double share, struct buf *out) {
    int full = (int)(share * BAR);
    for (int i = 0; i < BAR + 2; i++)
        buf_add_byte(out, i == 0 ? '[' : i == BAR + 1 ? ']' : i <= full ? '#' : ' ');
}

static void put_line(const struct progress *p, struct buf *out) {
    const struct progress_counts *c = p->counts;
    if (!p->total) {
        buf_printf(out, "listing, %llu %s", (unsigned long long)c->listed,
                   str_plural(c->listed, "object", "objects"));
        return;
    }
    double share = share_done(p), bytes = (double)c->bytes;
    if (share >= 0)
        put_bar(share, out);
    if (p->total > 1)
        buf_printf(out, " source %llu of %zu,", (unsigned long long)c->begun, p->total);
    else if (share >= 0)
        buf_printf(out, " %3d %%,", (int)(share * 100));
    if (c->events)
        buf_printf(out, " %llu %s,", (unsigned long long)c->events, str_plural(c->events, "event", "events"));
    buf_add_byte(out, ' ');
    put_bytes(out, bytes);
    buf_add_c(out, ", ");
    put_bytes(out, bytes / seconds_since(p->started));
    buf_printf(out, "/s, %llu %s", (unsigned long long)c->findings,
               str_plural(c->findings, "finding", "findings"));
}

/* A line that fills the last column may begin a new one. */
static size_t line_width(void) {
    struct winsize size;
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col;
    return known ? size.ws_col - 1u : DEFAULT_WIDTH - 1;
}

/* Who was sent to the background has no line on the terminal. */
static void draw(const struct progress *p) {
    struct buf line;
    if (tcgetpgrp(STDERR_FILENO) != getpgrp())
        return;
    buf_init(&line, MAX_LINE);
    put_line(p, &line);
    struct str shown = str_slice(str_trim(buf_str(&line)), 0, line_width());
    fprintf(stderr, "%s%.*s", CLEAR, STR_ARG(shown));
    buf_fini(&line);
}

/* ---- the thread ---- */

/* False: it is to end. */
static bool wait_ms(struct progress *p, long milliseconds) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += milliseconds % 1000 * 1000000;
    until.tv_sec += milliseconds / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (!p->ending && pthread_cond_timedwait(&p->changed, &p->lock, &until) == 0)
        ;
    return !p->ending;
}

static void *run(void *argument) {
    struct progress *p = argument;
    bool drawn = false;
    pthread_mutex_lock(&p->lock);
    for (long wait = FIRST_MS; wait_ms(p, wait); wait = EVERY_MS) {
        draw(p);
        drawn = true;
    }
    pthread_mutex_unlock(&p->lock);
    if (drawn)
        fputs(CLEAR, stderr);
    return NULL;
}

static bool is_wanted(const struct cli *cli) {
    const char *terminal = getenv("TERM");
    return !cli_has(cli, "quiet") && !cli_has(cli, "no-progress") && isatty(STDERR_FILENO) && terminal &&
           *terminal && strcmp(terminal, "dumb") != 0;
}

static void free_progress(struct progress *p) {
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->changed);
    free(p);
}

struct progress *progress_start(const struct cli *cli, struct progress_counts *counts, size_t total) {
    if (!is_wanted(cli))
        return NULL;
    struct progress *p = mem_new(1, sizeof *p);
    pthread_condattr_t clock;
    p->counts = counts;
    p->total = total;
    p->started = steady_nanos();
    pthread_mutex_init(&p->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&p->changed, &clock);
    pthread_condattr_destroy(&clock);
    log_set_before(CLEAR);
    if (pthread_create(&p->thread, NULL, run, p) == 0)
        return p;
    log_set_before("");
    free_progress(p);
    return NULL;
}

void progress_end(struct progress *p) {
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->ending = true;
    pthread_cond_signal(&p->changed);
    pthread_mutex_unlock(&p->lock);
    pthread_join(p->thread, NULL);
    log_set_before("");
    free_progress(p);
}
