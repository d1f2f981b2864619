/* source_config of "s3": objects by their keys, or below a prefix. */
#include "event_inside.h"

#include "wildcard.h"

static bool check_key(const char *field, const struct json_node *n, struct fault *fault) {
    struct str key = json_str(n);
    if (!json_is_string(n) || !key.len)
        return event_wrong(fault, field, "a key", n);
    return !str_ends(key, (struct str)STR("/")) ||
           fault_set(fault, FAULT_USAGE,
                     "event: %s: a key was expected (a prefix goes into prefix), got \"%s\"", field,
                     json_c(n, ""));
}

static bool read_keys(struct lambda_event *e, const struct json_node *keys, struct fault *fault) {
    if (!json_is_array(keys))
        return event_wrong(fault, "source_config.object_keys", "a list of keys", keys);
    if (json_count(keys) == 0)
        return fault_set(fault, FAULT_USAGE,
                         "event: source_config.object_keys: at least one key was expected");
    for (const struct json_node *k = json_first(keys); k; k = json_after(k)) {
        if (!check_key("source_config.object_keys[]", k, fault))
            return false;
        if (!event_add_uri(e, "source_config.object_keys[]", json_c(k, ""), false, fault))
            return false;
    }
    return true;
}

/* Lists of globs, for event_wants. */
static bool read_globs(const struct json_node *config, const char *key, const char *field,
                       const struct json_node **out, struct fault *fault) {
    *out = json_optional(config, key);
    if (*out && !json_is_array(*out))
        return event_wrong(fault, field, "a list of patterns like *.log", *out);
    for (const struct json_node *n = json_first(*out); n; n = json_after(n))
        if (!json_is_string(n))
            return event_wrong(fault, field, "a pattern like *.log in the list", n);
    return true;
}

bool event_wants(const struct lambda_event *e, const char *key) {
    bool wanted = json_count(e->include) == 0;
    for (const struct json_node *n = json_first(e->include); n && !wanted; n = json_after(n))
        wanted = wildcard_matches(json_str(n), str_c(key));
    for (const struct json_node *n = json_first(e->exclude); n && wanted; n = json_after(n))
        wanted = !wildcard_matches(json_str(n), str_c(key));
    return wanted;
}

/* A part of a date in a prefix: {yyyy}, {MM}, {dd} or {HH}; {dd-N} and {HH-N} go back by N. */
struct date_part {
    struct str name;
    size_t start;    /* in "2024-11-26T10:30:00.000Z" */
    int64_t seconds; /* of one; 0: it cannot go back */
};

/* The part that the text begins with, how many bytes it has, and by how many microseconds it goes back. NULL:
 * there is none. */
static const struct date_part *date_part_of(struct str text, size_t *len, int64_t *back) {
    enum { MAX_DIGITS = 4 };
    static const struct date_part parts[] = {
        { STR("{yyyy"), 0, 0 }, { STR("{MM"), 5, 0 }, { STR("{dd"), 8, 86400 }, { STR("{HH"), 11, 3600 }
    };
    size_t i = 0, close = str_find_byte(text, '}');
    while (i < sizeof parts / sizeof *parts && !str_starts(text, parts[i].name))
        i++;
    if (i == sizeof parts / sizeof *parts || close == text.len)
        return NULL;
    struct str offset = str_slice(text, parts[i].name.len, close - parts[i].name.len);
    int64_t count = 0;
    bool digits = offset.len > 1 && offset.len <= MAX_DIGITS + 1 && *offset.ptr == '-' &&
                  ascii_digit(offset.ptr[1]) && str_to_int(str_slice(offset, 1, offset.len), &count);
    *len = close + 1;
    *back = count * parts[i].seconds * 1000000;
    return !offset.len || (digits && parts[i].seconds) ? &parts[i] : NULL;
}

/* By how much the time of the prefix goes back: all of its parts together, so that the hour before midnight
 * is one of the day before. */
static bool read_offset(const char *prefix, int64_t *offset, struct fault *fault) {
    *offset = 0;
    for (struct str rest = str_c(prefix); rest.len; rest = str_slice(rest, 1, rest.len)) {
        size_t len;
        int64_t back = 0;
        if (*rest.ptr == '{' && !date_part_of(rest, &len, &back))
            return fault_set(fault, FAULT_USAGE,
                             "event: source_config.prefix: {yyyy}, {MM}, {dd} or {HH} was expected at '{', "
                             "or {dd-1} or {HH-1} for what was before, got \"%s\"",
                             prefix);
        if (back && *offset && back != *offset)
            return fault_set(fault, FAULT_USAGE,
                             "event: source_config.prefix: one way back was expected, since it moves the "
                             "whole date, got \"%s\"",
                             prefix);
        *offset = back ? back : *offset;
    }
    return true;
}

/* A prefix with the parts of a date in it: those of the event's time, in UTC. */
static bool fill_in(const char *prefix, int64_t time, struct buf *out, struct fault *fault) {
    char stamp[STAMP_LEN + 1];
    int64_t offset, back;
    if (!read_offset(prefix, &offset, fault))
        return false;
    stamp_print(time - offset, stamp);
    for (struct str rest = str_c(prefix); rest.len;) {
        size_t len = 1;
        const struct date_part *part = *rest.ptr == '{' ? date_part_of(rest, &len, &back) : NULL;
        buf_add(out, part ? str_of(stamp + part->start, part->name.len - 1) : str_slice(rest, 0, 1));
        rest = str_slice(rest, len, rest.len);
    }
    return true;
}

static bool read_prefix(struct lambda_event *e, const struct job *job, const char *prefix,
                        struct fault *fault) {
    struct buf filled;
    buf_init(&filled, 8192);
    bool ok = fill_in(prefix, job->time, &filled, fault) &&
              event_add_uri(e, "source_config.prefix", buf_c(&filled), true, fault);
    buf_fini(&filled);
    return ok;
}

static bool read_since(struct lambda_event *e, const struct job *job, const struct json_node *n,
                       struct fault *fault) {
    e->has_modified_since = n != NULL;
    return !n || event_time(n, "source_config.modified_since", job, &e->modified_since, fault);
}

bool event_read_s3(struct lambda_event *e, struct job *job, const struct json_node *c, struct fault *fault) {
    static const char *const known[] = { "bucket_name", "object_key",     "object_keys",
                                         "prefix",      "include",        "exclude",
                                         "region",      "modified_since", "version_id" };
    const char *key = NULL, *prefix = NULL, *region = NULL;
    if (!EVENT_CHECK_KEYS(c, "source_config.", known, fault) ||
        !event_text(c, "bucket_name", "source_config.bucket_name", &e->bucket, fault) ||
        !event_text(c, "object_key", "source_config.object_key", &key, fault) ||
        !event_text(c, "prefix", "source_config.prefix", &prefix, fault) ||
        !event_text(c, "version_id", "source_config.version_id", &e->version, fault) ||
        !event_text(c, "region", "source_config.region", &region, fault) ||
        !read_globs(c, "include", "source_config.include", &e->include, fault) ||
        !read_globs(c, "exclude", "source_config.exclude", &e->exclude, fault) ||
        !read_since(e, job, json_optional(c, "modified_since"), fault))
        return false;
    const struct json_node *keys = json_optional(c, "object_keys");
    if (!e->bucket)
        return event_wrong(fault, "source_config.bucket_name", "the name of a bucket", NULL);
    if (!event_check_bucket("source_config.bucket_name", e->bucket, fault))
        return false;
    event_set_folder(e, "s3-bucket", e->bucket);
    if ((key != NULL) + (prefix != NULL) + (keys != NULL) != 1)
        return fault_set(fault, FAULT_USAGE,
                         "event: source_config: one of object_key, object_keys and prefix was expected");
    if (e->version && !key)
        return fault_set(fault, FAULT_USAGE,
                         "event: source_config.version_id: it goes with object_key, which is not there");
    if (keys)
        return read_keys(e, keys, fault);
    if (prefix)
        return read_prefix(e, job, prefix, fault);
    return check_key("source_config.object_key", json_optional(c, "object_key"), fault) &&
           event_add_uri(e, "source_config.object_key", key, false, fault);
}
