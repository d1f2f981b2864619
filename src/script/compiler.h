/* Rule files and conditions to one JSON document, the compiled ruleset (its keys: lua/logaudit/compile.lua).
 * The work is done by the trusted Lua library; this is its host. A file that cannot be used is listed in the
 * document's `failed` and does not stop the others. */
#ifndef COMPILER_H
#define COMPILER_H

#include "buf.h"
#include "rule_files.h"
#include "tables.h"

struct compiler;

/* `lua_folder` holds the folder logaudit of the library. NULL and a fault when the library itself does not
 * load. */
struct compiler *compiler_new(const char *lua_folder, struct fault *fault);
void compiler_free(struct compiler *c);

/* The tables that rules may name; before the rule files. Without this call they may name any. */
void compiler_add_tables(struct compiler *c, const struct tables *tables);

/* What a place says of the rules, which runs in the sandbox as rules do; before the rule files. A mistake is
 * a fault of kind FAULT_USAGE that names file and line. */
bool compiler_add_overrides(struct compiler *c, const struct rule_file *file, struct fault *fault);
/* After the rule files: an entry that names no rule is such a fault too. */
bool compiler_check_overrides(struct compiler *c, struct fault *fault);

/* Rule files; one with a mistake is in the document with what is wrong, and the others count. */
void compiler_add_files(struct compiler *c, const struct rule_files *files);

/* Files whose rules are used only where a correlation of the files added so far is on them and no file has
 * them. `first`: the number that the first of them has in the host's lists. */
void compiler_add_support(struct compiler *c, const struct rule_files *files, size_t first);

/* The event's custom_conditions object, as JSON text. One bad condition is a fault of kind FAULT_USAGE. */
bool compiler_add_conditions(struct compiler *c, struct str json, struct fault *fault);

/* Text formats of users, which run in the sandbox as rules do. One bad file is a fault of kind FAULT_USAGE
 * that names it. Whether their samples parse is for parse_check_samples (parse.h). */
bool compiler_add_formats(struct compiler *c, const struct rule_files *files, struct fault *fault);
/* The format of this name, a shipped or an added one, is tried before the others. */
bool compiler_choose_format(struct compiler *c, const char *name, struct fault *fault);

/* Appends the document to `out`. */
bool compiler_finish(struct compiler *c, struct buf *out, struct fault *fault);

#endif
