#include "test_field.h"

#include "address.h"
#include "explain.h"
#include "timestamp.h"
#include "utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* ---- one value against one test ---- */

/* Doubles are the quick answer, and the right one for all but whole numbers from 2^53 on, of which several
 * become the same double. What is no whole number is as equal as its
 * double then. */
static int order_of(struct str a, double x, struct str b, double y) {
    static const double all_whole_below = 9007199254740992.0;
    int order = 0;
    if (x < y || x > y)
        return x < y ? -1 : 1;
    if (fabs(x) >= all_whole_below)
        str_compare_whole(a, b, &order);
    return order;
}

static bool equal(struct str a, struct str b) {
    double x, y;
    return str_equal_nocase(a, b) ||
           (str_to_double(a, &x) && str_to_double(b, &y) && order_of(a, x, b, y) == 0);
}

static bool has_prefix(struct str text, struct str part) {
    return str_equal_nocase(str_slice(text, 0, part.len), part);
}

static bool has_suffix(struct str text, struct str part) {
    return text.len >= part.len && str_equal_nocase(str_slice(text, text.len - part.len, part.len), part);
}

static bool has_part(struct str text, struct str part) {
    return str_find_nocase(text, part) + part.len <= text.len;
}

static bool any_value(struct str text, const struct test *t,
                      bool (*holds)(struct str text, struct str value)) {
    for (size_t i = 0; i < t->value_count; i++)
        if (holds(text, t->values[i]))
            return true;
    return false;
}

/* The values' numbers are known: NaN, which equals nothing, of those that are none. */
static bool equals_some(struct str text, const struct test *t) {
    double number;
    bool is_number = str_to_double(text, &number);
    for (size_t i = 0; i < t->value_count; i++)
        if (str_equal_nocase(text, t->values[i]) ||
            (is_number && number == t->numbers[i] && order_of(text, number, t->values[i], number) == 0))
            return true;
    return false;
}

static bool in_network(struct str text, struct str value) {
    struct address address, network;
    unsigned prefix;
    if (!address_parse(text, &address) || !network_parse(value, &network, &prefix) ||
        address.bits != network.bits)
        return false;
    address_mask(&address, prefix);
    return memcmp(address.bytes, network.bytes, sizeof address.bytes) == 0;
}

static bool compare(struct str text, const struct test *t, double slow_ms) {
    double number;
    if (!str_to_double(text, &number))
        return false;
    bool is_slow_test = t->field == FIELD_DURATION_MS && (t->op == TEST_GE || t->op == TEST_GT);
    int order = is_slow_test && slow_ms > 0 ? (number > slow_ms) - (number < slow_ms)
                                            : order_of(text, number, t->values[0], t->numbers[0]);
    switch (t->op) {
    case TEST_GT:
        return order > 0;
    case TEST_GE:
        return order >= 0;
    case TEST_LT:
        return order < 0;
    default:
        return order <= 0;
    }
}

/* ---- the values of a name ---- */

struct asking {
    const struct test *test;
    const struct test_subject *subject;
    bool present;
    bool over_budget;
    struct str value; /* looked at last; no pointer: none */
};

static bool matches(struct asking *a, struct str text) {
    const struct regex *regex = ruleset_regex(a->subject->rs, a->test->pattern);
    struct str subject = utf8_valid(text) ? text : utf8_repair(text, a->subject->arena);
    enum regex_answer answer = regex ? regex_find(regex, a->subject->scratch, subject, 0, NULL, 0) : REGEX_NO;
    a->over_budget = a->over_budget || answer == REGEX_OVER_BUDGET;
    return answer == REGEX_YES;
}

static bool in_some_table(const struct asking *a, struct str text) {
    for (size_t i = 0; i < a->test->value_count; i++) {
        const struct table *table = tables_find(a->subject->tables, a->test->values[i]);
        if (table && table_has(table, text))
            return true;
    }
    return false;
}

static bool like_other_field(struct asking *a, struct str text);

/* Whether this value decides: `ne` is asked as eq and turned round at the end, so is `null`. */
static bool value_holds(struct asking *a, struct str text) {
    const struct test *t = a->test;
    a->present = true;
    a->value = text;
    if (t->by_field)
        return like_other_field(a, text);
    switch (t->op) {
    case TEST_EQ:
    case TEST_NE:
        return equals_some(text, t);
    case TEST_RE:
        return matches(a, text);
    case TEST_PREFIX:
        return any_value(text, t, has_prefix);
    case TEST_SUFFIX:
        return any_value(text, t, has_suffix);
    case TEST_CONTAINS:
        return any_value(text, t, has_part);
    case TEST_CIDR:
        return any_value(text, t, in_network);
    case TEST_IN_TABLE:
        return in_some_table(a, text);
    case TEST_EXISTS:
    case TEST_NULL:
        return true;
    default:
        return compare(text, t, a->subject->slow_ms);
    }
}

static bool visit_json(void *context, struct json value) {
    struct asking *a = context;
    a->present = true;
    a->value = value.raw;
    if (value.kind == JSON_NULL) /* there, but nothing can equal it */
        return a->test->op == TEST_EXISTS;
    return value_holds(a, json_text(value, a->subject->arena));
}

static struct str number_text(const struct test_subject *s, uint64_t number) {
    char digits[24];
    return arena_copy(s->arena, str_of(digits, (size_t)snprintf(digits, sizeof digits, "%" PRIu64, number)));
}

static struct str time_text(const struct test_subject *s) {
    char text[STAMP_LEN + 1];
    stamp_print(s->fields->time, text);
    return arena_copy(s->arena, str_c(text));
}

static bool own_key(const struct test_subject *s, struct str name, enum field f, struct str *value) {
    for (size_t i = 0; i < s->capture_count; i++) {
        if (str_equal(s->captures[i].name, name)) {
            *value = s->captures[i].text;
            return true;
        }
    }
    if (f != FIELD_COUNT && s->fields->text[f].ptr) {
        *value = s->fields->text[f];
        return true;
    }
    if (str_equal_c(name, "raw"))
        *value = s->raw;
    else if (str_equal_c(name, "kind"))
        *value = str_c(s->json.kind == JSON_NONE ? "text" : "json");
    else if (str_equal_c(name, "line_number") || str_equal_c(name, "line"))
        *value = number_text(s, s->line);
    else if (str_equal_c(name, "offset"))
        *value = number_text(s, s->offset);
    else if (str_equal_c(name, "timestamp") && s->fields->has_time)
        *value = time_text(s);
    else if (str_equal_c(name, "source"))
        *value = s->source;
    else if (str_equal_c(name, "message") && s->json.kind == JSON_NONE)
        *value = s->message;
    else
        return false;
    return true;
}

/* Whether a JSON key of the field's name stands for nothing else: what is no duration there is none for
 * `event` either. */
static bool is_own_only(enum field f) {
    return f == FIELD_DURATION_MS;
}

typedef bool (*value_visitor)(void *context, struct json value);

static struct json as_json(struct str text) {
    return (struct json){ .kind = JSON_STRING, .raw = text };
}

/* Every value of a JSON record, and the record as it is. */
static bool some_value_anywhere(const struct test_subject *s, value_visitor visit, void *context) {
    return (s->json.kind == JSON_OBJECT && json_any_value(s->json, visit, context)) ||
           visit(context, as_json(s->raw));
}

static bool some_value_of(const struct test_subject *s, struct str name, enum field field,
                          value_visitor visit, void *context) {
    struct str value;
    if (str_starts(name, (struct str)STR("$.")))
        name = str_slice(name, 2, name.len);
    else if (str_equal_c(name, "*"))
        return some_value_anywhere(s, visit, context);
    else if (own_key(s, name, field, &value))
        return visit(context, as_json(value));
    else if (is_own_only(field))
        return false;
    return s->json.kind == JSON_OBJECT && json_path_any(s->json, name, visit, context);
}

/* Of "a|b" the first name decides that is there: visits set *present. */
static bool some_value_named(const struct test_subject *s, struct str name, enum field field,
                             value_visitor visit, void *context, const bool *present) {
    size_t bar = str_find_byte(name, '|');
    if (bar == name.len)
        return some_value_of(s, name, field, visit, context);
    bool holds = false;
    for (; name.len && !*present; bar = str_find_byte(name, '|')) {
        struct str first = str_slice(name, 0, bar);
        holds = some_value_of(s, first, field_named(first), visit, context);
        name = str_slice(name, bar + 1, name.len);
    }
    return holds;
}

/* A text that is compared with the values of another field. */
struct likening {
    const struct asking *asking;
    struct str text;
    bool present; /* the other field */
};

static bool visit_other(void *context, struct json value) {
    struct likening *l = context;
    l->present = true;
    if (value.kind == JSON_NULL)
        return false;
    struct str other = json_text(value, l->asking->subject->arena);
    switch (l->asking->test->op) {
    case TEST_PREFIX:
        return has_prefix(l->text, other);
    case TEST_SUFFIX:
        return has_suffix(l->text, other);
    case TEST_CONTAINS:
        return has_part(l->text, other);
    default:
        return equal(l->text, other);
    }
}

static bool like_other_field(struct asking *a, struct str text) {
    for (size_t i = 0; i < a->test->value_count; i++) {
        struct str name = a->test->values[i];
        struct likening l = { .asking = a, .text = text };
        if (some_value_named(a->subject, name, field_named(name), visit_other, &l, &l.present))
            return true;
    }
    return false;
}

static enum test_answer map_holds(const struct test_map *map, const struct test_subject *subject);

static enum test_answer inside_holds(const struct test *t, const struct test_subject *subject) {
    bool all = t->op == TEST_ALL;
    for (size_t i = 0; i < t->inside.count; i++) {
        enum test_answer answer = map_holds(&t->inside.maps[i], subject);
        if (answer == TEST_OVER_BUDGET)
            return answer;
        if ((answer == TEST_HOLDS) != all) /* this one decides */
            return t->op == TEST_ANY ? TEST_HOLDS : TEST_FAILS;
    }
    return t->op == TEST_ANY ? TEST_FAILS : TEST_HOLDS;
}

static enum test_answer test_holds(const struct test *t, const struct test_subject *subject) {
    struct asking a = { .test = t, .subject = subject };
    if (t->inside.count)
        return inside_holds(t, subject);
    bool holds = some_value_named(subject, t->name, t->field, visit_json, &a, &a.present);
    if (a.over_budget)
        return TEST_OVER_BUDGET;
    if (t->op == TEST_NE)
        holds = !holds;
    else if (t->op == TEST_EXISTS)
        holds = a.present == t->wanted;
    else if (t->op == TEST_NULL)
        holds = holds != t->wanted; /* some value is not null */
    if (subject->explain)
        explain_test(subject->explain, t, a.value, holds);
    return holds ? TEST_HOLDS : TEST_FAILS;
}

static enum test_answer map_holds(const struct test_map *map, const struct test_subject *subject) {
    for (size_t i = 0; i < map->count; i++) {
        enum test_answer answer = test_holds(&map->tests[i], subject);
        if (answer != TEST_HOLDS)
            return answer;
    }
    return TEST_HOLDS;
}

enum test_answer test_list_holds(const struct test_list *list, const struct test_subject *subject) {
    for (size_t i = 0; i < list->count; i++) {
        if (subject->explain)
            explain_map(subject->explain, i + 1);
        enum test_answer answer = map_holds(&list->maps[i], subject);
        if (answer != TEST_FAILS)
            return answer;
    }
    return TEST_FAILS;
}

static enum test_answer map_may_hold(const struct test_map *map, const struct test_subject *subject,
                                     uint32_t named) {
    if (!map->needs || map->needs & ~named)
        return TEST_FAILS;
    for (size_t i = 0; i < map->count; i++) {
        const struct test *t = &map->tests[i];
        bool known = t->field != FIELD_COUNT && !t->by_field && (map->needs & field_bit(t->field)) &&
                     subject->fields->text[t->field].ptr;
        enum test_answer answer = known ? test_holds(t, subject) : TEST_HOLDS;
        if (answer != TEST_HOLDS)
            return answer;
    }
    return TEST_HOLDS;
}

enum test_answer test_list_may_hold(const struct test_list *list, const struct test_subject *subject,
                                    uint32_t named) {
    for (size_t i = 0; i < list->count; i++) {
        enum test_answer answer = map_may_hold(&list->maps[i], subject, named);
        if (answer != TEST_FAILS)
            return answer;
    }
    return TEST_FAILS;
}

/* ---- values for others ---- */

struct first_value {
    struct str text;
    struct arena *arena;
};

static bool take_value(void *context, struct json value) {
    struct first_value *first = context;
    if (value.kind == JSON_NULL || value.kind == JSON_ARRAY || value.kind == JSON_OBJECT)
        return false;
    first->text = json_text(value, first->arena);
    return true;
}

bool test_subject_value(const struct test_subject *s, struct str name, enum field field, struct str *value) {
    struct first_value first = { .arena = s->arena };
    if (str_starts(name, (struct str)STR("$.")))
        name = str_slice(name, 2, name.len);
    else if (own_key(s, name, field, value))
        return true;
    else if (is_own_only(field))
        return false;
    bool found = s->json.kind == JSON_OBJECT && json_path_any(s->json, name, take_value, &first);
    *value = first.text;
    return found;
}
