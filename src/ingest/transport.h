/* What a transport writes in front of every line, also of those that continue a record: docker compose the
 * name of the service, a container runtime stamp and stream, syslog stamp, host and program, the kernel its
 * uptime. Two lines can be one record when they come from one writer and, behind all that, read like it. */
#ifndef TRANSPORT_H
#define TRANSPORT_H

#include "str.h"

struct transport {
    struct str origin; /* who wrote the line; empty when nothing stands in front */
    struct str body;   /* what was written, with its blanks */
    bool continues;    /* says of itself that it continues: the second and later parts of "[7-2] " */
    bool goes_on;      /* says that the next line continues it: CRI's P */
};

/* `line` without line end. Views into it. */
struct transport transport_of(struct str line);

/* Whether `line` begins with a stamp and an origin: the quick look. */
bool transport_behind_stamp(struct str line);

/* RFC 6587: "123 <34>1 ", the length of the message that a syslog line begins with. Returns how many bytes
 * stand in front of the message, 0 when it is no such line; *length: of the message, as it says. */
size_t transport_octets(struct str line, size_t *length);

#endif
