#include "test_field.h"

#include "address.h"
#include "explain.h"
#include "timestamp.h"
#include "utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* ---- one value against one test ---- */

static bool equal(struct str text, const struct test *t, size_t i) {
    if (str_equal_nocase(text, t->values[i]))
        return true;
    double number;
    return !isnan(t->numbers[i]) && str_to_double(text, &number) && number == t->numbers[i];
}

static bool any_value(struct str text, const struct test *t,
                      bool (*holds)(struct str, const struct test *, size_t)) {
    for (size_t i = 0; i < t->value_count; i++)
        if (holds(text, t, i))
            return true;
    return false;
}

static bool prefix(struct str text, const struct test *t, size_t i) {
    return str_equal_nocase(str_slice(text, 0, t->values[i].len), t->values[i]);
}

static bool suffix(struct str text, const struct test *t, size_t i) {
    struct str value = t->values[i];
    return text.len >= value.len && str_equal_nocase(str_slice(text, text.len - value.len, value.len), value);
}

static bool contains(struct str text, const struct test *t, size_t i) {
    return str_find_nocase(text, t->values[i]) + t->values[i].len <= text.len;
}

static bool in_network(struct str text, const struct test *t, size_t i) {
    struct address address, network;
    unsigned prefix;
    if (!address_parse(text, &address) || !network_parse(t->values[i], &network, &prefix) ||
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
    double limit = is_slow_test && slow_ms > 0 ? slow_ms : t->numbers[0];
    switch (t->op) {
    case TEST_GT:
        return number > limit;
    case TEST_GE:
        return number >= limit;
    case TEST_LT:
        return number < limit;
    default:
        return number <= limit;
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

/* Whether this value decides: `ne` is asked as eq and turned round at the end. */
static bool value_holds(struct asking *a, struct str text) {
    const struct test *t = a->test;
    a->present = true;
    a->value = text;
    switch (t->op) {
    case TEST_EQ:
    case TEST_NE:
        return any_value(text, t, equal);
    case TEST_RE:
        return matches(a, text);
    case TEST_PREFIX:
        return any_value(text, t, prefix);
    case TEST_SUFFIX:
        return any_value(text, t, suffix);
    case TEST_CONTAINS:
        return any_value(text, t, contains);
    case TEST_CIDR:
        return any_value(text, t, in_network);
    case TEST_IN_TABLE:
        return in_some_table(a, text);
    case TEST_EXISTS:
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

static bool some_value_holds(struct asking *a) {
    const struct test_subject *s = a->subject;
    struct str name = a->test->name, value;
    if (str_starts(name, (struct str)STR("$.")))
        name = str_slice(name, 2, name.len);
    else if (own_key(s, name, a->test->field, &value))
        return value_holds(a, value);
    else if (is_own_only(a->test->field))
        return false;
    return s->json.kind == JSON_OBJECT && json_path_any(s->json, name, visit_json, a);
}

static enum test_answer test_holds(const struct test *t, const struct test_subject *subject) {
    struct asking a = { .test = t, .subject = subject };
    bool holds = some_value_holds(&a);
    if (a.over_budget)
        return TEST_OVER_BUDGET;
    if (t->op == TEST_NE)
        holds = !holds;
    else if (t->op == TEST_EXISTS)
        holds = a.present == t->wanted;
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
        bool known = t->field != FIELD_COUNT && (map->needs & field_bit(t->field)) &&
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
