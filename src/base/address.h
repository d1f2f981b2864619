/* Internet addresses as bytes: what networks are compared by. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include "str.h"

struct address {
    unsigned char bytes[16]; /* IPv4: the first four */
    unsigned bits;           /* 32 or 128 */
};

/* An address without port or brackets, the whole view. An IPv4 address that is written as an IPv6 one
 * (::ffff:192.0.2.1) is an IPv4 address. */
bool address_parse(struct str text, struct address *out);

/* "10.0.0.0/8", or an address, which is the network of it alone. `prefix`: how many bits name the network;
 * those behind them are cleared. */
bool network_parse(struct str text, struct address *out, unsigned *prefix);

/* Clears all bits but the first `prefix`. */
void address_mask(struct address *a, unsigned prefix);

#endif
