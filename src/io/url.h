/* URLs and their parts: percent-encoding as AWS signs it. */
#ifndef URL_H
#define URL_H

#include "buf.h"

/* Appends `s` with every byte but A-Z a-z 0-9 - . _ ~ (and '/', when it is to be kept) as %XX. */
void url_encode(struct buf *out, struct str s, bool keep_slashes);

/* Appends `s` with each %XX decoded; what is no %XX stays. */
void url_decode(struct buf *out, struct str s);

/* Appends "name=value", encoded, with a '&' before it when there is already something. */
void url_add_query(struct buf *query, const char *name, struct str value);

struct url {
    bool https;
    struct str host; /* with the port when one is written */
    struct str name; /* of the host: without port, without the brackets of an IPv6 address */
    struct str path; /* empty, or with its leading slash; up to the query */
    struct str query;
};
/* An http or https URL without user information; false when it is none. Views of `text`. */
bool url_parse(struct str text, struct url *out);

/* Whether the host is an IP address, or this machine by name. */
bool url_is_address(struct str host_name);

#endif
