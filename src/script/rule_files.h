/* The rule files of a ruleset: their texts, read once, from which their digest, their compiled form and the
 * match functions of the workers come. */
#ifndef RULE_FILES_H
#define RULE_FILES_H

#include "buf.h"
#include "fault.h"
#include "hash.h"

struct rule_file {
    char *path;        /* as given on the command line or found below it: what messages name */
    size_t name_start; /* in the path: what follows is its name below its folder or in its pack */
    bool packed;       /* from a pack (rule_pack.h) */
    char *default_id;  /* the path below its pack, with dots, without .lua */
    struct str text;
    char *problem; /* why it could not be read; NULL: it was */
};

struct rule_files {
    struct rule_file *items;
    size_t count, capacity;
};

/* Embedded; empty. */
void rule_files_init(struct rule_files *f);
void rule_files_fini(struct rule_files *f);

/* Takes over the file's strings. */
void rule_files_append(struct rule_files *f, struct rule_file file);

/* Adds a .lua file, every .lua file below a folder in the order of their names, or the rules of a pack. A
 * file that cannot be read is added with its problem; the fault is for a folder that cannot be listed, and
 * for a pack that cannot be used. */
bool rule_files_add(struct rule_files *f, const char *path, struct fault *fault);

/* Adds what else a path of rules brings, when it is a pack: its files of this kind (rule_pack.h). */
bool rule_files_add_packed(struct rule_files *f, const char *path, const char *kind, struct fault *fault);
/* Adds the .lua files that stand beside a file, not those in folders below. */
void rule_files_add_beside(struct rule_files *f, const char *path);
/* Adds what tells an edit of those without reading them (file_add_traits). */
void rule_files_add_beside_traits(struct hash_state *h, const char *path);

/* What messages call a path: `name` appends it to `out`. */
struct path_names {
    void (*name)(const void *context, const char *path, struct buf *out);
    const void *context;
};
/* From here on the files are called so. Only the folder in front of their names may get another name. */
void rule_files_rename(struct rule_files *f, const struct path_names *names);

/* Adds names below the packs and contents to a digest. */
void rule_files_hash(const struct rule_files *f, struct hash_state *h);

#endif
