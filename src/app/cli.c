#include "cli.h"

#include "buf.h"
#include "mem.h"
#include "str.h"
#include "suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct flag FLAGS[] = {
    { "rules", 'r', "PATH", "LOGAUDIT_RULES",
      "rule file, folder, pack or s3://... instead of the shipped rules; repeatable" },
    { "also", 0, "PATH", "LOGAUDIT_ALSO",
      "rule file, folder, pack or s3://... on top of the others; repeatable" },
    { "only", 0, "ID,...", NULL, "run these rules only (* and ? are wildcards)" },
    { "skip", 0, "ID,...", "LOGAUDIT_SKIP", "do not run these rules" },
    { "overrides", 0, "FILE", "LOGAUDIT_OVERRIDES",
      "what this place says of the rules: severities, limits, exceptions" },
    { "data", 0, "DIR", "LOGAUDIT_DATA", "folder of tables for rules: .csv and .mmdb files" },
    { "conditions", 0, "FILE", "LOGAUDIT_CONDITIONS", "custom conditions, as in an event" },
    { "severity", 's', "LEVEL", "LOGAUDIT_MIN_SEVERITY", "report findings from this severity on" },
    { "from", 0, "TIME", NULL,
      "records from this time on (ISO 8601, a date, today, yesterday, epoch, or -15m)" },
    { "to", 0, "TIME", NULL, "records before this time" },
    { "since", 0, "15m|TIME", NULL, "records of the last so many s, m, h, d, w; or from a time on" },
    { "stream", 0, "NAME", NULL, "of log groups these streams only; repeatable" },
    { "tz", 0, "ZONE", "LOGAUDIT_TZ", "zone of timestamps that name none (default UTC)" },
    { "format", 'f', "FORMAT", NULL, "how to print it" },
    { "output", 'o', "FILE", NULL, "write there instead of to standard output" },
    { "fail-on", 0, "LEVEL", NULL, "exit with 1 when there are findings of this severity or above" },
    { "baseline", 0, "FILE", "LOGAUDIT_BASELINE",
      "findings of this result or baseline are counted, not reported" },
    { "write-baseline", 0, "FILE", NULL, "write the kinds of findings of this run there" },
    { "context", 0, "N", "LOGAUDIT_CONTEXT", "show N records (at most 20) before and after each finding" },
    { "follow", 0, NULL, NULL, "go on with what is written to the files, until Ctrl-C; rules may be edited" },
    { "max-findings", 0, "N", NULL, "keep the N most severe findings (the counts tell of all)" },
    { "input-format", 0, "auto|json|text|lines|NAME", NULL,
      "how input is cut into records (default auto); NAME or FILE.lua: text, in this format first" },
    { "formats", 0, "PATH", "LOGAUDIT_FORMATS",
      "file or folder of own text formats, tried before the shipped ones; repeatable" },
    { "redact", 0, "secrets|pii|off", "LOGAUDIT_REDACT",
      "what is masked in findings (default secrets); off: not from the environment" },
    { "local-root", 0, "DIR", "LOGAUDIT_LOCAL_ROOT",
      "folder that stands in for AWS: DIR/s3/BUCKET/KEY, DIR/cloudwatch/GROUP/STREAM.log" },
    { "jobs", 'j', "N", NULL, "threads (default: one per core)" },
    { "line", 'l', "TEXT", NULL, "explain this text" },
    { "rule", 0, "ID,...", NULL, "explain these rules, also where nothing brings them near" },
    { "filter", 0, "TEXT", NULL, "only tests whose rule id or name contains this" },
    { "min-tests", 0, "1+1", NULL, "fail rules with fewer tests that find + tests that do not" },
    { "from-finding", 0, "RESULT:ID", NULL,
      "print a test that expects nothing on the record of this finding" },
    { "write", 0, "FILE", NULL, "put that test into the rule in this file" },
    { "color", 0, "auto|always|never", NULL, "colours in the text format" },
    { "profile", 0, NULL, NULL, "say on standard error what each rule cost" },
    { "no-progress", 0, NULL, NULL, "no progress on standard error" },
    { "no-prefilter", 0, NULL, NULL, "debugging: every rule sees every record" },
    { "no-cache", 0, NULL, NULL, "compile the rules afresh" },
    { "quiet", 'q', NULL, NULL, "errors only" },
    { "verbose", 'v', NULL, NULL, "say more" },
    { "help", 'h', NULL, NULL, "this" },
};
enum { FLAG_COUNT = sizeof FLAGS / sizeof *FLAGS };

/* ---- suggestions ---- */

static bool fault_suggest(struct fault *fault, const char *what, const char *word, const char *near,
                          const char *where) {
    if (near)
        return fault_set(fault, FAULT_USAGE, "unknown %s '%s' (did you mean '%s'? see %s)", what, word, near,
                         where);
    return fault_set(fault, FAULT_USAGE, "unknown %s '%s' (see %s)", what, word, where);
}

/* ---- looking up ---- */

const struct verb *cli_find_verb(const char *name) {
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(VERBS[i].name, name) == 0)
            return &VERBS[i];
    return NULL;
}

static const struct flag *flag_named(const char *name) {
    for (size_t i = 0; i < FLAG_COUNT; i++)
        if (strcmp(FLAGS[i].name, name) == 0)
            return &FLAGS[i];
    return NULL;
}

static bool takes(const struct verb *verb, const struct flag *flag) {
    static const char *const everywhere[] = { "help", "quiet", "verbose" };
    for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
        if (strcmp(flag->name, everywhere[i]) == 0)
            return true;
    for (const char *const *name = verb->flags; *name; name++)
        if (strcmp(flag->name, *name) == 0)
            return true;
    return false;
}

const struct flag *cli_verb_flag(const struct verb *verb, size_t number) {
    for (size_t i = 0; i < FLAG_COUNT; i++)
        if (takes(verb, &FLAGS[i]) && number-- == 0)
            return &FLAGS[i];
    return NULL;
}

static const struct flag *find_long(const struct verb *verb, struct str name) {
    for (size_t i = 0; i < FLAG_COUNT; i++)
        if (str_equal_c(name, FLAGS[i].name) && takes(verb, &FLAGS[i]))
            return &FLAGS[i];
    return NULL;
}

static const struct flag *find_letter(const struct verb *verb, char letter) {
    for (size_t i = 0; i < FLAG_COUNT; i++)
        if (FLAGS[i].letter == letter && takes(verb, &FLAGS[i]))
            return &FLAGS[i];
    return NULL;
}

/* ---- parsing ---- */

struct parsing {
    struct cli *cli;
    int argc, at;
    char **argv;
    struct fault *fault;
};

static bool unknown_flag(const struct parsing *p, const char *word) {
    const struct verb *verb = p->cli->verb;
    const char *names[FLAG_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < FLAG_COUNT; i++)
        if (takes(verb, &FLAGS[i]))
            names[count++] = FLAGS[i].name;
    const char *bare = word + strspn(word, "-");
    char with_dashes[SUGGEST_MAX_WORD + 3], where[64];
    const char *near = strlen(bare) > 1 ? suggest_nearest(bare, names, count) : NULL;
    snprintf(with_dashes, sizeof with_dashes, "--%s", near ? near : "");
    snprintf(where, sizeof where, "logaudit help %s", verb->name);
    return fault_suggest(p->fault, "flag", word, near ? with_dashes : NULL, where);
}

const char *cli_flag_value(const struct verb *verb, const struct flag *flag) {
    return verb->formats && strcmp(flag->name, "format") == 0 ? verb->formats : flag->value;
}

static bool add_given(struct parsing *p, const struct flag *flag, const char *word, const char *attached) {
    const char *value = attached;
    if (!flag->value && attached)
        return fault_set(p->fault, FAULT_USAGE, "%s takes no value", word);
    if (flag->value && !value) {
        if (p->at + 1 >= p->argc)
            return fault_set(p->fault, FAULT_USAGE, "%s needs a value: %s", word,
                             cli_flag_value(p->cli->verb, flag));
        value = p->argv[++p->at];
    }
    p->cli->given[p->cli->given_count++] = (struct given){ flag, value };
    return true;
}

static bool parse_long(struct parsing *p, const char *word) {
    const char *equals = strchr(word, '=');
    size_t len = equals ? (size_t)(equals - word) - 2 : strlen(word) - 2;
    const struct flag *flag = find_long(p->cli->verb, str_of(word + 2, len));
    return flag ? add_given(p, flag, word, equals ? equals + 1 : NULL) : unknown_flag(p, word);
}

/* -v, -j4, -j 4, -qv */
static bool parse_letters(struct parsing *p, const char *word) {
    for (const char *c = word + 1; *c; c++) {
        const struct flag *flag = find_letter(p->cli->verb, *c);
        if (!flag)
            return unknown_flag(p, word);
        if (flag->value)
            return add_given(p, flag, word, c[1] ? c + 1 : NULL);
        if (!add_given(p, flag, word, NULL))
            return false;
    }
    return true;
}

static bool parse_word(struct parsing *p, const char *word, bool *only_arguments) {
    struct cli *cli = p->cli;
    bool input = word[0] == '-' && (!word[1] || word[1] == ':'); /* -, and -:12 of explain */
    if (*only_arguments || word[0] != '-' || input) {
        cli->arguments[cli->argument_count++] = word;
        return true;
    }
    if (strcmp(word, "--") == 0) {
        *only_arguments = true;
        return true;
    }
    return word[1] == '-' ? parse_long(p, word) : parse_letters(p, word);
}

bool cli_unknown_verb(const char *word, struct fault *fault) {
    const char **names = mem_new(VERB_COUNT, sizeof *names);
    for (size_t i = 0; i < VERB_COUNT; i++)
        names[i] = VERBS[i].name;
    fault_suggest(fault, word[0] == '-' ? "flag" : "verb", word, suggest_nearest(word, names, VERB_COUNT),
                  "logaudit help");
    free(names);
    return false;
}

static bool parse_verb(struct cli *cli, const char *word, struct fault *fault) {
    static const char *const aliases[][2] = { { "--version", "version" },
                                              { "--help", "help" },
                                              { "-h", "help" } };
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcmp(word, aliases[i][0]) == 0)
            word = aliases[i][1];
    cli->verb = cli_find_verb(word);
    return cli->verb || cli_unknown_verb(word, fault);
}

/* Of two files one would be left out, and nobody told. What chooses or shows may be said again: so the words
 * of an alias can be overruled. */
static bool check_once(const struct cli *cli, struct fault *fault) {
    static const struct {
        const char *flag, *but; /* the verb that takes several */
    } once[] = { { "overrides", "diff" },  { "data", "" },   { "conditions", "" },   { "baseline", "" },
                 { "write-baseline", "" }, { "output", "" }, { "from-finding", "" }, { "line", "" } };
    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        size_t times = cli_times(cli, once[i].flag);
        if (times > 1 && strcmp(cli->verb->name, once[i].but) != 0)
            return fault_set(fault, FAULT_USAGE, "--%s: one was expected, got %zu (the last is '%s')",
                             once[i].flag, times, cli_value(cli, once[i].flag));
    }
    return true;
}

bool cli_parse(struct cli *cli, int argc, char **argv, struct fault *fault) {
    *cli = (struct cli){ 0 };
    cli->arguments = mem_new((size_t)argc, sizeof *cli->arguments);
    size_t words = 0;
    for (int i = 0; i < argc; i++)
        words += strlen(argv[i]); /* -qv is two flags in one word */
    cli->given = mem_new(words, sizeof *cli->given);
    if (!parse_verb(cli, argc > 1 ? argv[1] : "help", fault))
        return false;
    struct parsing parsing = { cli, argc, 2, argv, fault };
    bool only_arguments = false;
    for (; parsing.at < argc; parsing.at++)
        if (!parse_word(&parsing, argv[parsing.at], &only_arguments))
            return false;
    return check_once(cli, fault);
}

void cli_free(struct cli *cli) {
    free(cli->arguments);
    free(cli->given);
}

/* ---- answers ---- */

bool cli_takes(const struct cli *cli, const char *flag) {
    return takes(cli->verb, flag_named(flag));
}

size_t cli_times(const struct cli *cli, const char *flag) {
    size_t times = 0;
    for (size_t i = 0; i < cli->given_count; i++)
        times += strcmp(cli->given[i].flag->name, flag) == 0;
    return times;
}

bool cli_has(const struct cli *cli, const char *flag) {
    return cli_times(cli, flag) > 0;
}

const char *cli_value(const struct cli *cli, const char *flag) {
    for (size_t i = cli->given_count; i-- > 0;)
        if (strcmp(cli->given[i].flag->name, flag) == 0)
            return cli->given[i].value;
    const struct flag *f = flag_named(flag);
    const char *value = f && f->environment ? getenv(f->environment) : NULL;
    return value && *value ? value : NULL;
}

struct flag_origin cli_origin(const struct cli *cli, const char *flag) {
    struct flag_origin origin;
    const struct flag *f = flag_named(flag);
    bool from_environment = !cli_has(cli, flag) && f && f->environment;
    snprintf(origin.name, sizeof origin.name, "%s%s", from_environment ? "" : "--",
             from_environment ? f->environment : flag);
    return origin;
}

static void add_item(char ***list, size_t *count, struct str item) {
    *list = mem_resize(*list, *count + 1, sizeof **list);
    (*list)[(*count)++] = mem_copy(item.ptr, item.len);
}

/* Up to the separator; the colon of s3:// is none. */
static size_t item_length(struct str rest, char separator) {
    size_t len = separator ? str_find_byte(rest, separator) : rest.len;
    bool scheme = separator == ':' && str_starts(rest, (struct str)STR("s3://"));
    return scheme ? len + 1 + str_find_byte(str_slice(rest, len + 1, rest.len), separator) : len;
}

static void add_value(char ***list, size_t *count, const char *value, char separator) {
    struct str rest = str_c(value);
    while (rest.len) {
        size_t len = item_length(rest, separator);
        if (len)
            add_item(list, count, str_slice(rest, 0, len));
        rest = str_slice(rest, len + 1, rest.len);
    }
}

char **cli_list(const struct cli *cli, const char *flag, bool split, size_t *count) {
    char **list = NULL;
    *count = 0;
    for (size_t i = 0; i < cli->given_count; i++)
        if (strcmp(cli->given[i].flag->name, flag) == 0)
            add_value(&list, count, cli->given[i].value, split ? ',' : '\0');
    if (!cli_has(cli, flag) && cli_value(cli, flag)) /* several paths in a variable are divided as in PATH */
        add_value(&list, count, cli_value(cli, flag), split ? ',' : ':');
    return list;
}

void cli_free_list(char **list, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(list[i]);
    free(list);
}

bool cli_choose(const struct cli *cli, const char *flag, const char *const *names, int *index,
                struct fault *fault) {
    const char *value = cli_value(cli, flag);
    struct buf all;
    bool found = !value;
    buf_init(&all, 1024);
    for (int i = 0; !found && names[i]; i++) {
        buf_printf(&all, "%s%s", i ? ", " : "", names[i]);
        found = strcmp(value, names[i]) == 0;
        if (found)
            *index = i;
    }
    if (!found)
        fault_set(fault, FAULT_USAGE, "%s: one of %s was expected, got '%s'", cli_origin(cli, flag).name,
                  buf_c(&all), value);
    buf_fini(&all);
    return found;
}

bool cli_color(const struct cli *cli, bool to_stdout, bool *color, struct fault *fault) {
    static const char *const choices[] = { "auto", "always", "never", NULL };
    const char *no_color = getenv("NO_COLOR");
    int choice = 0;
    if (!cli_choose(cli, "color", choices, &choice, fault))
        return false;
    *color = choice == 1 || (choice == 0 && !(no_color && *no_color) && to_stdout && isatty(STDOUT_FILENO));
    return true;
}

/* ---- help ---- */

static void print_flag(const struct verb *verb, const struct flag *f) {
    char left[64];
    bool format = strcmp(f->name, "format") == 0;
    const char *value = cli_flag_value(verb, f);
    snprintf(left, sizeof left, "%c%c%s--%s%s%s", f->letter ? '-' : ' ', f->letter ? f->letter : ' ',
             f->letter ? ", " : "  ", f->name, value ? " " : "", value ? value : "");
    printf("  %-36s %s", left, f->help);
    if (format)
        printf(" (default %s)", verb->default_format);
    if (f->environment)
        printf(" [$%s]", f->environment);
    putchar('\n');
}

void cli_print_help(const struct verb *verb) {
    if (verb) {
        printf("usage: logaudit %s %s\n\n%s\n\n", verb->name, verb->arguments, verb->summary);
        for (size_t i = 0; i < FLAG_COUNT; i++)
            if (takes(verb, &FLAGS[i]))
                print_flag(verb, &FLAGS[i]);
        return;
    }
    printf("logaudit " LOGAUDIT_VERSION
           ": reads logs and says what matters\n\nusage: logaudit VERB [FLAGS] ...\n\n");
    for (size_t i = 0; i < VERB_COUNT; i++)
        printf("  %-10s %-32s %s\n", VERBS[i].name, VERBS[i].arguments, VERBS[i].summary);
    printf(
        "\nlogaudit help VERB says more. Exit codes: 0 done, 1 findings at --fail-on, a test or lint fault,\n"
        "2 usage, 3 a rule file could not be loaded, 4 incomplete, 130 interrupted.\n");
}
