/* Names with wildcards. */
#ifndef WILDCARD_H
#define WILDCARD_H

#include "str.h"

/* Whether `text` is what `pattern` says: * stands for any bytes, ? for one, the others for themselves. The
 * cost is at most the product of both lengths, whatever the pattern. */
bool wildcard_matches(struct str pattern, struct str text);

#endif
