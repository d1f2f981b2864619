#include "test_field.h"

#include "timestamp.h"
#include "utf8.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>

/* ---- one value against one test ---- */

static bool equal(struct str text, const struct test *t, size_t i) {
    if (str_equal_nocase(text, t->values[i]))
        return true;
    double number;
    return str_to_double(text, &number) && number == t->numbers[i] &&
           str_to_double(t->values[i], &(double){ 0 });
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

/* An address of either family as 16 bytes; IPv4 as IPv4-mapped. */
static bool parse_address(struct str text, unsigned char out[16], bool *v4) {
    char copy[INET6_ADDRSTRLEN];
    if (text.len >= sizeof copy)
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF };
    memcpy(out, mapped, sizeof mapped);
    *v4 = inet_pton(AF_INET, copy, out + 12) == 1;
    return *v4 || inet_pton(AF_INET6, copy, out) == 1;
}

static bool in_network(struct str text, const struct test *t, size_t i) {
    struct str network = t->values[i];
    size_t slash = str_find_byte(network, '/');
    unsigned char address[16], base[16];
    bool v4, base_v4;
    int64_t bits;
    if (!text.len || !parse_address(text, address, &v4) ||
        !parse_address(str_slice(network, 0, slash), base, &base_v4) ||
        !str_to_int(str_slice(network, slash + 1, network.len), &bits))
        return false;
    if (base_v4)
        bits += 96;
    for (int64_t bit = 0; bit < bits && bit < 128; bit++) {
        unsigned differing = (unsigned)(address[bit / 8] ^ base[bit / 8]);
        if (differing >> (7 - bit % 8) & 1)
            return false;
    }
    return true;
}

static bool compare(struct str text, const struct test *t) {
    double number;
    if (!str_to_double(text, &number))
        return false;
    double limit = t->numbers[0];
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
};

static bool matches(struct asking *a, struct str text) {
    const struct regex *regex = ruleset_regex(a->subject->rs, a->test->pattern);
    struct str subject = utf8_valid(text) ? text : utf8_repair(text, a->subject->arena);
    enum regex_answer answer = regex ? regex_find(regex, a->subject->scratch, subject, 0, NULL, 0) : REGEX_NO;
    a->over_budget = a->over_budget || answer == REGEX_OVER_BUDGET;
    return answer == REGEX_YES;
}

/* Whether this value decides: `ne` is asked as eq and turned round at the end. */
static bool value_holds(struct asking *a, struct str text) {
    const struct test *t = a->test;
    a->present = true;
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
    case TEST_EXISTS:
        return true;
    default:
        return compare(text, t);
    }
}

static bool visit_json(void *context, struct json value) {
    struct asking *a = context;
    a->present = true;
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

static bool some_value_holds(struct asking *a) {
    const struct test_subject *s = a->subject;
    struct str name = a->test->name, value;
    if (str_starts(name, (struct str)STR("$.")))
        name = str_slice(name, 2, name.len);
    else if (own_key(s, name, a->test->field, &value))
        return value_holds(a, value);
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
    if (value.kind == JSON_NULL || value.kind == JSON_NONE)
        return false;
    first->text = json_text(value, first->arena);
    return true;
}

bool test_subject_value(const struct test_subject *s, const struct name *name, struct str *value) {
    struct first_value first = { .arena = s->arena };
    struct str path = name->text;
    if (str_starts(path, (struct str)STR("$.")))
        path = str_slice(path, 2, path.len);
    else if (own_key(s, path, name->field, value))
        return true;
    bool found = s->json.kind == JSON_OBJECT && json_path_any(s->json, path, take_value, &first);
    *value = first.text;
    return found;
}
