/* A stored result of any bytes: it is taken or it is not, and whatever was taken can be added up and written.
 */
#include "merge.h"
#include "result_state.h"
#include "source_memory.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool emit(void *context, struct str json, enum severity severity, struct fault *fault) {
    (void)context;
    (void)fault;
    if (json_parse(json).kind != JSON_OBJECT || severity >= SEVERITY_COUNT)
        abort();
    return true;
}

static bool ignore(struct sink *s, struct str bytes, struct fault *fault) {
    (void)s;
    (void)bytes;
    (void)fault;
    return true;
}

static void put(struct merge *m, struct tally *t) {
    struct sink sink = { .write = ignore };
    struct fault fault;
    struct buf out;
    struct result_info info = { .with_state = true, .merged = true, .options = merge_options_digest(m) };
    buf_init(&out, 64 << 20);
    struct json_writer w = { .out = &out };
    info.parts = merge_parts(m, &info.part_count);
    result_put_closing(&w, t, &info);
    if (!result_write_state(t, &info, &sink, &fault))
        abort();
    buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fault fault = { 0 };
    struct merge *m = merge_new(&(struct merge_options){ 0 });
    enum merge_taken taken =
        merge_add(m, source_memory_new("fuzz", str_of((const char *)data, size)), false, &fault);
    if (taken == MERGE_BAD)
        merge_missing(m, "fuzz", &fault);
    struct tally *t = merge_finish(m, NULL, emit, NULL, &fault);
    if (t)
        put(m, t);
    merge_free(m);
    return 0;
}
