/* Holds the lazy reader against cJSON: what json_parse accepts, cJSON accepts and reads the same, and what
 * the lazy calls see agrees with what the full check saw. cJSON is right about values, not about syntax (it
 * takes 01, raw control characters and NULs), so what it accepts is no measure of what we must accept. */
#include "json.h"
#include "json_doc.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds) {
    if (!holds)
        abort();
}

static void compare(struct json value, const struct json_node *node, struct arena *arena);

static void compare_members(struct json value, const struct json_node *node, struct arena *arena) {
    struct json key, item;
    const struct json_node *child = json_first(node);
    struct json_iter i = json_iter(value);
    while (json_next(&i, &key, &item)) {
        expect(child != NULL);
        if (value.kind == JSON_OBJECT) {
            struct str name = json_text(key, arena);
            expect(str_equal_c(name, json_name(child)));
            expect(json_get(value, name).kind != JSON_NONE);
        }
        compare(item, child, arena);
        child = json_after(child);
    }
    expect(!i.broken && !child);
}

static void compare(struct json value, const struct json_node *node, struct arena *arena) {
    double number;
    switch (value.kind) {
    case JSON_STRING:
        expect(json_is_string(node) && str_equal(json_text(value, arena), json_str(node)));
        break;
    case JSON_NUMBER:
        expect(json_is_number(node));
        if (json_to_double(value, &number))
            expect(value.raw.len > 60 || number == json_number(node, 0)); /* cJSON reads 63 digits at most */
        break;
    case JSON_BOOL:
        expect(json_is_bool(node) && json_is_true(node) == (value.raw.ptr[0] == 't'));
        break;
    case JSON_NULL:
        expect(!json_is_bool(node) && !json_is_number(node) && !json_is_string(node));
        break;
    case JSON_OBJECT:
    case JSON_ARRAY:
        expect(value.kind == JSON_OBJECT ? json_is_object(node) : json_is_array(node));
        compare_members(value, node, arena);
        break;
    case JSON_NONE:
        abort();
    }
}

/* What is written is accepted, and reads back the same when it was UTF-8. */
static void compare_writer(struct str text, struct arena *arena) {
    struct buf out, again;
    buf_init(&out, 1 << 24);
    buf_init(&again, 1 << 24);
    json_put_text(&out, text);
    struct json value = json_parse(buf_str(&out));
    expect(value.kind == JSON_STRING);
    json_put_text(&again, json_text(value, arena));
    expect(str_equal(buf_str(&out), buf_str(&again)));
    buf_fini(&out);
    buf_fini(&again);
}

static bool never(void *context, struct json value) {
    (void)context;
    (void)value;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = malloc(size ? size : 1); /* no byte behind it: an overrun is seen */
    if (!copy)
        return 0;
    memcpy(copy, data, size);
    struct str text = { copy, size };
    struct arena arena;
    struct fault fault;
    arena_init(&arena);
    struct json whole = json_parse(text), lazy = json_value(text);
    struct json_doc *doc = json_doc_parse(text, "fuzz", FAULT_INPUT, &fault);
    if (whole.kind) {
        expect(lazy.kind == whole.kind && str_equal(lazy.raw, whole.raw));
        if (doc) /* refused by the document reader alone: \u0000 and lone surrogates */
            compare(whole, json_doc_root(doc), &arena);
    } else if (lazy.kind) {
        json_path(lazy, text);
        json_path_any(lazy, str_slice(text, 0, 8), never, NULL);
    }
    compare_writer(text, &arena);
    json_doc_free(doc);
    arena_fini(&arena);
    free(copy);
    return 0;
}
