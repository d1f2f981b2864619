#include "rules_new.h"

#include "buf.h"
#include "file.h"
#include "mem.h"
#include "new_rule.h"
#include "verbs.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_SCAFFOLD = 16 * 1024, MAX_ID = 256 };

/* %s: the id, then the words of it, which the pattern and the tests share. */
static const char SCAFFOLD[] =
    "-- What must be found, what must not, and tests that show both. All keys: docs/rules.md.\n"
    "return rule {\n"
    "  id          = \"%s\",\n"
    "  title       = \"%s of {user_id}\",\n"
    "  type        = \"Security\", -- Error, Performance, Microservice, UserActivity or your own\n"
    "  severity    = \"medium\",   -- info, low, medium, high, critical\n"
    "  description = \"Why it matters, and what to do about it.\",\n"
    "  any         = { [[(?i)\\b%s of (?P<user_id>[\\w.-]+)]] },\n"
    "  none        = { [[(?i)\\bdry run\\b]] },\n"
    "  where       = { level = { \"warn\", \"error\" } },\n"
    "  tests       = {\n"
    "    { \"text\", log = \"2024-11-26T10:00:00Z WARN %s of mia\", expect = { { user_id = \"mia\" } } },\n"
    "    { \"JSON\", log = [[{\"level\":\"error\",\"message\":\"%s of mia\"}]], expect = 1 },\n"
    "    { \"a dry run\", log = \"2024-11-26T10:00:00Z WARN %s of mia (dry run)\", expect = 0 },\n"
    "    { \"only said\", log = \"2024-11-26T10:00:00Z INFO %s of mia\", expect = 0 },\n"
    "  },\n"
    "}\n";

static bool id_byte(char c) {
    return ascii_alpha(c) || ascii_digit(c) || c == '_' || c == '.' || c == '-';
}

static bool check_id(const char *id, struct fault *fault) {
    size_t len = strlen(id);
    bool good =
        len && len <= MAX_ID && id[0] != '.' && id[0] != '-' && id[len - 1] != '.' && !strstr(id, "..");
    for (size_t i = 0; i < len; i++)
        good = good && id_byte(id[i]);
    return good ||
           fault_set(fault, FAULT_USAGE,
                     "rules new: an id like shop.refund_refused (letters, digits, '.', '-', '_'; at most "
                     "%d bytes) was expected, got '%s'",
                     MAX_ID, id);
}

/* shop.refund_refused: "refund refused" */
static char *words_of(const char *id) {
    const char *dot = strrchr(id, '.');
    const char *last = dot ? dot + 1 : id;
    char *words = mem_copy(last, strlen(last));
    for (char *c = words; *c; c++)
        *c = *c == '_' || *c == '-' ? ' ' : *c;
    return words;
}

static void write_scaffold(const char *id, struct buf *out) {
    char *w = words_of(id);
    buf_printf(out, SCAFFOLD, id, w, w, w, w, w, w);
    free(w);
}

/* DIR/shop/refund_refused.lua; to be freed. */
static char *path_below(const char *folder, const char *id) {
    struct buf name;
    buf_init(&name, MAX_ID + sizeof ".lua");
    for (const char *c = id; *c; c++)
        buf_add_byte(&name, *c == '.' ? '/' : *c);
    buf_add_c(&name, ".lua");
    char *path = file_join(folder, buf_c(&name));
    buf_fini(&name);
    return path;
}

static bool write_file(const char *id, const char *target, struct str text, struct fault *fault) {
    bool is_file = str_ends(str_c(target), (struct str)STR(".lua"));
    char *path = is_file ? mem_copy(target, strlen(target)) : path_below(target, id);
    bool ok = new_rule_write(path, text, fault);
    free(path);
    return ok;
}

enum exit_code rules_new(const char *id, const char *target) {
    struct fault fault;
    struct buf text;
    if (!check_id(id, &fault))
        return verb_fail(&fault);
    buf_init(&text, MAX_SCAFFOLD);
    write_scaffold(id, &text);
    bool ok = true;
    if (target && strcmp(target, "-") != 0)
        ok = write_file(id, target, buf_str(&text), &fault);
    else
        printf("%.*s", STR_ARG(buf_str(&text)));
    buf_fini(&text);
    return ok ? EXIT_DONE : verb_fail(&fault);
}
