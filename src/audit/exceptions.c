#include "exceptions.h"

#include "test_field.h"

#include <stdio.h>

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

static void each_expired_of(const struct audit_options *o, const struct rule *r,
                            void (*take)(void *context, const struct rule *r, const char *text),
                            void *context) {
    for (size_t i = 0; i < r->exception_count; i++) {
        const struct exception *x = &r->exceptions[i];
        char text[512];
        if (o->now < x->ends)
            continue;
        snprintf(text, sizeof text, "the exception \"%.200s\" was until %s: it hides nothing any more",
                 x->reason.ptr, x->until.ptr);
        take(context, r, text);
    }
}

void exceptions_each_expired(const struct audit_options *o,
                             void (*take)(void *context, const struct rule *r, const char *text),
                             void *context) {
    for (size_t set = 0; set < o->ruleset_count; set++)
        for (size_t i = 0; i < o->rulesets[set]->rule_count; i++)
            each_expired_of(o, &o->rulesets[set]->rules[i], take, context);
}
