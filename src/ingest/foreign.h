/* Which kind of file bytes begin like, for the kinds that are certainly not logs. */
#ifndef FOREIGN_H
#define FOREIGN_H

#include "str.h"

/* As many bytes as the longest test wants to see. */
enum { FOREIGN_HEAD = 4096 };

/* A noun phrase ("a Parquet file"), or NULL when `head` may be a log. `head` is the first FOREIGN_HEAD bytes
 * of a file, fewer when the file is shorter. */
const char *foreign_name(struct str head);

/* Whether they begin a result that logaudit wrote: as JSON, as NDJSON, as CSV. */
bool foreign_is_result(struct str head);

/* Whether they are of no text at all: they hold at least eight kinds of control characters, and one of 25
 * bytes is such a one, not counting NULs, line ends, tabs and what colours text. What is compressed is that
 * too. */
bool foreign_is_binary(struct str head);

#endif
