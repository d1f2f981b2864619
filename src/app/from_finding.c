#include "from_finding.h"

#include "file.h"
#include "json.h"
#include "log.h"
#include "mem.h"
#include "source_memory.h"
#include "verbs.h"

#include <stdio.h>
#include <stdlib.h>

/* Of a result; of a test in the text of a rule. */
enum { MAX_RESULT = 256 << 20, MAX_ENTRY = 64 * 1024, MAX_RULE_TEXT = 8 << 20 };

/* ---- the finding ---- */

static struct str text_of(struct json finding, const char *key, struct arena *arena) {
    struct json value = json_get_c(finding, key);
    return value.kind == JSON_NONE ? str_of("", 0) : json_text(value, arena);
}

static bool is_wanted(struct json value, struct str id) {
    struct json own = json_get_c(value, "finding_id");
    return own.kind == JSON_STRING && str_equal(own.raw, id);
}

/* In the list of a result; JSON_NONE when it is not there. */
static struct json find_in_list(struct json result, struct str id) {
    struct json key, item;
    struct json_iter i = json_iter(json_get_c(result, "findings"));
    while (json_next(&i, &key, &item))
        if (is_wanted(item, id))
            return item;
    return (struct json){ 0 };
}

/* A whole result, or one finding per line. */
static struct json find_finding(struct str text, struct str id) {
    struct json whole = json_parse(text);
    if (whole.kind == JSON_OBJECT)
        return is_wanted(whole, id) ? whole : find_in_list(whole, id);
    while (text.len) {
        size_t len = str_find_byte(text, '\n');
        struct json line = json_parse(str_slice(text, 0, len));
        if (line.kind == JSON_OBJECT && is_wanted(line, id))
            return line;
        text = str_slice(text, len + 1, text.len);
    }
    return (struct json){ 0 };
}

/* ---- does the rule still fire? ---- */

static void count_finding(void *context, const struct finding *f) {
    (void)f;
    ++*(size_t *)context;
}

static size_t findings_on(const struct job *job, const char *rule_id, struct str record) {
    struct audit_options options = job->options;
    struct fault fault;
    size_t count = 0;
    options.threads = 1;
    options.only = &rule_id;
    options.only_count = 1;
    struct audit *audit = audit_new(&options, count_finding, &count, &fault);
    if (!audit)
        return 0;
    audit_source(audit, source_memory_new("finding", record));
    audit_finish(audit);
    audit_free(audit);
    return count;
}

/* ---- the record, as far as the finding holds it ---- */

static void put_member(struct json_writer *w, struct json object, const char *key, struct str as) {
    struct json value = json_get_c(object, key);
    if (value.kind == JSON_NONE)
        return;
    json_key_str(w, as);
    if (value.kind == JSON_STRING) { /* its escapes are right already */
        buf_add_byte(w->out, '"');
        buf_add(w->out, value.raw);
        buf_add_byte(w->out, '"');
        w->comma = true;
    } else {
        json_put_raw(w, value.raw);
    }
}

/* A JSON record of the same texts and fields: the finding does not hold the original. */
static void put_json_record(struct buf *out, struct json finding, struct str field) {
    struct json_writer w = { .out = out };
    json_begin(&w, '{');
    put_member(&w, finding, "timestamp", (struct str)STR("timestamp"));
    for (int f = 0; f < FIELD_COUNT; f++)
        put_member(&w, finding, field_name((enum field)f), str_c(field_name((enum field)f)));
    bool own = !field.len || str_equal_c(field, "message") || str_equal_c(field, "msg");
    put_member(&w, finding, "message", (struct str)STR("message"));
    if (!own)
        put_member(&w, json_get_c(finding, "match"), "text", field);
    json_end(&w, '}');
}

/* Whether the finding's message is the whole record: the field that matched says so, or that the rule fires
 * on it. */
static bool is_record(const struct job *job, struct json finding, struct str field, struct str message,
                      struct arena *arena) {
    if (field.len)
        return str_equal_c(field, "raw");
    struct str rule_id = arena_copy(arena, text_of(finding, "rule_id", arena));
    return json_parse(message).kind == JSON_OBJECT || findings_on(job, rule_id.ptr, message);
}

static void put_record(struct buf *out, const struct job *job, struct json finding, struct arena *arena) {
    struct json match = json_get_c(finding, "match");
    struct str field = json_get_c(match, "field").raw;
    struct str message = text_of(finding, "message", arena);
    if (is_record(job, finding, field, message, arena))
        buf_add(out, message);
    else
        put_json_record(out, finding, field);
}

/* ---- Lua ---- */

/* Whether [=*[ text ]=*] with so many = is the text. */
static bool fits_brackets(struct str text, const char *closer) {
    struct str end = str_c(closer);
    for (size_t i = 0; i < text.len; i++) /* a text that ends in ] would lend it to the closer */
        if (text.ptr[i] == ']' && str_starts(end, str_slice(text, i, end.len)))
            return false;
    return true;
}

static bool has_controls(struct str text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < ' ' && text.ptr[i] != '\n' && text.ptr[i] != '\t')
            return true;
    return false;
}

static void put_quoted(struct buf *out, struct str text) {
    buf_add_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < ' ' || c == '"' || c == '\\')
            buf_printf(out, "\\%03d", c);
        else
            buf_add_byte(out, (char)c);
    }
    buf_add_byte(out, '"');
}

static void put_lua_string(struct buf *out, struct str text) {
    static const char *const closers[] = { "]]", "]=]", "]==]", "]===]" };
    for (size_t i = 0; !has_controls(text) && i < sizeof closers / sizeof *closers; i++) {
        if (!fits_brackets(text, closers[i]))
            continue;
        buf_printf(out, "[%.*s[%s", (int)i, "===", text.len && text.ptr[0] == '\n' ? "\n" : "");
        buf_add(out, text);
        buf_add_c(out, closers[i]);
        return;
    }
    put_quoted(out, text);
}

struct entry {
    struct buf name, record, lua;
    struct str rule_id;
};

static struct str last_name(struct str path) {
    const char *slash = path.len ? memrchr(path.ptr, '/', path.len) : NULL;
    size_t start = slash ? (size_t)(slash + 1 - path.ptr) : 0;
    return str_slice(path, start, path.len);
}

static void make_entry(struct entry *e, const struct job *job, struct json finding, struct arena *arena) {
    e->rule_id = arena_copy(arena, text_of(finding, "rule_id", arena));
    struct str source = last_name(text_of(finding, "source", arena));
    buf_printf(&e->name, "not %.*s:%.*s", STR_ARG(source), STR_ARG(text_of(finding, "line_number", arena)));
    put_record(&e->record, job, finding, arena);
    buf_add_c(&e->lua, "{ ");
    put_quoted(&e->lua, buf_str(&e->name));
    buf_add_c(&e->lua, ", log = ");
    put_lua_string(&e->lua, buf_str(&e->record));
    buf_add_c(&e->lua, ", expect = 0 },");
}

/* ---- into the rule's file ---- */

struct looking {
    const struct entry *entry;
    bool found;
};

static bool is_entry(void *context, const struct rule_test *test) {
    struct looking *l = context;
    l->found |=
        str_equal(test->rule_id, l->entry->rule_id) && str_equal(test->name, buf_str(&l->entry->name));
    return true;
}

/* Whether the text, loaded, has the test in the rule. */
static bool has_entry(struct rule_tools *tools, const struct rule_file *file, struct str text,
                      const struct entry *e) {
    struct rule_file changed = *file;
    struct looking looking = { .entry = e };
    struct fault fault;
    changed.text = text;
    return rule_tools_each_test(tools, &changed, is_entry, &looking, &fault) && looking.found;
}

/* Behind the brace of "tests = {" at or after `from`; 0: there is none. */
static size_t tests_list(struct str text, size_t from) {
    static const struct str word = STR("tests");
    for (;;) {
        size_t at = from + str_find(str_slice(text, from, text.len), word) + word.len;
        if (at > text.len)
            return 0;
        size_t i = at;
        while (i < text.len && (ascii_space(text.ptr[i]) || text.ptr[i] == '='))
            i++;
        if (i < text.len && text.ptr[i] == '{' && i > at)
            return i + 1;
        from = at;
    }
}

/* Tries each list of tests until the rule has the new one. */
static bool insert_entry(struct rule_tools *tools, const struct rule_file *file, const struct entry *e,
                         struct buf *out) {
    for (size_t at = 0; (at = tests_list(file->text, at)) != 0;) {
        buf_reset(out);
        buf_add(out, str_slice(file->text, 0, at));
        buf_printf(out, "\n    %s", e->lua.ptr);
        buf_add(out, str_slice(file->text, at, file->text.len));
        if (!out->full && has_entry(tools, file, buf_str(out), e))
            return true;
    }
    return false;
}

static const struct rule_file *loaded_file(const struct job *job, const char *path) {
    const struct rule_files *files = &job->options.rulesets[0]->files;
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->items[i].path, path) == 0)
            return &files->items[i];
    return NULL;
}

static bool write_entry(const struct job *job, struct rule_tools *tools, const struct entry *e,
                        const char *path, struct fault *fault) {
    if (is_s3(path))
        return fault_set(fault, FAULT_USAGE, "--write: a file of this machine was expected, got %s", path);
    const struct rule_file *file = loaded_file(job, path);
    struct buf out;
    if (!file)
        return fault_set(fault, FAULT_USAGE, "--write: %s is none of the rule files (give it as PATH too)",
                         path);
    if (has_entry(tools, file, file->text, e))
        return fault_set(fault, FAULT_USAGE, "--write: %s has the test \"%s\" already", path, e->name.ptr);
    buf_init(&out, MAX_RULE_TEXT);
    bool ok = insert_entry(tools, file, e, &out) ||
              fault_set(fault, FAULT_USAGE, "--write: %s has no 'tests = {' of the rule %.*s", path,
                        STR_ARG(e->rule_id));
    ok = ok && file_write(path, buf_str(&out), fault);
    buf_fini(&out);
    return ok;
}

/* ---- the verb ---- */

static void print_entry(const struct job *job, const struct entry *e, const char *write) {
    const struct ruleset *rs = job->options.rulesets[0];
    const struct rule *rule = ruleset_find(rs, e->rule_id);
    size_t findings = rule ? findings_on(job, rule->id.ptr, buf_str(&e->record)) : 0;
    printf("%.*s\n", STR_ARG(buf_str(&e->lua)));
    if (write)
        log_info("put into the tests of %.*s in %s", STR_ARG(e->rule_id), write);
    else if (rule)
        log_warn("for the tests of %.*s in %s", STR_ARG(e->rule_id), rs->files.items[rule->file].path);
    if (!rule)
        log_warn("the rule %.*s is none of those that are loaded (give its file as PATH)",
                 STR_ARG(e->rule_id));
    else if (findings)
        log_warn("the rule fires on it: change the rule until this test passes");
    else
        log_warn(
            "the rule does not fire on what the finding holds of the record: take the record itself from "
            "the log if the test is to show the fault");
}

static bool load(struct places *places, const char *spec, struct buf *result, struct json *finding,
                 struct fault *fault) {
    const char *colon = strrchr(spec, ':');
    if (!colon || colon == spec || !colon[1])
        return fault_set(fault, FAULT_USAGE,
                         "--from-finding: RESULT:ID, a result and a finding_id in it, was expected, got '%s'",
                         spec);
    char *path = mem_copy(spec, (size_t)(colon - spec));
    bool ok = place_read_stored(places, path, result, fault);
    if (!ok) {
        fault->kind = FAULT_USAGE;
        fault_context(fault, "--from-finding");
    }
    *finding = ok ? find_finding(str_without_mark(buf_str(result)), str_c(colon + 1)) : (struct json){ 0 };
    if (ok && finding->kind == JSON_NONE)
        ok = fault_set(fault, FAULT_USAGE, "--from-finding: %s has no finding with the finding_id '%s'", path,
                       colon + 1);
    free(path);
    return ok;
}

enum exit_code from_finding(struct job *job, struct rule_tools *tools, const char *spec, const char *write) {
    struct buf result;
    struct entry e;
    struct arena arena;
    struct json finding = { 0 };
    struct fault fault;
    buf_init(&result, MAX_RESULT);
    buf_init(&e.name, MAX_ENTRY);
    buf_init(&e.record, MAX_ENTRY);
    buf_init(&e.lua, MAX_ENTRY);
    arena_init(&arena);
    bool ok = load(&job->places, spec, &result, &finding, &fault);
    if (ok) {
        make_entry(&e, job, finding, &arena);
        buf_c(&e.name);
        buf_c(&e.lua);
        ok = !write || write_entry(job, tools, &e, write, &fault);
    }
    if (ok)
        print_entry(job, &e, write);
    arena_fini(&arena);
    buf_fini(&e.lua);
    buf_fini(&e.record);
    buf_fini(&e.name);
    buf_fini(&result);
    return ok ? EXIT_DONE : verb_fail(&fault);
}
