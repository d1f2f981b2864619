/* One file per verb. */
#ifndef VERBS_H
#define VERBS_H

#include "cli.h"

enum exit_code verb_scan(const struct cli *cli);
enum exit_code verb_merge(const struct cli *cli);
enum exit_code verb_test(const struct cli *cli);
enum exit_code verb_lint(const struct cli *cli);
enum exit_code verb_explain(const struct cli *cli);
enum exit_code verb_rules(const struct cli *cli);
enum exit_code verb_report(const struct cli *cli);
enum exit_code verb_diff(const struct cli *cli);
enum exit_code verb_convert(const struct cli *cli);
enum exit_code verb_completion(const struct cli *cli);
enum exit_code verb_invoke(const struct cli *cli);
enum exit_code verb_lambda(const struct cli *cli);

/* Logs the fault and returns its exit code. */
enum exit_code verb_fail(const struct fault *fault);

#endif
