/* What a line of text says. From the strongest to the weakest: a JSON object at its end; the shape of the
 * line (formats.lua: formats); sentences of known programs (events); key=value pairs, through the same keys
 * as JSON; and patterns for what is still missing (extras). */
#include "parse_inside.h"

#include "utf8.h"

/* Fields stand near the start; what follows in a longer text is payload. */
enum { TEXT_EXAMINED = 8 * 1024 };

enum { RANK_FORMAT = 0, RANK_EVENT = 0x100, RANK_PAIR = 0x200, RANK_EXTRA = 0xF00 };

static const unsigned list_ranks[PATTERN_LISTS] = {
    [PATTERN_FORMAT] = RANK_FORMAT, [PATTERN_EVENT] = RANK_EVENT, [PATTERN_EXTRA] = RANK_EXTRA
};

/* ---------------------------------------------------------------- what is known of a text */

/* A key=value whose key means something. */
struct pair {
    const struct role *roles;
    size_t role_count;
    struct str name;
    size_t value; /* where it begins */
};

enum { PAIRS_KEPT = 16 };

/* A text, and what was found out about it when it was first asked: a text may be read twice. */
struct looked_at {
    struct str text;
    bool scanned; /* the whole record: for events and extras the gates say what stands in it */
    bool has_found;
    struct marks found;        /* literals */
    uint64_t asked_held, held; /* by number of struct held */
    size_t pairs_end;          /* `pairs` are those of the text up to here */
    size_t pair_count;
    bool names_user; /* one of them may */
    struct pair pairs[PAIRS_KEPT];
};

/* Clears what is not told by a count or a flag: this is done for every text. */
static void look_at(struct looked_at *l, struct str text, bool scanned) {
    l->text = text;
    l->scanned = scanned;
    l->has_found = false;
    l->asked_held = l->held = 0;
    l->pairs_end = l->pair_count = 0;
    l->names_user = false;
}

/* ---------------------------------------------------------------- patterns */

/* Asks only where the pattern's heads stand. */
static enum regex_answer find_by_heads(const struct pattern *p, const struct regex *regex,
                                       struct regex_scratch *scratch, struct str text,
                                       struct regex_span *spans) {
    enum regex_answer answer = REGEX_NO;
    for (size_t at = 0; answer == REGEX_NO && (at = pattern_next_head(p, text, at)) < text.len; at++)
        answer = regex_find_at(regex, scratch, text, at, spans, p->span_count);
    return answer;
}

static bool finds(struct reading *r, struct pattern *p, struct str text, struct regex_span *spans) {
    struct fault fault;
    struct regex_scratch *scratch = r->parser->scratch;
    const struct regex *regex = pattern_regex(p, &fault);
    if (!regex)
        return false; /* compiled with the ruleset once; cannot happen with the same PCRE2 */
    enum regex_answer answer =
        p->head_count && utf8_ascii(text) ? find_by_heads(p, regex, scratch, text, spans) : REGEX_OVER_BUDGET;
    if (answer == REGEX_OVER_BUDGET)
        answer = regex_find(regex, scratch, text, 0, spans, p->span_count);
    r->parser->over_budget += answer == REGEX_OVER_BUDGET;
    return answer == REGEX_YES;
}

/* Offers what the groups caught. */
static void take_groups(struct reading *r, const struct pattern *p, struct str text,
                        const struct regex_span *spans, unsigned rank) {
    trace_here(r->parser->trace, p->list, str_c(p->name));
    for (size_t i = 0; i < p->group_count; i++) {
        struct regex_span span = spans[p->groups[i].number];
        struct role role = p->groups[i].role;
        if (span.start == REGEX_UNSET || role.kind == ROLE_MESSAGE)
            continue;
        struct str caught = str_slice(text, span.start, span.end - span.start);
        role.rank = (uint16_t)rank;
        offer(r, &role, caught);
    }
}

static void settle_user(struct reading *r, unsigned rank) {
    if (r->rank[FIELD_USER_ID] > rank)
        r->rank[FIELD_USER_ID] = (uint16_t)rank;
}

/* The candidate scan sees through one layer of escapes. */
static bool seen_by_scan(const struct reading *r) {
    return r->nesting <= 1;
}

static const struct marks *literals_of(const struct reading *r, struct looked_at *l) {
    if (!l->has_found)
        vocabulary_literals(r->parser->vocabulary, l->text, l->scanned, &l->found);
    l->has_found = true;
    return &l->found;
}

static bool holds_one(struct looked_at *l, const struct held *held) {
    uint64_t bit = (uint64_t)1 << held->number;
    if (!(l->asked_held & bit) && text_holds(l->text, held))
        l->held |= bit;
    l->asked_held |= bit;
    return l->held & bit;
}

/* Whether the candidate scan has seen that nothing stands there which the pattern needs. */
static bool ruled_out(const struct reading *r, const struct pattern *p) {
    return r->gates && seen_by_scan(r) && p->need_gate != NO_GATE && !marks_have(r->gates, p->need_gate);
}

/* The group that is the rest of the line. */
static void take_rest(const struct pattern *p, struct str text, struct regex_span *spans) {
    size_t end = spans[0].end;
    if (p->rest)
        spans[p->rest] =
            (struct regex_span){ end, end + str_find_byte(str_slice(text, end, text.len), '\n') };
}

/* Whether format `p` is worth asking PCRE2 about. `text`: what the formats before left of looked->text. */
static bool format_possible(const struct reading *r, const struct pattern *p, struct str text,
                            struct looked_at *looked) {
    return !ruled_out(r, p) && pattern_fits(p, text) && (!p->holds || text_holds(text, p->holds)) &&
           pattern_possible(p, literals_of(r, looked));
}

/* The first format that the text has, and its groups; NULL: none. */
static struct pattern *find_format(struct reading *r, struct str text, struct known_start *start,
                                   struct looked_at *looked, struct regex_span *spans) {
    const struct vocabulary *v = r->parser->vocabulary;
    struct patterns formats = vocabulary_patterns(v, PATTERN_FORMAT);
    const struct marks *open = start ? &start->open : vocabulary_formats(v, text.ptr[0]);
    if (start)
        known_start_settle(start, v, text, r->parser->scratch);
    for (size_t i = 0; (i = marks_next(open, open, i, formats.count)) < formats.count; i++) {
        struct pattern *p = formats.items[i];
        bool settled = start && start->match == i;
        if (!settled && !format_possible(r, p, text, looked))
            continue;
        if (start && !settled)
            known_start_ask(start, v, i, text, r->parser->scratch);
        if (start && start->match == i)
            known_start_spans(start, spans, p->span_count);
        else if (!marks_have(open, i) || !finds(r, p, text, spans))
            continue;
        return p;
    }
    return NULL;
}

/* The group `message` of a match, the rest of the line where the pattern leaves it; empty: none. */
static struct str message_of(const struct layer *layer) {
    const struct pattern *p = layer->pattern;
    for (size_t i = 0; i < p->group_count; i++) {
        struct regex_span span = layer->spans[p->groups[i].number];
        if (p->groups[i].role.kind == ROLE_MESSAGE && span.start != REGEX_UNSET)
            return str_slice(layer->text, span.start, span.end - span.start);
    }
    return str_of(NULL, 0);
}

/* The shape of the line, of what it left as its message, and so on. */
static void find_shape(struct reading *r, struct looked_at *looked, struct shape *shape) {
    const struct vocabulary *v = r->parser->vocabulary;
    struct str text = looked->text;
    struct known_start *start = known_start_of(r->parser->starts, v, text);
    shape->text = text;
    for (shape->layer_count = 0; shape->layer_count < LAYERS_MAX && text.len; shape->layer_count++) {
        struct layer *layer = &shape->layers[shape->layer_count];
        layer->text = text;
        layer->pattern = find_format(r, text, start, looked, layer->spans);
        if (!layer->pattern)
            return;
        take_rest(layer->pattern, text, layer->spans);
        struct str message = message_of(layer);
        if (message.len)
            start = known_start_behind(r->parser->starts, v, start, text, (size_t)(message.ptr - text.ptr));
        text = message;
    }
}

/* That of a text which was asked for in this record is known. */
static const struct shape *shape_of(struct reading *r, struct looked_at *looked, struct shape *unkept) {
    struct parser *p = r->parser;
    for (size_t i = 0; i < p->shape_count; i++)
        if (p->shapes[i].text.ptr == looked->text.ptr && p->shapes[i].text.len == looked->text.len)
            return &p->shapes[i];
    struct shape *shape = p->shape_count < SHAPES_MAX ? &p->shapes[p->shape_count++] : unkept;
    find_shape(r, looked, shape);
    return shape;
}

static void read_formats(struct reading *r, struct looked_at *looked) {
    struct shape unkept;
    const struct shape *shape = shape_of(r, looked, &unkept);
    for (size_t i = 0; i < shape->layer_count; i++) {
        const struct layer *layer = &shape->layers[i];
        unsigned rank = RANK_TEXT + RANK_FORMAT + (unsigned)i;
        take_groups(r, layer->pattern, layer->text, layer->spans, rank);
        trace_format(r->parser->trace, layer->pattern->name);
        if (layer->pattern->gives & field_bit(FIELD_USER_ID))
            settle_user(r, r->base + rank);
    }
}

/* A pattern that is searched. The first event that could name a user decides, also when it names none: an
 * access log's "-" is no reason to look for users in the URL. */
static void read_pattern(struct reading *r, enum vocabulary_list list, struct pattern *p,
                         struct looked_at *looked) {
    struct regex_span spans[PATTERN_SPANS_MAX];
    struct str text = looked->text;
    unsigned rank = RANK_TEXT + list_ranks[list];
    if (!wanting(r, p->gives, rank) || !pattern_fits(p, text) || (p->holds && !holds_one(looked, p->holds)) ||
        !(looked->scanned || pattern_possible(p, literals_of(r, looked))) || !finds(r, p, text, spans))
        return;
    take_groups(r, p, text, spans, rank);
    if (list == PATTERN_EVENT && (p->gives & field_bit(FIELD_USER_ID)))
        settle_user(r, r->base + rank);
}

static void read_patterns(struct reading *r, enum vocabulary_list list, struct looked_at *looked) {
    struct patterns patterns = vocabulary_patterns(r->parser->vocabulary, list);
    for (size_t i = 0; i < patterns.count; i++)
        read_pattern(r, list, patterns.items[i], looked);
}

/* ---------------------------------------------------------------- key=value */

/* What a key may consist of: what is not 0. */
static const bool key_bytes[256] = {
    ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true, ['5'] = true, ['6'] = true,
    ['7'] = true, ['8'] = true, ['9'] = true, ['A'] = true, ['B'] = true, ['C'] = true, ['D'] = true,
    ['E'] = true, ['F'] = true, ['G'] = true, ['H'] = true, ['I'] = true, ['J'] = true, ['K'] = true,
    ['L'] = true, ['M'] = true, ['N'] = true, ['O'] = true, ['P'] = true, ['Q'] = true, ['R'] = true,
    ['S'] = true, ['T'] = true, ['U'] = true, ['V'] = true, ['W'] = true, ['X'] = true, ['Y'] = true,
    ['Z'] = true, ['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true, ['f'] = true,
    ['g'] = true, ['h'] = true, ['i'] = true, ['j'] = true, ['k'] = true, ['l'] = true, ['m'] = true,
    ['n'] = true, ['o'] = true, ['p'] = true, ['q'] = true, ['r'] = true, ['s'] = true, ['t'] = true,
    ['u'] = true, ['v'] = true, ['w'] = true, ['x'] = true, ['y'] = true, ['z'] = true, ['_'] = true,
    ['.'] = true, ['-'] = true, ['@'] = true,
};

/* The key that ends at `equals`, and its hash; empty when it is none, or one of a URL's query. */
static struct str pair_key(struct str text, size_t equals, uint32_t *hash) {
    size_t start = equals;
    *hash = 0;
    while (start > 0 && equals - start <= KEY_MAX && key_bytes[(unsigned char)text.ptr[start - 1]])
        *hash = (*hash + (unsigned char)text.ptr[--start]) * 2654435761u;
    bool query = start > 0 && (text.ptr[start - 1] == '?' || text.ptr[start - 1] == '&' ||
                               text.ptr[start - 1] == '/' || text.ptr[start - 1] == '%');
    return query ? str_of("", 0) : str_slice(text, start, equals - start);
}

static struct str enclosed(struct str rest, char closer) {
    size_t len = 1;
    while (len < rest.len && rest.ptr[len] != closer)
        len += rest.ptr[len] == '\\' && len + 1 < rest.len ? 2 : 1;
    return len < rest.len ? str_slice(rest, 1, len - 1) : str_of("", 0);
}

/* What ends a value that nothing encloses; what begins an enclosed one has what ends it in `closers`. */
static const bool ends_value[256] = {
    [','] = true,  [';'] = true,  [')'] = true,  [']'] = true,  ['}'] = true, ['>'] = true,
    ['|'] = true,  ['&'] = true,  ['"'] = true,  ['\''] = true, [' '] = true, ['\t'] = true,
    ['\n'] = true, ['\v'] = true, ['\f'] = true, ['\r'] = true,
};
static const char closers[256] = { ['"'] = '"', ['\''] = '\'', ['<'] = '>', ['['] = ']', ['('] = ')' };

/* A longer value is none: it bounds the cost of a line that is all equals signs. */
enum { PAIR_VALUE_MAX = 512 };

static struct str pair_value(struct str rest) {
    struct str near = str_slice(rest, 0, PAIR_VALUE_MAX);
    if (near.len == 0)
        return near;
    char closer = closers[(unsigned char)near.ptr[0]];
    if (closer)
        return enclosed(near, closer);
    size_t len = 0;
    while (len < near.len && !ends_value[(unsigned char)near.ptr[len]])
        len++;
    if (len == PAIR_VALUE_MAX)
        return str_of("", 0);
    while (len && (near.ptr[len - 1] == '.' || near.ptr[len - 1] == ':'))
        len--;
    return str_slice(near, 0, len);
}

static void offer_pair(struct reading *r, struct str text, const struct pair *pair) {
    for (size_t i = 0; i < pair->role_count; i++) {
        struct role role = pair->roles[i];
        bool asked = role_is_field(&role) && (r->asked & field_bit(role.field));
        if (!asked || (role.exact && !str_equal_c(pair->name, role.exact)))
            continue;
        role.rank = (uint16_t)(role.rank + RANK_PAIR + RANK_TEXT);
        trace_here(r->parser->trace, "pair", pair->name);
        offer(r, &role, pair_value(str_slice(text, pair->value, text.len)));
    }
}

/* What a key means; *count 0: nothing. Remembered by its hash until another key takes its place. */
static const struct role *pair_roles(struct parser *p, struct str name, uint32_t hash, size_t *count) {
    struct known_pair *known = &p->known_pairs[hash >> (32 - KNOWN_PAIRS_BITS)];
    if (name.len && known->len == name.len && memcmp(known->name, name.ptr, name.len) == 0) {
        *count = known->role_count;
        return known->roles;
    }
    struct key key; /* its name need not be cleared */
    key.len = 0;
    key.hash = 0;
    key_add(&key, name);
    const struct role *roles = vocabulary_roles(p->vocabulary, &key, count);
    if (name.len <= KNOWN_KEY_MAX) {
        known->roles = roles;
        known->role_count = *count;
        known->len = (uint32_t)name.len;
        memcpy(known->name, name.ptr, name.len);
    }
    return roles;
}

static bool roles_give(const struct role *roles, size_t count, enum field f) {
    for (size_t i = 0; i < count; i++)
        if (role_is_field(&roles[i]) && roles[i].field == f)
            return true;
    return false;
}

/* The next pair at or behind `at` whose key means something, and where its search ended; false: none. */
static bool next_pair(const struct reading *r, struct str text, size_t *at, struct pair *pair) {
    while (*at < text.len) {
        size_t equals = *at + str_find_byte(str_slice(text, *at, text.len), '=');
        *at = equals + 1;
        if (equals >= text.len)
            return false;
        uint32_t hash;
        pair->name = pair_key(text, equals, &hash);
        pair->value = equals + 1;
        pair->roles = pair_roles(r->parser, pair->name, hash, &pair->role_count);
        if (pair->role_count)
            return true;
    }
    return false;
}

/* Looks up the first pairs of the text, as many as are kept. */
static void find_pairs(const struct reading *r, struct looked_at *l) {
    while (l->pair_count < PAIRS_KEPT && next_pair(r, l->text, &l->pairs_end, &l->pairs[l->pair_count])) {
        const struct pair *pair = &l->pairs[l->pair_count++];
        l->names_user |= roles_give(pair->roles, pair->role_count, FIELD_USER_ID);
    }
}

static void read_pairs(struct reading *r, struct looked_at *l) {
    struct pair pair;
    find_pairs(r, l);
    for (size_t i = 0; i < l->pair_count; i++)
        offer_pair(r, l->text, &l->pairs[i]);
    for (size_t at = l->pairs_end; next_pair(r, l->text, &at, &pair);)
        offer_pair(r, l->text, &pair);
}

/* ---------------------------------------------------------------- the whole */

/* Reads the JSON object that the text ends with and takes it off. */
static void read_tail(struct reading *r, struct str *text) {
    struct str trimmed = str_trim(*text);
    if (r->nesting == NESTING_MAX || trimmed.len < 2 || trimmed.ptr[trimmed.len - 1] != '}')
        return;
    struct str tail = str_slice(*text, str_find_byte(*text, '{'), text->len);
    struct json object = json_parse(tail);
    if (object.kind != JSON_OBJECT || object.raw.len <= 2)
        return;
    if (r->out && r->nesting == 0 && !r->out->json.kind)
        r->out->json = object;
    *text = str_slice(*text, 0, text->len - tail.len);
    r->nesting++;
    read_json(r, object);
    r->nesting--;
}

static void read_stamp(struct reading *r, struct str text) {
    struct stamp stamp;
    if (r->fields->has_time || !stamp_find(text, r->time, &stamp))
        return;
    r->fields->has_time = true;
    r->fields->time = stamp.micros;
    r->time_rank = (uint16_t)(r->base + RANK_TEXT + RANK_EXTRA);
    trace_here(r->parser->trace, "stamp", str_of("", 0));
    trace_time(r->parser->trace, str_slice(text, stamp.start, stamp.end - stamp.start), stamp.zoned,
               stamp.has_year);
}

/* "<11>" in front of a syslog line: eight times the facility, and the severity. What the text itself calls
 * its level is better. */
static void read_priority(struct reading *r, struct str text) {
    static const char digits[] = "01234567";
    struct role role = { .kind = ROLE_SYSLOG_LEVEL,
                         .field = FIELD_LEVEL,
                         .rank = RANK_TEXT + RANK_EXTRA + 1 };
    struct str near = str_slice(text, 1, sizeof "191>" - 1);
    size_t len = str_find_byte(near, '>');
    int64_t priority;
    trace_here(r->parser->trace, "priority", str_of("", 0));
    if (len < near.len && str_to_int(str_slice(near, 0, len), &priority) && priority >= 0 && priority < 192)
        offer(r, &role, str_of(digits + priority % 8, 1));
}

static void read_all(struct reading *r, struct looked_at *looked) {
    read_formats(r, looked);
    read_patterns(r, PATTERN_EVENT, looked);
    read_pairs(r, looked);
    read_patterns(r, PATTERN_EXTRA, looked);
}

/* ---------------------------------------------------------------- the census
 *
 * What is asked of every record has the same values as if all was read; what cannot give any of it is left
 * out. */

static bool formats_asked(const struct reading *r) {
    const struct vocabulary *v = r->parser->vocabulary;
    const struct marks *asked = vocabulary_asked_gates(v, PATTERN_FORMAT);
    unsigned rank = RANK_TEXT + RANK_FORMAT;
    size_t limit = vocabulary_gate_limit(v);
    if (vocabulary_timed(v) || wanting(r, vocabulary_shaped(v), rank))
        return true;
    for (size_t i = 0; (i = marks_next(asked, r->gates, i, limit)) < limit; i++)
        if (wanting(r, vocabulary_gated(v, i)->gives, rank))
            return true;
    return false;
}

static void read_asked_patterns(struct reading *r, enum vocabulary_list list, struct looked_at *looked) {
    const struct vocabulary *v = r->parser->vocabulary;
    const struct marks *asked = vocabulary_asked_gates(v, list);
    size_t limit = vocabulary_gate_limit(v);
    for (size_t i = 0; (i = marks_next(asked, r->gates, i, limit)) < limit; i++)
        read_pattern(r, list, vocabulary_gated(v, i), looked);
}

/* A pattern for the shape of a line may stand in for another one of which nothing is asked, so either all of
 * them are tried or none. Gates are the record's: in a text that is a part of it less may be found. */
static void read_asked(struct reading *r, struct looked_at *looked) {
    if (formats_asked(r))
        read_formats(r, looked);
    read_asked_patterns(r, PATTERN_EVENT, looked);
    read_pairs(r, looked);
    read_asked_patterns(r, PATTERN_EXTRA, looked);
}

/* More is asked of a record that names a user. A text that was read before its name was found has been read
 * for the name only. Most users stand in a key=value, which is seen beforehand. */
static void read_for_census(struct reading *r, struct looked_at *looked) {
    uint32_t facts = vocabulary_facts(r->parser->vocabulary), asked = r->asked;
    void (*read)(struct reading *, struct looked_at *) = seen_by_scan(r) ? read_asked : read_all;
    find_pairs(r, looked);
    if (looked->names_user)
        r->asked |= facts;
    read(r, looked);
    if (!(r->present & field_bit(FIELD_USER_ID))) {
        r->passed_by = true;
        r->asked = asked;
    } else if (facts & ~r->asked) {
        r->asked |= facts;
        read(r, looked);
    }
}

/* ---------------------------------------------------------------- the whole */

void read_text(struct reading *r, struct str text) {
    read_tail(r, &text);
    read_stamp(r, text);
    text.len = utf8_cut(text, TEXT_EXAMINED);
    struct looked_at looked;
    look_at(&looked, text, census(r) && r->nesting == 0);
    if (census(r))
        read_for_census(r, &looked);
    else
        read_all(r, &looked);
    if (missing(r, field_bit(FIELD_LEVEL)) && text.len && text.ptr[0] == '<')
        read_priority(r, text);
}
