/* Logs of OpenTelemetry as JSON (OTLP), as its collector writes them into files: one object for many records,
 * the resource that they come from in front of them, and every list of attributes as pairs of key and value.
 */
#ifndef OTLP_H
#define OTLP_H

#include "record.h"

/* A batch does not become larger than this by it: what would make it so stays one record. */
enum { OTLP_MAX_BATCH = 16 * 1024 * 1024 };

/* Puts each logRecord in the place of the object that holds it, with its own line and offset:
 *   {"timeUnixNano":"...","severityText":"ERROR","body":"...","attributes":{"http.route":"/a"},
 *    "resource":{"service.name":"pay"},"scope":{"name":"..."}}
 * Attributes and body become plain JSON. A time of 0, which stands for none, is left out; where there is only
 * severityNumber, severityText becomes its short name. An object that is not of this shape, or holds no
 * record, stays as it is. */
void otlp_unpack(struct batch *batch);

#endif
