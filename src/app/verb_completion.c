/* logaudit completion bash|zsh|fish: what a shell needs to complete verbs, flags and their values, from the
 * tables that parse them. */
#include "log.h"
#include "str.h"
#include "verbs.h"

#include <stdio.h>

/* ---- words that may stand for something ---- */

static bool is_plain(struct str word) {
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] < 'a' || word.ptr[i] > 'z')
            return false;
    return word.len > 0;
}

/* The lower-case words of "list | show ID" or "auto|json|NAME": those are typed as they are. Blanks between;
 * returns how many. */
static size_t print_words(const char *from, const char *separator) {
    size_t count = 0;
    for (struct str rest = str_c(from); rest.len;) {
        size_t len = 0;
        while (len < rest.len && rest.ptr[len] != ' ' && rest.ptr[len] != '|')
            len++;
        struct str word = str_slice(rest, 0, len);
        if (is_plain(word))
            printf("%s%.*s", count++ ? separator : "", STR_ARG(word));
        rest = str_slice(rest, len + 1, rest.len);
    }
    return count;
}

static const char *choices_of(const struct verb *verb, const struct flag *flag) {
    const char *value = cli_flag_value(verb, flag);
    if (!value)
        return "";
    return strcmp(value, "LEVEL") == 0 ? "info|low|medium|high|critical" : strchr(value, '|') ? value : "";
}

static void print_verbs(void) {
    for (size_t i = 0; i < VERB_COUNT; i++)
        printf("%s%s", i ? " " : "", VERBS[i].name);
}

/* ---- bash ---- */

static void bash_flags(const struct verb *verb) {
    const struct flag *f;
    printf("    %s)\n      flags=\"", verb->name);
    for (size_t i = 0; (f = cli_verb_flag(verb, i)) != NULL; i++)
        printf("%s--%s", i ? " " : "", f->name);
    printf("\"\n      arguments=\"");
    print_words(verb->arguments, " ");
    printf("\"\n      case $before in\n");
    for (size_t i = 0; (f = cli_verb_flag(verb, i)) != NULL; i++) {
        if (!*choices_of(verb, f))
            continue;
        printf("        --%s", f->name);
        if (f->letter)
            printf(" | -%c", f->letter);
        printf(") values=\"");
        print_words(choices_of(verb, f), " ");
        printf("\" ;;\n");
    }
    printf("      esac\n      ;;\n");
}

static void print_bash(void) {
    printf("# logaudit for bash: source <(logaudit completion bash)\n"
           "_logaudit() {\n"
           "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
           "  local flags='' arguments='' values=''\n"
           "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"");
    print_verbs();
    printf("\" -- \"$word\")\n"
           "    return\n"
           "  fi\n"
           "  case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; i < VERB_COUNT; i++)
        bash_flags(&VERBS[i]);
    printf("  esac\n"
           "  case $word in\n"
           "    -*) values=$flags ;;\n"
           "    *) [ \"$COMP_CWORD\" -ne 2 ] || values=${values:-$arguments} ;;\n"
           "  esac\n"
           "  COMPREPLY=() # none: bash completes files\n"
           "  [ -z \"$values\" ] || mapfile -t COMPREPLY < <(compgen -W \"$values\" -- \"$word\")\n"
           "}\n"
           "complete -o bashdefault -o default -F _logaudit logaudit\n");
}

/* ---- zsh ---- */

static void print_escaped(const char *s, const char *special) {
    for (; *s; s++) {
        if (*s == '\'')
            printf("'\\''");
        else
            printf("%s%c", strchr(special, *s) ? "\\" : "", *s);
    }
}

static void zsh_flag(const struct verb *verb, const struct flag *f) {
    const char *value = cli_flag_value(verb, f);
    printf("        '*");
    printf("--%s%s[", f->name, value ? "=" : "");
    print_escaped(f->help, "[]:\\");
    printf("]");
    if (value) {
        printf(":value:");
        if (*choices_of(verb, f)) {
            printf("(");
            print_words(choices_of(verb, f), " ");
            printf(")");
        } else {
            printf("_files");
        }
    }
    printf("' \\\n");
}

static void zsh_verb(const struct verb *verb) {
    const struct flag *f;
    printf("    %s)\n      _arguments -S \\\n", verb->name);
    for (size_t i = 0; (f = cli_verb_flag(verb, i)) != NULL; i++)
        zsh_flag(verb, f);
    printf("        '*:argument:{ _alternative \"words:word:(");
    print_words(verb->arguments, " ");
    printf(")\" \"files:file:_files\" }'\n      ;;\n");
}

static void print_zsh(void) {
    printf("#compdef logaudit\n"
           "# logaudit for zsh: source <(logaudit completion zsh)\n"
           "_logaudit() {\n"
           "  local -a verbs\n"
           "  verbs=(\n");
    for (size_t i = 0; i < VERB_COUNT; i++) {
        printf("    '%s:", VERBS[i].name);
        print_escaped(VERBS[i].summary, ":\\");
        printf("'\n");
    }
    printf("  )\n"
           "  if ((CURRENT == 2)); then\n"
           "    _describe verb verbs\n"
           "    return\n"
           "  fi\n"
           "  local verb=$words[2]\n"
           "  shift words\n"
           "  ((CURRENT--))\n"
           "  case $verb in\n");
    for (size_t i = 0; i < VERB_COUNT; i++)
        zsh_verb(&VERBS[i]);
    printf("  esac\n"
           "}\n"
           "compdef _logaudit logaudit\n");
}

/* ---- fish ---- */

static void fish_flag(const struct verb *verb, const struct flag *f) {
    const char *choices = choices_of(verb, f);
    printf("complete -c logaudit -n '__fish_seen_subcommand_from %s' -l %s", verb->name, f->name);
    if (f->letter)
        printf(" -s %c", f->letter);
    if (cli_flag_value(verb, f))
        printf(*choices ? " -x -a '" : " -r");
    if (*choices) {
        print_words(choices, " ");
        printf("'");
    }
    printf(" -d '");
    print_escaped(f->help, "");
    printf("'\n");
}

static void fish_verb(const struct verb *verb) {
    const struct flag *f;
    printf("complete -c logaudit -n __fish_use_subcommand -f -a %s -d '", verb->name);
    print_escaped(verb->summary, "");
    printf("'\ncomplete -c logaudit -n '__fish_seen_subcommand_from %s' -a '", verb->name);
    print_words(verb->arguments, " ");
    printf("'\n");
    for (size_t i = 0; (f = cli_verb_flag(verb, i)) != NULL; i++)
        fish_flag(verb, f);
}

static void print_fish(void) {
    printf("# logaudit for fish: logaudit completion fish | source\n");
    for (size_t i = 0; i < VERB_COUNT; i++)
        fish_verb(&VERBS[i]);
}

/* ---- the verb ---- */

enum exit_code verb_completion(const struct cli *cli) {
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = { { "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish } };
    const char *wanted = cli->argument_count == 1 ? cli->arguments[0] : "";
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(shells[i].name, wanted) == 0) {
            shells[i].print();
            return EXIT_DONE;
        }
    }
    log_error("completion needs one of bash, zsh, fish");
    return EXIT_USAGE;
}
