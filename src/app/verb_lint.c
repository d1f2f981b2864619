#include "verbs.h"
enum exit_code verb_lint(const struct cli *cli) {
    (void)cli;
    return EXIT_USAGE;
}
