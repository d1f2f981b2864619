/* The second form of `logaudit convert`. */
#ifndef CONVERT_SIGMA_H
#define CONVERT_SIGMA_H

#include "cli.h"
#include "verbs.h"

/* `sigma` is the first argument, files and folders follow. */
enum exit_code convert_sigma(const struct cli *cli);

#endif
