#include "frame_json.h"

#include "frame.h"
#include "json_walk.h"
#include "vocabulary.h"

/* ---------------------------------------------------------------- names */

/* Nothing else is called so; of the others the first element tells whether they hold records. */
static const struct str sure_containers[] = { STR("Records"), STR("logEvents") };

static const struct str maybe_containers[] = {
    STR("records"), STR("events"), STR("Events"),  STR("value"), STR("items"),    STR("Items"),
    STR("logs"),    STR("Logs"),   STR("entries"), STR("hits"),  STR("messages"), STR("data"),
};

/* What makes an object a record, whatever arrays it holds: a message, a level, a time. As keys are compared
 * (vocabulary.h). */
static const struct str record_names[] = {
    STR("message"),
    STR("msg"),
    STR("log"),
    STR("text"),
    STR("body"),
    STR("event"),
    STR("shortmessage"),
    STR("textpayload"),
    STR("error"),
    STR("err"),
    STR("exception"),
    STR("level"),
    STR("severity"),
    STR("lvl"),
    STR("loglevel"),
    STR("levelname"),
    STR("severitytext"),
    STR("time"),
    STR("ts"),
    STR("t"),
    STR("timestamp"),
    STR("datetime"),
    STR("date"),
    STR("asctime"),
    STR("logtime"),
    STR("timeunixnano"),
    STR("eventtime"),
    STR("eventtimestamp"),
    STR("eventname"),
    STR("published"),
    STR("createdat"),
    STR("occurredat"),
    STR("creationtime"),
    STR("createddatetime"),
    STR("activitydatetime"),
    STR("datecreate"),
};

#define IS_ONE_OF(name, list) is_one_of(name, list, sizeof(list) / sizeof *(list))

static bool is_one_of(struct str name, const struct str *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (str_equal(name, list[i]))
            return true;
    return false;
}

/* ---------------------------------------------------------------- small looks */

static char at(struct str s, size_t i) {
    return i < s.len ? s.ptr[i] : '\0';
}

static size_t skip_blanks(struct str s, size_t i) {
    return i + json_blanks(str_slice(s, i, s.len));
}

bool json_is_array_of_objects(struct str bytes) {
    size_t brace = skip_blanks(bytes, 1);
    char inside = at(bytes, skip_blanks(bytes, brace + 1));
    return at(bytes, brace) == '{' && (inside == '"' || inside == '}');
}

static bool is_json_behind(struct str line, size_t i) {
    while (i < line.len && memchr(" \t\r,", line.ptr[i], 4))
        i++;
    return i == line.len || line.ptr[i] == '{' || line.ptr[i] == '[';
}

bool json_array_then_text(struct str line) {
    struct json_walk array = { 0 }, element = { 0 };
    size_t used;
    enum walk_result result = json_walk(&array, line, &used);
    if (result == WALK_DONE)
        return !is_json_behind(line, used);
    if (result == WALK_MORE)
        return false;
    size_t first = skip_blanks(line, 1);
    if (json_walk(&element, str_slice(line, first, line.len), &used) != WALK_DONE)
        return true;
    return at(line, skip_blanks(line, first + used)) != ',';
}

/* ---------------------------------------------------------------- one line */

static size_t blanks_before(struct str s, size_t i) {
    while (i && (s.ptr[i - 1] == ' ' || s.ptr[i - 1] == '\t'))
        i--;
    return i;
}

/* The member name in front of a value at `i`; empty when there is none. */
static struct str name_before(struct str s, size_t i) {
    i = blanks_before(s, i);
    if (!i || s.ptr[i - 1] != ':')
        return str_of(NULL, 0);
    i = blanks_before(s, i - 1);
    if (i < 2 || s.ptr[i - 1] != '"')
        return str_of(NULL, 0);
    const char *quote = memrchr(s.ptr, '"', i - 1);
    return quote ? str_of(quote + 1, (size_t)(s.ptr + i - 1 - (quote + 1))) : str_of(NULL, 0);
}

/* Whether the brace at `i` begins a member's or an element's value, of no container. */
static bool is_inner_object(struct str s, size_t i) {
    size_t before = blanks_before(s, i);
    char c = s.ptr[before - 1];
    if (c != '[')
        return c == ':' || c == ',';
    struct str name = name_before(s, before - 1);
    return !IS_ONE_OF(name, sure_containers) && !IS_ONE_OF(name, maybe_containers);
}

bool json_line_is_object(struct str line) {
    if (line.len < 2 || line.ptr[line.len - 1] != '}')
        return false;
    char first = at(line, skip_blanks(line, 1));
    if (first != '"' && first != '}')
        return false;
    const char *end = line.ptr + line.len, *brace = line.ptr;
    while ((brace = memchr(brace + 1, '{', (size_t)(end - brace - 1))))
        if (!is_inner_object(line, (size_t)(brace - line.ptr)))
            return false;
    return true;
}

/* ---------------------------------------------------------------- any object */

struct members {
    struct str bytes;
    size_t pos;
    size_t value;     /* where the last value began */
    size_t array;     /* of the first array that a container may have */
    bool like_record; /* a record's member was seen */
    unsigned within;  /* objects around this one, which is only looked at for its names */
};

enum { NAMES_WITHIN = 2 }; /* Google's activities have their time in id.time */

static enum walk_result walk_members(struct members *m);

static bool names_record(struct str name) {
    struct key key = { 0 };
    key_add(&key, name);
    return IS_ONE_OF(str_of(key.name, key.len < KEY_MAX ? key.len : 0), record_names);
}

/* Of an object that may go on behind these bytes. */
static bool is_like_record(struct str object, unsigned within) {
    struct members m = { .bytes = object, .within = within };
    walk_members(&m);
    return m.like_record;
}

static bool holds_records(struct str name, struct str array) {
    if (!json_is_array_of_objects(array))
        return false;
    struct str seen = str_slice(array, 0, FRAME_LOOK_AHEAD);
    return IS_ONE_OF(name, sure_containers) ||
           (IS_ONE_OF(name, maybe_containers) &&
            is_like_record(str_slice(seen, skip_blanks(seen, 1), seen.len), 1));
}

static void note_member(struct members *m, struct str name) {
    struct str value = str_slice(m->bytes, m->pos, m->bytes.len);
    char first = value.ptr[0];
    if (m->like_record)
        return;
    if (first != '[')
        m->like_record = first != 'n' && names_record(name);
    if (first == '{' && m->within && m->within < NAMES_WITHIN)
        m->like_record |= is_like_record(value, m->within + 1);
    if (first == '[' && !m->within && !m->array && holds_records(name, value))
        m->array = m->pos;
}

static enum walk_result walk_value(struct members *m) {
    struct json_walk w = { 0 };
    size_t used = 0;
    enum walk_result result = json_walk(&w, str_slice(m->bytes, m->pos, m->bytes.len), &used);
    m->pos += used;
    return result;
}

/* A name, a colon, a value; m->pos stands at the name and then behind the value. */
static enum walk_result walk_member(struct members *m) {
    size_t name = m->pos;
    m->value = 0;
    if (at(m->bytes, name) != '"')
        return name < m->bytes.len ? WALK_BROKEN : WALK_MORE;
    enum walk_result result = walk_value(m);
    if (result != WALK_DONE)
        return result;
    struct str text = str_slice(m->bytes, name + 1, m->pos - name - 2);
    m->pos = skip_blanks(m->bytes, m->pos);
    if (at(m->bytes, m->pos) != ':')
        return m->pos < m->bytes.len ? WALK_BROKEN : WALK_MORE;
    m->pos = skip_blanks(m->bytes, m->pos + 1);
    if (m->pos == m->bytes.len)
        return WALK_MORE;
    note_member(m, text);
    m->value = m->pos;
    return walk_value(m);
}

/* To the closing brace, which m->pos is then behind. */
static enum walk_result walk_members(struct members *m) {
    m->pos = skip_blanks(m->bytes, 1);
    if (at(m->bytes, m->pos) == '}') {
        m->pos++;
        return WALK_DONE;
    }
    for (;;) {
        enum walk_result result = walk_member(m);
        if (result != WALK_DONE)
            return result;
        m->pos = skip_blanks(m->bytes, m->pos);
        if (m->pos == m->bytes.len)
            return WALK_MORE;
        char c = m->bytes.ptr[m->pos++];
        if (c == '}')
            return WALK_DONE;
        if (c != ',')
            return WALK_BROKEN;
        m->pos = skip_blanks(m->bytes, m->pos);
    }
}

enum object_is json_object(struct str bytes, struct object *object) {
    struct members m = { .bytes = bytes };
    enum walk_result result = walk_members(&m);
    bool container = m.array && !m.like_record;
    *object = (struct object){
        .len = m.pos, .array = container ? m.array : 0, .open = m.value, .like_record = m.like_record
    };
    if (result == WALK_MORE)
        return OBJECT_MORE;
    if (container)
        return OBJECT_CONTAINER;
    return result == WALK_DONE ? OBJECT_WHOLE : OBJECT_BROKEN;
}

enum member_is json_next_member(struct str bytes, bool like_record, size_t *len) {
    struct members m = { .bytes = bytes, .like_record = like_record };
    m.pos = skip_blanks(bytes, 0);
    char c = at(bytes, m.pos);
    *len = m.pos + 1;
    if (c == '}')
        return MEMBER_NONE;
    m.pos = skip_blanks(bytes, m.pos + 1);
    enum walk_result result = c == ',' ? walk_member(&m) : m.pos < bytes.len ? WALK_BROKEN : WALK_MORE;
    *len = m.value;
    if (!m.value)
        return result == WALK_BROKEN ? MEMBER_BROKEN : MEMBER_MORE;
    return m.array ? MEMBER_LIST : MEMBER_VALUE;
}
