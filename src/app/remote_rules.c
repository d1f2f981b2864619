#include "remote_rules.h"

#include "env.h"
#include "job.h"
#include "log.h"
#include "rule_tools.h"

#include <stdio.h>

/* Seconds: between two looks; for the first copies, since Lambda ends a start after 10; for later ones. */
enum { CHECK_EVERY = 60, FIRST_LIMIT = 8, LOOK_LIMIT = 5 };

static const int64_t SECOND = 1000000;

/* ---- paths ---- */

/* A prefix without its slash is the mistake that is made most. */
void remote_say_slash(const char *uri, struct fault *fault) {
    static const char *const nothing[] = { "no such object", "No such file", "Is a directory",
                                           "BUCKET/KEY was expected" };
    const char *name = strrchr(uri, '/') + 1;
    char text[sizeof fault->text];
    memcpy(text, fault->text, sizeof text);
    bool none = false;
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        none = none || strstr(text, nothing[i]);
    if (none && *name && !strchr(name, '.'))
        fault_set(fault, fault->kind, "%.900s (a folder in S3 is named with a slash behind it)", text);
}

bool remote_paths(struct mirror *m, enum remote_kind what, const char **paths, size_t count,
                  enum fault_kind kind, struct fault *fault) {
    static const char *const endings[][3] = {
        [REMOTE_RULES] = { ".lua" }, [REMOTE_TABLES] = { ".csv", ".mmdb" }
    };
    for (size_t i = 0; i < count; i++) {
        if (!is_s3(paths[i]))
            continue;
        const char *uri = paths[i];
        paths[i] = mirror_path(m, uri, endings[what], fault);
        if (paths[i])
            continue;
        remote_say_slash(uri, fault);
        fault->kind = kind;
        return false;
    }
    return true;
}

bool remote_name_fault(const struct mirror *m, struct fault *fault) {
    struct buf text;
    buf_init(&text, sizeof fault->text * 2);
    mirror_name(m, fault->text, &text);
    snprintf(fault->text, sizeof fault->text, "%s", buf_c(&text));
    buf_fini(&text);
    return false;
}

/* ---- loading ---- */

/* The first of the files that could not be used, as a fault. */
static size_t failed_files(const struct job *job, struct fault *fault) {
    const struct failed_file *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < job->options.ruleset_count; i++) {
        const struct ruleset *rs = job->options.rulesets[i];
        first = !first && rs->failed_count ? rs->failed : first;
        count += rs->failed_count;
    }
    if (first)
        fault_set(fault, FAULT_RULE, "%s:%lld: %s", first->file, (long long)first->line, first->reason);
    return count;
}

struct missing {
    const struct rule_file *file;
    struct fault *fault;
    size_t count;
};

static void note_missing(void *context, int64_t line, const char *name) {
    struct missing *m = context;
    if (!m->count++)
        fault_set(m->fault, FAULT_RULE, "%s:%lld: '%s' is not available to rules", m->file->path,
                  (long long)line, name);
}

/* What lint finds in files that load: names that rules do not have, which fail when a rule comes to them. */
static size_t missing_names(const struct job *job, struct fault *fault) {
    const struct rule_files *files = &job->options.rulesets[0]->files;
    struct rule_tools *tools = rule_tools_new(job->home.lua_folder, fault);
    struct missing missing = { .fault = fault, .count = tools == NULL };
    for (size_t i = 0; tools && i < files->count; i++) {
        missing.file = &files->items[i];
        rule_tools_each_missing_name(tools, missing.file, note_missing, &missing);
    }
    rule_tools_free(tools);
    return missing.count;
}

/* What came of a load. */
struct loaded {
    size_t rules, faults; /* the first of the faults is the job's */
};

/* Loads what an invocation would load; it stays on the shelf. */
static bool load(struct remote_rules *r, struct loaded *l, struct fault *fault) {
    struct job job;
    bool again = r->looked != 0;
    *fault = (struct fault){ .kind = FAULT_NONE };
    bool ok = job_init_with(&job, r->cli, r->mirror, fault);
    job.shelf = r->shelf;
    ok = ok && job_load_rules(&job, r->cli, fault);
    l->rules = ok ? ruleset_rule_count(job.options.rulesets[0]) : 0;
    l->faults = ok ? failed_files(&job, fault) : 0;
    if (ok && again && !l->faults)
        l->faults = missing_names(&job, fault);
    if (ok && !again)
        job_report_failed_files(&job);
    job_free(&job);
    return ok;
}

bool remote_rules_load(struct remote_rules *r, struct fault *fault) {
    struct loaded l;
    mirror_set_limit(r->mirror, FIRST_LIMIT * SECOND);
    bool ok = load(r, &l, fault);
    r->looked = now_micros();
    r->wrong = r->unsaid = ok && l.faults && !mirror_is_empty(r->mirror);
    r->fault = *fault;
    return ok;
}

/* ---- looking ---- */

bool remote_is_due(const struct mirror *m, int64_t *looked) {
    int64_t now = now_micros(), every = env_number("LOGAUDIT_RULES_CHECK", CHECK_EVERY) * SECOND;
    if (mirror_is_empty(m) || (now >= *looked && now - *looked < every))
        return false;
    *looked = now;
    return true;
}

bool remote_look(struct mirror *m, int64_t limit, bool *changed) {
    struct fault fault;
    mirror_set_limit(m, limit < 1 ? 1 : limit < LOOK_LIMIT * SECOND ? limit : LOOK_LIMIT * SECOND);
    if (mirror_look(m, changed, &fault))
        return true;
    remote_name_fault(m, &fault);
    log_error("%s (whether the rules in S3 have changed is not known; those loaded before are used)",
              fault.text);
    return false;
}

static bool reject(struct remote_rules *r, const struct fault *fault) {
    r->wrong = true;
    r->fault = *fault;
    log_error("%s (the rules in S3 are not used; those loaded before are)", fault->text);
    return false;
}

/* All of the new copies, or none of them. */
static bool try_new(struct remote_rules *r) {
    struct fault fault;
    struct loaded l;
    mirror_try(r->mirror);
    if (!load(r, &l, &fault) || l.faults) {
        mirror_drop(r->mirror);
        return reject(r, &fault);
    }
    mirror_take(r->mirror);
    r->wrong = false;
    log_warn("the rules in S3 have changed: %zu %s in use now", l.rules,
             str_plural(l.rules, "rule is", "rules are"));
    return true;
}

bool remote_rules_check(struct remote_rules *r, int64_t deadline) {
    bool changed, unsaid = r->unsaid;
    r->unsaid = false;
    if (!remote_is_due(r->mirror, &r->looked))
        return !unsaid;
    /* a part of the invocation's time: an S3 that does not answer must not cost all of it */
    if (!remote_look(r->mirror, deadline ? (deadline - r->looked) / 4 : INT64_MAX, &changed))
        return false;
    if (changed)
        return try_new(r);
    if (r->wrong)
        log_error("%s (as before: the rules in S3 cannot be used as they are)", r->fault.text);
    return !r->wrong;
}
