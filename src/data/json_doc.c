/* Documents as cJSON trees. Three things cJSON 1.7.15 does that a configuration must not suffer are mended
 * here: it accepts text that is no JSON (our own checker reads the text first and knows the place of a
 * mistake), it cuts strings at \u0000 (refused), and it keeps numbers as doubles only (a number node whose
 * double is not exact carries its digits as valuestring, which cJSON frees with the node). */
#include "json_doc.h"

#include "json.h"
#include "json_scan.h"
#include "mem.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>

struct json_doc {
    cJSON *root;
    cJSON *nodes; /* all of them, of a stored document only */
};

static const cJSON *tree(const struct json_node *n) {
    return (const cJSON *)n;
}

static const struct json_node *node(const cJSON *item) {
    return (const struct json_node *)item;
}

/* ---------------------------------------------------------------- reading */

static bool refuse(struct str text, const char *at, const char *name, const char *what, enum fault_kind kind,
                   struct fault *fault) {
    size_t line = 1, column = 1;
    for (const char *p = text.ptr; p < at; p++) {
        if (*p == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)*p & 0xC0) != 0x80) { /* columns count characters */
            column++;
        }
    }
    return fault_set(fault, kind, "%s:%zu:%zu: %s", name, line, column, what);
}

static bool syntax(struct str text, const char *name, enum fault_kind kind, struct fault *fault) {
    const char *wrong, *end = text.ptr + text.len;
    if (json_check(text, &wrong))
        return true;
    const char *what = wrong == end ? "the JSON ends too early" : "this is not JSON";
    if (wrong < end && *wrong == '\0')
        what = "a NUL byte";
    return refuse(text, wrong, name, what, kind, fault);
}

/* A place in a checked string where the text would be cut by \u0000; NULL when there is none. */
static const char *nul_escape(struct str raw) {
    for (size_t i = 0; i + 1 < raw.len; i++) {
        if (raw.ptr[i] != '\\')
            continue;
        if (raw.len - i >= 6 && memcmp(raw.ptr + i, "\\u0000", 6) == 0)
            return raw.ptr + i;
        i++;
    }
    return NULL;
}

/* Walks text and tree side by side. Returns the place of a string that cJSON cannot hold, or NULL. */
static const char *mend(struct json value, cJSON *item) {
    if (value.kind == JSON_STRING)
        return value.escaped ? nul_escape(value.raw) : NULL;
    if (value.kind == JSON_NUMBER && fabs(item->valuedouble) >= 9007199254740992.0)
        item->valuestring = mem_copy(value.raw.ptr, value.raw.len);
    if (value.kind != JSON_OBJECT && value.kind != JSON_ARRAY)
        return NULL;
    struct json key, member;
    cJSON *child = item->child;
    for (struct json_iter i = json_iter(value); child && json_next(&i, &key, &member); child = child->next) {
        const char *wrong = key.escaped ? nul_escape(key.raw) : NULL;
        if (wrong || (wrong = mend(member, child)))
            return wrong;
    }
    return NULL;
}

static struct str document_text(struct str bytes) {
    struct str text = str_without_mark(bytes);
    return text.len ? text : str_of("", 0);
}

static cJSON *parse(struct str text, const char *name, enum fault_kind kind, struct fault *fault) {
    const char *end = NULL;
    if (!syntax(text, name, kind, fault))
        return NULL;
    cJSON *root = cJSON_ParseWithLengthOpts(text.ptr, text.len, &end, false);
    if (!root)
        refuse(text, end ? end : text.ptr, name, "half of a surrogate pair", kind, fault);
    return root;
}

static struct json_doc *document(cJSON *root) {
    struct json_doc *doc = mem_new(1, sizeof *doc);
    doc->root = root;
    return doc;
}

struct json_doc *json_doc_parse(struct str text, const char *name, enum fault_kind kind,
                                struct fault *fault) {
    text = document_text(text);
    cJSON *root = parse(text, name, kind, fault);
    if (!root)
        return NULL;
    const char *wrong = mend(json_parse(text), root);
    if (!wrong)
        return document(root);
    refuse(text, wrong, name, "a NUL character", kind, fault);
    cJSON_Delete(root);
    return NULL;
}

struct json_doc *json_doc_parse_shown(struct str text, const char *name, enum fault_kind kind,
                                      struct fault *fault) {
    static const char zero[] = "\\u0000", symbol[] = "\\u2400";
    char *shown = mem_copy(text.ptr, text.len);
    for (size_t at = 0; at < text.len;) {
        const char *nul = nul_escape(str_of(shown + at, text.len - at));
        if (!nul)
            break;
        at = (size_t)(nul - shown) + sizeof zero - 1;
        memcpy(shown + at - (sizeof zero - 1), symbol, sizeof symbol - 1);
    }
    struct json_doc *doc = json_doc_parse(str_of(shown, text.len), name, kind, fault);
    free(shown);
    return doc;
}

bool json_doc_check(struct str text, const char *name, enum fault_kind kind, struct fault *fault) {
    cJSON *root = parse(document_text(text), name, kind, fault);
    cJSON_Delete(root);
    return root != NULL;
}

void json_doc_free(struct json_doc *doc) {
    if (!doc)
        return;
    if (!doc->nodes)
        cJSON_Delete(doc->root);
    free(doc->nodes);
    free(doc);
}

const struct json_node *json_doc_root(const struct json_doc *doc) {
    return node(doc->root);
}

/* ---------------------------------------------------------------- the stored form
 *
 * The number of values, then each before what is inside it: a byte for its type, its key when it is a member,
 * and what it holds. Strings end with NUL, so the tree points at them where they are. */

enum { EXACT = 128 }; /* beside the type: a number with its digits */
/* cJSON reads no deeper documents. */
enum { STORED_DEPTH = CJSON_NESTING_LIMIT };

static void store_count(struct buf *out, size_t count) {
    uint32_t number = (uint32_t)count;
    buf_add(out, str_of((const char *)&number, sizeof number));
}

static void store_text(struct buf *out, const char *text) {
    size_t len = strlen(text);
    store_count(out, len);
    buf_add(out, str_of(text, len + 1));
}

static size_t store_value(struct buf *out, const cJSON *item) {
    size_t values = 1;
    bool exact = cJSON_IsNumber(item) && item->valuestring;
    buf_add_byte(out, (char)((item->type & 0xFF) | (exact ? EXACT : 0)));
    if (item->string)
        store_text(out, item->string);
    if (cJSON_IsNumber(item))
        buf_add(out, str_of((const char *)&item->valuedouble, sizeof item->valuedouble));
    if (cJSON_IsString(item) || exact)
        store_text(out, item->valuestring);
    if (cJSON_IsObject(item) || cJSON_IsArray(item))
        store_count(out, (size_t)cJSON_GetArraySize(item));
    for (const cJSON *child = item->child; child; child = child->next)
        values += store_value(out, child);
    return values;
}

void json_doc_store(const struct json_doc *doc, struct buf *out) {
    struct buf values;
    buf_init(&values, SIZE_MAX / 2);
    store_count(out, store_value(&values, doc->root));
    buf_add(out, buf_str(&values));
    buf_fini(&values);
}

struct loading {
    struct str rest;
    cJSON *next, *end; /* nodes that are not used yet */
};

static bool load(struct loading *l, void *value, size_t size) {
    if (l->rest.len < size)
        return false;
    memcpy(value, l->rest.ptr, size);
    l->rest = str_slice(l->rest, size, l->rest.len);
    return true;
}

/* NULL: there is none. */
static char *load_text(struct loading *l) {
    uint32_t len;
    if (!load(l, &len, sizeof len) || l->rest.len <= len || l->rest.ptr[len])
        return NULL;
    char *text = (char *)l->rest.ptr;
    l->rest = str_slice(l->rest, (size_t)len + 1, l->rest.len);
    return text;
}

static cJSON *load_value(struct loading *l, bool member, int depth);

static bool load_inside(struct loading *l, cJSON *item, int depth) {
    uint32_t count;
    cJSON **place = &item->child;
    if (!load(l, &count, sizeof count))
        return false;
    for (; count; count--, place = &(*place)->next)
        if (!(*place = load_value(l, cJSON_IsObject(item), depth)))
            return false;
    return true;
}

static cJSON *load_value(struct loading *l, bool member, int depth) {
    unsigned char type;
    if (l->next == l->end || depth == STORED_DEPTH || !load(l, &type, sizeof type))
        return NULL;
    cJSON *item = l->next++;
    item->type = type & ~EXACT;
    if ((member && !(item->string = load_text(l))) ||
        (cJSON_IsNumber(item) && !load(l, &item->valuedouble, sizeof item->valuedouble)) ||
        ((cJSON_IsString(item) || type & EXACT) && !(item->valuestring = load_text(l))) ||
        ((cJSON_IsObject(item) || cJSON_IsArray(item)) && !load_inside(l, item, depth + 1)))
        return NULL;
    return item;
}

struct json_doc *json_doc_load(struct str stored) {
    struct loading l = { .rest = stored };
    uint32_t count;
    if (!load(&l, &count, sizeof count) || count > l.rest.len) /* a value has a byte at least */
        return NULL;
    cJSON *nodes = mem_new(count, sizeof *nodes);
    l.next = nodes;
    l.end = nodes + count;
    struct json_doc *doc = document(load_value(&l, false, 0));
    doc->nodes = nodes;
    if (doc->root && !l.rest.len)
        return doc;
    json_doc_free(doc);
    return NULL;
}

/* ---------------------------------------------------------------- looking */

const struct json_node *json_member(const struct json_node *object, const char *key) {
    return json_is_object(object) ? node(cJSON_GetObjectItemCaseSensitive(tree(object), key)) : NULL;
}

const struct json_node *json_first(const struct json_node *container) {
    return container ? node(tree(container)->child) : NULL;
}

const struct json_node *json_after(const struct json_node *item) {
    return item ? node(tree(item)->next) : NULL;
}

size_t json_count(const struct json_node *container) {
    return container ? (size_t)cJSON_GetArraySize(tree(container)) : 0;
}

const char *json_name(const struct json_node *member) {
    return member ? tree(member)->string : NULL;
}

const struct json_node *json_optional(const struct json_node *object, const char *key) {
    const struct json_node *n = json_member(object, key);
    return cJSON_IsNull(tree(n)) ? NULL : n;
}

bool json_is_object(const struct json_node *n) {
    return cJSON_IsObject(tree(n));
}

bool json_is_array(const struct json_node *n) {
    return cJSON_IsArray(tree(n));
}

bool json_is_string(const struct json_node *n) {
    return cJSON_IsString(tree(n));
}

bool json_is_number(const struct json_node *n) {
    return cJSON_IsNumber(tree(n));
}

bool json_is_true(const struct json_node *n) {
    return cJSON_IsTrue(tree(n));
}

bool json_is_bool(const struct json_node *n) {
    return cJSON_IsBool(tree(n));
}

const char *json_kind_name(const struct json_node *n) {
    if (!n)
        return "nothing";
    switch (tree(n)->type & 0xFF) {
    case cJSON_NULL:
        return "null";
    case cJSON_True:
    case cJSON_False:
        return "a boolean";
    case cJSON_Number:
        return "a number";
    case cJSON_String:
        return "a string";
    case cJSON_Array:
        return "a list";
    default:
        return "an object";
    }
}

const char *json_c(const struct json_node *n, const char *otherwise) {
    return json_is_string(n) ? tree(n)->valuestring : otherwise;
}

struct str json_str(const struct json_node *n) {
    return str_c(json_c(n, NULL));
}

double json_number(const struct json_node *n, double otherwise) {
    return json_is_number(n) ? tree(n)->valuedouble : otherwise;
}

int64_t json_integer(const struct json_node *n, int64_t otherwise) {
    static const double exact = 9007199254740992.0;
    int64_t value;
    if (!json_is_number(n))
        return otherwise;
    if (tree(n)->valuestring)
        return str_to_int(str_c(tree(n)->valuestring), &value) ? value : otherwise;
    double number = tree(n)->valuedouble;
    return number == trunc(number) && fabs(number) <= exact ? (int64_t)number : otherwise;
}

/* ---------------------------------------------------------------- printing */

static void print(struct json_writer *w, const cJSON *item);

static void print_container(struct json_writer *w, const cJSON *item) {
    bool object = cJSON_IsObject(item);
    json_begin(w, object ? '{' : '[');
    for (const cJSON *child = item->child; child; child = child->next) {
        if (object)
            json_key(w, child->string);
        print(w, child);
    }
    json_end(w, object ? '}' : ']');
}

/* cJSON's own printer would round the large integers. The depth is that of the document: bounded. */
static void print(struct json_writer *w, const cJSON *item) {
    if (cJSON_IsObject(item) || cJSON_IsArray(item))
        print_container(w, item);
    else if (cJSON_IsString(item))
        json_put_c(w, item->valuestring);
    else if (cJSON_IsNumber(item) && item->valuestring)
        json_put_raw(w, str_c(item->valuestring));
    else if (cJSON_IsNumber(item))
        json_put_double(w, item->valuedouble);
    else if (cJSON_IsBool(item))
        json_put_bool(w, cJSON_IsTrue(item));
    else
        json_put_raw(w, str_c("null"));
}

char *json_print(const struct json_node *n) {
    struct buf text;
    buf_init(&text, SIZE_MAX / 2);
    struct json_writer w = { .out = &text };
    if (n)
        print(&w, tree(n));
    buf_c(&text);
    return text.ptr;
}
