#include "url.h"

#include <arpa/inet.h>

static bool is_unreserved(char c) {
    return ascii_alpha(c) || ascii_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void url_encode(struct buf *out, struct str s, bool keep_slashes) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        unsigned char byte = (unsigned char)s.ptr[i];
        if (is_unreserved(s.ptr[i]) || (keep_slashes && byte == '/'))
            buf_add_byte(out, s.ptr[i]);
        else
            buf_add(out, str_of((char[]){ '%', digits[byte >> 4], digits[byte & 15] }, 3));
    }
}

void url_decode(struct buf *out, struct str s) {
    for (size_t i = 0; i < s.len; i++) {
        int high = s.ptr[i] == '%' && i + 2 < s.len ? ascii_hex(s.ptr[i + 1]) : -1;
        int low = high >= 0 ? ascii_hex(s.ptr[i + 2]) : -1;
        if (low < 0) {
            buf_add_byte(out, s.ptr[i]);
            continue;
        }
        buf_add_byte(out, (char)(high * 16 + low));
        i += 2;
    }
}

void url_add_query(struct buf *query, const char *name, struct str value) {
    if (query->len)
        buf_add_byte(query, '&');
    url_encode(query, str_c(name), false);
    buf_add_byte(query, '=');
    url_encode(query, value, false);
}

/* The host without its port. */
static struct str name_of(struct str host) {
    if (str_starts(host, (struct str)STR("["))) {
        size_t end = str_find_byte(host, ']');
        return str_slice(host, 1, end ? end - 1 : 0);
    }
    return str_slice(host, 0, str_find_byte(host, ':'));
}

static bool good_host(struct str host) {
    for (size_t i = 0; i < host.len; i++)
        if (!is_unreserved(host.ptr[i]) && !strchr(":[]%", host.ptr[i]))
            return false;
    return name_of(host).len > 0;
}

bool url_parse(struct str text, struct url *out) {
    static const struct str schemes[] = { STR("http://"), STR("https://") };
    *out = (struct url){ .https = str_starts(text, schemes[1]) };
    if (!str_starts(text, schemes[out->https]))
        return false;
    struct str rest = str_slice(text, schemes[out->https].len, text.len);
    rest = str_slice(rest, 0, str_find_byte(rest, '#'));
    size_t question = str_find_byte(rest, '?'), slash = str_find_byte(rest, '/');
    out->query = str_slice(rest, question + 1, rest.len);
    rest = str_slice(rest, 0, question);
    out->host = str_slice(rest, 0, slash);
    out->path = str_slice(rest, slash, rest.len);
    out->name = name_of(out->host);
    return good_host(out->host);
}

bool url_is_address(struct str host_name) {
    char name[INET6_ADDRSTRLEN + 1];
    unsigned char address[16];
    if (str_equal_c(host_name, "localhost"))
        return true;
    if (host_name.len >= sizeof name)
        return false;
    memcpy(name, host_name.ptr, host_name.len);
    name[host_name.len] = '\0';
    return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
}
