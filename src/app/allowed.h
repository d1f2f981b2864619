/* What the owner of a function lets an event name, whatever its role could reach. */
#ifndef ALLOWED_H
#define ALLOWED_H

#include <stdbool.h>

/* Whether the variable lists the object or prefix: BUCKET/PREFIX with * and ? in either, divided by commas; a
 * key is allowed when it begins as PREFIX says, BUCKET alone allows all of its keys. An unset or empty
 * variable allows everything. */
bool allowed(const char *variable, const char *bucket, const char *key);

/* The same for a log group, "cloudwatch:GROUP": a pattern that begins with "cloudwatch:" is that of the whole
 * name, and no other one allows it. */
bool allowed_group(const char *variable, const char *uri);

#endif
