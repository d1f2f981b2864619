#include "exceptions.h"

#include "test_field.h"

static const struct exception *find(const struct audit_options *o, const struct finding *f,
                                    const struct test_subject *subject) {
    for (size_t i = 0; i < f->rule->exception_count; i++) {
        const struct exception *x = &f->rule->exceptions[i];
        if (o->now < x->ends && test_list_holds(&x->where, subject) == TEST_HOLDS)
            return x;
    }
    return NULL;
}

const struct exception *exceptions_find(const struct audit_options *o, const struct finding *f) {
    if (!f->rule->exception_count)
        return NULL;
    struct arena arena;
    arena_init(&arena);
    struct test_subject subject = {
        .rs = o->rulesets[0],
        .scratch = regex_scratch_new(),
        .tables = o->tables,
        .fields = &f->fields,
        .captures = f->captures,
        .capture_count = f->capture_count,
        .raw = f->message,
        .message = f->message,
        .source = f->source,
        .line = f->line,
        .offset = f->offset,
        .arena = &arena,
    };
    const struct exception *found = find(o, f, &subject);
    regex_scratch_free(subject.scratch);
    arena_fini(&arena);
    return found;
}
