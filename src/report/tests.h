/* The outcome of rule tests for other programs, made from the document that `test -f json` prints
 * (docs/rules.md has its keys). */
#ifndef REPORT_TESTS_H
#define REPORT_TESTS_H

#include "buf.h"
#include "json_doc.h"

/* JUnit's XML, as CI servers read it: a suite for each file. */
void report_junit(const struct json_node *outcome, struct buf *out);

/* Test Anything Protocol, version 13. */
void report_tap(const struct json_node *outcome, struct buf *out);

#endif
