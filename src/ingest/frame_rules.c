#include "frame_rules.h"

#include "frame_shape.h"
#include "mem.h"

#include <stdlib.h>

enum { ERROR_WITHIN = 512 /* of a first line are looked at for words such as ERROR */ };

enum {
    ANY = TEXT_PLAIN | TEXT_TRACE | TEXT_PYTHON | TEXT_GO | TEXT_OPEN | TEXT_STAMPED | TEXT_KERNEL |
          TEXT_NODE | TEXT_MESSAGE,
    MYSQL = TEXT_MYSQL | TEXT_MYSQL_TIME,
    FRESH = TEXT_PLAIN | TEXT_TRACE,
    SAME = 0, /* the state stays */
};

/* ---------------------------------------------------------------- the tables */

struct head_rule {
    struct str begins;
    bool (*also)(struct str line); /* and this must hold, unless NULL */
    enum text_state state;
};

/* In which state a record is that begins so; others are TEXT_PLAIN. The first that fits, those with a text in
 * front first; those without are not for a line behind a transport's prefix. */
static const struct head_rule heads[] = {
    { STR("Traceback (most recent call last)"), NULL, TEXT_PYTHON },
    { STR("multiprocessing.pool.RemoteTraceback:"), NULL, TEXT_PYTHON },
    { STR("concurrent.futures.process._RemoteTraceback:"), NULL, TEXT_PYTHON },
    { STR("panic: "), NULL, TEXT_GO },
    { STR("fatal error: "), NULL, TEXT_GO },
    { STR("goroutine "), NULL, TEXT_GO },
    { STR("SIG"), shape_names_signal, TEXT_GO },
    { STR("thread '"), shape_panicked_text, TEXT_MESSAGE },
    { STR("thread '"), shape_panicked, TEXT_TRACE },
    { STR("Unhandled exception:"), NULL, TEXT_OPEN },
    { STR("="), shape_erlang_report, TEXT_OPEN },
    { STR("="), shape_fence, TEXT_FENCE },
    { STR("=="), shape_sanitizer, TEXT_OPEN },
    { STR("# Time: "), shape_user_host, TEXT_MYSQL }, /* some versions write both on one line */
    { STR("# Time: "), NULL, TEXT_MYSQL_TIME },
    { STR("# User@Host: "), NULL, TEXT_MYSQL },
    { STR("BUG: "), NULL, TEXT_KERNEL },
    { STR("kernel BUG at "), NULL, TEXT_KERNEL },
    { STR("WARNING: CPU: "), NULL, TEXT_KERNEL },
    { STR("------------[ cut here ]"), NULL, TEXT_KERNEL },
    { STR("Oops"), NULL, TEXT_KERNEL },
    { STR("Internal error: Oops"), NULL, TEXT_KERNEL },
    { STR("general protection fault"), NULL, TEXT_KERNEL },
    { STR("Unable to handle kernel "), NULL, TEXT_KERNEL },
    { STR("INFO: task "), NULL, TEXT_KERNEL },
    { STR("INFO: rcu"), NULL, TEXT_KERNEL },
    { STR("rcu: INFO: "), NULL, TEXT_KERNEL },
    { STR("watchdog: BUG: "), NULL, TEXT_KERNEL },
    { STR("-----BEGIN "), NULL, TEXT_PEM },
    { STR("/"), shape_place, TEXT_NODE },
    { STR("node:"), shape_place, TEXT_NODE },
    { STR("file://"), shape_place, TEXT_NODE },
    { STR(""), shape_only_stamp, TEXT_STAMPED },
    { STR(""), shape_postgres, TEXT_STAMPED },
    { STR(""), shape_db2, TEXT_STAMPED },
    { STR(""), shape_java_head, TEXT_JAVA },
    { STR(""), shape_opens_pem, TEXT_PEM },
    { STR(""), shape_opens_quote, TEXT_CSV },
};

enum {
    INDENTED = 1 << 0, /* the line is, and `begins` is what it has behind its blanks */
    BARE = 1 << 1,     /* no transport wrote a prefix: only then the next record's stamp is there to end it */
    AFTER_ERROR = 1 << 2, /* the record's first line speaks of an error */
    AFTER_LOG = 1 << 3,   /* the same, and is no exception itself: the next one is another error */
    OF_HEAD = AFTER_ERROR | AFTER_LOG,
};

struct join {
    unsigned in; /* the states it is for */
    struct str begins;
    bool (*also)(struct str line); /* and this must hold, unless NULL */
    unsigned only;                 /* and all of these */
    unsigned next;                 /* the state then; SAME */
};

/* The first rule that fits decides that the line continues the record, those with a text in front first. No
 * rule: it does not. */
static const struct join rules[] = {
    /* Java, .NET, Node, Dart */
    { ANY, STR("nested exception is:"), NULL, INDENTED, TEXT_STAMPED },
    { ANY, STR("at "), NULL, INDENTED, TEXT_TRACE },
    { ANY, STR("at "), shape_ends_call, 0, TEXT_TRACE },
    { ANY, STR("from "), NULL, INDENTED, TEXT_TRACE },
    { ANY, STR("Caused by:"), NULL, 0, TEXT_TRACE },
    { ANY, STR("Suppressed: "), NULL, 0, TEXT_TRACE },
    { TEXT_TRACE, STR("Wrapped by: "), NULL, 0, SAME },
    { ANY, STR("... "), NULL, 0, TEXT_TRACE },
    { ANY, STR("--- End of "), NULL, 0, TEXT_TRACE },
    { ANY, STR("#"), shape_numbered, 0, TEXT_TRACE },
    { ANY, STR("<asynchronous suspension>"), NULL, 0, TEXT_TRACE },
    { TEXT_NODE, STR("throw "), NULL, 0, SAME },
    { TEXT_NODE, STR("^"), NULL, 0, SAME },
    { TEXT_NODE, STR("[Unhandled"), NULL, 0, TEXT_TRACE },
    { TEXT_TRACE, STR("Emitted 'error' event"), NULL, 0, SAME },
    { TEXT_TRACE, STR("Node.js v"), NULL, 0, TEXT_DONE },
    /* Python */
    { ANY, STR("File \""), NULL, INDENTED, TEXT_PYTHON },
    { TEXT_PLAIN, STR("Traceback (most recent call last)"), NULL, AFTER_ERROR, TEXT_PYTHON },
    { TEXT_PYTHON, STR("Traceback (most recent call last)"), NULL, 0, SAME },
    { TEXT_TRACE, STR("During handling of the above exception"), NULL, 0, TEXT_PYTHON },
    { TEXT_TRACE, STR("The above exception was the direct cause"), NULL, 0, TEXT_PYTHON },
    { TEXT_PYTHON | TEXT_TRACE, STR("\"\"\""), NULL, 0, SAME },
    { TEXT_TRACE, STR("[SQL: "), NULL, 0, SAME },
    { TEXT_TRACE, STR("[parameters: "), NULL, 0, SAME },
    { TEXT_TRACE, STR("(Background on this error at"), NULL, 0, SAME },
    { TEXT_TRACE, STR("Call stack:"), NULL, 0, SAME },
    { TEXT_TRACE | TEXT_PYTHON, STR("Message: "), NULL, 0, TEXT_TRACE },
    { TEXT_TRACE, STR("Arguments: "), NULL, 0, SAME },
    /* Go */
    { TEXT_PLAIN, STR("goroutine "), NULL, AFTER_ERROR, TEXT_GO },
    { TEXT_GO, STR("goroutine "), NULL, 0, SAME },
    { TEXT_GO, STR("created by "), NULL, 0, SAME },
    { TEXT_GO, STR("[signal "), NULL, 0, SAME },
    { TEXT_GO, STR("runtime stack:"), NULL, 0, SAME },
    { TEXT_GO, STR("PC="), NULL, 0, SAME },
    { TEXT_GO, STR("...additional frames elided..."), NULL, 0, SAME },
    { TEXT_GO, STR("exit status "), NULL, 0, TEXT_DONE },
    /* PHP, Lua, Rust, Elixir */
    { FRESH, STR("Stack trace:"), NULL, 0, TEXT_TRACE },
    { FRESH, STR("[stacktrace]"), NULL, 0, TEXT_TRACE },
    { TEXT_TRACE, STR("[previous exception]"), NULL, 0, SAME },
    { TEXT_TRACE, STR("\"}"), NULL, 0, TEXT_DONE },
    { TEXT_TRACE, STR("Next "), shape_next_exception, 0, SAME },
    { FRESH, STR("stack traceback:"), NULL, 0, TEXT_TRACE },
    { TEXT_TRACE, STR("coroutine "), NULL, 0, SAME },
    { TEXT_TRACE, STR("note: "), NULL, 0, SAME },
    { FRESH, STR("stack backtrace:"), NULL, 0, TEXT_TRACE },
    { FRESH, STR("Stack backtrace:"), NULL, 0, TEXT_TRACE },
    { FRESH, STR("** ("), NULL, AFTER_ERROR, TEXT_TRACE },
    { TEXT_TRACE, STR("Last message"), NULL, 0, SAME },
    { TEXT_TRACE, STR("State: "), NULL, 0, SAME },
    /* sanitizers, the kernel */
    { TEXT_FENCE, STR("=="), shape_sanitizer, 0, TEXT_OPEN },
    { TEXT_OPEN | TEXT_SUMMARY, STR("=="), shape_aborting, 0, TEXT_DONE },
    { TEXT_OPEN | TEXT_SUMMARY, STR("="), shape_fence, 0, TEXT_DONE },
    { TEXT_FENCE, STR("WARNING: "), NULL, 0, TEXT_OPEN },
    { TEXT_OPEN, STR("SUMMARY: "), NULL, 0, TEXT_SUMMARY },
    { TEXT_SUMMARY, STR("Shadow byte"), NULL, 0, SAME },
    { TEXT_SUMMARY, STR("=>0x"), NULL, 0, SAME },
    { TEXT_PLAIN, STR("Call Trace:"), NULL, 0, TEXT_KERNEL },
    { TEXT_KERNEL, STR("---[ end "), NULL, 0, TEXT_DONE },
    /* databases, VMware */
    { ANY, STR("DETAIL: "), NULL, 0, SAME },
    { ANY, STR("HINT: "), NULL, 0, SAME },
    { ANY, STR("STATEMENT: "), NULL, 0, SAME },
    { ANY, STR("CONTEXT: "), NULL, 0, SAME },
    { ANY, STR("QUERY: "), NULL, 0, SAME },
    { ANY, STR("ORA-06512: "), NULL, 0, SAME },
    { TEXT_PLAIN, STR("TNS-"), NULL, 0, SAME },
    { TEXT_PLAIN, STR("Trace["), NULL, 0, SAME },
    { ANY, STR("--> "), NULL, 0, SAME },
    { TEXT_PLAIN, STR("Tcp port: "), NULL, 0, SAME },
    { TEXT_PLAIN, STR("Time  "), shape_mysql_columns, 0, TEXT_DONE },
    { TEXT_MYSQL_TIME, STR("# User@Host: "), NULL, 0, TEXT_MYSQL },
    /* keys and certificates */
    { TEXT_PEM, STR("-----END "), NULL, 0, TEXT_DONE },
    /* without a text in front */
    { TEXT_JAVA, STR(""), shape_java_level, 0, TEXT_NODE },
    { TEXT_PEM, STR(""), shape_pem_body, 0, SAME },
    { ANY, STR(""), shape_indented_part, INDENTED | BARE, SAME },
    { TEXT_PLAIN, STR(""), shape_names_exception, AFTER_LOG, TEXT_TRACE },
    { TEXT_PLAIN, STR(""), shape_ruby_frame, AFTER_ERROR, TEXT_TRACE },
    { ANY & ~TEXT_PLAIN, STR(""), shape_indented_part, INDENTED, SAME },
    { TEXT_PYTHON, STR(""), shape_ends_traceback, 0, TEXT_TRACE },
    { TEXT_NODE, STR(""), shape_names_exception, 0, TEXT_TRACE },
    { TEXT_GO, STR(""), shape_go_call, 0, SAME },
    { TEXT_GO, STR(""), shape_register, 0, SAME },
    { TEXT_TRACE, STR(""), shape_ruby_frame, 0, SAME },
    { TEXT_MESSAGE, STR(""), shape_without_level, 0, TEXT_TRACE },
    { TEXT_PLAIN, STR(""), shape_go_function, AFTER_ERROR | BARE, TEXT_GO },
    { TEXT_GO, STR(""), shape_go_function, BARE, SAME },
    { TEXT_SUMMARY, STR(""), NULL, INDENTED, SAME },
    { TEXT_KERNEL, STR(""), shape_kernel_dump, 0, SAME },
    { MYSQL, STR(""), shape_statement, BARE, TEXT_MYSQL },
    { TEXT_CSV, STR(""), shape_closes_quote, BARE, TEXT_DONE },
    { TEXT_CSV, STR(""), shape_without_stamp, BARE, SAME },
    { TEXT_STAMPED, STR(""), shape_without_stamp, BARE, SAME },
    { TEXT_OPEN, STR(""), shape_without_level, BARE, SAME },
};

/* ---------------------------------------------------------------- the index */

enum {
    HEADS = sizeof heads / sizeof *heads,
    RULES = sizeof rules / sizeof *rules,
    ROWS_MAX = HEADS > RULES ? HEADS : RULES,
    NO_TEXT = 256, /* the chain of those without a text in front */
};
_Static_assert(ROWS_MAX < UINT8_MAX, "a link has one byte");

/* Chains of rows that begin with the same byte, in the table's order; a link is a row's number plus 1, 0 the
 * end. */
struct chains {
    uint8_t first[NO_TEXT + 1], next[ROWS_MAX];
};

struct frame_rules {
    struct chains heads, rules;
    struct chains plain; /* only those for TEXT_PLAIN, where nearly all records are */
};

static void add_link(struct chains *c, size_t row, struct str begins) {
    uint8_t *first = &c->first[begins.len ? (unsigned char)begins.ptr[0] : NO_TEXT];
    c->next[row] = *first;
    *first = (uint8_t)(row + 1);
}

struct frame_rules *frame_rules_new(void) {
    struct frame_rules *r = mem_new(1, sizeof *r);
    for (size_t i = HEADS; i--;)
        add_link(&r->heads, i, heads[i].begins);
    for (size_t i = RULES; i--;)
        add_link(&r->rules, i, rules[i].begins);
    for (size_t i = RULES; i--;)
        if (rules[i].in & TEXT_PLAIN)
            add_link(&r->plain, i, rules[i].begins);
    return r;
}

void frame_rules_free(struct frame_rules *r) {
    free(r);
}

/* ---------------------------------------------------------------- asking */

static enum text_state first_head(const struct frame_rules *r, size_t link, struct str head) {
    for (; link; link = r->heads.next[link - 1]) {
        const struct head_rule *h = &heads[link - 1];
        if (str_starts(head, h->begins) && (!h->also || h->also(head)))
            return h->state;
    }
    return TEXT_PLAIN;
}

enum text_state frame_rules_head(const struct frame_rules *r, struct str head, bool prefixed) {
    enum text_state state = first_head(r, r->heads.first[(unsigned char)head.ptr[0]], head);
    return state != TEXT_PLAIN || prefixed ? state : first_head(r, r->heads.first[NO_TEXT], head);
}

static bool speaks_of_error(struct str head) {
    static const struct str words[] = { STR("error"), STR("exception"), STR("fatal"), STR("crit"),
                                        STR("panic"), STR("severe"),    STR("[err]"), STR("[ftl]") };
    head = str_slice(head, 0, ERROR_WITHIN);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_find_nocase(head, words[i]) < head.len)
            return true;
    return false;
}

/* A record's next line. */
struct asked {
    enum text_state state;
    struct str head, line, words; /* words: behind the indent */
    unsigned is;                  /* INDENTED, BARE */
};

static const struct join *first_rule(const struct chains *c, size_t link, const struct asked *a) {
    for (; link; link = c->next[link - 1]) {
        const struct join *rule = &rules[link - 1];
        if (!(rule->in & a->state) || (rule->only & ~a->is & ~(unsigned)OF_HEAD))
            continue;
        if (str_starts(rule->only & INDENTED ? a->words : a->line, rule->begins) &&
            (!rule->also || rule->also(a->line)) && (!(rule->only & OF_HEAD) || speaks_of_error(a->head)) &&
            (!(rule->only & AFTER_LOG) || !shape_exception(a->head)))
            return rule;
    }
    return NULL;
}

unsigned frame_rules_next(const struct frame_rules *r, enum text_state state, struct str head,
                          struct str line, bool prefixed, const struct join **by) {
    struct asked a = { state, head, line, shape_without_indent(line), 0 };
    a.is = (shape_indented(line) ? INDENTED : 0) | (prefixed && !shape_escaped_tab(line) ? 0 : BARE);
    const struct chains *c = state == TEXT_PLAIN ? &r->plain : &r->rules;
    const struct join *rule = a.words.len ? first_rule(c, c->first[(unsigned char)a.words.ptr[0]], &a) : NULL;
    if (!rule)
        rule = first_rule(c, c->first[NO_TEXT], &a);
    *by = rule;
    return !rule ? 0 : rule->next == SAME ? state : rule->next;
}

const char *join_reason(const struct join *by, struct str *begins) {
    static const struct {
        bool (*also)(struct str line);
        const char *reason;
    } shapes[] = {
        { shape_indented_part, "is indented" },
        { shape_names_exception, "names an exception" },
        { shape_ruby_frame, "is a frame of a stack trace" },
        { shape_ends_traceback, "ends a traceback" },
        { shape_go_call, "is a call of a goroutine" },
        { shape_go_function, "is a frame of a stack trace" },
        { shape_register, "names a register" },
        { shape_kernel_dump, "is part of a kernel dump" },
        { shape_statement, "is part of a statement" },
        { shape_java_level, "has the level and the message" },
        { shape_closes_quote, "closes a quoted field" },
        { shape_pem_body, "is part of a key or certificate" },
        { shape_without_stamp, "has no timestamp of its own" },
        { shape_without_level, "has neither timestamp nor level of its own" },
    };
    *begins = by ? by->begins : str_of("", 0);
    for (size_t i = 0; by && i < sizeof shapes / sizeof *shapes; i++)
        if (by->also == shapes[i].also && !by->begins.len)
            return shapes[i].reason;
    return !by              ? "is part of it by what its transport, its brackets or its quotes say"
           : by->begins.len ? "begins with"
                            : "is indented";
}
