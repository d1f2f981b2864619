/* A pack: rule files and what belongs to them in one file, which is used whole or not at all.
 *
 * It is a JSON object: { "logaudit_pack": 1, "digest": ..., "files": [ { "kind", "name", "id", "text" } ] }.
 * A name is the file's path below the folder that was packed; the digest is one of all files, so a pack that
 * was edited or cut is refused. */
#ifndef RULE_PACK_H
#define RULE_PACK_H

#include "buf.h"
#include "rule_files.h"

/* What a packed file is. */
#define PACKED_RULE      "rule"
#define PACKED_FORMAT    "format"
#define PACKED_OVERRIDES "overrides"

/* Whether the file's contents are meant to be a pack. */
bool rule_pack_is(struct str text);

/* Adds the pack's files of a kind, each with the path "PATH:NAME". The fault names the pack: it was changed,
 * or made by another version. */
bool rule_pack_add(struct rule_files *files, const char *path, struct str text, const char *kind,
                   struct fault *fault);

/* The files of a pack. */
struct packed_files {
    const char *kind;
    const struct rule_files *files;
};

/* Writes a pack of `count` kinds. The fault names a file that JSON cannot hold (NUL, bad UTF-8). */
bool rule_pack_write(const struct packed_files *kinds, size_t count, struct buf *out,
                     char digest[HASH_HEX + 1], struct fault *fault);

#endif
