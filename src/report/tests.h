/* The outcome of rule tests for other programs. All are made from one document:
 *
 *   tests[]   { file, rule_id, name, ok, findings, others[] (rules that fired too), log, why (of a failure)
 * }; for a rule with too few tests { file, rule_id, name: "", ok: false, why } summary   { rules, tests,
 * passed, failed, untested, under_tested, broken_files, processing_time_ms } */
#ifndef REPORT_TESTS_H
#define REPORT_TESTS_H

#include "buf.h"
#include "json_doc.h"

/* JUnit's XML, as CI servers read it: a suite for each file. */
void report_junit(const struct json_node *outcome, struct buf *out);

/* Test Anything Protocol, version 13. */
void report_tap(const struct json_node *outcome, struct buf *out);

#endif
