/* What can be said about rule files without logs, and about their tests: the hosts of
 * lua/logaudit/testing.lua and lint.lua. The findings that tests are compared with come from the same engine
 * that scans. */
#ifndef RULE_TOOLS_H
#define RULE_TOOLS_H

#include "buf.h"
#include "rule_files.h"
#include "tables.h"

struct rule_tools;

struct rule_test {
    struct str rule_id, name;
    struct str log;              /* the test's lines, each with its line end */
    struct str now;              /* reference time, ISO 8601; empty: none */
    const struct tables *tables; /* its own data, during the visit; NULL: it has none */
    bool positive;               /* it expects findings */
    size_t number;               /* for rule_tools_compare */
};

/* `lua_folder` as for compiler_new. NULL and a fault (FAULT_USAGE): the library does not load. */
struct rule_tools *rule_tools_new(const char *lua_folder, struct fault *fault);
void rule_tools_free(struct rule_tools *h);

/* Reads the tests of a file and calls `visit` for each, and once for each rule that has none (with an empty
 * name). False: the file's tests are malformed; the fault says how. */
bool rule_tools_each_test(struct rule_tools *h, const struct rule_file *file,
                          bool (*visit)(void *context, const struct rule_test *test), void *context,
                          struct fault *fault);

/* `findings`: a JSON array of the rule's findings on the test's log. True: as expected. Else `why` says what
 * was expected and what came, line by line. */
bool rule_tools_compare(struct rule_tools *h, size_t number, struct str findings, struct buf *why);

/* Calls `visit` with the id and the text ("rule { ... }") of each rule that the conditions come to; it stops
 * when visit returns false. The fault names a condition that cannot be a rule. */
bool rule_tools_convert_conditions(struct rule_tools *h, struct str json,
                                   bool (*visit)(void *context, struct str id, struct str text),
                                   void *context, struct fault *fault);

/* Calls `visit` for each beginning of a pattern that is a pattern itself (regex/nearest.lua), the longest
 * first: its PCRE2 form, and what of the pattern stands behind it. */
void rule_tools_each_beginning(struct rule_tools *h, struct str pattern,
                               void (*visit)(void *context, struct str pcre, struct str rest), void *context);

/* Calls `visit` for each name that the file uses and that rules do not have (docs/rules.md). */
void rule_tools_each_missing_name(struct rule_tools *h, const struct rule_file *file,
                                  void (*visit)(void *context, int64_t line, const char *name),
                                  void *context);

/* Calls `visit` for each name in a rule of the file that may have been meant to be another one. */
void rule_tools_each_misspelt(struct rule_tools *h, const struct rule_file *file,
                              void (*visit)(void *context, struct str rule_id, const char *message),
                              void *context);

#endif
