#include "nearest.h"

#include "arena.h"
#include "mem.h"
#include "regex.h"
#include "utf8.h"

#include <stdlib.h>

/* More of a text is not searched: it is done once for each beginning. */
enum { SEARCHED = 16 * 1024, LEAST_MATCH = 3 /* shorter ones are chance */ };

struct beginning {
    struct regex *regex;
    struct str rest;
};

struct cut_pattern {
    struct str source;
    struct beginning *items;
    size_t count, capacity;
};

struct nearest {
    struct rule_tools *tools;
    struct regex_scratch *scratch;
    struct cut_pattern *patterns;
    size_t count, capacity;
    struct arena arena;
};

struct nearest *nearest_new(struct rule_tools *tools) {
    struct nearest *n = mem_new(1, sizeof *n);
    n->tools = tools;
    n->scratch = regex_scratch_new();
    arena_init(&n->arena);
    return n;
}

void nearest_free(struct nearest *n) {
    if (!n)
        return;
    for (size_t i = 0; i < n->count; i++) {
        for (size_t k = 0; k < n->patterns[i].count; k++)
            regex_free(n->patterns[i].items[k].regex);
        free(n->patterns[i].items);
    }
    free(n->patterns);
    regex_scratch_free(n->scratch);
    arena_fini(&n->arena);
    free(n);
}

static void add_beginning(void *context, struct str pcre, struct str rest) {
    struct nearest *n = context;
    struct cut_pattern *p = &n->patterns[n->count - 1];
    struct fault fault;
    struct regex *regex = regex_new(pcre, &fault);
    if (!regex)
        return;
    mem_grow(&p->items, &p->capacity, p->count, sizeof *p->items);
    p->items[p->count++] = (struct beginning){ regex, arena_copy(&n->arena, rest) };
}

static const struct cut_pattern *cut(struct nearest *n, struct str source) {
    for (size_t i = 0; i < n->count; i++)
        if (str_equal(n->patterns[i].source, source))
            return &n->patterns[i];
    mem_grow(&n->patterns, &n->capacity, n->count, sizeof *n->patterns);
    n->patterns[n->count++] = (struct cut_pattern){ .source = arena_copy(&n->arena, source) };
    rule_tools_each_beginning(n->tools, source, add_beginning, n);
    return &n->patterns[n->count - 1];
}

bool nearest_find(struct nearest *n, struct str pattern, struct str text, struct nearest_match *out) {
    const struct cut_pattern *p = cut(n, pattern);
    size_t longest = LEAST_MATCH - 1;
    text.len = utf8_cut(text, SEARCHED);
    for (size_t i = 0; i < p->count; i++) {
        struct regex_span span;
        if (regex_find(p->items[i].regex, n->scratch, text, 0, &span, 1) != REGEX_YES ||
            span.end - span.start <= longest)
            continue;
        longest = span.end - span.start;
        *out = (struct nearest_match){ span.start, span.end, p->items[i].rest };
    }
    return longest >= LEAST_MATCH;
}
