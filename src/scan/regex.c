#include "regex.h"

#include "clock.h"
#include "mem.h"

#include <stdatomic.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* PCRE2 counts steps anew for each place where a match may start, so one limit does not bound a search. These
 * do: all starts together may take SEARCH_LIMIT steps (LEAST_START_LIMIT each in very long texts); a start
 * that needs more is tried again alone, up to START_LIMIT steps (some 15 ms), and MAX_HARD_STARTS of them end
 * the search. */
enum { SEARCH_LIMIT = 20 * 1000 * 1000, LEAST_START_LIMIT = 1000 };
enum { START_LIMIT = 5 * 1000 * 1000, MAX_HARD_STARTS = 4 };
/* What the JIT does not count as a step, running over a class of characters and back, may take time in
 * proportion to the text at each start. In long texts the starts are therefore taken in windows, and the
 * processor's time is looked at between them. Windows grow while they are cheap, so that an ordinary search
 * has a few. */
enum { SHORT_TEXT = 16 * 1024, FIRST_WINDOW = 32, CHEAP_WINDOW_MICROS = 1000, SEARCH_MICROS = 250 * 1000 };
/* For patterns that the JIT cannot take; bounds the memory of the interpreter as well. */
enum { DEPTH_LIMIT = 20 * 1000, HEAP_LIMIT_KIB = 16 * 1024 };
enum { JIT_STACK_START = 32 * 1024, JIT_STACK_MAX = 1024 * 1024 };

/* Compiling for the JIT takes five times as long as compiling: worth it once about this many bytes were
 * searched, where a search of none costs as much as SEARCH_BYTES. */
enum { JIT_AFTER = 12 * 1000, SEARCH_BYTES = 30 };
/* What the interpreter may do before the JIT takes over. Its answer within this is the JIT's answer too, so
 * it does not matter when the change comes: threads that search different amounts still agree. */
enum { PLAIN_MATCH_LIMIT = 2000, PLAIN_MAX_LENGTH = 4096 };

struct regex {
    char *pattern;
    size_t pattern_len;
    pcre2_code *plain;
    _Atomic(pcre2_code *) fast;     /* a copy with JIT code, when it is made; NULL before */
    _Atomic(pcre2_code *) anchored; /* matches only where a search begins; made for the first hard start */
    _Atomic(pcre2_code *) windowed; /* for pcre2_set_offset_limit; made for the first long text */
    atomic_uint searched;           /* bytes */
};

struct regex_scratch {
    pcre2_match_data *data;
    pcre2_match_context *context, *plain_context;
    pcre2_jit_stack *stack;
};

static pcre2_code *compile(const char *pattern, size_t len, uint32_t more, struct fault *fault) {
    int error;
    PCRE2_SIZE offset;
    /* \C would break the promise that offsets lie on characters. */
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | more;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, len, options, &error, &offset, NULL);
    if (!code) {
        PCRE2_UCHAR text[128];
        pcre2_get_error_message(error, text, sizeof text);
        fault_set(fault, FAULT_USAGE, "%s (at byte %zu of the translated pattern)", (char *)text, offset);
    }
    return code;
}

struct regex *regex_new(struct str pattern, struct fault *fault) {
    pcre2_code *code = compile(pattern.ptr, pattern.len, 0, fault);
    if (!code)
        return NULL;
    struct regex *r = mem_new(1, sizeof *r);
    r->pattern = mem_copy(pattern.ptr, pattern.len);
    r->pattern_len = pattern.len;
    r->plain = code;
    return r;
}

void regex_free(struct regex *r) {
    if (!r)
        return;
    pcre2_code_free(r->plain);
    pcre2_code_free(r->fast);
    pcre2_code_free(r->anchored);
    pcre2_code_free(r->windowed);
    free(r->pattern);
    free(r);
}

/* Puts `mine` into its place, unless another thread was first; the one that is there then. */
static const pcre2_code *publish(_Atomic(pcre2_code *) *place, pcre2_code *mine) {
    pcre2_code *there = NULL;
    if (!mine)
        abort();
    pcre2_jit_compile(mine, PCRE2_JIT_COMPLETE); /* a pattern that the JIT cannot take runs without it */
    if (atomic_compare_exchange_strong(place, &there, mine))
        return mine;
    pcre2_code_free(mine);
    return there;
}

static const pcre2_code *fast_code(struct regex *r) {
    const pcre2_code *code = atomic_load(&r->fast);
    return code ? code : publish(&r->fast, pcre2_code_copy(r->plain));
}

static const pcre2_code *code_with(struct regex *r, _Atomic(pcre2_code *) *place, uint32_t option) {
    struct fault fault;
    const pcre2_code *code = atomic_load(place);
    return code ? code : publish(place, compile(r->pattern, r->pattern_len, option, &fault));
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
    s->context = new_context(START_LIMIT);
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

static int64_t thread_micros(void) {
    return thread_nanos() / 1000;
}

/* The first byte of a character at or behind `at`. */
static size_t next_character(struct str subject, size_t at) {
    while (at < subject.len && ((unsigned char)subject.ptr[at] & 0xC0) == 0x80)
        at++;
    return at;
}

/* Every start alone, after one of them was too hard for a search of all. */
static int search_each(struct regex *r, struct regex_scratch *s, struct str subject, size_t from,
                       uint32_t start_limit, int64_t deadline) {
    const pcre2_code *code = code_with(r, &r->anchored, PCRE2_ANCHORED);
    int hard = 0, rc = PCRE2_ERROR_NOMATCH;
    unsigned starts = 0;
    for (size_t start = from; start <= subject.len && rc == PCRE2_ERROR_NOMATCH;
         start = next_character(subject, start + 1)) {
        if (++starts % FIRST_WINDOW == 0 && subject.len > SHORT_TEXT && thread_micros() > deadline)
            return PCRE2_ERROR_MATCHLIMIT;
        pcre2_set_match_limit(s->context, start_limit);
        rc = match(code, s, s->context, subject, start);
        if (rc != PCRE2_ERROR_MATCHLIMIT || ++hard > MAX_HARD_STARTS)
            continue;
        pcre2_set_match_limit(s->context, START_LIMIT);
        rc = match(code, s, s->context, subject, start);
    }
    return rc;
}

/* In windows of starts; *from is that of the last one. */
static int search_windows(struct regex *r, struct regex_scratch *s, struct str subject, size_t *from,
                          int64_t deadline) {
    const pcre2_code *code = code_with(r, &r->windowed, PCRE2_USE_OFFSET_LIMIT);
    int64_t now = thread_micros();
    size_t window = FIRST_WINDOW;
    for (;;) {
        pcre2_set_offset_limit(s->context, *from + window - 1);
        int rc = match(code, s, s->context, subject, *from);
        pcre2_set_offset_limit(s->context, PCRE2_UNSET);
        if (rc != PCRE2_ERROR_NOMATCH || window > subject.len - *from)
            return rc;
        *from = next_character(subject, *from + window);
        int64_t before = now;
        now = thread_micros();
        if (now > deadline)
            return PCRE2_ERROR_DEPTHLIMIT; /* not one that single starts could mend */
        window = now - before < CHEAP_WINDOW_MICROS ? window * 4 : FIRST_WINDOW;
    }
}

/* Whether the interpreter is asked: first, and until JIT code is worth it, which is then at `place`. From
 * then on the count is left alone: threads would wait for each other to write it. */
static bool asks_plain(struct regex *r, _Atomic(pcre2_code *) *place, struct str subject) {
    return !atomic_load_explicit(place, memory_order_relaxed) && subject.len <= PLAIN_MAX_LENGTH &&
           atomic_fetch_add_explicit(&r->searched, (unsigned)subject.len + SEARCH_BYTES,
                                     memory_order_relaxed) < JIT_AFTER;
}

/* What each start of a search may take, so that all of them together stay within the limit. */
static uint32_t share_of_start(struct str subject) {
    size_t share = SEARCH_LIMIT / (subject.len + 1);
    return share > START_LIMIT         ? START_LIMIT
           : share < LEAST_START_LIMIT ? LEAST_START_LIMIT
                                       : (uint32_t)share;
}

static int search(struct regex *r, struct regex_scratch *s, struct str subject, size_t from) {
    if (asks_plain(r, &r->fast, subject)) {
        int rc = match(r->plain, s, s->plain_context, subject, from);
        if (rc >= 0 || rc == PCRE2_ERROR_NOMATCH)
            return rc;
    }
    uint32_t start_limit = share_of_start(subject);
    pcre2_set_match_limit(s->context, start_limit);
    bool is_long = subject.len > SHORT_TEXT;
    int64_t deadline = is_long ? thread_micros() + SEARCH_MICROS : INT64_MAX;
    int rc = is_long ? search_windows(r, s, subject, &from, deadline)
                     : match(fast_code(r), s, s->context, subject, from);
    return rc == PCRE2_ERROR_MATCHLIMIT ? search_each(r, s, subject, from, start_limit, deadline) : rc;
}

static int match_at(struct regex *r, struct regex_scratch *s, struct str subject, size_t at) {
    if (asks_plain(r, &r->anchored, subject)) {
        int rc = pcre2_match(r->plain, (PCRE2_SPTR)subject.ptr, subject.len, at,
                             PCRE2_NO_UTF_CHECK | PCRE2_ANCHORED, s->data, s->plain_context);
        if (rc >= 0 || rc == PCRE2_ERROR_NOMATCH)
            return rc;
    }
    pcre2_set_match_limit(s->context, share_of_start(subject));
    return match(code_with(r, &r->anchored, PCRE2_ANCHORED), s, s->context, subject, at);
}

static void take_spans(const struct regex_scratch *s, int rc, struct regex_span *spans, size_t span_count) {
    const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(s->data);
    size_t set = rc == 0 ? REGEX_MAX_SPANS : (size_t)rc;
    for (size_t i = 0; i < span_count; i++) {
        bool took_part = i < set && offsets[2 * i] != PCRE2_UNSET;
        spans[i].start = took_part ? offsets[2 * i] : REGEX_UNSET;
        spans[i].end = took_part ? offsets[2 * i + 1] : REGEX_UNSET;
    }
}

static enum regex_answer answer_of(const struct regex_scratch *s, int rc, struct regex_span *spans,
                                   size_t span_count) {
    if (rc == PCRE2_ERROR_NOMATCH)
        return REGEX_NO;
    if (rc < 0)
        return REGEX_OVER_BUDGET; /* the limits, and the JIT's stack: the ways a compiled pattern can fail */
    take_spans(s, rc, spans, span_count);
    return REGEX_YES;
}

enum regex_answer regex_find(const struct regex *r, struct regex_scratch *s, struct str subject, size_t from,
                             struct regex_span *spans, size_t span_count) {
    int rc = search((struct regex *)(uintptr_t)r, s, subject, from);
    return answer_of(s, rc, spans, span_count);
}

enum regex_answer regex_find_at(const struct regex *r, struct regex_scratch *s, struct str subject, size_t at,
                                struct regex_span *spans, size_t span_count) {
    int rc = match_at((struct regex *)(uintptr_t)r, s, subject, at);
    return answer_of(s, rc, spans, span_count);
}

/* A hard partial match is one that looked at the end of the text: without it nothing behind the start was
 * needed. */
enum regex_answer regex_find_start(const struct regex *r, struct regex_scratch *s, struct str start,
                                   struct regex_span *spans, size_t span_count) {
    int rc = pcre2_match(r->plain, (PCRE2_SPTR)start.ptr, start.len, 0,
                         PCRE2_NO_UTF_CHECK | PCRE2_PARTIAL_HARD, s->data, s->plain_context);
    if (rc == PCRE2_ERROR_NOMATCH)
        return REGEX_NO;
    if (rc < 0)
        return REGEX_OPEN;
    take_spans(s, rc, spans, span_count);
    return REGEX_YES;
}
