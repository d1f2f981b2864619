/* Records that are JSON: objects, and the elements of documents. */
#include "frame_inside.h"
#include "frame_json.h"
#include "utf8.h"

static size_t separators(struct str bytes, size_t at) {
    while (at < bytes.len && memchr(" \t\r,\x1e", bytes.ptr[at], 5))
        at++;
    return at;
}

/* An object, an element and the commas behind it. */
static enum step take_json(struct framer *f, size_t lead, size_t len, uint32_t lines) {
    enum step step = framer_take(f, lead, len, lines, RECORD_JSON);
    if (step != STEP_ON)
        return step;
    framer_skip(f, separators(framer_rest(f), 0));
    framer_skip_line_end(f);
    return STEP_ON;
}

static enum step take_json_lines(struct framer *f, size_t lead, size_t len) {
    return take_json(f, lead, len, 1 + framer_line_ends(str_slice(framer_rest(f), lead, len)));
}

/* Takes what a record may have of a value that is longer. The walk begins at `from`, on the way to the cut.
 */
static enum step cut_json(struct framer *f, size_t lead, size_t from, enum place place) {
    struct str bytes = str_slice(framer_rest(f), lead, FRAME_WINDOW);
    bytes.len = utf8_cut(bytes, MAX_RECORD_BYTES);
    struct json_walk walk = { 0 };
    size_t used;
    json_walk(&walk, str_slice(bytes, from, bytes.len), &used);
    enum step step = framer_take_truncated(f, lead, bytes.len, RECORD_JSON);
    if (step != STEP_ON)
        return step;
    f->after_cut = f->place;
    f->place = place;
    f->walk = walk;
    return STEP_ON;
}

/* An object may be too long for a member that stands in front of a container's array. */
static enum step cut_object(struct framer *f, size_t lead, const struct object *o) {
    f->like_record = o->like_record;
    f->enveloped = false;
    return cut_json(f, lead, o->open,
                    o->open && o->open < MAX_RECORD_BYTES - 4 ? IN_CUT_MEMBER : IN_CUT_VALUE);
}

static enum step enter_array(struct framer *f, size_t bracket, bool enveloped) {
    framer_skip(f, bracket + 1);
    f->enveloped = enveloped;
    f->place = IN_ARRAY;
    return STEP_ON;
}

/* An object is taken when nothing or another record stands behind it: not so in "{...} text". */
static enum step take_whole_object(struct framer *f, size_t lead, size_t object_len, size_t line_len) {
    struct str bytes = framer_rest(f);
    size_t behind = separators(bytes, lead + object_len);
    if (behind == bytes.len && framer_may_get_more(f))
        return STEP_MORE;
    if (behind == bytes.len || memchr("\n{[", bytes.ptr[behind], 3))
        return take_json_lines(f, lead, object_len);
    return framer_take_malformed(f, line_len);
}

/* Whether there is more than blanks behind the line: an object that is cut alone on its line may be any text.
 */
static bool goes_on(struct str bytes, size_t line_len) {
    struct str behind = str_slice(bytes, line_len, bytes.len);
    return frame_leading_blanks(behind) < behind.len;
}

/* An object that the quick look did not settle. `lead` blanks stand in front, `len` is the line's length. */
static enum step take_object(struct framer *f, size_t lead, size_t len) {
    struct object o;
    struct str bytes = str_slice(framer_rest(f), lead, MAX_RECORD_BYTES);
    enum object_is is = json_object(bytes, &o);
    if (is == OBJECT_MORE && framer_may_get_more(f))
        return STEP_MORE;
    if (is == OBJECT_CONTAINER || (is == OBJECT_MORE && o.array))
        return enter_array(f, lead + o.array, true);
    if (is == OBJECT_MORE && bytes.len == MAX_RECORD_BYTES)
        return cut_object(f, lead, &o);
    if (is == OBJECT_MORE && goes_on(framer_rest(f), len))
        f->batch->cut_short = true;
    return is == OBJECT_WHOLE ? take_whole_object(f, lead, o.len, len) : framer_take_malformed(f, len);
}

static struct str trim_end(struct str line) {
    while (line.len && (ascii_space(line.ptr[line.len - 1]) || line.ptr[line.len - 1] == ','))
        line.len--;
    return line;
}

enum step framer_take_brace(struct framer *f, size_t lead, size_t len) {
    struct str object = trim_end(str_slice(framer_rest(f), lead, len - lead));
    if (len > MAX_RECORD_BYTES || !json_line_is_object(object))
        return take_object(f, lead, len);
    return take_json(f, lead, object.len, 1);
}

enum step framer_take_bracket(struct framer *f, size_t lead, size_t len) {
    struct str bytes = str_slice(framer_rest(f), lead, FRAME_LOOK_AHEAD);
    if (bytes.len > 1 && bytes.ptr[1] != '{' && !ascii_space(bytes.ptr[1]))
        return framer_take_text(f, len);
    if (bytes.len < FRAME_LOOK_AHEAD && framer_may_get_more(f))
        return STEP_MORE;
    if (!json_is_array_of_objects(bytes))
        return framer_take_text(f, len);
    bool whole = len <= MAX_RECORD_BYTES;
    struct str line = str_trim(str_slice(framer_rest(f), lead, len - lead));
    return whole && json_array_then_text(line) ? framer_take_text(f, len) : enter_array(f, lead, false);
}

/* Another array may follow in the object around it. */
static enum step leave_array(struct framer *f, size_t bracket) {
    framer_skip(f, bracket + 1);
    f->place = f->enveloped ? IN_MEMBERS : AT_LINE;
    f->after_cut = AT_LINE;
    f->like_record = false;
    return STEP_ON;
}

/* The document is not what it seemed; what follows is taken line by line. */
static enum step give_up_document(struct framer *f, size_t lead) {
    framer_skip(f, lead);
    f->place = AT_BROKEN;
    f->batch->malformed++;
    return STEP_ON;
}

static enum step take_element(struct framer *f, size_t lead) {
    struct str bytes = str_slice(framer_rest(f), lead, MAX_RECORD_BYTES);
    struct json_walk walk = { 0 };
    size_t used;
    enum walk_result result = json_walk(&walk, bytes, &used);
    if (result == WALK_DONE)
        return take_json_lines(f, lead, used);
    if (result == WALK_MORE && framer_may_get_more(f))
        return STEP_MORE;
    if (result == WALK_MORE && bytes.len == MAX_RECORD_BYTES)
        return cut_json(f, lead, 0, IN_CUT_VALUE);
    f->batch->cut_short |= result == WALK_MORE;
    return give_up_document(f, lead);
}

enum step framer_step_array(struct framer *f) {
    struct str bytes = framer_rest(f);
    size_t lead = 0;
    while (lead < bytes.len && (ascii_space(bytes.ptr[lead]) || bytes.ptr[lead] == ','))
        lead++;
    if (lead == bytes.len) {
        framer_skip(f, lead);
        return STEP_MORE;
    }
    return bytes.ptr[lead] == ']' ? leave_array(f, lead) : take_element(f, lead);
}

enum step framer_step_walk(struct framer *f, enum place then) {
    size_t used;
    enum walk_result result = json_walk(&f->walk, framer_rest(f), &used);
    if (result == WALK_BROKEN)
        return give_up_document(f, 0);
    framer_skip(f, used);
    if (result == WALK_MORE)
        return STEP_MORE;
    f->place = then;
    return STEP_ON;
}

/* The input may end inside an envelope, which finishing tells; its bytes are no text. */
static enum step members_go_on(struct framer *f) {
    if (!framer_may_get_more(f) && !(f->over && f->enveloped))
        return give_up_document(f, 0);
    framer_skip(f, f->over ? framer_rest(f).len : 0);
    return STEP_MORE;
}

enum step framer_step_members(struct framer *f) {
    size_t len;
    enum member_is is = json_next_member(str_slice(framer_rest(f), 0, FRAME_WINDOW), f->like_record, &len);
    if (is == MEMBER_VALUE && framer_rest(f).len < len + FRAME_LOOK_AHEAD)
        is = framer_may_get_more(f) ? MEMBER_MORE : is; /* whether it is a list is not seen yet */
    switch (is) {
    case MEMBER_MORE:
        return members_go_on(f);
    case MEMBER_BROKEN:
        return give_up_document(f, 0);
    case MEMBER_LIST:
        return enter_array(f, len, true);
    case MEMBER_NONE:
        f->place = f->after_cut;
        break;
    case MEMBER_VALUE:
        f->place = IN_CUT_MEMBER;
        f->walk = (struct json_walk){ 0 };
    }
    framer_skip(f, len);
    return STEP_ON;
}
