#include "verbs.h"
enum exit_code verb_rules(const struct cli *cli) {
    (void)cli;
    return EXIT_USAGE;
}
