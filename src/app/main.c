#include "log.h"
#include "verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RULE_FLAGS     "rules", "also", "formats", "no-cache"
#define PLACE_FLAGS    "overrides", "data"
#define REPORT_FORMATS "text|csv|md|html|sarif|ocsf"
#define RESULT_FORMATS "text|json|ndjson|csv|md|html|sarif|ocsf"
#define RESULT_DEFAULT "text on a terminal, else json"
#define CHOICE_FLAGS                                                                                         \
    "only", "skip", "conditions", "severity", "from", "to", "since", "stream", "tz", "redact", "local-root", \
        "jobs", "no-prefilter", "input-format"
static const char *const SCAN_FLAGS[] = { RULE_FLAGS, PLACE_FLAGS,   CHOICE_FLAGS, "format",
                                          "output",   "fail-on",     "baseline",   "write-baseline",
                                          "follow",   "profile",     "context",    "max-findings",
                                          "color",    "no-progress", NULL };
static const char *const TEST_FLAGS[] = { RULE_FLAGS,  "data",         "filter", "jobs",       "format",
                                          "min-tests", "from-finding", "write",  "local-root", NULL };
static const char *const LINT_FLAGS[] = { RULE_FLAGS, PLACE_FLAGS, "format", "local-root", NULL };
static const char *const EXPLAIN_FLAGS[] = { RULE_FLAGS,   PLACE_FLAGS, "line",         "rule",
                                             "conditions", "tz",        "format",       "redact",
                                             "local-root", "color",     "input-format", "from",
                                             "to",         "since",     "stream",       NULL };
static const char *const RULES_FLAGS[] = { RULE_FLAGS,  PLACE_FLAGS,  "format", "output",
                                           "min-tests", "local-root", NULL };
static const char *const INVOKE_FLAGS[] = { "baseline",   "context", RULE_FLAGS,   PLACE_FLAGS,
                                            "local-root", "tz",      "redact",     "skip",
                                            "severity",   "jobs",    "conditions", NULL };
static const char *const MERGE_FLAGS[] = { RULE_FLAGS, PLACE_FLAGS,    "local-root", "format",      "output",
                                           "fail-on",  "max-findings", "color",      "no-progress", NULL };
static const char *const REPORT_FLAGS[] = { RULE_FLAGS, PLACE_FLAGS,    "local-root", "format",
                                            "output",   "max-findings", "color",      NULL };
static const char *const DIFF_FLAGS[] = { RULE_FLAGS, PLACE_FLAGS, CHOICE_FLAGS, "format", "output", NULL };
static const char *const CONVERT_FLAGS[] = { "output", NULL };
static const char *const NO_FLAGS[] = { NULL };

static enum exit_code verb_version(const struct cli *cli) {
    if (cli->argument_count) {
        log_error("version: no argument was expected, got '%s'", cli->arguments[0]);
        return EXIT_USAGE;
    }
    puts("logaudit " LOGAUDIT_VERSION);
    return EXIT_DONE;
}

static enum exit_code verb_help(const struct cli *cli) {
    if (cli->argument_count > 1) {
        log_error("help: one verb at most was expected, got '%s' too", cli->arguments[1]);
        return EXIT_USAGE;
    }
    const struct verb *verb = cli->argument_count ? cli_find_verb(cli->arguments[0]) : NULL;
    if (cli->argument_count && !verb) {
        struct fault fault;
        cli_unknown_verb(cli->arguments[0], &fault);
        return verb_fail(&fault);
    }
    cli_print_help(verb);
    return EXIT_DONE;
}

const struct verb VERBS[] = {
    { "scan", "SOURCE...",
      "run the rules over files, folders, - (standard input), s3://..., cloudwatch:LOG_GROUP", SCAN_FLAGS,
      verb_scan, false, RESULT_FORMATS, RESULT_DEFAULT },
    { "test", "[PATH...]", "run the tests inside rule files", TEST_FLAGS, verb_test, true,
      "text|json|junit|tap", "text" },
    { "lint", "[PATH...]", "check rule files without logs", LINT_FLAGS, verb_lint, true, "text|json|github",
      "text" },
    { "explain", "SOURCE[:LINE] | -l TEXT", "how a record was read, and why rules fire on it or do not",
      EXPLAIN_FLAGS, verb_explain, false, "text|json", "text" },
    { "rules", "list | show | new | pack", "browse rules, begin one, put them into one file", RULES_FLAGS,
      verb_rules, false, "text|json", "text" },
    { "convert", "conditions FILE | sigma PATH...", "custom conditions, Sigma rules as rule files",
      CONVERT_FLAGS, verb_convert, false, NULL, NULL },
    { "invoke", "EVENT.json", "run the Lambda handler on an event, locally", INVOKE_FLAGS, verb_invoke, false,
      NULL, NULL },
    { "lambda", "", "run as AWS Lambda's runtime: the handler on event after event", INVOKE_FLAGS,
      verb_lambda, false, NULL, NULL },
    { "merge", "RESULT...", "combine stored results of parts (scan -o, invoke) into one", MERGE_FLAGS,
      verb_merge, false, RESULT_FORMATS, RESULT_DEFAULT },
    { "report", "RESULT...", "stored results for readers: a page (-o FILE.html) or another format",
      REPORT_FLAGS, verb_report, false, REPORT_FORMATS, "text on a terminal, else html" },
    { "diff", "RESULT RESULT", "findings gained and lost; or by --rules OLD --rules NEW SOURCE...",
      DIFF_FLAGS, verb_diff, false, "text|json", RESULT_DEFAULT },
    { "completion", "bash | zsh | fish", "print what the shell completes", NO_FLAGS, verb_completion, false,
      NULL, NULL },
    { "version", "", "print the version", NO_FLAGS, verb_version, false, NULL, NULL },
    { "help", "[VERB]", "print help", NO_FLAGS, verb_help, false, NULL, NULL },
};
const size_t VERB_COUNT = sizeof VERBS / sizeof *VERBS;

enum exit_code verb_fail(const struct fault *fault) {
    log_error("%s", fault->text);
    switch (fault->kind) {
    case FAULT_RULE:
        return EXIT_RULES;
    case FAULT_INPUT:
    case FAULT_OUTPUT:
    case FAULT_DEADLINE:
        return EXIT_INCOMPLETE;
    default:
        return EXIT_USAGE;
    }
}

/* AWS Lambda starts an executable of this name, with the name of the handler as its argument, if any. */
static bool is_bootstrap(const char *program) {
    const char *slash = strrchr(program, '/');
    return strcmp(slash ? slash + 1 : program, "bootstrap") == 0 && getenv("AWS_LAMBDA_RUNTIME_API");
}

/* What did not reach standard output is incomplete, whatever else there is to say but for what is wrong with
 * the call or the rules. */
static enum exit_code flush_output(enum exit_code code) {
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    log_error("standard output: %s", errno ? strerror(errno) : "not all of it could be written");
    return code == EXIT_DONE || code == EXIT_FOUND ? EXIT_INCOMPLETE : code;
}

int main(int argc, char **argv) {
    struct cli cli;
    char *bootstrap[] = { "bootstrap", "lambda", NULL };
    if (argc && is_bootstrap(argv[0])) {
        argc = 2;
        argv = bootstrap;
    }
    struct fault fault;
    enum exit_code code;
    if (!cli_parse(&cli, argc, argv, &fault)) {
        code = verb_fail(&fault);
    } else if (cli_has(&cli, "help")) {
        cli_print_help(cli.verb);
        code = EXIT_DONE;
    } else {
        log_set_level(cli_has(&cli, "quiet")     ? LOG_QUIET
                      : cli_has(&cli, "verbose") ? LOG_VERBOSE
                                                 : LOG_NORMAL);
        code = cli.verb->run(&cli);
    }
    cli_free(&cli);
    return flush_output(code);
}
