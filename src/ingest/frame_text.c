#include "frame_text.h"

enum {
    STAMP_WITHIN = 24, /* a timestamp of an indented record begins in its first bytes */
    HEAD_WITHIN = 512, /* of a first line are looked at for words such as ERROR */
    TOKEN_MAX = 160,   /* no exception class has a longer name */
    SAME_SECOND = 15,  /* "Feb 11 13:15:40": syslog's stamp */
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
    if (rest.len && !memchr(": (;", rest.ptr[0], 4))
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

static bool without_stamp(struct str line) {
    return !stamped(line);
}

/* Where an indented line is a record of its own: it has a stamp, or it is how Rails begins a trace. */
static bool indents_record(struct str line) {
    return !stamped(line) && !(line.ptr[0] == ' ' && names_exception(str_slice(line, 1, line.len)));
}

/* ---------------------------------------------------------------- the rules */

struct head_rule {
    const char *begins;
    enum text_state state;
};

/* In which state a record is that begins so; others are TEXT_PLAIN. */
static const struct head_rule head_rules[] = {
    { "Traceback (most recent call last)", TEXT_PYTHON },
    { "panic: ", TEXT_GO },
    { "fatal error: ", TEXT_GO },
    { "goroutine ", TEXT_GO },
    { "Unhandled exception:", TEXT_OPEN },
    { "# Time: ", TEXT_MYSQL_TIME },
    { "# User@Host: ", TEXT_MYSQL },
};

struct rule {
    unsigned in;        /* the states it is for */
    const char *begins; /* with, at the first byte that is no blank when the line may be indented */
    bool (*also)(struct str line); /* and this must hold, unless NULL */
    bool after_error;              /* and the record's first line must speak of an error */
    enum { ANYWHERE, INDENTED } where;
    unsigned next; /* the state then; SAME */
};

/* The first rule that fits decides that the line continues the record. No rule: it does not. */
static const struct rule rules[] = {
    { ANY, "File \"", NULL, false, INDENTED, TEXT_PYTHON },
    { ANY, "nested exception is:", NULL, false, INDENTED, TEXT_OPEN },
    { ANY, "at ", NULL, false, INDENTED, TEXT_TRACE },
    { ANY, "", indents_record, false, INDENTED, SAME },
    { TEXT_PYTHON, "", ends_traceback, false, ANYWHERE, TEXT_TRACE },
    { TEXT_TRACE | TEXT_PYTHON, "Traceback (most recent call last)", NULL, false, ANYWHERE, TEXT_PYTHON },
    { TEXT_PLAIN, "Traceback (most recent call last)", NULL, true, ANYWHERE, TEXT_PYTHON },
    { TEXT_TRACE, "During handling of the above exception", NULL, false, ANYWHERE, SAME },
    { TEXT_TRACE, "The above exception was the direct cause", NULL, false, ANYWHERE, SAME },
    { ANY, "Caused by: ", NULL, false, ANYWHERE, TEXT_TRACE },
    { ANY, "Suppressed: ", NULL, false, ANYWHERE, TEXT_TRACE },
    { ANY, "... ", NULL, false, ANYWHERE, TEXT_TRACE },
    { ANY, "at ", ends_call, false, ANYWHERE, TEXT_TRACE },
    { ANY, "--- End of ", NULL, false, ANYWHERE, TEXT_TRACE },
    { ANY, "#", is_numbered_frame, false, ANYWHERE, TEXT_TRACE },
    { ANY, "<asynchronous suspension>", NULL, false, ANYWHERE, TEXT_TRACE },
    { TEXT_PLAIN, "goroutine ", NULL, true, ANYWHERE, TEXT_GO },
    { TEXT_GO, "goroutine ", NULL, false, ANYWHERE, SAME },
    { TEXT_GO, "created by ", NULL, false, ANYWHERE, SAME },
    { TEXT_GO, "[signal ", NULL, false, ANYWHERE, SAME },
    { TEXT_GO, "exit status ", NULL, false, ANYWHERE, SAME },
    { TEXT_GO, "", is_go_call, false, ANYWHERE, SAME },
    { TEXT_OPEN, "", without_stamp, false, ANYWHERE, SAME },
    { ANY, "DETAIL: ", NULL, false, ANYWHERE, SAME },
    { ANY, "HINT: ", NULL, false, ANYWHERE, SAME },
    { ANY, "STATEMENT: ", NULL, false, ANYWHERE, SAME },
    { ANY, "CONTEXT: ", NULL, false, ANYWHERE, SAME },
    { ANY, "QUERY: ", NULL, false, ANYWHERE, SAME },
    { TEXT_PLAIN, "", names_exception, true, ANYWHERE, TEXT_TRACE },
    { TEXT_MYSQL_TIME, "# User@Host: ", NULL, false, ANYWHERE, TEXT_MYSQL },
    { MYSQL, "", without_stamp, false, ANYWHERE, TEXT_MYSQL },
};

/* ---------------------------------------------------------------- deciding */

struct text text_begin(struct str head) {
    struct text t = { TEXT_PLAIN, head, 1 };
    for (size_t i = 0; i < sizeof head_rules / sizeof *head_rules; i++)
        if (str_starts(head, str_c(head_rules[i].begins)))
            t.state = head_rules[i].state;
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

/* rsyslog writes the tab that begins a continuation as #011, behind a prefix like the first line's. */
static bool is_syslog_escape(const struct text *t, struct str line) {
    if (t->head.len < SAME_SECOND || line.len < SAME_SECOND || memcmp(t->head.ptr, line.ptr, SAME_SECOND))
        return false;
    size_t at = str_find(str_slice(line, 0, HEAD_WITHIN), (struct str)STR("#011"));
    return at >= 2 && at + 4 <= line.len && line.ptr[at - 1] == ' ' && memchr("]:", line.ptr[at - 2], 2);
}

static bool fits(const struct rule *r, const struct text *t, struct str line) {
    if (!(r->in & t->state) || (r->where == INDENTED && !indented(line)))
        return false;
    struct str body = r->where == INDENTED ? without_indent(line) : line;
    return str_starts(body, str_c(r->begins)) && (!r->also || r->also(line)) &&
           (!r->after_error || speaks_of_error(t->head));
}

/* A new slow query begins; only behind its own "# Time:" line is "# User@Host:" none. */
static bool begins_query(const struct text *t, struct str line) {
    return str_starts(line, (struct str)STR("# Time: ")) ||
           (t->state != TEXT_MYSQL_TIME && str_starts(line, (struct str)STR("# User@Host: ")));
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
