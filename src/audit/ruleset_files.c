/* The files that a ruleset is made of, and what they are called by in the cache. */
#include "file.h"
#include "rule_pack.h"
#include "ruleset_inside.h"

/* ---- reading ---- */

static bool add_paths(struct rule_files *files, const char *const *paths, size_t count, enum fault_kind kind,
                      struct fault *fault) {
    for (size_t i = 0; i < count; i++) {
        if (rule_files_add(files, paths[i], fault))
            continue;
        fault->kind = kind;
        return false;
    }
    return true;
}

static bool speak_of_correlation(const struct rule_files *files) {
    for (size_t i = 0; i < files->count; i++) {
        struct str text = files->items[i].text;
        if (str_find(text, (struct str)STR("correlate")) < text.len)
            return true;
    }
    return false;
}

/* Without correlations nothing can be on a rule of the support. */
static bool read_support(struct ruleset *rs, const struct ruleset_options *o, struct fault *fault) {
    bool ok = true;
    for (size_t i = 0; ok && speak_of_correlation(&rs->files) && i < o->support_path_count; i++) {
        const char *path = o->support_paths[i];
        if (file_is_folder(path))
            ok = add_paths(&rs->support, &path, 1, FAULT_RULE, fault);
        else
            rule_files_add_beside(&rs->support, path);
    }
    return ok;
}

/* Those of the user stand for those that packs bring. */
static bool read_overrides(struct ruleset *rs, const struct ruleset_options *o, struct fault *fault) {
    if (o->overrides)
        return add_paths(&rs->overrides, &o->overrides, 1, FAULT_USAGE, fault);
    for (size_t i = 0; i < o->rule_path_count && o->packed_overrides; i++)
        if (!rule_files_add_packed(&rs->overrides, o->rule_paths[i], PACKED_OVERRIDES, fault))
            return false;
    return rs->overrides.count <= 1 ||
           fault_set(fault, FAULT_USAGE, "%s and %s both bring overrides: one of them was expected",
                     rs->overrides.items[0].path, rs->overrides.items[1].path);
}

/* An empty folder of rules is a choice; one of formats is a path that is not what was meant. */
static bool read_formats(struct ruleset *rs, const struct ruleset_options *o, struct fault *fault) {
    for (size_t i = 0; i < o->format_path_count; i++) {
        size_t before = rs->formats.count;
        if (!add_paths(&rs->formats, &o->format_paths[i], 1, FAULT_USAGE, fault))
            return false;
        if (rs->formats.count == before)
            return fault_set(fault, FAULT_USAGE,
                             "%s: a folder with .lua files of formats was expected, it has none",
                             o->format_paths[i]);
    }
    return true;
}

static void rename_files(struct ruleset *rs, const struct path_names *names) {
    struct rule_files *const all[] = { &rs->files, &rs->formats, &rs->overrides, &rs->support };
    for (size_t i = 0; names && i < sizeof all / sizeof *all; i++)
        rule_files_rename(all[i], names);
}

bool ruleset_read_files(struct ruleset *rs, const struct ruleset_options *o, struct fault *fault) {
    for (size_t i = 0; i < o->rule_path_count; i++)
        if (!rule_files_add_packed(&rs->formats, o->rule_paths[i], PACKED_FORMAT, fault))
            return false;
    if (!add_paths(&rs->files, o->rule_paths, o->rule_path_count, FAULT_RULE, fault) ||
        !read_overrides(rs, o, fault) || !read_support(rs, o, fault) || !read_formats(rs, o, fault))
        return false;
    rename_files(rs, o->names);
    return true;
}

/* ---- the keys ---- */

static bool hash_library_file(void *context, const char *path) {
    struct buf text;
    struct fault fault;
    buf_init(&text, RULESET_MAX_DOCUMENT);
    if (file_read(path, &text, FAULT_USAGE, &fault))
        hash_add(context, buf_str(&text));
    buf_fini(&text);
    return true;
}

bool ruleset_keys(const struct ruleset_options *o, const struct ruleset *rs, char *digest, char *key,
                  struct fault *fault) {
    struct hash_state *h = hash_new();
    rule_files_hash(&rs->files, h);
    hash_add(h, o->conditions);
    rule_files_hash(&rs->support, h);
    rule_files_hash(&rs->formats, h);
    rule_files_hash(&rs->overrides, h);
    tables_hash(o->tables, h);
    hash_add(h, str_c(o->format));
    bool ok = file_walk(o->lua_folder, false, hash_library_file, h, fault);
    if (!ok) {
        fault->kind = FAULT_USAGE;
        fault_context(fault, "the Lua library");
    }
    hash_print(hash_get(h), digest);
    char platform[128];
    pattern_set_platform(platform, sizeof platform);
    hash_add(h, str_c(platform));
    hash_add(h, (struct str)STR(LOGAUDIT_VERSION));
    for (size_t i = 0; i < rs->files.count; i++) /* messages name the paths */
        hash_add(h, str_c(rs->files.items[i].path));
    for (size_t i = 0; i < rs->support.count; i++)
        hash_add(h, str_c(rs->support.items[i].path));
    for (size_t i = 0; i < rs->formats.count; i++)
        hash_add(h, str_c(rs->formats.items[i].path));
    hash_add(h, str_c(rs->overrides.count ? rs->overrides.items[0].path : NULL));
    hash_add_int(h, o->any_table);
    hash_print(hash_get(h), key);
    hash_free(h);
    return ok;
}
