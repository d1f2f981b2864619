#include "result_read.h"

#include "timestamp.h"

#include <inttypes.h>

/* A piece is a finding, a member of the result, or an element of a list in its state: the largest is the
 * list of groups. */
enum { MAX_PIECE = 256 << 20, MAX_KEY = 64 * 1024, LEAST_READ = 256 * 1024 };

struct reader {
    struct source *source;
    struct buf window; /* read, and not yet all taken */
    size_t at;         /* in the window */
    uint64_t before;   /* bytes of the source in front of the window */
    bool end;          /* of the source; the window may hold more */
    bool has_summary, has_schema;
    struct buf key, inner_key;
    result_take *take;
    void *context;
    struct fault *fault;
};

/* ---- bytes ---- */

static unsigned long long place(const struct reader *r) {
    return r->before + r->at;
}

/* Reads at least as much as is waiting, so that trying a long piece again and again costs little. */
static bool fill(struct reader *r) {
    size_t waiting = r->window.len - r->at, got;
    if (r->at)
        memmove(r->window.ptr, r->window.ptr + r->at, waiting);
    r->before += r->at;
    r->window.len = waiting;
    r->at = 0;
    size_t wanted = waiting > LEAST_READ ? waiting : LEAST_READ;
    char *room = buf_room(&r->window, wanted);
    if (!room)
        return fault_set(r->fault, FAULT_INPUT, "%s: byte %llu: a piece of a result is larger than %d MiB",
                         r->source->uri, place(r), MAX_PIECE >> 20);
    if (!r->source->read(r->source, room, wanted, &got, r->fault))
        return false;
    r->window.len += got;
    r->end = got == 0;
    return true;
}

static bool ends_early(const struct reader *r) {
    return fault_set(r->fault, FAULT_INPUT, "%s: ends early, at byte %llu: a whole result was expected",
                     r->source->uri, (unsigned long long)r->before + r->window.len);
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next byte that is no blank, '\0' at the end of the source. */
static bool peek(struct reader *r, char *c) {
    for (;;) {
        while (r->at < r->window.len && is_blank(r->window.ptr[r->at]))
            r->at++;
        *c = r->at < r->window.len ? r->window.ptr[r->at] : '\0';
        if (r->at < r->window.len || r->end)
            return true;
        if (!fill(r))
            return false;
    }
}

static bool expect(struct reader *r, char wanted) {
    char c;
    if (!peek(r, &c))
        return false;
    if (c == wanted) {
        r->at++;
        return true;
    }
    return r->at == r->window.len
               ? ends_early(r)
               : fault_set(r->fault, FAULT_INPUT, "%s: byte %llu: '%c' was expected, got '%c'",
                           r->source->uri, place(r), wanted, c >= ' ' && c <= '~' ? c : '?');
}

/* Whether a list or an object goes on: passes over the comma, or over the bracket that ends it. */
static bool next_item(struct reader *r, char closer, bool first, bool *more) {
    char c;
    if (!peek(r, &c))
        return false;
    *more = c != closer;
    if (*more)
        return first || expect(r, ',');
    r->at++;
    return true;
}

/* ---- pieces ---- */

/* A number may go on behind the window's end. */
static bool whole(const struct reader *r, struct json value) {
    if (value.kind == JSON_NUMBER)
        return r->end || value.raw.ptr + value.raw.len < r->window.ptr + r->window.len;
    return value.kind != JSON_NONE;
}

static bool no_json(const struct reader *r) {
    return fault_set(r->fault, FAULT_INPUT, "%s: byte %llu: this is no JSON", r->source->uri, place(r));
}

/* The value at hand, checked; the window stands behind it. */
static bool read_value(struct reader *r, struct json *value) {
    char c;
    if (!peek(r, &c))
        return false;
    if (c && !strchr("{[\"-0123456789tfn", c))
        return no_json(r);
    for (;;) {
        *value = json_value(str_of(r->window.ptr + r->at, r->window.len - r->at));
        if (whole(r, *value))
            break;
        if (r->end)
            return ends_early(r);
        if (!fill(r))
            return false;
    }
    const char *start = r->window.ptr + r->at;
    const char *stop = value->raw.ptr + value->raw.len + (value->kind == JSON_STRING);
    if (json_parse(str_of(start, (size_t)(stop - start))).kind == JSON_NONE)
        return no_json(r);
    r->at += (size_t)(stop - start);
    return true;
}

static bool take_value(struct reader *r, enum result_part part, const struct buf *key) {
    struct json value = { 0 };
    return read_value(r, &value) &&
           r->take(r->context, part, key ? buf_str(key) : (struct str){ 0 }, value, r->fault);
}

/* The key of a member, and the colon. */
static bool read_key(struct reader *r, struct buf *key) {
    struct json text = { 0 };
    if (!read_value(r, &text))
        return false;
    if (text.kind != JSON_STRING)
        return fault_set(r->fault, FAULT_INPUT, "%s: byte %llu: a key was expected", r->source->uri,
                         place(r));
    buf_reset(key);
    buf_add(key, text.raw); /* the keys of a result have no escapes */
    return expect(r, ':');
}

static bool take_list(struct reader *r, enum result_part part, const struct buf *key) {
    bool more = expect(r, '['), ok = more;
    for (bool first = true; ok && (ok = next_item(r, ']', first, &more)) && more; first = false)
        ok = take_value(r, part, key);
    return ok;
}

/* ---- the result ---- */

static bool take_state_member(struct reader *r) {
    char c;
    if (!read_key(r, &r->inner_key) || !peek(r, &c))
        return false;
    return c == '[' ? take_list(r, RESULT_STATE, &r->inner_key) : take_value(r, RESULT_STATE, &r->inner_key);
}

static bool take_state(struct reader *r) {
    bool more = expect(r, '{'), ok = more;
    for (bool first = true; ok && (ok = next_item(r, '}', first, &more)) && more; first = false)
        ok = take_state_member(r);
    return ok;
}

static bool check_schema(struct reader *r, struct json version) {
    int64_t number;
    r->has_schema = true;
    return (json_to_int(version, &number) && number == 1) ||
           fault_set(r->fault, FAULT_INPUT, "%s: schema_version: 1 was expected, got %.*s", r->source->uri,
                     STR_ARG(str_slice(version.raw, 0, 64)));
}

static bool take_member(struct reader *r) {
    struct json value = { 0 };
    struct str key = buf_str(&r->key);
    if (str_equal_c(key, "findings"))
        return take_list(r, RESULT_FINDING, NULL);
    if (str_equal_c(key, "state"))
        return take_state(r);
    if (!read_value(r, &value))
        return false;
    r->has_summary = r->has_summary || str_equal_c(key, "summary");
    if (str_equal_c(key, "schema_version") && !check_schema(r, value))
        return false;
    return r->take(r->context, RESULT_MEMBER, key, value, r->fault);
}

static bool take_members(struct reader *r) {
    bool more = expect(r, '{'), ok = more;
    for (bool first = true; ok && (ok = next_item(r, '}', first, &more)) && more; first = false)
        ok = read_key(r, &r->key) && take_member(r);
    return ok;
}

/* A line of ndjson: a finding says so first. */
static bool at_finding(struct reader *r, bool *is) {
    static const struct str start = STR("{\"finding_id\"");
    while (r->window.len - r->at < start.len && !r->end)
        if (!fill(r))
            return false;
    *is = str_starts(str_of(r->window.ptr + r->at, r->window.len - r->at), start);
    return true;
}

static bool no_result(const struct reader *r, const char *got) {
    return fault_set(r->fault, FAULT_INPUT,
                     "%s: a stored result (what scan -o FILE or invoke writes) was expected, got %s",
                     r->source->uri, got);
}

static bool read_all(struct reader *r) {
    char c;
    bool finding = true;
    while (finding) {
        if (!peek(r, &c) || !at_finding(r, &finding))
            return false;
        if (c != '{' && !place(r))
            return no_result(r, c ? "something else" : "nothing");
        if (finding && !take_value(r, RESULT_FINDING, NULL))
            return false;
    }
    if (!take_members(r))
        return false;
    if (!r->has_summary || !r->has_schema)
        return no_result(r, "another JSON object");
    return peek(r, &c) &&
           (r->at == r->window.len ||
            fault_set(r->fault, FAULT_INPUT, "%s: byte %llu: the end of the result was expected",
                      r->source->uri, place(r)));
}

bool result_read(struct source *s, result_take *take, void *context, struct fault *fault) {
    struct reader r = { .source = s, .take = take, .context = context, .fault = fault };
    buf_init(&r.window, MAX_PIECE);
    buf_init(&r.key, MAX_KEY);
    buf_init(&r.inner_key, MAX_KEY);
    bool ok = read_all(&r);
    buf_fini(&r.window);
    buf_fini(&r.key);
    buf_fini(&r.inner_key);
    return ok;
}

/* ---- a finding ---- */

static bool read_hash(struct json value, struct hash *out) {
    return value.kind == JSON_STRING && hash_read(value.raw, out);
}

static bool read_count(struct json value, uint64_t *out) {
    int64_t number;
    bool ok = json_to_int(value, &number) && number >= 0;
    *out = ok ? (uint64_t)number : 0;
    return ok;
}

static bool read_severity(struct json value, enum severity *out) {
    *out = value.kind == JSON_STRING ? severity_named(value.raw) : SEVERITY_COUNT;
    return *out != SEVERITY_COUNT;
}

static bool read_time(struct json value, struct stored_finding *f) {
    static const struct time_rules utc = { 0 };
    struct stamp stamp;
    if (value.kind != JSON_STRING || !stamp_parse(value.raw, &utc, &stamp))
        return false;
    f->has_time = true;
    f->time = stamp.micros;
    return true;
}

/* The texts; those that every finding has come first. */
static struct str *text_named(struct stored_finding *f, struct str key, size_t *needed) {
    struct {
        const char *key;
        struct str *text;
    } const texts[] = {
        { "rule_id", &f->rule_id }, { "source", &f->source },         { "message", &f->message },
        { "type", &f->type },       { "title", &f->title },           { "user_id", &f->user_id },
        { "service", &f->service }, { "request_id", &f->request_id }, { "ip", &f->ip },
    };
    enum { NEEDED = 3 };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!str_equal_c(key, texts[i].key))
            continue;
        *needed += i < NEEDED;
        return texts[i].text;
    }
    return NULL;
}

/* False when it is of the wrong type; counts what every finding has. */
static bool read_member(struct stored_finding *f, struct str key, struct json value, struct arena *arena,
                        size_t *needed) {
    struct str *text = text_named(f, key, needed);
    if (text) {
        *text = json_text(value, arena);
        return value.kind == JSON_STRING;
    }
    size_t was = (*needed)++;
    if (str_equal_c(key, "finding_id"))
        return read_hash(value, &f->id);
    if (str_equal_c(key, "fingerprint"))
        return read_hash(value, &f->fingerprint);
    if (str_equal_c(key, "severity"))
        return read_severity(value, &f->severity);
    if (str_equal_c(key, "line_number"))
        return read_count(value, &f->line);
    if (str_equal_c(key, "offset"))
        return read_count(value, &f->offset);
    *needed = was;
    if (str_equal_c(key, "timestamp"))
        return read_time(value, f);
    if (str_equal_c(key, "match"))
        f->match_text = json_text(json_get_c(value, "text"), arena);
    if (str_equal_c(key, "context"))
        f->context = value;
    f->experimental =
        f->experimental || (str_equal_c(key, "rule_status") && str_equal_c(value.raw, "experimental"));
    f->correlated = f->correlated || str_equal_c(key, "evidence");
    f->condition = f->condition || str_equal_c(key, "condition_name");
    return true;
}

bool stored_finding_read(struct stored_finding *f, struct json value, struct arena *arena,
                         struct fault *fault) {
    enum { NEEDED = 8 };
    struct json_iter i = json_iter(value);
    struct json key, item;
    size_t needed = 0;
    *f = (struct stored_finding){ 0 };
    while (json_next(&i, &key, &item))
        if (!read_member(f, key.raw, item, arena, &needed))
            return fault_set(fault, FAULT_INPUT, "a finding: '%.*s' is not what it is in findings",
                             STR_ARG(str_slice(key.raw, 0, 64)));
    return needed >= NEEDED ||
           fault_set(
               fault, FAULT_INPUT,
               "a finding: finding_id, fingerprint, rule_id, type, severity, title, source, line_number, "
               "offset and message were expected");
}
