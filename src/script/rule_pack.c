#include "rule_pack.h"

#include "json.h"
#include "json_doc.h"
#include "mem.h"
#include "utf8.h"

#include <stdlib.h>

static const struct str MAGIC = STR("{\"logaudit_pack\":");
enum { PACK_VERSION = 1 };

bool rule_pack_is(struct str text) {
    return str_starts(text, MAGIC);
}

static void hash_file(struct hash_state *h, struct str kind, struct str name, struct str id,
                      struct str text) {
    hash_add(h, kind);
    hash_add(h, name);
    hash_add(h, id);
    hash_add(h, text);
}

/* ---- reading ---- */

static struct str text_of(const struct json_node *file, const char *key) {
    return json_str(json_member(file, key));
}

static bool known_kind(struct str kind) {
    return str_equal_c(kind, PACKED_RULE) || str_equal_c(kind, PACKED_FORMAT) ||
           str_equal_c(kind, PACKED_OVERRIDES);
}

static bool check_pack(const struct json_node *pack, const char *path, struct fault *fault) {
    const struct json_node *files = json_member(pack, "files");
    char digest[HASH_HEX + 1];
    if (json_integer(json_member(pack, "logaudit_pack"), 0) != PACK_VERSION)
        return fault_set(fault, FAULT_RULE,
                         "%s: a pack of version %d was expected (another logaudit made it)", path,
                         PACK_VERSION);
    struct hash_state *h = hash_new();
    bool known = true;
    for (const struct json_node *f = json_first(files); f; f = json_after(f)) {
        hash_file(h, text_of(f, "kind"), text_of(f, "name"), text_of(f, "id"), text_of(f, "text"));
        known = known && known_kind(text_of(f, "kind"));
    }
    hash_print(hash_get(h), digest);
    hash_free(h);
    if (strcmp(json_c(json_member(pack, "digest"), ""), digest) != 0)
        return fault_set(
            fault, FAULT_RULE,
            "%s: the pack was changed: its digest is another one (edit the folder and pack it anew)", path);
    return known ||
           fault_set(fault, FAULT_RULE, "%s: the pack holds files that this version does not know", path);
}

static void add_packed(struct rule_files *files, const char *path, const struct json_node *f) {
    struct str name = text_of(f, "name"), id = text_of(f, "id"), text = text_of(f, "text");
    struct buf place;
    buf_init(&place, SIZE_MAX / 2);
    buf_printf(&place, "%s:%.*s", path, STR_ARG(name));
    rule_files_append(files, (struct rule_file){
                                 .path = mem_copy(place.ptr, place.len),
                                 .name_start = strlen(path) + 1,
                                 .packed = true,
                                 .default_id = mem_copy(id.ptr, id.len),
                                 .text = str_of(mem_copy(text.ptr, text.len), text.len),
                             });
    buf_fini(&place);
}

bool rule_pack_add(struct rule_files *files, const char *path, struct str text, const char *kind,
                   struct fault *fault) {
    struct json_doc *doc = json_doc_parse(text, path, FAULT_RULE, fault);
    const struct json_node *pack = doc ? json_doc_root(doc) : NULL;
    bool ok = doc && check_pack(pack, path, fault);
    const struct json_node *list = ok ? json_member(pack, "files") : NULL;
    for (const struct json_node *f = json_first(list); f; f = json_after(f))
        if (str_equal_c(text_of(f, "kind"), kind))
            add_packed(files, path, f);
    json_doc_free(doc);
    return ok;
}

/* ---- writing ---- */

static bool check_file(const struct rule_file *f, struct fault *fault) {
    if (f->problem)
        return fault_set(fault, FAULT_RULE, "%s: %s", f->path, f->problem);
    if (!utf8_valid(f->text) || str_find_byte(f->text, '\0') < f->text.len)
        return fault_set(fault, FAULT_RULE, "%s: a pack holds UTF-8 without NUL only", f->path);
    return true;
}

static void put(struct json_writer *w, const char *key, struct str text) {
    json_key(w, key);
    json_put(w, text);
}

static bool put_files(struct json_writer *w, struct hash_state *h, const struct rule_files *files,
                      const char *kind, struct fault *fault) {
    for (size_t i = 0; i < files->count; i++) {
        const struct rule_file *f = &files->items[i];
        struct str name = str_c(f->path + f->name_start), id = str_c(f->default_id);
        if (!check_file(f, fault))
            return false;
        hash_file(h, str_c(kind), name, id, f->text);
        buf_add_byte(w->out, '\n'); /* a line for each file: packs are compared as text too */
        json_begin(w, '{');
        put(w, "kind", str_c(kind));
        put(w, "name", name);
        put(w, "id", id);
        put(w, "text", f->text);
        json_end(w, '}');
    }
    return true;
}

bool rule_pack_write(const struct packed_files *kinds, size_t count, struct buf *out,
                     char digest[HASH_HEX + 1], struct fault *fault) {
    struct hash_state *h = hash_new();
    struct json_writer w = { .out = out };
    json_begin(&w, '{');
    json_add_int(&w, "logaudit_pack", PACK_VERSION);
    json_key(&w, "files");
    json_begin(&w, '[');
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = put_files(&w, h, kinds[i].files, kinds[i].kind, fault);
    json_end(&w, ']');
    hash_print(hash_get(h), digest);
    put(&w, "digest", str_c(digest));
    json_end(&w, '}');
    buf_add_byte(out, '\n');
    hash_free(h);
    return ok && (!out->full || fault_set(fault, FAULT_RULE, "the pack is longer than %zu bytes", out->max));
}
