#include "redact.h"

#include "candidates.h"
#include "mem.h"
#include "utf8.h"

#include <stdlib.h>

/* A bare secret this long is replaced wherever it stands; a shorter one only in its context, because "a" as a
 * password must not blank every a. */
enum { MIN_BARE = 6 };
/* Of a record with more, everything is blanked that does not lie before a known one. */
enum { MAX_SECRETS = 256 };
/* Of a text with more of them, everything is blanked. */
enum { MAX_INTERVALS = 16 * 1024 };

struct interval {
    size_t start, end;
    const struct secret *secret;
};

/* Whether a text has what patterns need; `pattern` UINT32_MAX: not asked yet. */
struct need {
    uint32_t pattern;
    bool found;
};

struct intervals {
    struct interval *items;
    size_t count, capacity;
};

/* ---- finding ---- */

/* Whether the digit at `i` belongs to a %20. */
static bool percent_escaped(struct str text, size_t i) {
    return (i >= 1 && text.ptr[i - 1] == '%') || (i >= 2 && text.ptr[i - 2] == '%');
}

/* The check digit of card numbers, over the digits only. */
static bool luhn_valid(struct str text) {
    int sum = 0;
    bool twice = false;
    for (size_t i = text.len; i-- > 0;) {
        if (!ascii_digit(text.ptr[i]) || percent_escaped(text, i))
            continue;
        int digit = text.ptr[i] - '0';
        if (twice)
            digit = digit > 4 ? digit * 2 - 9 : digit * 2;
        sum += digit;
        twice = !twice;
    }
    return sum % 10 == 0;
}

/* The number of the group `secret`; 0, the whole match, when there is none. */
static size_t secret_group(const struct rule_pattern *p) {
    for (size_t i = 0; i < p->group_count; i++)
        if (str_equal_c(p->groups[i].name, "secret"))
            return p->groups[i].number;
    return 0;
}

static bool known(const struct secrets *s, const struct secret *candidate) {
    for (size_t i = 0; i < s->count; i++)
        if (str_equal(s->items[i].context, candidate->context) && s->items[i].start == candidate->start)
            return true;
    return false;
}

static struct str bare(const struct secret *secret) {
    return str_slice(secret->context, secret->start, secret->length);
}

static const char *token_of(const struct tokens *tokens, struct str secret, struct arena *arena) {
    if (!tokens->make)
        return NULL;
    char *token = arena_new(arena, TOKEN_LEN + 1, 1);
    tokens->make(tokens->context, secret, token);
    return token;
}

static void add(struct secrets *s, struct secret secret, const struct tokens *tokens, struct arena *arena) {
    if (!secret.length || known(s, &secret))
        return;
    if (s->count == MAX_SECRETS) {
        s->more = true;
        return;
    }
    if (s->count == s->capacity) {
        struct secret *items = arena_new(arena, s->capacity * 2 + 8, sizeof *items);
        if (s->count)
            memcpy(items, s->items, s->count * sizeof *items);
        s->items = items;
        s->capacity = s->capacity * 2 + 8;
    }
    secret.token = token_of(tokens, bare(&secret), arena);
    s->items[s->count++] = secret;
}

/* Where secrets are looked for, and what is needed for it. */
struct search {
    struct secrets *secrets;
    struct ruleset *rs;
    const struct tokens *tokens;
    struct regex_scratch *scratch;
    struct arena *arena;
    struct str text;
};

enum { SPANS = 8 };

/* The next match of `pattern` from `*from` on, which goes behind it: the whole and its group `secret`. */
static bool next_match(const struct search *q, uint32_t pattern, struct str text, size_t *from,
                       struct regex_span *whole, struct regex_span *secret) {
    struct regex_span spans[SPANS];
    const struct regex *regex = *from <= text.len ? ruleset_regex(q->rs, pattern) : NULL;
    if (!regex || regex_find(regex, q->scratch, text, *from, spans, SPANS) != REGEX_YES)
        return false;
    size_t group = secret_group(&q->rs->patterns[pattern]);
    *whole = spans[0];
    *secret = group < SPANS && spans[group].start != REGEX_UNSET ? spans[group] : *whole;
    *from = whole->end > *from ? whole->end : *from + 1;
    return true;
}

static void add_found(const struct search *q, const struct secret_pattern *p, struct regex_span whole,
                      size_t start, size_t end) {
    struct secret found = { .kind = p->kind,
                            .context = str_slice(q->text, whole.start, whole.end - whole.start),
                            .start = start - whole.start,
                            .length = end - start };
    add(q->secrets, found, q->tokens, q->arena);
}

/* The secrets in the part of a match that holds several. */
static void add_each(const struct search *q, const struct secret_pattern *p, struct regex_span whole,
                     struct regex_span all) {
    struct str part = str_slice(q->text, all.start, all.end - all.start);
    struct regex_span unused, one;
    for (size_t from = 0; next_match(q, p->each, part, &from, &unused, &one);)
        add_found(q, p, whole, all.start + one.start, all.start + one.end);
}

static void find_all(const struct search *q, const struct secret_pattern *p) {
    struct regex_span whole, secret;
    for (size_t from = 0; next_match(q, p->pattern, q->text, &from, &whole, &secret);) {
        if (p->each != p->pattern)
            add_each(q, p, whole, secret);
        else if (!p->luhn || luhn_valid(str_slice(q->text, secret.start, secret.end - secret.start)))
            add_found(q, p, whole, secret.start, secret.end);
    }
}

/* A byte over 0x7F may be part of a blank or of a digit. */
static inline bool card_digit(char c) {
    return ascii_digit(c) || (unsigned char)c >= 0x80;
}

/* A digit, or what may stand between the digits of a card: blanks and the like, %20. */
static inline bool card_byte(char c) {
    return card_digit(c) || c == ' ' || c == '-' || c == '.' || c == '_' || c == '%';
}

bool secrets_card_possible(struct str text) {
    enum { CARD_DIGITS = 13 };
    /* What begins behind the part that was looked at, and holds a card, is at least so long that it covers
     * this step. */
    for (size_t behind = 0, step; (step = behind + CARD_DIGITS - 1) < text.len;) {
        size_t at = step, digits = 0;
        while (card_byte(text.ptr[step]) && at > behind && card_byte(text.ptr[at - 1]))
            at--;
        for (; at < text.len && card_byte(text.ptr[at]); at++)
            digits += card_digit(text.ptr[at]);
        if (digits >= CARD_DIGITS)
            return true;
        behind = at + 1;
    }
    return false;
}

/* Whether the text has what the pattern needs. Those that need the same follow each other: `asked` is what
 * was asked of this text last. */
static bool has_need(const struct search *q, const struct secret_pattern *p, struct need *asked) {
    const struct regex *regex =
        p->need == p->pattern || asked->pattern == p->need ? NULL : ruleset_regex(q->rs, p->need);
    if (regex)
        *asked = (struct need){ p->need, regex_find(regex, q->scratch, q->text, 0, NULL, 0) != REGEX_NO };
    return asked->found || asked->pattern != p->need;
}

/* Whether the candidate scan (`hits`; NULL: none) leaves open that such a secret stands there. */
static bool may_stand(const struct ruleset *rs, const bool *hits, const struct secret_pattern *p) {
    return !hits || !rs->patterns[p->need].gated || hits[p->need];
}

void secrets_find(struct secrets *s, const struct audit_options *o, const bool *hits,
                  struct regex_scratch *scratch, struct str text, struct arena *arena) {
    const struct search q = { s, o->rulesets[0], &o->tokens, scratch, arena, text };
    struct need asked = { UINT32_MAX, false };
    if (o->redact == REDACT_OFF)
        return;
    if (!s->searched)
        s->searched = arena_new(arena, MAX_SEARCHED_TEXTS, sizeof *s->searched);
    if (s->searched_count < MAX_SEARCHED_TEXTS)
        s->searched[s->searched_count++] = text;
    for (size_t i = 0; i < q.rs->secret_count; i++) {
        const struct secret_pattern *p = &q.rs->secrets[i];
        if ((p->pii && o->redact != REDACT_PII) || !may_stand(q.rs, hits, p))
            continue;
        if ((!p->luhn || secrets_card_possible(text)) && has_need(&q, p, &asked))
            find_all(&q, p);
    }
}

void secrets_decode(struct secrets *s, const struct tokens *tokens, struct arena *arena) {
    for (size_t i = 0, count = s->count; i < count; i++) {
        struct secret *raw = &s->items[i];
        if (str_find_byte(raw->context, '\\') == raw->context.len)
            continue;
        struct str before = decode_escapes(str_slice(raw->context, 0, raw->start), arena);
        struct str clear = decode_escapes(bare(raw), arena);
        struct secret decoded = { .kind = raw->kind,
                                  .context = decode_escapes(raw->context, arena),
                                  .start = before.len,
                                  .length = clear.len };
        raw->token = token_of(tokens, clear, arena);
        if (decoded.start + decoded.length <= decoded.context.len)
            add(s, decoded, tokens, arena);
    }
}

/* ---- replacing ---- */

/* What is blanked because there is too much. */
static const struct secret unknown = { .kind = "secret" };

static void add_interval(struct intervals *all, struct interval interval) {
    if (all->count > MAX_INTERVALS)
        return;
    mem_grow(&all->items, &all->capacity, all->count, sizeof *all->items);
    all->items[all->count++] = interval;
}

static void add_occurrences(struct intervals *all, struct str text, struct str part, size_t start,
                            const struct secret *secret) {
    for (size_t at = 0; all->count <= MAX_INTERVALS;) {
        size_t found = at + str_find(str_slice(text, at, text.len), part);
        if (found + part.len > text.len)
            break;
        add_interval(all, (struct interval){ found + start, found + start + secret->length, secret });
        at = found + part.len;
    }
}

/* What the text was cut out of: a view on one of the searched texts, else the copy of a part; NULL: neither.
 */
static const struct str *source_of(const struct secrets *s, struct str text, size_t *at) {
    for (size_t i = 0; i < s->searched_count; i++) {
        struct str whole = s->searched[i];
        *at = (size_t)((uintptr_t)text.ptr - (uintptr_t)whole.ptr);
        if ((uintptr_t)text.ptr >= (uintptr_t)whole.ptr && *at + text.len <= whole.len)
            return &s->searched[i];
    }
    for (size_t i = 0; text.len >= MIN_BARE && i < s->searched_count; i++)
        if ((*at = str_find(s->searched[i], text)) + text.len <= s->searched[i].len)
            return &s->searched[i];
    return NULL;
}

/* What lies of the secret, where it stands in `whole`, in the part at `at`. */
static void add_cut(struct intervals *all, struct str whole, size_t at, size_t len,
                    const struct secret *secret) {
    size_t first = all->count, kept = all->count;
    add_occurrences(all, whole, secret->context, secret->start, secret);
    for (size_t i = first; i < all->count; i++) {
        struct interval here = all->items[i];
        size_t start = here.start > at ? here.start - at : 0;
        size_t end = here.end > at ? here.end - at : 0;
        if (start < len && end > start)
            all->items[kept++] = (struct interval){ start, end < len ? end : len, secret };
    }
    all->count = kept;
}

static void add_secret(struct intervals *all, struct str text, const struct secret *secret) {
    struct str alone = bare(secret);
    add_occurrences(all, text, secret->context, secret->start, secret);
    if (alone.len >= MIN_BARE)
        add_occurrences(all, text, alone, 0, secret);
    bool part_of_it = text.len >= MIN_BARE && str_find(alone, text) + text.len <= alone.len;
    if (part_of_it || str_equal(alone, text))
        add_interval(all, (struct interval){ 0, text.len, secret });
}

static int by_start(const void *a, const void *b) {
    const struct interval *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (x->end < y->end) - (x->end > y->end);
}

static void add_mark(struct buf *out, const struct secret *secret) {
    buf_printf(out, "[redacted:%s", secret->kind);
    if (secret->token)
        buf_printf(out, ":%s", secret->token);
    buf_add_byte(out, ']');
}

static struct str marked(struct str text, const struct intervals *all, bool blank_rest, struct arena *arena) {
    struct buf out;
    buf_init(&out, SIZE_MAX / 2);
    size_t at = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct interval *next = &all->items[i];
        if (next->end <= at)
            continue;
        if (next->start >= at) { /* an overlapping one lengthens the mark before it */
            buf_add(&out, str_slice(text, at, next->start - at));
            add_mark(&out, next->secret);
        }
        at = next->end;
    }
    if (!blank_rest)
        buf_add(&out, str_slice(text, at, text.len));
    else if (at < text.len)
        add_mark(&out, &unknown);
    struct str copy = arena_copy(arena, buf_str(&out));
    buf_fini(&out);
    return copy;
}

struct str secrets_redact(const struct secrets *s, struct str text, struct arena *arena) {
    struct intervals all = { 0 };
    size_t at = 0;
    const struct str *whole = s->count && text.len ? source_of(s, text, &at) : NULL;
    for (size_t i = 0; text.len && i < s->count; i++) {
        add_secret(&all, text, &s->items[i]);
        if (whole && whole->len > text.len)
            add_cut(&all, *whole, at, text.len, &s->items[i]);
    }
    if (all.count > MAX_INTERVALS)
        all.items[0] = (struct interval){ 0, text.len, &unknown };
    else if (all.count)
        mem_sort(all.items, all.count, sizeof *all.items, by_start);
    if (all.count || (s->more && text.len))
        text = marked(text, &all, s->more, arena);
    free(all.items);
    return text;
}

struct str secrets_clean(const struct secrets *s, struct str text, size_t max, struct arena *arena) {
    if (s->count || s->more)
        text = secrets_redact(s, text, arena);
    return str_slice(text, 0, utf8_cut(text, max));
}
