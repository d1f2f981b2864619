/* Verbs and flags, as tables: parsing, help and the suggestions for misspelled ones all come from them. */
#ifndef CLI_H
#define CLI_H

#include "fault.h"

#include <stddef.h>

/* Exit codes (docs/errors.md). */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_FOUND = 1,
    EXIT_USAGE = 2,
    EXIT_RULES = 3,
    EXIT_INCOMPLETE = 4,
    EXIT_INTERRUPTED = 130
};

struct flag {
    const char *name;        /* without dashes */
    char letter;             /* 0: none */
    const char *value;       /* what the help calls its value; NULL: it takes none */
    const char *environment; /* its twin, used when the flag is not given; NULL: none */
    const char *help;
};

struct cli;

struct verb {
    const char *name, *arguments, *summary;
    const char *const *flags; /* names, ended by NULL */
    enum exit_code (*run)(const struct cli *cli);
    bool takes_rules;    /* its arguments are rule files and folders */
    const char *formats; /* the values of --format; NULL: it has no such flag */
    const char *default_format;
};

struct given {
    const struct flag *flag;
    const char *value;
};

struct cli {
    const struct verb *verb;
    const char **arguments;
    size_t argument_count;
    struct given *given;
    size_t given_count;
};

/* The verbs of this program, in the order of the help. */
extern const struct verb VERBS[];
extern const size_t VERB_COUNT;

/* Reads argv[1..]. The fault names the word and, when there is one, what was probably meant. A flag that
 * names one file is an error when it is given twice. */
bool cli_parse(struct cli *cli, int argc, char **argv, struct fault *fault);
void cli_free(struct cli *cli);

/* Whether the verb takes the flag: its environment twin means nothing to the others. */
bool cli_takes(const struct cli *cli, const char *flag);
size_t cli_times(const struct cli *cli, const char *flag); /* how often it was given */
bool cli_has(const struct cli *cli, const char *flag);
/* What a message about the flag's value calls it: "--tz", or the environment variable that it came from. */
struct flag_origin {
    char name[48];
};
struct flag_origin cli_origin(const struct cli *cli, const char *flag);
/* The last value given, else the environment's, else NULL. */
const char *cli_value(const struct cli *cli, const char *flag);
/* Every value given for a repeatable flag, split at commas when `split`; else the environment's. To be freed
 * with cli_free_list. */
char **cli_list(const struct cli *cli, const char *flag, bool split, size_t *count);
void cli_free_list(char **list, size_t count);

/* The place of the flag's value among `names`, which end with NULL; *index stays as it is when the flag is
 * not given. The fault names them all. */
bool cli_choose(const struct cli *cli, const char *flag, const char *const *names, int *index,
                struct fault *fault);
/* Whether to write colours: --color; else NO_COLOR is not set, and what is written goes `to_stdout`, a
 * terminal. */
bool cli_color(const struct cli *cli, bool to_stdout, bool *color, struct fault *fault);

/* NULL: there is no verb of that name. */
const struct verb *cli_find_verb(const char *name);
/* The fault says which one may have been meant; false. */
bool cli_unknown_verb(const char *name, struct fault *fault);
/* The flag of this number that the verb takes, in the order of the help; NULL behind the last. */
const struct flag *cli_verb_flag(const struct verb *verb, size_t number);
/* What the help calls the flag's value; NULL: it takes none. */
const char *cli_flag_value(const struct verb *verb, const struct flag *flag);
void cli_print_help(const struct verb *verb); /* NULL: all of them */

#endif
