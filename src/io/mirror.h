/* Local copies of what lies in S3 and is used as files: rules, formats, overrides, tables. A place is copied
 * whole, or there is no new copy; what was copied before is then still there. S3 is asked only where this
 * says so, and for what has changed only. */
#ifndef MIRROR_H
#define MIRROR_H

#include "place.h"

struct mirror;

/* The places must outlive it. Copies are made in a new folder below $TMPDIR, for this user only. */
struct mirror *mirror_new(struct places *places);
void mirror_free(struct mirror *m); /* with the copies; takes NULL */

/* Removes the copies: what comes again is copied anew. */
void mirror_clear(struct mirror *m);

/* For how long (microseconds) one of the calls below may ask; 0: until there is an answer. */
void mirror_set_limit(struct mirror *m, int64_t micros);

/* The path of the copy in use of an s3:// uri, which is made when the uri comes for the first time; another
 * time nothing is asked. It is an object, or a prefix that ends in a slash and is copied as a folder, with
 * the objects whose keys end in one of `endings` (NULL after the last; they must outlive the mirror). Valid
 * until the next mirror_take. NULL and a fault: it cannot be copied (FAULT_INPUT; a prefix without such
 * objects too), or is no such uri. */
const char *mirror_path(struct mirror *m, const char *uri, const char *const *endings, struct fault *fault);

bool mirror_is_empty(const struct mirror *m); /* no uri has come */

/* Copies what has changed since it was last copied, of all uris that have come. *changed: there are copies
 * that are not in use and that nobody has tried. False and a fault: some place cannot be copied. */
bool mirror_look(struct mirror *m, bool *changed, struct fault *fault);

/* From here until mirror_take or mirror_drop, mirror_path gives the newest copies. mirror_take: they are in
 * use then, all of them. mirror_drop: those before them still are. */
void mirror_try(struct mirror *m);
void mirror_take(struct mirror *m);
void mirror_drop(struct mirror *m);

/* Appends the text with the uris of what was copied in place of the paths of the copies. */
void mirror_name(const struct mirror *m, const char *text, struct buf *out);

#endif
