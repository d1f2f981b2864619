/* The tests inside rule files: reading them, and comparing what was expected with what was found. The
 * comparing is lua/logaudit/testing.lua; the findings come from the same engine that scans. */
#ifndef TEST_HOST_H
#define TEST_HOST_H

#include "buf.h"
#include "rule_files.h"

struct test_host;

struct rule_test {
    struct str rule_id, name;
    struct str log; /* the test's lines, each with its line end */
    struct str now; /* reference time, ISO 8601; empty: none */
    size_t number;  /* for test_host_compare */
};

struct test_host *test_host_new(const char *lua_folder, struct fault *fault);
void test_host_free(struct test_host *h);

/* Reads the tests of a file and calls `visit` for each, and once for each rule that has none (with an empty
 * name). False: the file's tests are malformed; the fault says how. */
bool test_host_each(struct test_host *h, const struct rule_file *file,
                    bool (*visit)(void *context, const struct rule_test *test), void *context,
                    struct fault *fault);

/* `findings`: a JSON array of the rule's findings on the test's log. True: as expected. Else `why` says what
 * was expected and what came, line by line. */
bool test_host_compare(struct test_host *h, size_t number, struct str findings, struct buf *why);

#endif
