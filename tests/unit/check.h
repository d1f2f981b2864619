/* The whole test framework: a failed check prints where and what, and the program's exit code counts
 * failures. Each test program is a main() that calls its cases and returns check_report(). */
#ifndef CHECK_H
#define CHECK_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int checks_run;
static int checks_failed;

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        checks_run++;                                                                                        \
        if (!(condition)) {                                                                                  \
            checks_failed++;                                                                                 \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);                          \
        }                                                                                                    \
    } while (0)

#define CHECK_INT(got, want)                                                                                 \
    do {                                                                                                     \
        int64_t got_ = (int64_t)(got), want_ = (int64_t)(want);                                              \
        checks_run++;                                                                                        \
        if (got_ != want_) {                                                                                 \
            checks_failed++;                                                                                 \
            fprintf(stderr, "%s:%d: %s: got %" PRId64 ", want %" PRId64 "\n", __FILE__, __LINE__, #got,      \
                    got_, want_);                                                                            \
        }                                                                                                    \
    } while (0)

/* got: struct str; want: C string */
#define CHECK_STR(got, want)                                                                                 \
    do {                                                                                                     \
        struct str got_ = (got);                                                                             \
        const char *want_ = (want);                                                                          \
        checks_run++;                                                                                        \
        if (!str_equal_c(got_, want_)) {                                                                     \
            checks_failed++;                                                                                 \
            fprintf(stderr, "%s:%d: %s: got \"%.*s\", want \"%s\"\n", __FILE__, __LINE__, #got,              \
                    (int)got_.len, got_.len ? got_.ptr : "", want_);                                         \
        }                                                                                                    \
    } while (0)

static int check_report(void) {
    printf("%d checks, %d failed\n", checks_run, checks_failed);
    return checks_failed || !checks_run;
}

#endif
