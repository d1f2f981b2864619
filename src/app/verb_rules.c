/* logaudit rules list | show ID | new ID | pack PATH...: what there is, one of them whole, a new one, all in
 * one file. */
#include "file.h"
#include "job.h"
#include "json.h"
#include "log.h"
#include "mem.h"
#include "rule_pack.h"
#include "rules_new.h"
#include "suggest.h"
#include "verbs.h"

#include <stdio.h>
#include <stdlib.h>

enum rules_format { RULES_TEXT, RULES_JSON };
enum { MAX_LIST = 256 << 20, MAX_PACK = 64 << 20 };

/* ---- list, show ---- */

static void print_rule(const struct rule *r) {
    printf("%-40.*s  %-12.*s  %-8s  %.*s\n", STR_ARG(r->id), STR_ARG(r->type), severity_name(r->severity),
           STR_ARG(r->title));
}

static void put_rule(struct json_writer *w, const struct ruleset *rs, const struct rule *r) {
    json_begin(w, '{');
    json_add_text(w, "id", r->id);
    json_add_text(w, "type", r->type);
    json_add_text(w, "severity", str_c(severity_name(r->severity)));
    json_add_text(w, "title", r->title);
    json_add_text(w, "description", r->description);
    json_add_text(w, "status", r->status);
    json_add_text(w, "owner", r->owner);
    json_add_text(w, "runbook", r->runbook);
    json_add_text(w, "author", r->author);
    json_add_raw(w, "version", r->version_json);
    json_add_raw(w, "tags", r->tags_json);
    json_add_raw(w, "references", r->references_json);
    json_add_text(w, "file", str_c(ruleset_file(rs, r)->path));
    json_end(w, '}');
}

static enum exit_code list(const struct ruleset *rs, int format) {
    struct buf out;
    buf_init(&out, MAX_LIST);
    struct json_writer w = { .out = &out };
    json_begin(&w, '[');
    for (size_t i = 0; i < rs->rule_count; i++) {
        if (rs->rules[i].support)
            continue;
        if (format == RULES_JSON)
            put_rule(&w, rs, &rs->rules[i]);
        else
            print_rule(&rs->rules[i]);
    }
    json_end(&w, ']');
    if (format == RULES_JSON)
        printf("%.*s\n", STR_ARG(buf_str(&out)));
    buf_fini(&out);
    return EXIT_DONE;
}

static enum exit_code show(const struct ruleset *rs, const char *id) {
    const struct rule *r = ruleset_find(rs, str_c(id));
    if (!r) {
        const char **ids = mem_new(rs->rule_count, sizeof *ids);
        for (size_t i = 0; i < rs->rule_count; i++)
            ids[i] = rs->rules[i].id.ptr;
        const char *near = suggest_nearest(id, ids, rs->rule_count);
        log_error("there is no rule '%s' (%s%s%s)", id, near ? "did you mean '" : "see logaudit rules list",
                  near ? near : "", near ? "'?" : "");
        free(ids);
        return EXIT_USAGE;
    }
    const struct rule_file *file = ruleset_file(rs, r);
    printf("-- %s\n%.*s", file->path, STR_ARG(file->text));
    return EXIT_DONE;
}

/* ---- pack ---- */

/* Lint, then the tests: what is wrong does not go into a pack. */
static enum exit_code prove(struct cli *cli) {
    static const char *const proofs[] = { "lint", "test" };
    for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++) {
        cli->verb = cli_find_verb(proofs[i]);
        enum exit_code code = cli->verb->run(cli);
        if (code != EXIT_DONE)
            return code;
    }
    return EXIT_DONE;
}

/* In S3 it ends in a slash. */
static bool is_folder(const char *target) {
    return is_s3(target) ? str_ends(str_c(target), (struct str)STR("/")) : file_is_folder(target);
}

static bool write_pack(struct job *job, const char *target, struct fault *fault) {
    const struct ruleset *rs = job->options.rulesets[0];
    char digest[HASH_HEX + 1];
    struct buf pack, path;
    buf_init(&pack, MAX_PACK);
    buf_init(&path, 8192);
    const struct packed_files kinds[] = { { PACKED_RULE, &rs->files },
                                          { PACKED_FORMAT, &rs->formats },
                                          { PACKED_OVERRIDES, &rs->overrides } };
    bool ok = rule_pack_write(kinds, sizeof kinds / sizeof *kinds, &pack, digest, fault);
    buf_add_c(&path, target);
    if (is_folder(target))
        buf_printf(&path, "%s%s.pack", str_ends(str_c(target), (struct str)STR("/")) ? "" : "/", digest);
    ok = ok && place_write(&job->places, buf_c(&path), buf_str(&pack), fault);
    if (ok)
        printf("%s: %zu %s of %zu %s, digest %s\n", buf_c(&path), rs->rule_count,
               str_plural(rs->rule_count, "rule", "rules"), rs->files.count,
               str_plural(rs->files.count, "file", "files"), digest);
    buf_fini(&path);
    buf_fini(&pack);
    return ok;
}

/* The paths are rules, as for test and lint. */
static enum exit_code pack(const struct cli *cli) {
    struct cli inner = *cli;
    struct job job = { .started = 0 };
    struct fault fault;
    const char *target = cli_value(cli, "output");
    if (!target) {
        log_error("rules pack needs -o FILE, or -o FOLDER for a file named by the digest");
        return EXIT_USAGE;
    }
    inner.arguments++;
    inner.argument_count--;
    enum exit_code code = prove(&inner);
    if (code != EXIT_DONE) {
        log_error("nothing was packed");
        return code;
    }
    inner.verb = cli_find_verb("lint"); /* takes overrides; tests are those of the rules alone */
    bool ok = job_init(&job, &inner, &fault) && job_load_rules(&job, &inner, &fault) &&
              write_pack(&job, target, &fault);
    job_free(&job);
    return ok ? EXIT_DONE : verb_fail(&fault);
}

/* ---- the verb ---- */

static enum exit_code browse(struct job *job, const struct cli *cli, struct fault *fault) {
    static const char *const formats[] = { "text", "json", NULL };
    int format = RULES_TEXT;
    if (!cli_choose(cli, "format", formats, &format, fault) || !job_init(job, cli, fault) ||
        !job_load_rules(job, cli, fault))
        return verb_fail(fault);
    size_t failed = job_report_failed_files(job);
    const struct ruleset *rs = job->options.rulesets[0];
    enum exit_code code = cli->argument_count == 1 ? list(rs, format) : show(rs, cli->arguments[1]);
    return code == EXIT_DONE && failed ? EXIT_RULES : code;
}

enum exit_code verb_rules(const struct cli *cli) {
    const char *what = cli->argument_count ? cli->arguments[0] : "";
    size_t more = cli->argument_count ? cli->argument_count - 1 : 0;
    struct job job = { .started = 0 };
    struct fault fault;
    if (strcmp(what, "new") == 0 && more == 1)
        return rules_new(cli->arguments[1], cli_value(cli, "output"));
    if (strcmp(what, "pack") == 0 && more >= 1)
        return pack(cli);
    bool known = (strcmp(what, "list") == 0 && more == 0) || (strcmp(what, "show") == 0 && more == 1);
    if (!known) {
        log_error("rules needs 'list', 'show ID', 'new ID' or 'pack PATH...' (see logaudit help rules)");
        return EXIT_USAGE;
    }
    enum exit_code code = browse(&job, cli, &fault);
    job_free(&job);
    return code;
}
