#include "regex.h"

#include "mem.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* JIT steps of one search: some 15 ms of the worst pattern, thousands of times what an honest one needs. */
enum { MATCH_LIMIT = 5 * 1000 * 1000 };
/* For patterns that the JIT cannot take; bounds the memory of the interpreter as well. */
enum { DEPTH_LIMIT = 20 * 1000, HEAP_LIMIT_KIB = 16 * 1024 };
enum { JIT_STACK_START = 32 * 1024, JIT_STACK_MAX = 1024 * 1024 };
/* Spans reported at most; a pattern with more groups still matches. */
enum { MAX_SPANS = 256 };

struct regex {
    pcre2_code *code;
    bool jit;
};

struct regex_scratch {
    pcre2_match_data *data;
    pcre2_match_context *context;
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
    r->code = code;
    r->jit = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
    return r;
}

void regex_free(struct regex *r) {
    if (!r)
        return;
    pcre2_code_free(r->code);
    free(r);
}

size_t regex_group_count(const struct regex *r) {
    uint32_t count = 0;
    pcre2_pattern_info(r->code, PCRE2_INFO_CAPTURECOUNT, &count);
    return count;
}

struct regex_scratch *regex_scratch_new(void) {
    struct regex_scratch *s = mem_new(1, sizeof *s);
    s->data = pcre2_match_data_create(MAX_SPANS, NULL);
    s->context = pcre2_match_context_create(NULL);
    s->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
    if (!s->data || !s->context || !s->stack)
        abort();
    pcre2_set_match_limit(s->context, MATCH_LIMIT);
    pcre2_set_depth_limit(s->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(s->context, HEAP_LIMIT_KIB);
    pcre2_jit_stack_assign(s->context, NULL, s->stack);
    return s;
}

void regex_scratch_free(struct regex_scratch *s) {
    if (!s)
        return;
    pcre2_match_data_free(s->data);
    pcre2_match_context_free(s->context);
    pcre2_jit_stack_free(s->stack);
    free(s);
}

enum regex_answer regex_find(const struct regex *r, struct regex_scratch *s, struct str subject, size_t from,
                             struct regex_span *spans, size_t span_count) {
    PCRE2_SPTR text = (PCRE2_SPTR)(subject.len ? subject.ptr : "");
    /* pcre2_jit_match would skip checks that cost little beside the match; pcre2_match picks the JIT itself.
     */
    int rc = pcre2_match(r->code, text, subject.len, from, PCRE2_NO_UTF_CHECK, s->data, s->context);
    if (rc == PCRE2_ERROR_NOMATCH)
        return REGEX_NO;
    if (rc < 0)
        return REGEX_OVER_BUDGET; /* the limits, and the JIT's stack: the ways a compiled pattern can fail */
    const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(s->data);
    size_t set = rc == 0 ? MAX_SPANS : (size_t)rc;
    for (size_t i = 0; i < span_count; i++) {
        bool took_part = i < set && offsets[2 * i] != PCRE2_UNSET;
        spans[i].start = took_part ? offsets[2 * i] : REGEX_UNSET;
        spans[i].end = took_part ? offsets[2 * i + 1] : REGEX_UNSET;
    }
    return REGEX_YES;
}
