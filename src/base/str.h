/* A view: pointer and length of bytes that somebody else owns. It is never NUL-terminated by promise and may
 * hold any byte. Passed by value; valid as long as its owner says. */
#ifndef STR_H
#define STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *ptr;
    size_t len;
};

/* The view of a string literal, also as a static initialiser. */
#define STR(literal)                                                                                         \
    { "" literal, sizeof(literal) - 1 }

/* printf("%.*s", STR_ARG(view)) */
#define STR_ARG(view) (int)((view).len), ((view).len ? (view).ptr : "")

static inline struct str str_of(const char *ptr, size_t len) {
    return (struct str){ ptr, len };
}

static inline struct str str_c(const char *c_string) {
    return (struct str){ c_string, c_string ? strlen(c_string) : 0 };
}

static inline bool str_equal(struct str a, struct str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool str_equal_c(struct str a, const char *c_string) {
    return str_equal(a, str_c(c_string));
}

static inline bool str_starts(struct str s, struct str prefix) {
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

static inline bool str_ends(struct str s, struct str suffix) {
    return s.len >= suffix.len &&
           (suffix.len == 0 || memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

/* The part from `start` on, at most `len` bytes; clamped to the view. */
static inline struct str str_slice(struct str s, size_t start, size_t len) {
    if (start > s.len)
        start = s.len;
    if (len > s.len - start)
        len = s.len - start;
    return (struct str){ s.ptr ? s.ptr + start : NULL, len };
}

/* Without the byte order mark that editors put before UTF-8. */
static inline struct str str_without_mark(struct str s) {
    return str_starts(s, (struct str)STR("\xEF\xBB\xBF")) ? str_slice(s, 3, s.len) : s;
}

/* Without the carriage return of a line that ends in CRLF. */
static inline struct str str_without_cr(struct str line) {
    return line.len && line.ptr[line.len - 1] == '\r' ? str_slice(line, 0, line.len - 1) : line;
}

/* Offset of `byte`, or s.len when it does not occur. */
static inline size_t str_find_byte(struct str s, char byte) {
    const char *at = s.len ? memchr(s.ptr, byte, s.len) : NULL;
    return at ? (size_t)(at - s.ptr) : s.len;
}

/* Offset of the first occurrence of `part`, or s.len when it does not occur. */
size_t str_find(struct str s, struct str part);

/* ASCII comparison without case. Most words differ in length already, which costs no call. */
bool str_same_bytes_nocase(const char *a, const char *b, size_t len);
static inline bool str_equal_nocase(struct str a, struct str b) {
    return a.len == b.len && str_same_bytes_nocase(a.ptr, b.ptr, a.len);
}
size_t str_find_nocase(struct str s, struct str part);

/* <0, 0, >0 by bytes, shorter first on a tie: the order of every sorted list in a result. */
int str_compare(struct str a, struct str b);

/* Without blanks, tabs and line ends at both ends. */
struct str str_trim(struct str s);

/* Decimal number with optional sign, the whole view; false when it is not one or does not fit. */
bool str_to_int(struct str s, int64_t *out);
/* Decimal number with optional fraction and exponent, the whole view. */
bool str_to_double(struct str s, double *out);
/* Order of two whole numbers, exact whatever their length: *order is <0, 0 or >0. False when one of them is
 * anything but digits behind an optional sign. */
bool str_compare_whole(struct str a, struct str b, int *order);

/* The noun behind a number: "rule" for 1, else "rules". */
static inline const char *str_plural(uint64_t count, const char *one, const char *more) {
    return count == 1 ? one : more;
}

static inline char ascii_lower(char c) {
    return (c >= 'A' && c <= 'Z') ? (char)(c + ('a' - 'A')) : c;
}

static inline bool ascii_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The value of a hexadecimal digit, -1 when it is none. */
static inline int ascii_hex(char c) {
    if (ascii_digit(c))
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline bool ascii_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool ascii_alpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

#endif
