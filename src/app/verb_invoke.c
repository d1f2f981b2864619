#include "verbs.h"
enum exit_code verb_invoke(const struct cli *cli) {
    (void)cli;
    return EXIT_USAGE;
}
