/* Whole files: configuration and rules in, results out. Logs do not come this way; they are streamed. */
#ifndef FILE_H
#define FILE_H

#include "buf.h"
#include "fault.h"
#include "hash.h"

/* Appends the contents of `path` to `out`, up to out's maximum. The fault names the path; its kind is
 * `kind`. */
bool file_read(const char *path, struct buf *out, enum fault_kind kind, struct fault *fault);

/* Writes beside the final name and renames, making missing folders first: under `path` there is the old
 * file, or the whole new one. */
bool file_write(const char *path, struct str contents, struct fault *fault);

/* Makes the folders above `path`. */
bool file_make_parents(const char *path, struct fault *fault);

/* "FOLDER/NAME", also of "FOLDER/"; to be freed. */
char *file_join(const char *folder, const char *name);

/* Links are followed; false also when it cannot be told. */
bool file_is_folder(const char *path);
bool file_exists(const char *path);

/* Calls `visit` for every regular file below `folder`, in the order of their names (bytes), so that every run
 * sees the same sequence. With `all` also for those whose name, or whose folder's, starts with a dot, and for
 * folders that cannot be listed: reading these fails with the reason. Else such a folder is a fault. Links to
 * folders are not followed. Stops when visit returns false and returns false then. */
bool file_walk(const char *folder, bool all, bool (*visit)(void *context, const char *path), void *context,
               struct fault *fault);

/* Removes the folder with all that is in it, as far as that is possible. */
void file_remove_folder(const char *path);

/* Adds what tells an edit without reading: of the file, or of each file that file_walk finds below the
 * folder, its path, inode, size and time of modification. One that is not there counts too. */
void file_add_traits(struct hash_state *h, const char *path);

#endif
