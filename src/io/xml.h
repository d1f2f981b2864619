/* The XML that AWS answers with: flat enough to be told as "this path has this text". Read by expat, which no
 * other file includes. */
#ifndef XML_H
#define XML_H

#include "buf.h"
#include "fault.h"
#include "str.h"

enum { XML_MAX_DEPTH = 16, XML_MAX_TEXT = 64 * 1024 };

/* Calls `visit` at the end of each element with its path ("ListBucketResult/Contents/Key") and the text
 * directly in it. False: the document is broken, is not one whole document, nests too deep, declares a
 * document type (entities can grow without bounds), or `visit` returned false; the fault says where, and not
 * what is in it. */
bool xml_read(struct str document, bool (*visit)(void *context, const char *path, struct str text),
              void *context, struct fault *fault);

/* The text of the first element with this path, or of the first whose path ends in "/name" when `path` starts
 * with a slash. False when there is none or the document is broken. */
bool xml_find(struct str document, const char *path, struct buf *out);

#endif
