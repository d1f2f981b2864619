#include "regex.h"

#include "mem.h"

#include <stdatomic.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* JIT steps of one search: some 15 ms of the worst pattern, thousands of times what an honest one needs. */
enum { MATCH_LIMIT = 5 * 1000 * 1000 };
/* For patterns that the JIT cannot take; bounds the memory of the interpreter as well. */
enum { DEPTH_LIMIT = 20 * 1000, HEAP_LIMIT_KIB = 16 * 1024 };
enum { JIT_STACK_START = 32 * 1024, JIT_STACK_MAX = 1024 * 1024 };

/* Compiling for the JIT takes five times as long as compiling: worth it from about this many searches on. */
enum { JIT_AFTER = 200 };
/* What the interpreter may do before the JIT takes over. Its answer within this is the JIT's answer too, so
 * it does not matter when the change comes: threads that search different amounts still agree. */
enum { PLAIN_MATCH_LIMIT = 2000 };

struct regex {
    pcre2_code *plain;
    _Atomic(pcre2_code *) fast; /* a copy with JIT code, when it is made; NULL before */
    atomic_uint searches;
};

struct regex_scratch {
    pcre2_match_data *data;
    pcre2_match_context *context, *plain_context;
    pcre2_jit_stack *stack;
};

struct regex *regex_new(struct str pattern, struct fault *fault) {
    int error;
    PCRE2_SIZE offset;
    /* \C would break the promise that offsets lie on characters. */
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len, options, &error, &offset, NULL);
    if (!code) {
        PCRE2_UCHAR text[128];
        pcre2_get_error_message(error, text, sizeof text);
        fault_set(fault, FAULT_USAGE, "%s (at byte %zu of the translated pattern)", (char *)text, offset);
        return NULL;
    }
    struct regex *r = mem_new(1, sizeof *r);
    r->plain = code;
    return r;
}

void regex_free(struct regex *r) {
    if (!r)
        return;
    pcre2_code_free(r->plain);
    pcre2_code_free(r->fast);
    free(r);
}

/* The code with JIT code (where the JIT can take the pattern), made once. */
static const pcre2_code *fast_code(struct regex *r) {
    pcre2_code *code = atomic_load(&r->fast);
    if (code)
        return code;
    pcre2_code *mine = pcre2_code_copy(r->plain);
    if (!mine)
        abort();
    pcre2_jit_compile(mine, PCRE2_JIT_COMPLETE);
    if (atomic_compare_exchange_strong(&r->fast, &code, mine))
        return mine;
    pcre2_code_free(mine); /* another thread was first */
    return code;
}

size_t regex_group_count(const struct regex *r) {
    uint32_t count = 0;
    pcre2_pattern_info(r->plain, PCRE2_INFO_CAPTURECOUNT, &count);
    return count;
}

static pcre2_match_context *new_context(uint32_t match_limit) {
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    if (!context)
        abort();
    pcre2_set_match_limit(context, match_limit);
    pcre2_set_depth_limit(context, DEPTH_LIMIT);
    pcre2_set_heap_limit(context, HEAP_LIMIT_KIB);
    return context;
}

struct regex_scratch *regex_scratch_new(void) {
    struct regex_scratch *s = mem_new(1, sizeof *s);
    s->data = pcre2_match_data_create(REGEX_MAX_SPANS, NULL);
    s->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
    if (!s->data || !s->stack)
        abort();
    s->context = new_context(MATCH_LIMIT);
    s->plain_context = new_context(PLAIN_MATCH_LIMIT);
    pcre2_jit_stack_assign(s->context, NULL, s->stack);
    return s;
}

void regex_scratch_free(struct regex_scratch *s) {
    if (!s)
        return;
    pcre2_match_data_free(s->data);
    pcre2_match_context_free(s->context);
    pcre2_match_context_free(s->plain_context);
    pcre2_jit_stack_free(s->stack);
    free(s);
}

static int match(const pcre2_code *code, struct regex_scratch *s, pcre2_match_context *context,
                 struct str subject, size_t from) {
    PCRE2_SPTR text = (PCRE2_SPTR)(subject.len ? subject.ptr : "");
    /* pcre2_jit_match would skip checks that cost little beside the match; pcre2_match picks the JIT itself.
     */
    return pcre2_match(code, text, subject.len, from, PCRE2_NO_UTF_CHECK, s->data, context);
}

static int search(struct regex *r, struct regex_scratch *s, struct str subject, size_t from) {
    unsigned searches = atomic_fetch_add_explicit(&r->searches, 1, memory_order_relaxed);
    if (searches < JIT_AFTER && !atomic_load_explicit(&r->fast, memory_order_relaxed)) {
        int rc = match(r->plain, s, s->plain_context, subject, from);
        if (rc >= 0 || rc == PCRE2_ERROR_NOMATCH)
            return rc;
    }
    return match(fast_code(r), s, s->context, subject, from);
}

enum regex_answer regex_find(const struct regex *r, struct regex_scratch *s, struct str subject, size_t from,
                             struct regex_span *spans, size_t span_count) {
    int rc = search((struct regex *)(uintptr_t)r, s, subject, from);
    if (rc == PCRE2_ERROR_NOMATCH)
        return REGEX_NO;
    if (rc < 0)
        return REGEX_OVER_BUDGET; /* the limits, and the JIT's stack: the ways a compiled pattern can fail */
    const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(s->data);
    size_t set = rc == 0 ? REGEX_MAX_SPANS : (size_t)rc;
    for (size_t i = 0; i < span_count; i++) {
        bool took_part = i < set && offsets[2 * i] != PCRE2_UNSET;
        spans[i].start = took_part ? offsets[2 * i] : REGEX_UNSET;
        spans[i].end = took_part ? offsets[2 * i + 1] : REGEX_UNSET;
    }
    return REGEX_YES;
}
