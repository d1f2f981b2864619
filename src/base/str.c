#include "str.h"

#include <errno.h>
#include <stdlib.h>

size_t str_find(struct str s, struct str part) {
    if (part.len == 0)
        return 0;
    const char *at = s.len ? memmem(s.ptr, s.len, part.ptr, part.len) : NULL;
    return at ? (size_t)(at - s.ptr) : s.len;
}

bool str_same_bytes_nocase(const char *a, const char *b, size_t len) {
    const int case_bit = 'a' - 'A';
    for (size_t i = 0; i < len; i++)
        if (a[i] != b[i] && ((a[i] ^ b[i]) != case_bit || !ascii_alpha(a[i])))
            return false;
    return true;
}

size_t str_find_nocase(struct str s, struct str part) {
    for (size_t i = 0; i + part.len <= s.len; i++)
        if (str_equal_nocase(str_slice(s, i, part.len), part))
            return i;
    return s.len;
}

int str_compare(struct str a, struct str b) {
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

struct str str_trim(struct str s) {
    size_t start = 0;
    while (start < s.len && ascii_space(s.ptr[start]))
        start++;
    while (s.len > start && ascii_space(s.ptr[s.len - 1]))
        s.len--;
    return str_slice(s, start, s.len - start);
}

bool str_to_int(struct str s, int64_t *out) {
    bool negative = s.len && s.ptr[0] == '-';
    size_t i = (negative || (s.len && s.ptr[0] == '+')) ? 1 : 0;
    if (i == s.len)
        return false;
    int64_t value = 0;
    for (; i < s.len; i++) {
        if (!ascii_digit(s.ptr[i]))
            return false;
        int digit = s.ptr[i] - '0';
        /* Counting down holds INT64_MIN, which has no positive twin. */
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, digit, &value))
            return false;
    }
    if (!negative && value == INT64_MIN)
        return false;
    *out = negative ? value : -value;
    return true;
}

/* Only digits, so few that the number is exact. */
static bool small_whole_number(struct str s, double *out) {
    enum { EXACT_DIGITS = 15 };
    int64_t value = 0;
    if (s.len == 0 || s.len > EXACT_DIGITS)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!ascii_digit(s.ptr[i]))
            return false;
        value = value * 10 + (s.ptr[i] - '0');
    }
    *out = (double)value;
    return true;
}

bool str_to_double(struct str s, double *out) {
    char text[64];
    if (small_whole_number(s, out))
        return true;
    if (s.len == 0 || s.len >= sizeof text || !(ascii_digit(s.ptr[0]) || strchr("+-.", s.ptr[0])))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!ascii_digit(s.ptr[i]) && !(s.ptr[i] && strchr("+-.eE", s.ptr[i])))
            return false;
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (*end || errno == ERANGE)
        return false;
    *out = value;
    return true;
}

/* The digits of a whole number without its sign and leading zeros; false when it is none. */
static bool whole_digits(struct str s, struct str *digits, bool *negative) {
    bool has_sign = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+');
    size_t i = has_sign;
    if (i == s.len)
        return false;
    for (size_t k = i; k < s.len; k++)
        if (!ascii_digit(s.ptr[k]))
            return false;
    while (i < s.len && s.ptr[i] == '0')
        i++;
    *digits = str_slice(s, i, s.len);
    *negative = has_sign && s.ptr[0] == '-' && digits->len > 0;
    return true;
}

bool str_compare_whole(struct str a, struct str b, int *order) {
    struct str x, y;
    bool x_negative, y_negative;
    if (!whole_digits(a, &x, &x_negative) || !whole_digits(b, &y, &y_negative))
        return false;
    int by_size = x.len == y.len ? str_compare(x, y) : (x.len > y.len) - (x.len < y.len);
    if (x_negative != y_negative)
        *order = x_negative ? -1 : 1;
    else
        *order = x_negative ? -by_size : by_size;
    return true;
}
