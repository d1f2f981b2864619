#include "map_run.h"

#include "allowed.h"
#include "json_doc.h"
#include "names.h"
#include "trigger.h"

/* Of the manifest, and of a list: what a few ten thousand failed executions take. */
enum { MAX_LIST = 64 << 20, MAX_URI = 8192 };

struct ledger {
    struct merge *merge;
    struct places *places;
    const char *manifest;
    struct names read; /* what the parts have read */
};

static void add_name(void *names, struct str uri) {
    names_add(names, uri);
}

/* ---- reading ---- */

/* NULL: it cannot be read, which is noted. */
static struct json_doc *open_list(struct ledger *l, const char *uri) {
    struct json_doc *document = NULL;
    struct fault fault;
    struct buf text;
    buf_init(&text, MAX_LIST);
    if (place_read_stored(l->places, uri, &text, &fault))
        document = json_doc_parse(buf_str(&text), uri, FAULT_INPUT, &fault);
    if (!document)
        merge_missing(l->merge, uri, &fault);
    buf_fini(&text);
    return document;
}

/* ---- executions ---- */

/* Lambda's cause is the error that the function answered with. */
static void describe(const struct json_node *execution, struct fault *fault) {
    const char *error = json_c(json_member(execution, "Error"), NULL);
    const char *cause = json_c(json_member(execution, "Cause"), "");
    const char *name = json_c(json_member(execution, "Name"), "");
    const char *status = json_c(json_member(execution, "Status"), "failed");
    struct fault ignored;
    struct json_doc *document =
        *cause == '{' ? json_doc_parse(str_c(cause), "", FAULT_INPUT, &ignored) : NULL;
    const struct json_node *message = json_member(document ? json_doc_root(document) : NULL, "errorMessage");
    fault_set(fault, FAULT_INPUT, "the map's execution %.100s: %.20s%s%.100s%s%s", name, status,
              error ? ": " : "", error ? error : "", *cause ? ": " : "", json_c(message, cause));
    json_doc_free(document);
}

static void note_item(struct ledger *l, const char *name, const struct fault *why) {
    uint32_t number;
    if (!names_find(&l->read, str_c(name), &number))
        merge_missing(l->merge, name, why);
}

/* Its input is read as the function read it. */
static void note_execution(struct ledger *l, const struct json_node *execution) {
    struct trigger input;
    struct fault why, unreadable;
    describe(execution, &why);
    bool known = trigger_read(&input, json_str(json_member(execution, "Input")), "Input", &unreadable);
    for (size_t i = 0; known && i < input.item_count; i++) {
        known = input.items[i].name != NULL;
        if (known && input.items[i].kind != ITEM_NOTHING)
            note_item(l, input.items[i].name, &why);
    }
    if (!known)
        merge_missing(l->merge, json_c(json_member(execution, "ExecutionArn"), l->manifest), &why);
    trigger_fini(&input);
}

/* ---- the manifest ---- */

static void note_unknown(struct ledger *l, const char *uri, const char *expected) {
    struct fault fault;
    fault_set(&fault, FAULT_INPUT, "%s: %s was expected", uri, expected);
    merge_missing(l->merge, uri, &fault);
}

static void note_list(struct ledger *l, const char *uri) {
    struct json_doc *list = open_list(l, uri);
    const struct json_node *executions = list ? json_doc_root(list) : NULL;
    if (list && !json_is_array(executions))
        note_unknown(l, uri, "a list of executions");
    for (const struct json_node *e = json_first(executions); e; e = json_after(e))
        note_execution(l, e);
    json_doc_free(list);
}

/* What a manifest names is bounded as what an event names. */
static void note_named_list(struct ledger *l, const char *bucket, const char *key) {
    struct buf uri;
    struct fault fault;
    buf_init(&uri, MAX_URI);
    buf_printf(&uri, "s3://%s/%s", bucket, key);
    if (allowed("LOGAUDIT_ALLOWED_INPUTS", bucket, key)) {
        note_list(l, buf_c(&uri));
    } else {
        fault_set(&fault, FAULT_USAGE, "it is not among LOGAUDIT_ALLOWED_INPUTS");
        merge_missing(l->merge, buf_c(&uri), &fault);
    }
    buf_fini(&uri);
}

static void note_lists(struct ledger *l, const struct json_node *manifest, const char *status) {
    const struct json_node *lists = json_member(json_member(manifest, "ResultFiles"), status);
    const char *bucket = json_c(json_member(manifest, "DestinationBucket"), "");
    for (const struct json_node *n = json_first(lists); n; n = json_after(n))
        note_named_list(l, bucket, json_c(json_member(n, "Key"), ""));
}

void map_run_note_missing(struct merge *m, struct places *places, const char *manifest) {
    struct ledger l = { .merge = m, .places = places, .manifest = manifest };
    struct json_doc *document = open_list(&l, manifest);
    const struct json_node *root = document ? json_doc_root(document) : NULL;
    if (document && !json_is_object(json_member(root, "ResultFiles")))
        note_unknown(&l, manifest, "a manifest with ResultFiles");
    merge_each_source(m, add_name, &l.read);
    note_lists(&l, root, "FAILED");
    note_lists(&l, root, "PENDING");
    json_doc_free(document);
    names_fini(&l.read);
}
