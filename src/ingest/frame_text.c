#include "frame_text.h"

enum {
    STAMP_WITHIN = 24,   /* a timestamp of an indented record begins in its first bytes */
    HEAD_WITHIN = 512,   /* of a first line are looked at for words such as ERROR */
    TOKEN_MAX = 160,     /* no exception class has a longer name */
    PREFIX_WITHIN = 160, /* of a syslog line is its prefix */
    SAME_SECOND = 15,    /* "Feb 11 13:15:40": syslog's stamp */
};

enum {
    ANY = TEXT_PLAIN | TEXT_TRACE | TEXT_PYTHON | TEXT_GO | TEXT_OPEN,
    MYSQL = TEXT_MYSQL | TEXT_MYSQL_TIME,
    SAME = 0, /* the state stays */
};

/* ---------------------------------------------------------------- what lines look like */

static struct str without_indent(struct str line) {
    size_t i = 0;
    while (i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t'))
        i++;
    return str_slice(line, i, line.len);
}

static bool indented(struct str line) {
    return line.ptr[0] == ' ' || line.ptr[0] == '\t';
}

/* `form`: 0 stands for a digit, everything else for itself. */
static bool has_form(struct str s, const char *form) {
    for (size_t i = 0; form[i]; i++)
        if (i >= s.len || (form[i] == '0' ? !ascii_digit(s.ptr[i]) : s.ptr[i] != form[i]))
            return false;
    return true;
}

static bool is_stamp(struct str s) {
    return has_form(s, "0000-00-00") || has_form(s, "0000/00/00") || has_form(s, "00:00:00");
}

static bool may_precede_stamp(char c) {
    return ascii_alpha(c) || ascii_digit(c) || memchr(" \t[]<>=_\"", c, 9);
}

/* A line with a timestamp of its own near its start is a record of its own, indented or not. A quoted date in
 * an indented statement is none: only key="date" may have a quote. */
static bool stamped(struct str line) {
    for (size_t i = 0; i < line.len && i < STAMP_WITHIN; i++) {
        if (is_stamp(str_slice(line, i, line.len)))
            return true;
        if (!may_precede_stamp(line.ptr[i]) || (line.ptr[i] == '"' && (i == 0 || line.ptr[i - 1] != '=')))
            return false;
    }
    return false;
}

/* The dotted name that the line begins with. */
static struct str first_name(struct str line) {
    size_t i = 0;
    while (i < line.len && i < TOKEN_MAX &&
           (ascii_alpha(line.ptr[i]) || ascii_digit(line.ptr[i]) || memchr("_.$:/", line.ptr[i], 5)))
        i++;
    while (i && line.ptr[i - 1] == ':')
        i--;
    return str_slice(line, 0, i);
}

/* "java.lang.IllegalStateException: text", "KeyError" */
static bool names_exception(struct str line) {
    struct str name = first_name(line), rest = str_slice(line, name.len, line.len);
    if (rest.len && !memchr(": (;\r\n", rest.ptr[0], 6))
        return false;
    return str_ends(name, (struct str)STR("Exception")) || str_ends(name, (struct str)STR("Error"));
}

/* The last line of a traceback: a class name alone or with a text behind it. */
static bool ends_traceback(struct str line) {
    struct str name = first_name(line);
    return name.len && (name.len == line.len || line.ptr[name.len] == ':') && !stamped(line);
}

/* "main.handler(0xc000, 0x12)" */
static bool is_go_call(struct str line) {
    return line.len > 2 && line.ptr[line.len - 1] == ')' && memchr(line.ptr, '(', line.len) && !stamped(line);
}

static bool is_numbered_frame(struct str line) {
    return line.len > 2 && ascii_digit(line.ptr[1]);
}

static bool only_closes(struct str line) {
    for (size_t i = 0; i < line.len; i++)
        if (!memchr("})];,", line.ptr[i], 5))
            return false;
    return line.len <= 4;
}

static bool ends_call(struct str line) {
    return line.ptr[line.len - 1] == ')';
}

/* What may stand in a block that takes nearly everything. */
static bool without_stamp(struct str line) {
    return line.ptr[0] != '{' && !stamped(line);
}

/* Where an indented line is a record of its own: it has a stamp, or it is how Rails begins a trace. */
static bool indents_record(struct str line) {
    return !stamped(line) && !(line.ptr[0] == ' ' && names_exception(str_slice(line, 1, line.len)));
}

/* ---------------------------------------------------------------- the rules */

struct head_rule {
    struct str begins;
    enum text_state state;
};

/* In which state a record is that begins so; others are TEXT_PLAIN. */
static const struct head_rule head_rules[] = {
    { STR("Traceback (most recent call last)"), TEXT_PYTHON },
    { STR("panic: "), TEXT_GO },
    { STR("fatal error: "), TEXT_GO },
    { STR("goroutine "), TEXT_GO },
    { STR("Unhandled exception:"), TEXT_OPEN },
    { STR("# Time: "), TEXT_MYSQL_TIME },
    { STR("# User@Host: "), TEXT_MYSQL },
};

struct rule {
    unsigned in;       /* the states it is for */
    struct str begins; /* with, at the first byte that is no blank when the line may be indented */
    bool (*also)(struct str line); /* and this must hold, unless NULL */
    bool after_error;              /* and the record's first line must speak of an error */
    enum { AT_START, INDENTED } where;
    unsigned next; /* the state then; SAME */
};

/* The first rule that fits decides that the line continues the record. No rule: it does not. */
static const struct rule rules[] = {
    { ANY, STR("File \""), NULL, false, INDENTED, TEXT_PYTHON },
    { ANY, STR("nested exception is:"), NULL, false, INDENTED, TEXT_OPEN },
    { ANY, STR("at "), NULL, false, INDENTED, TEXT_TRACE },
    { ANY, STR(""), indents_record, false, INDENTED, SAME },
    { TEXT_PYTHON, STR(""), ends_traceback, false, AT_START, TEXT_TRACE },
    { TEXT_TRACE | TEXT_PYTHON, STR("Traceback (most recent call last)"), NULL, false, AT_START,
      TEXT_PYTHON },
    { TEXT_PLAIN, STR("Traceback (most recent call last)"), NULL, true, AT_START, TEXT_PYTHON },
    { TEXT_TRACE, STR("During handling of the above exception"), NULL, false, AT_START, SAME },
    { TEXT_TRACE, STR("The above exception was the direct cause"), NULL, false, AT_START, SAME },
    { ANY, STR("Caused by: "), NULL, false, AT_START, TEXT_TRACE },
    { ANY, STR("Suppressed: "), NULL, false, AT_START, TEXT_TRACE },
    { ANY, STR("... "), NULL, false, AT_START, TEXT_TRACE },
    { ANY, STR("at "), ends_call, false, AT_START, TEXT_TRACE },
    { ANY, STR("--- End of "), NULL, false, AT_START, TEXT_TRACE },
    { ANY, STR("#"), is_numbered_frame, false, AT_START, TEXT_TRACE },
    { ANY, STR("<asynchronous suspension>"), NULL, false, AT_START, TEXT_TRACE },
    { TEXT_PLAIN, STR("goroutine "), NULL, true, AT_START, TEXT_GO },
    { TEXT_GO, STR("goroutine "), NULL, false, AT_START, SAME },
    { TEXT_GO, STR("created by "), NULL, false, AT_START, SAME },
    { TEXT_GO, STR("[signal "), NULL, false, AT_START, SAME },
    { TEXT_GO, STR("exit status "), NULL, false, AT_START, SAME },
    { TEXT_GO, STR(""), is_go_call, false, AT_START, SAME },
    { TEXT_OPEN, STR(""), without_stamp, false, AT_START, SAME },
    { ANY, STR("DETAIL: "), NULL, false, AT_START, SAME },
    { ANY, STR("HINT: "), NULL, false, AT_START, SAME },
    { ANY, STR("STATEMENT: "), NULL, false, AT_START, SAME },
    { ANY, STR("CONTEXT: "), NULL, false, AT_START, SAME },
    { ANY, STR("QUERY: "), NULL, false, AT_START, SAME },
    { TEXT_PLAIN, STR(""), names_exception, true, AT_START, TEXT_TRACE },
    { TEXT_MYSQL_TIME, STR("# User@Host: "), NULL, false, AT_START, TEXT_MYSQL },
    { MYSQL, STR(""), without_stamp, false, AT_START, TEXT_MYSQL },
};

/* ---------------------------------------------------------------- deciding */

static bool same_first_byte(struct str line, struct str begins) {
    return !begins.len || line.ptr[0] == begins.ptr[0];
}

static enum text_state state_of_head(struct str head) {
    for (size_t i = 0; i < sizeof head_rules / sizeof *head_rules; i++)
        if (same_first_byte(head, head_rules[i].begins) && str_starts(head, head_rules[i].begins))
            return head_rules[i].state;
    return TEXT_PLAIN;
}

struct text text_begin(struct str head) {
    struct text t = { head.len ? state_of_head(head) : TEXT_PLAIN, head, 1 };
    /* Some versions write both on one line. */
    if (t.state == TEXT_MYSQL_TIME && str_find(head, (struct str)STR("# User@Host: ")) < head.len)
        t.state = TEXT_MYSQL;
    return t;
}

static bool speaks_of_error(struct str head) {
    static const struct str words[] = { STR("error"), STR("exception"), STR("fatal"),
                                        STR("crit"),  STR("panic"),     STR("severe") };
    head = str_slice(head, 0, HEAD_WITHIN);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_find_nocase(head, words[i]) < head.len)
            return true;
    return false;
}

static bool same_second(const struct text *t, struct str line) {
    return t->head.len >= SAME_SECOND && line.len >= SAME_SECOND &&
           memcmp(t->head.ptr, line.ptr, SAME_SECOND) == 0;
}

/* rsyslog writes the tab that begins a continuation as #011, behind a prefix like the first line's. */
static bool is_syslog_escape(const struct text *t, struct str line) {
    struct str prefix = str_slice(line, 0, PREFIX_WITHIN);
    size_t at = str_find_byte(prefix, '#');
    return same_second(t, line) && at >= 2 && str_starts(str_slice(line, at, 4), (struct str)STR("#011")) &&
           line.ptr[at - 1] == ' ' && memchr("]:", line.ptr[at - 2], 2);
}

static bool fits(const struct rule *r, const struct text *t, struct str line) {
    if (!(r->in & t->state) || (r->where == INDENTED && !indented(line)))
        return false;
    struct str body = r->where == INDENTED ? without_indent(line) : line;
    return same_first_byte(body, r->begins) && str_starts(body, r->begins) && (!r->also || r->also(line)) &&
           (!r->after_error || speaks_of_error(t->head));
}

/* A new slow query begins; only behind its own "# Time:" line is "# User@Host:" none. */
static bool begins_query(const struct text *t, struct str line) {
    return str_starts(line, (struct str)STR("# Time: ")) ||
           (t->state != TEXT_MYSQL_TIME && str_starts(line, (struct str)STR("# User@Host: ")));
}

/* The first letters of the rules for TEXT_PLAIN; all other lines that begin with a letter can only be the
 * name of an exception or a syslog escape. */
static bool may_begin_rule(char letter) {
    return memchr("CDHQSTag", letter, 8) != NULL;
}

bool text_may_continue(const struct text *t, struct str ahead) {
    char first = ahead.ptr[0];
    if (t->state != TEXT_PLAIN)
        return true;
    if (!ascii_alpha(first) || may_begin_rule(first))
        return text_may_begin_continuation(first);
    return names_exception(ahead) || is_syslog_escape(t, ahead);
}

bool text_continues(struct text *t, struct str line) {
    if (begins_query(t, line))
        return false;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (fits(&rules[i], t, line)) {
            t->state = rules[i].next == SAME ? t->state : (enum text_state)rules[i].next;
            t->lines++;
            return true;
        }
    bool closes = t->lines > 1 && only_closes(line);
    if (!closes && !is_syslog_escape(t, line))
        return false;
    t->lines++;
    return true;
}
