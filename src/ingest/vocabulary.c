/* Loading the two tables, the keys and the spellings. The patterns are in patterns.c. */
#include "vocabulary.h"

#include "columns_inside.h"
#include "mem.h"
#include "vocabulary_inside.h"

#include <stdlib.h>

/* ---------------------------------------------------------------- keys */

/* What a byte of a key becomes when it is compared; 0: it is left out. */
static inline char folded(char c) {
    char lower = (char)(c | 0x20);
    if (lower >= 'a' && lower <= 'z')
        return lower;
    return ascii_digit(c) || c == '.' || (unsigned char)c >= 0x80 ? c : '\0';
}

void key_add(struct key *key, struct str name) {
    for (size_t i = 0; i < name.len; i++) {
        char c = folded(name.ptr[i]);
        if (!c)
            continue;
        if (key->len >= KEY_MAX) {
            key->len = KEY_MAX + 1;
            return;
        }
        key->name[key->len++] = c;
        key->hash = (key->hash + (unsigned char)c) * 2654435761u;
    }
}

/* The slot of the key, or the free one where it would be. The hashes lie apart, so that the many keys of a
 * record that mean nothing are told by one small array. */
static struct key_slot *find_slot(const struct vocabulary *v, const struct key *key) {
    uint32_t hash = key->hash | 1; /* 0: free */
    size_t mask = v->slot_count - 1;
    for (size_t i = (hash ^ hash >> 15) & mask;; i = (i + 1) & mask) {
        struct key_slot *slot = &v->slots[i];
        if (v->hashes[i] == 0)
            return slot;
        if (v->hashes[i] == hash && slot->len == key->len && memcmp(slot->name, key->name, key->len) == 0)
            return slot;
    }
}

const struct role *vocabulary_roles(const struct vocabulary *v, const struct key *key, size_t *count) {
    *count = 0;
    if (key->len == 0 || key->len > v->longest_key)
        return NULL;
    const struct key_slot *slot = find_slot(v, key);
    *count = slot->role_count;
    return slot->roles;
}

static void resize_slots(struct vocabulary *v, size_t count) {
    struct key_slot *old = v->slots;
    size_t old_count = v->slot_count;
    v->slots = mem_new(count, sizeof *v->slots);
    v->hashes = mem_resize(v->hashes, count, sizeof *v->hashes);
    memset(v->hashes, 0, count * sizeof *v->hashes);
    v->slot_count = count;
    for (size_t i = 0; i < old_count; i++) {
        struct key key = { 0 };
        if (!old[i].len)
            continue;
        key_add(&key, str_of(old[i].name, old[i].len));
        struct key_slot *slot = find_slot(v, &key);
        v->hashes[slot - v->slots] = key.hash | 1;
        *slot = old[i];
    }
    free(old);
}

static struct key_slot *make_slot(struct vocabulary *v, const struct key *key) {
    if (2 * (v->used + 1) > v->slot_count)
        resize_slots(v, 2 * v->slot_count);
    struct key_slot *slot = find_slot(v, key);
    if (slot->len)
        return slot;
    v->used++;
    v->hashes[slot - v->slots] = key->hash | 1;
    slot->len = key->len;
    slot->name = arena_copy(&v->arena, str_of(key->name, key->len)).ptr;
    if (key->len > v->longest_key)
        v->longest_key = key->len;
    return slot;
}

static void add_role(struct key_slot *slot, struct role role) {
    for (size_t i = 0; i < slot->role_count; i++)
        if (slot->roles[i].kind == ROLE_CONTAINER && role.kind == ROLE_CONTAINER)
            return;
    slot->roles = mem_resize(slot->roles, slot->role_count + 1, sizeof *slot->roles);
    slot->roles[slot->role_count++] = role;
}

/* A dotted name makes each of its parents a container, so that the walk knows where to go down. */
static void add_key(struct vocabulary *v, struct str name, struct role role) {
    bool exact = name.len && name.ptr[0] == '=';
    if (exact)
        name = str_slice(name, 1, name.len);
    for (size_t i = 1; i < name.len; i++) {
        if (name.ptr[i] != '.')
            continue;
        struct key parent = { 0 };
        key_add(&parent, str_slice(name, 0, i));
        if (parent.len)
            add_role(make_slot(v, &parent), (struct role){ .kind = ROLE_CONTAINER });
    }
    struct key key = { 0 };
    key_add(&key, name);
    if (key.len == 0 || key.len > KEY_MAX)
        return;
    role.exact = exact ? arena_copy(&v->arena, name).ptr : NULL;
    add_role(make_slot(v, &key), role);
}

/* ---------------------------------------------------------------- fields.lua */

static bool wrong(struct fault *fault, const char *table, const struct json_node *got, const char *want) {
    return fault_set(fault, FAULT_RULE, "fields.lua: %s: %s expected, got %s", table, want,
                     json_kind_name(got));
}

/* A list of keys, all with the same role; their ranks go up from role.rank. */
static bool load_keys(struct vocabulary *v, const struct json_node *list, const char *table, struct role role,
                      struct fault *fault) {
    if (!json_is_array(list))
        return wrong(fault, table, list, "a list of keys");
    for (const struct json_node *n = json_first(list); n; n = json_after(n)) {
        if (!json_is_string(n))
            return wrong(fault, table, n, "a key");
        add_key(v, json_str(n), role);
        role.rank++;
    }
    return true;
}

static bool load_field_keys(struct vocabulary *v, const struct json_node *keys, struct fault *fault) {
    if (!json_is_object(keys))
        return wrong(fault, "keys", keys, "a table");
    for (const struct json_node *n = json_first(keys); n; n = json_after(n)) {
        enum field f = field_named(str_c(json_name(n)));
        if (f == FIELD_COUNT || f == FIELD_DURATION_MS)
            return fault_set(fault, FAULT_RULE, "fields.lua: keys: '%s' is no field", json_name(n));
        if (!load_keys(v, n, json_name(n), (struct role){ .kind = ROLE_FIELD, .field = f }, fault))
            return false;
    }
    return true;
}

static const struct {
    const char *name;
    enum unit unit;
} units[] = {
    { "ns", UNIT_NS },   { "us", UNIT_US }, { "ms", UNIT_MS },     { "s", UNIT_S },
    { "min", UNIT_MIN }, { "h", UNIT_H },   { "text", UNIT_TEXT }, { "go", UNIT_GO },
};
enum { UNITS = sizeof units / sizeof units[0] };

bool unit_named(struct str name, enum unit *unit) {
    for (size_t i = 0; i < UNITS; i++) {
        if (str_equal_c(name, units[i].name)) {
            *unit = units[i].unit;
            return true;
        }
    }
    return false;
}

/* Keys that name their unit are better than keys that do not. */
static bool load_durations(struct vocabulary *v, const struct json_node *durations, struct fault *fault) {
    if (!json_is_object(durations))
        return wrong(fault, "durations", durations, "a table");
    for (const struct json_node *n = json_first(durations); n; n = json_after(n)) {
        struct role role = { .kind = ROLE_DURATION, .field = FIELD_DURATION_MS };
        if (!unit_named(str_c(json_name(n)), &role.unit))
            return fault_set(fault, FAULT_RULE, "fields.lua: durations: '%s' is no unit", json_name(n));
        role.rank = role.unit == UNIT_TEXT ? 1000 : 0;
        if (!load_keys(v, n, json_name(n), role, fault))
            return false;
    }
    return true;
}

static int by_length(const void *a, const void *b) {
    const struct spelling *x = a, *y = b;
    return (x->spelling.len > y->spelling.len) - (x->spelling.len < y->spelling.len);
}

static bool load_spellings(struct vocabulary *v, const struct json_node *table, const char *name,
                           struct spellings *out, struct fault *fault) {
    if (!json_is_object(table))
        return wrong(fault, name, table, "a table");
    out->items = arena_new(&v->arena, json_count(table), sizeof *out->items);
    for (const struct json_node *n = json_first(table); n; n = json_after(n)) {
        struct str spelling = str_c(json_name(n));
        if (!json_is_string(n))
            return wrong(fault, name, n, "a standard spelling");
        if (spelling.len > SPELLING_MAX)
            return fault_set(fault, FAULT_RULE, "fields.lua: %s: '%s' is longer than %d bytes", name,
                             spelling.ptr, SPELLING_MAX);
        out->items[out->count++] =
            (struct spelling){ arena_copy(&v->arena, spelling), arena_copy(&v->arena, json_str(n)) };
        for (size_t len = spelling.len + 1; len < SPELLING_MAX + 2; len++)
            out->shorter[len]++;
    }
    mem_sort(out->items, out->count, sizeof *out->items, by_length);
    return true;
}

static bool load_nobody(struct vocabulary *v, const struct json_node *list, struct fault *fault) {
    if (!json_is_array(list))
        return wrong(fault, "nobody", list, "a list of names");
    v->nobody = arena_new(&v->arena, json_count(list), sizeof *v->nobody);
    for (const struct json_node *n = json_first(list); n; n = json_after(n))
        v->nobody[v->nobody_count++] = arena_copy(&v->arena, json_str(n));
    return true;
}

bool vocabulary_nobody(const struct vocabulary *v, struct str user) {
    for (size_t i = 0; i < v->nobody_count; i++)
        if (str_equal_nocase(v->nobody[i], user))
            return true;
    return false;
}

/* The roles of the key that is called like a field. */
static void mark_own(struct vocabulary *v, const char *name) {
    struct key key = { 0 };
    key_add(&key, str_c(name));
    struct key_slot *slot = find_slot(v, &key);
    for (size_t i = 0; i < slot->role_count; i++)
        slot->roles[i].own = slot->roles[i].field == field_named(str_c(name));
}

static void mark_own_keys(struct vocabulary *v) {
    for (int f = 0; f < FIELD_COUNT; f++)
        mark_own(v, field_name((enum field)f));
    mark_own(v, "user");
}

static bool load_fields(struct vocabulary *v, const struct json_node *fields, struct fault *fault) {
    struct role text = { .kind = ROLE_TEXT }, time = { .kind = ROLE_TIME };
    struct role syslog = { .kind = ROLE_SYSLOG_LEVEL, .field = FIELD_LEVEL };
    return load_field_keys(v, json_member(fields, "keys"), fault) &&
           load_nobody(v, json_member(fields, "nobody"), fault) &&
           load_durations(v, json_member(fields, "durations"), fault) &&
           load_keys(v, json_member(fields, "texts"), "texts", text, fault) &&
           load_keys(v, json_member(fields, "times"), "times", time, fault) &&
           load_keys(v, json_member(fields, "syslog_keys"), "syslog_keys", syslog, fault) &&
           load_spellings(v, json_member(fields, "levels"), "levels", &v->levels, fault) &&
           load_spellings(v, json_member(fields, "syslog_levels"), "syslog_levels", &v->syslog_levels,
                          fault) &&
           load_spellings(v, json_member(fields, "outcomes"), "outcomes", &v->outcomes, fault);
}

static struct str respell(const struct spellings *table, struct str text, struct str otherwise) {
    if (text.len > SPELLING_MAX)
        return otherwise;
    for (size_t i = table->shorter[text.len]; i < table->shorter[text.len + 1]; i++)
        if (str_equal_nocase(table->items[i].spelling, text))
            return table->items[i].standard;
    return otherwise;
}

struct str vocabulary_spelling(const struct vocabulary *v, enum field f, struct str text) {
    if (f == FIELD_LEVEL)
        return respell(&v->levels, text, text);
    return f == FIELD_OUTCOME ? respell(&v->outcomes, text, text) : text;
}

struct str vocabulary_syslog_level(const struct vocabulary *v, struct str number) {
    return respell(&v->syslog_levels, number, str_of(NULL, 0));
}

/* ---------------------------------------------------------------- the whole */

static uint32_t named_fields(const struct json_node *names) {
    uint32_t fields = 0;
    for (const struct json_node *n = json_first(names); n; n = json_after(n))
        fields |= field_bit(field_named(json_str(n)));
    return fields;
}

struct vocabulary *vocabulary_load(const struct json_node *document, struct fault *fault) {
    struct vocabulary *v = mem_new(1, sizeof *v);
    arena_init(&v->arena);
    resize_slots(v, 256);
    const struct json_node *census = json_member(document, "census");
    v->asked = named_fields(json_member(census, "fields"));
    v->facts = named_fields(json_member(census, "facts"));
    v->shaped = named_fields(json_member(census, "shaped"));
    if (load_fields(v, json_member(document, "fields"), fault) &&
        load_patterns(v, json_member(document, "formats"), census, fault) &&
        load_column_formats(v, json_member(json_member(document, "formats"), "columns"), fault)) {
        mark_own_keys(v);
        return v;
    }
    vocabulary_free(v);
    return NULL;
}

void vocabulary_free(struct vocabulary *v) {
    if (!v)
        return;
    free_patterns(v);
    free_column_formats(v);
    for (size_t i = 0; i < v->slot_count; i++)
        free(v->slots[i].roles);
    free(v->slots);
    free(v->hashes);
    arena_fini(&v->arena);
    free(v);
}
