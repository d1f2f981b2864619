/* What a value of each normalised field looks like. Which key or which part of a line holds it is decided
 * elsewhere (ingest/vocabulary.h); here the text is only checked and brought into one shape. */
#include "fields.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>

/* Longer texts are no names, ids or paths but something that was matched by mistake. */
enum { MAX_NAME = 256, MAX_PATH = 4096 };

static const char *const names[FIELD_COUNT] = {
    [FIELD_USER_ID] = "user_id",
    [FIELD_ACTION] = "action",
    [FIELD_OUTCOME] = "outcome",
    [FIELD_SERVICE] = "service",
    [FIELD_HOST] = "host",
    [FIELD_LEVEL] = "level",
    [FIELD_IP] = "ip",
    [FIELD_REQUEST_ID] = "request_id",
    [FIELD_DURATION_MS] = "duration_ms",
    [FIELD_STATUS] = "status",
    [FIELD_METHOD] = "method",
    [FIELD_PATH] = "path",
    [FIELD_ROUTE] = "route",
};

const char *field_name(enum field f) {
    return names[f];
}

enum field field_named(struct str name) {
    for (int f = 0; f < FIELD_COUNT; f++)
        if (str_equal_c(name, names[f]))
            return (enum field)f;
    return str_equal_c(name, "user") ? FIELD_USER_ID : FIELD_COUNT;
}

uint32_t fields_present(const struct fields *fields) {
    uint32_t present = 0;
    for (int f = 0; f < FIELD_COUNT; f++)
        present |= fields->text[f].ptr ? field_bit((enum field)f) : 0;
    return present;
}

/* ---------------------------------------------------------------- words */

struct spelling {
    struct str word, means;
};

/* The words that loggers everywhere use; what else a log calls them is in lua/logaudit/fields.lua. */
static const struct spelling levels[] = {
    { STR("trace"), STR("trace") },        { STR("debug"), STR("debug") },
    { STR("info"), STR("info") },          { STR("notice"), STR("notice") },
    { STR("warn"), STR("warn") },          { STR("error"), STR("error") },
    { STR("critical"), STR("critical") },  { STR("information"), STR("info") },
    { STR("warning"), STR("warn") },       { STR("err"), STR("error") },
    { STR("severe"), STR("error") },       { STR("crit"), STR("critical") },
    { STR("fatal"), STR("critical") },     { STR("panic"), STR("critical") },
    { STR("alert"), STR("critical") },     { STR("emerg"), STR("critical") },
    { STR("emergency"), STR("critical") },
};

static const struct spelling outcomes[] = {
    { STR("success"), STR("success") },    { STR("failure"), STR("failure") },
    { STR("succeeded"), STR("success") },  { STR("failed"), STR("failure") },
    { STR("successful"), STR("success") }, { STR("fail"), STR("failure") },
    { STR("ok"), STR("success") },         { STR("denied"), STR("failure") },
    { STR("accepted"), STR("success") },   { STR("rejected"), STR("failure") },
    { STR("allowed"), STR("success") },    { STR("blocked"), STR("failure") },
    { STR("granted"), STR("success") },    { STR("error"), STR("failure") },
};

static struct str respell(struct str text, const struct spelling *table, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (str_equal_nocase(text, table[i].word))
            return table[i].means;
    return str_of(NULL, 0);
}

#define RESPELL(text, table) respell(text, table, sizeof(table) / sizeof(table)[0])

/* What logs write where there is no value. */
static bool absent(struct str text) {
    static const struct str nothing[] = { STR(""),       STR("-"),      STR("--"),        STR("null"),
                                          STR("(null)"), STR("<null>"), STR("undefined"), STR("nil"),
                                          STR("none"),   STR("n/a"),    STR("<nil>") };
    enum { LONGEST = sizeof "undefined" - 1 };
    if (text.len > LONGEST || (text.len && ascii_digit(text.ptr[0])))
        return false; /* most values */
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++)
        if (str_equal_nocase(text, nothing[i]))
            return true;
    return false;
}

/* ---------------------------------------------------------------- addresses */

static bool is_address(struct str text, int family) {
    char copy[INET6_ADDRSTRLEN];
    unsigned char binary[16];
    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return strlen(copy) == text.len && inet_pton(family, copy, binary) == 1;
}

/* 1.2.3.4, 1.2.3.4:80, [::1], [::1]:80, ::1, ::1%eth0, /1.2.3.4:80 (Java) -> the address alone. */
static struct str bare_address(struct str text) {
    static const struct str nothing = { NULL, 0 };
    if (text.len && (text.ptr[0] == '/' || text.ptr[0] == '"'))
        text = str_slice(text, 1, text.len);
    text = str_slice(text, 0, str_find_byte(text, ',')); /* a list of forwarders: the client is the first */
    if (text.len && text.ptr[0] == '[') {
        text = str_slice(text, 1, text.len);
        text.len = str_find_byte(text, ']');
    }
    text.len = str_find_byte(text, '%');
    text = str_trim(text);
    size_t colon = str_find_byte(text, ':');
    if (colon < text.len && is_address(text, AF_INET6))
        return text;
    struct str port = str_slice(text, colon, text.len);
    for (size_t i = 1; i < port.len; i++)
        if (!ascii_digit(port.ptr[i]))
            return nothing;
    text.len = colon;
    return is_address(text, AF_INET) ? text : nothing;
}

/* ---------------------------------------------------------------- requests */

static struct str upper_method(struct str text) {
    static const struct str methods[] = { STR("GET"),     STR("POST"),   STR("PUT"),
                                          STR("PATCH"),   STR("DELETE"), STR("HEAD"),
                                          STR("OPTIONS"), STR("TRACE"),  STR("CONNECT") };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (str_equal_nocase(text, methods[i]))
            return methods[i];
    for (size_t i = 0; i < text.len; i++)
        if (ascii_space(text.ptr[i]))
            return str_of(NULL, 0);
    return text; /* PROPFIND; the name of a remote procedure */
}

/* Of a URL or a request target: without scheme, host, query and fragment. */
static struct str path_only(struct str text) {
    size_t scheme = str_find(text, (struct str)STR("://"));
    if (scheme < text.len && text.ptr[0] != '/') {
        struct str host = str_slice(text, scheme + 3, text.len);
        text = str_slice(host, str_find_byte(host, '/'), host.len);
        if (text.len == 0)
            return (struct str)STR("/");
    }
    text.len = str_find_byte(text, '?');
    text.len = str_find_byte(text, '#');
    bool path = text.len && text.ptr[0] == '/' && text.len <= MAX_PATH;
    return path ? text : str_of(NULL, 0);
}

/* Numbers, UUIDs, digests and tokens: a part of a path that stands for one of many things. Words with a
 * number behind them ("v2", "oauth2") are no ids. */
static bool is_id(struct str part) {
    size_t digits = 0, hex = 0, dashes = 0;
    for (size_t i = 0; i < part.len; i++) {
        char c = part.ptr[i];
        digits += ascii_digit(c);
        hex += ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
        dashes += c == '-' || c == '_';
    }
    if (digits == 0)
        return false;
    bool number = digits == part.len;
    bool digest = hex + dashes == part.len && hex >= 8;
    bool numbered = dashes > 0 && ascii_digit(part.ptr[part.len - 1]) && digits >= 3; /* order-10293 */
    bool token = part.len >= 16 && digits >= 4;
    return number || digest || numbered || token;
}

static struct str route_of(struct str path, struct arena *arena) {
    static const struct str mask = STR("{id}");
    /* A part that is masked has at least one byte and becomes four. */
    char *out = arena_bytes(arena, path.len * mask.len + 1);
    size_t used = 0;
    for (size_t i = 0; i < path.len;) {
        struct str rest = str_slice(path, i + 1, path.len); /* behind the slash */
        struct str part = str_slice(rest, 0, str_find_byte(rest, '/'));
        struct str shown = is_id(part) ? mask : part;
        out[used++] = '/';
        if (shown.len)
            memcpy(out + used, shown.ptr, shown.len);
        used += shown.len;
        i += 1 + part.len;
    }
    return str_of(out, used);
}

/* ---------------------------------------------------------------- setting */

static bool set_status(struct fields *fields, struct str text) {
    int64_t status;
    double number;
    if (!str_to_int(text, &status)) {
        bool integer = str_to_double(text, &number) && number == trunc(number) && fabs(number) < 1e9;
        if (!integer)
            return false;
        status = (int64_t)number;
    }
    fields->status = status;
    fields->text[FIELD_STATUS] = text;
    return true;
}

static bool set_path(struct fields *fields, struct str text, struct arena *arena) {
    struct str path = path_only(text);
    if (!path.ptr)
        return false;
    fields->text[FIELD_PATH] = path;
    if (!fields->text[FIELD_ROUTE].ptr)
        fields->text[FIELD_ROUTE] = route_of(path, arena);
    return true;
}

/* One shape for each field; NULL when the text is no value of it. */
static struct str normalised(enum field f, struct str text) {
    switch (f) {
    case FIELD_LEVEL:
        return RESPELL(text, levels);
    case FIELD_OUTCOME:
        return RESPELL(text, outcomes);
    case FIELD_IP:
        return bare_address(text);
    case FIELD_METHOD:
        return text.len <= 64 ? upper_method(text) : str_of(NULL, 0);
    default:
        return text.len <= MAX_NAME ? text : str_of(NULL, 0);
    }
}

static struct str unquoted(struct str text) {
    text = str_trim(text);
    bool quoted =
        text.len >= 2 && (text.ptr[0] == '"' || text.ptr[0] == '\'') && text.ptr[text.len - 1] == text.ptr[0];
    return quoted ? str_trim(str_slice(text, 1, text.len - 2)) : text;
}

bool field_set(struct fields *fields, enum field f, struct str text, struct arena *arena) {
    double ms;
    text = unquoted(text);
    if (absent(text))
        return false;
    if (f == FIELD_DURATION_MS)
        return str_to_double(text, &ms) && field_set_duration(fields, ms, arena);
    if (f == FIELD_STATUS)
        return set_status(fields, text);
    if (f == FIELD_PATH)
        return set_path(fields, text, arena);
    struct str value = normalised(f, text);
    if (value.ptr)
        fields->text[f] = value;
    return value.ptr != NULL;
}

/* In decimal, into the end of `text`. */
static struct str whole_number(int64_t number, char *text, size_t size) {
    char *at = text + size;
    do
        *--at = (char)('0' + number % 10);
    while (number /= 10);
    return str_of(at, (size_t)(text + size - at));
}

bool field_set_duration(struct fields *fields, double ms, struct arena *arena) {
    char text[40];
    if (!isfinite(ms) || ms < 0)
        return false;
    ms = round(ms * 1e6) / 1e6; /* to the nanosecond: 0.3 s is 300 ms, not 299.99999999999994 */
    if (!isfinite(ms))
        return false;
    bool whole = ms < 1e15 && ms == trunc(ms) && !signbit(ms); /* the same text in less time */
    struct str shown = whole ? whole_number((int64_t)ms, text, sizeof text)
                             : str_of(text, (size_t)snprintf(text, sizeof text, "%.15g", ms));
    fields->duration_ms = ms;
    fields->text[FIELD_DURATION_MS] = arena_copy(arena, shown);
    return true;
}
