/* logaudit lint [PATH...]: rule files without logs. Faults (exit 1, or 3 when a file does not load) and
 * notes. */
#include "exceptions.h"
#include "job.h"
#include "json.h"
#include "mem.h"
#include "rule_tools.h"
#include "verbs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum lint_format { LINT_TEXT, LINT_JSON, LINT_GITHUB };
enum { MAX_FAULTS = 64 << 20 /* bytes as JSON */ };

struct linting {
    struct job job;
    struct rule_tools *tools;
    const struct rule_file *file;
    char *tested; /* the rule at hand, and what its tests expect */
    size_t positive, negative;
    int format;
    struct buf json;
    struct json_writer w;
    size_t faults, notes;
    struct fault fault;
};

/* One thing that is wrong, or worth knowing. */
struct remark {
    const char *level; /* error, note */
    const char *file;
    int64_t line;
    struct str rule_id, key; /* empty: not known */
    int64_t position;        /* in a pattern; -1: none */
    const char *message;
};

/* ---- what is printed ---- */

static void print_text(const struct remark *r) {
    bool note = strcmp(r->level, "note") == 0;
    printf("%s:%" PRId64 ": %s%s\n", r->file, r->line, note ? "note: " : "", r->message);
}

static void put_json(struct json_writer *w, const struct remark *r) {
    json_begin(w, '{');
    json_add_text(w, "level", str_c(r->level));
    json_add_text(w, "file", str_c(r->file));
    json_add_int(w, "line", r->line);
    json_add_text(w, "rule_id", r->rule_id);
    json_add_text(w, "key", r->key);
    if (r->position >= 0) {
        json_add_int(w, "position", r->position);
    }
    json_add_text(w, "message", str_c(r->message));
    json_end(w, '}');
}

/* In a workflow command these have a meaning of their own. */
static void print_escaped(const char *s, bool property) {
    for (; *s; s++) {
        bool special = *s == '%' || *s == '\r' || *s == '\n' || (property && (*s == ':' || *s == ','));
        if (special)
            printf("%%%02X", (unsigned)*s);
        else
            putchar(*s);
    }
}

static void print_github(const struct remark *r) {
    printf("::%s file=", strcmp(r->level, "note") == 0 ? "notice" : r->level);
    print_escaped(r->file, true);
    printf(",line=%" PRId64 "::", r->line);
    print_escaped(r->message, false);
    putchar('\n');
}

static void remark(struct linting *l, struct remark r) {
    switch (l->format) {
    case LINT_JSON:
        put_json(&l->w, &r);
        break;
    case LINT_GITHUB:
        print_github(&r);
        break;
    default:
        print_text(&r);
    }
}

/* The line on which the rule's id stands; the first one when it is not written there. */
static int64_t line_of_rule(const struct rule_file *file, struct str id) {
    struct buf quoted;
    int64_t line = 1;
    buf_init(&quoted, 4096);
    buf_printf(&quoted, "\"%.*s\"", STR_ARG(id));
    size_t at = str_find(file->text, buf_str(&quoted));
    for (size_t i = 0; at < file->text.len && i < at; i++)
        line += file->text.ptr[i] == '\n';
    buf_fini(&quoted);
    return line;
}

static void note(struct linting *l, const struct rule_file *file, struct str id, const char *what) {
    struct buf message;
    buf_init(&message, 4096);
    buf_printf(&message, "%.*s %s", STR_ARG(id), what);
    remark(l, (struct remark){ "note", file->path, line_of_rule(file, id), id, str_of("", 0), -1,
                               buf_c(&message) });
    buf_fini(&message);
    l->notes++;
}

/* ---- what is looked for ---- */

static void failed_file(struct linting *l, const struct failed_file *f) {
    remark(l, (struct remark){ "error", f->file, f->line, str_c(f->rule_id), str_c(f->key), f->position,
                               f->reason });
}

static void missing_name(void *context, int64_t line, const char *name) {
    struct linting *l = context;
    struct buf message;
    buf_init(&message, 4096);
    buf_printf(&message, "'%s' is not available to rules", name);
    remark(l, (struct remark){ "error", l->file->path, line, str_of("", 0), str_of("", 0), -1,
                               buf_c(&message) });
    buf_fini(&message);
    l->faults++;
}

/* The rule at hand has no more tests. */
static void check_tested(struct linting *l) {
    if (!l->tested)
        return;
    struct str id = str_c(l->tested);
    if (!l->positive && !l->negative)
        note(l, l->file, id, "has no tests");
    else if (!l->negative)
        note(l, l->file, id, "has no test that expects nothing");
    else if (!l->positive)
        note(l, l->file, id, "has no test that expects a finding");
    free(l->tested);
    l->tested = NULL;
    l->positive = l->negative = 0;
}

static bool count_test(void *context, const struct rule_test *test) {
    struct linting *l = context;
    if (l->tested && !str_equal_c(test->rule_id, l->tested))
        check_tested(l);
    if (!l->tested)
        l->tested = mem_copy(test->rule_id.ptr, test->rule_id.len);
    l->positive += test->name.len && test->positive;
    l->negative += test->name.len && !test->positive;
    return true;
}

/* "path:line: id: tests[1]: ...", or "path: ..." of what else is wrong. */
static void bad_tests(struct linting *l) {
    struct str message = str_c(l->fault.text), path = str_c(l->file->path), none = { 0 };
    int64_t line = 1;
    if (str_starts(message, path) && message.len > path.len + 2 && message.ptr[path.len] == ':') {
        message = str_slice(message, path.len + 1, message.len);
        size_t colon = str_find_byte(message, ':');
        if (str_to_int(str_slice(message, 0, colon), &line))
            message = str_slice(message, colon + 1, message.len);
        message = str_slice(message, 1, message.len);
    }
    struct str id = str_slice(message, 0, str_find_byte(message, ':'));
    struct str key = str_slice(message, id.len + 2, message.len);
    bool named = str_starts(key, (struct str)STR("tests["));
    key = named ? str_slice(key, 0, str_find_byte(key, ':')) : none;
    remark(l, (struct remark){ "error", l->file->path, line, named ? id : none, key, -1, message.ptr });
    l->faults++;
}

static void misspelt(void *context, struct str rule_id, const char *message) {
    struct linting *l = context;
    note(l, l->file, rule_id, message);
}

/* Of a file with wrong rules, which is Lua all the same. */
static void lint_names(struct linting *l, const struct rule_file *file) {
    const struct ruleset *rs = l->job.options.rulesets[0];
    size_t i = 0;
    while (i < rs->failed_count && (strcmp(rs->failed[i].file, file->path) != 0 || !*rs->failed[i].rule_id))
        i++;
    l->file = file;
    if (i < rs->failed_count)
        rule_tools_each_missing_name(l->tools, file, missing_name, l);
}

static void lint_file(struct linting *l, const struct rule_file *file) {
    l->file = file;
    rule_tools_each_missing_name(l->tools, file, missing_name, l);
    if (!rule_tools_each_test(l->tools, file, count_test, l, &l->fault))
        bad_tests(l);
    check_tested(l);
    rule_tools_each_misspelt(l->tools, file, misspelt, l);
}

/* What costs time on every record of every log. */
static void note_cost(struct linting *l) {
    const struct ruleset *rs = l->job.options.rulesets[0];
    for (size_t i = 0; i < rs->every_count; i++) {
        const struct rule *r = &rs->rules[rs->every[i]];
        if (r->support)
            continue;
        note(l, ruleset_file(rs, r), r->id,
             "looks at every record (no pattern of it has a literal to search for)");
    }
}

static void note_expired(void *context, const struct rule *r, const char *text) {
    struct linting *l = context;
    struct buf message;
    buf_init(&message, 4096);
    buf_printf(&message, "in the overrides: %s", text);
    note(l, ruleset_file(l->job.options.rulesets[0], r), r->id, buf_c(&message));
    buf_fini(&message);
}

static void note_switched_off(struct linting *l) {
    const struct ruleset *rs = l->job.options.rulesets[0];
    for (size_t i = 0; i < rs->switched_off_count; i++) {
        const struct switched_off *off = &rs->switched_off[i];
        note(l, &rs->files.items[off->file], str_c(off->rule_id), off->reason);
    }
}

static void print_end(struct linting *l, size_t failed) {
    const struct ruleset *rs = l->job.options.rulesets[0];
    struct json_writer *w = &l->w;
    size_t rules = ruleset_rule_count(rs), files = rs->files.count, faults = l->faults + failed;
    if (l->format == LINT_TEXT)
        printf("%zu %s in %zu %s: %zu %s, %zu %s\n", rules, str_plural(rules, "rule", "rules"), files,
               str_plural(files, "file", "files"), faults, str_plural(faults, "fault", "faults"), l->notes,
               str_plural(l->notes, "note", "notes"));
    if (l->format != LINT_JSON)
        return;
    json_end(w, ']');
    json_key(w, "summary");
    json_begin(w, '{');
    const struct {
        const char *key;
        size_t count;
    } counts[] = { { "rules", ruleset_rule_count(rs) },
                   { "files", rs->files.count },
                   { "errors", l->faults + failed },
                   { "notes", l->notes } };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        json_key(w, counts[i].key);
        json_put_int(w, (int64_t)counts[i].count);
    }
    json_end(w, '}');
    json_end(w, '}');
    printf("%.*s\n", STR_ARG(buf_str(w->out)));
}

static enum exit_code run(struct linting *l, const struct cli *cli) {
    static const char *const formats[] = { "text", "json", "github", NULL };
    if (!cli_choose(cli, "format", formats, &l->format, &l->fault) || !job_init(&l->job, cli, &l->fault) ||
        !job_load_rules(&l->job, cli, &l->fault))
        return verb_fail(&l->fault);
    l->tools = rule_tools_new(l->job.home.lua_folder, &l->fault);
    if (!l->tools)
        return verb_fail(&l->fault);
    json_begin(&l->w, '{');
    json_key(&l->w, "remarks");
    json_begin(&l->w, '[');
    size_t failed = job_report_failed_files(&l->job);
    const struct ruleset *rs = l->job.options.rulesets[0];
    for (size_t i = 0; i < rs->failed_count && l->format != LINT_TEXT; i++)
        failed_file(l, &rs->failed[i]);
    for (size_t i = 0; i < rs->files.count; i++)
        (job_file_failed(&l->job, rs->files.items[i].path) ? lint_names : lint_file)(l, &rs->files.items[i]);
    if (!cli_has(cli, "quiet"))
        note_cost(l);
    exceptions_each_expired(&l->job.options, note_expired, l);
    note_switched_off(l);
    print_end(l, failed);
    return failed ? EXIT_RULES : l->faults ? EXIT_FOUND : EXIT_DONE;
}

enum exit_code verb_lint(const struct cli *cli) {
    struct linting l = { .faults = 0 };
    buf_init(&l.json, MAX_FAULTS);
    l.w.out = &l.json;
    enum exit_code code = run(&l, cli);
    free(l.tested);
    rule_tools_free(l.tools);
    buf_fini(&l.json);
    job_free(&l.job);
    return code;
}
