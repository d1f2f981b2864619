#include "frame_shape.h"

enum {
    STAMP_WITHIN = 24,     /* a timestamp of an indented record begins in its first bytes */
    NAME_MAX_BYTES = 160,  /* no exception class has a longer name */
    KEY_MAX = 32,          /* of a logfmt line's first key */
    STAMP_MAX_BYTES = 40,  /* "2026-02-11 13:15:40.123456789 Europe/Amsterdam" is longer, and rare alone */
    SEVERITY_WITHIN = 256, /* of a line, PostgreSQL's prefix and severity */
    ACCESS_WITHIN = 160,   /* of an access log's line, addresses and user in front of the stamp */
    FENCE_MIN = 18,
    CSV_COMMAS = 3, /* a quote behind fewer fields opens none */
};

static char at(struct str s, size_t i) {
    return i < s.len ? s.ptr[i] : '\0';
}

static struct str from(struct str s, size_t i) {
    return str_slice(s, i, s.len);
}

static bool contains(struct str s, const char *part) {
    return str_find(s, str_c(part)) < s.len;
}

static bool starts_with_one(struct str s, const struct str *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (s.len && s.ptr[0] == list[i].ptr[0] && str_starts(s, list[i]))
            return true;
    return false;
}

#define STARTS_WITH_ONE(s, list) starts_with_one(s, list, sizeof(list) / sizeof *(list))

/* ---------------------------------------------------------------- indents */

static const struct str escaped_tab = STR("#011");

static size_t indent(struct str line) {
    size_t i = 0;
    for (;;)
        if (at(line, i) == ' ' || at(line, i) == '\t')
            i++;
        else if (at(line, i) == '#' && str_starts(from(line, i), escaped_tab))
            i += escaped_tab.len;
        else
            return i;
}

bool shape_escaped_tab(struct str line) {
    return str_starts(line, escaped_tab);
}

bool shape_indented(struct str line) {
    return line.ptr[0] == ' ' || line.ptr[0] == '\t' || shape_escaped_tab(line);
}

struct str shape_without_indent(struct str line) {
    return from(line, indent(line));
}

/* ---------------------------------------------------------------- stamps and levels */

/* `form`: 0 stands for a digit, everything else for itself. */
static bool has_form(struct str s, const char *form) {
    for (size_t i = 0; form[i]; i++)
        if (i >= s.len || (form[i] == '0' ? !ascii_digit(s.ptr[i]) : s.ptr[i] != form[i]))
            return false;
    return true;
}

/* Asked of every line of most logs, so not by has_form. */
static bool is_date(struct str s) {
    const char *p = s.ptr;
    return s.len >= 10 && (p[4] == '-' || p[4] == '/') && p[7] == p[4] && ascii_digit(p[0]) &&
           ascii_digit(p[1]) && ascii_digit(p[2]) && ascii_digit(p[3]) && ascii_digit(p[5]) &&
           ascii_digit(p[6]) && ascii_digit(p[8]) && ascii_digit(p[9]);
}

static bool is_clock(struct str s) {
    return s.len >= 8 && s.ptr[2] == ':' && has_form(s, "00:00:00");
}

static bool is_stamp(struct str s) {
    return is_date(s) || is_clock(s);
}

static bool may_precede_stamp(char c) {
    return ascii_alpha(c) || ascii_digit(c) || (c && memchr(" \t[]<>=_\"", c, 9));
}

/* With a timestamp of its own near its start: a record, indented or not. A quoted date in an indented
 * statement is none: only key="date" and a first field may have a quote. */
static bool has_own_stamp(struct str line) {
    for (size_t i = 0; i < line.len && i < STAMP_WITHIN; i++) {
        char c = line.ptr[i];
        if (ascii_digit(c) ? is_stamp(from(line, i)) : c == '"' && (i == 0 || line.ptr[i - 1] != '='))
            return ascii_digit(c);
        if (!may_precede_stamp(c))
            return false;
    }
    return false;
}

/* Two kinds of trace begin with blanks: Rails', and a group of Python's. */
bool shape_indented_part(struct str line) {
    struct str body = shape_without_indent(line);
    return !has_own_stamp(line) && !(line.ptr[0] == ' ' && shape_names_exception(from(line, 1))) &&
           !str_starts(body, (struct str)STR("+ Exception Group Traceback"));
}

/* "10.0.0.1 - - [03/Feb/2026:10:00:05 +0000]" */
static bool is_access(struct str line) {
    line = str_slice(line, 0, ACCESS_WITHIN);
    struct str stamp = from(line, str_find_byte(line, '['));
    return has_form(from(stamp, 1), "00/") && has_form(from(stamp, 7), "/0000:00:00");
}

bool shape_without_stamp(struct str line) {
    return line.ptr[0] != '{' && !has_own_stamp(line) && !is_access(line);
}

static bool begins_with_level(struct str line) {
    static const struct str levels[] = { STR("TRACE"),  STR("DEBUG"), STR("INFO"),     STR("WARN"),
                                         STR("NOTICE"), STR("ERROR"), STR("CRITICAL"), STR("FATAL") };
    line = from(line, at(line, 0) == '[');
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (at(line, 0) == levels[i].ptr[0] && str_starts(line, levels[i])) {
            struct str behind = from(line, levels[i].len);
            return !behind.len || memchr(" \t:]|", behind.ptr[0], 5) ||
                   str_starts(behind, (struct str)STR("ING"));
        }
    return false;
}

bool shape_without_level(struct str line) {
    return shape_without_stamp(line) && !begins_with_level(line) && !shape_erlang_report(line);
}

static bool begins_with_key(struct str line) {
    size_t i = 0;
    while (i < KEY_MAX && ((at(line, i) >= 'a' && at(line, i) <= 'z') || at(line, i) == '_'))
        i++;
    return i && at(line, i) == '=';
}

static bool is_address(struct str line) {
    size_t i = 0;
    while (i < 3 && ascii_digit(at(line, i)))
        i++;
    return at(line, i) == '.' && ascii_digit(at(line, i + 1));
}

enum form shape_form(struct str line) {
    char first = at(line, 0);
    if (ascii_digit(first))
        return is_date(line) ? FORM_DATE : is_address(line) ? FORM_ADDRESS : FORM_NONE;
    if (first == '{')
        return at(line, 1) == '"' ? FORM_OBJECT : FORM_NONE;
    if (first == '[' && is_date(from(line, 1)))
        return FORM_BRACKET;
    if (first >= 'a' && first <= 'z')
        return begins_with_key(line) ? FORM_KEY : FORM_NONE;
    if (ascii_digit(at(line, 1)))
        return has_form(from(line, 1), "0000 00:00:00") ? FORM_GLOG : FORM_NONE;
    return begins_with_level(line) ? FORM_LEVEL : FORM_NONE;
}

static bool is_asctime(struct str line) {
    return line.len >= 24 && line.len <= 30 && ascii_alpha(line.ptr[0]) && line.ptr[3] == ' ' &&
           has_form(from(line, 11), "00:00:00 ") && has_form(from(line, line.len - 4), "0000");
}

bool shape_only_stamp(struct str line) {
    if (is_asctime(line))
        return true;
    if (line.len > STAMP_MAX_BYTES || !has_form(line, "0000-00-00") || !has_form(from(line, 11), "00:00:00"))
        return false;
    for (size_t i = 19; i < line.len; i++)
        if (!ascii_digit(line.ptr[i]) && !memchr(".,:+-Z ", line.ptr[i], 7))
            return false;
    return true;
}

bool shape_java_head(struct str line) {
    size_t comma = str_find_byte(str_slice(line, 0, 7), ',');
    struct str clock = from(line, comma + 7);
    if (at(line, 3) != ' ' || !has_form(from(line, comma), ", 0000 ") ||
        !(has_form(clock, "00:00:00") || has_form(clock, "0:00:00")))
        return false;
    size_t blanks = 0;
    for (size_t i = 0; i < clock.len; i++)
        blanks += clock.ptr[i] == ' ';
    return blanks == 3 || blanks == 2; /* new versions write another blank in front of AM */
}

bool shape_java_level(struct str line) {
    static const struct str levels[] = { STR("SEVERE:"), STR("WARNING:"), STR("INFO:"),  STR("CONFIG:"),
                                         STR("FINE:"),   STR("FINER:"),   STR("FINEST:") };
    return STARTS_WITH_ONE(line, levels);
}

/* ---------------------------------------------------------------- databases */

/* The severity is followed by a colon and two blanks, which nobody else writes. A LOG line has several lines
 * when it tells of a statement. */
bool shape_postgres(struct str line) {
    static const struct str errors[] = { STR("ERROR"),  STR("FATAL"),   STR("PANIC"), STR("STATEMENT"),
                                         STR("DETAIL"), STR("CONTEXT"), STR("HINT"),  STR("QUERY") };
    struct str head = str_slice(line, 0, SEVERITY_WITHIN);
    size_t colon = str_find_byte(head, ':');
    while (colon < head.len && !(at(head, colon + 1) == ' ' && at(head, colon + 2) == ' '))
        colon += 1 + str_find_byte(from(head, colon + 1), ':');
    if (colon >= head.len || !has_own_stamp(line))
        return false;
    struct str before = str_slice(head, 0, colon), behind = from(line, colon);
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (str_ends(before, errors[i]))
            return true;
    return str_ends(before, (struct str)STR("LOG")) &&
           (contains(behind, "statement: ") || contains(behind, "execute "));
}

bool shape_db2(struct str line) {
    return has_form(line, "0000-00-00-00.00.00.000000") && contains(line, " LEVEL: ");
}

static size_t count_byte(struct str s, char byte) {
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += s.ptr[i] == byte;
    return count;
}

static bool even_quotes(struct str line) {
    return count_byte(line, '"') % 2 == 0;
}

/* PostgreSQL's csvlog above all: the first field is a stamp, and the last quote begins a field. */
bool shape_opens_quote(struct str line) {
    const char *quote = memrchr(line.ptr, '"', line.len);
    if (!quote || quote == line.ptr || (quote[-1] != ',' && quote[-1] != ';') ||
        !(has_own_stamp(line) || has_own_stamp(from(line, 1))))
        return false;
    struct str before = str_of(line.ptr, (size_t)(quote - line.ptr));
    return !even_quotes(line) && count_byte(before, quote[-1]) >= CSV_COMMAS;
}

bool shape_closes_quote(struct str line) {
    return !even_quotes(line) && shape_without_stamp(line);
}

bool shape_user_host(struct str line) {
    return contains(line, "# User@Host: ");
}

bool shape_statement(struct str line) {
    return shape_without_stamp(line) && !str_starts(line, (struct str)STR("# User@Host: ")) &&
           !str_starts(line, (struct str)STR("# Time: "));
}

bool shape_mysql_columns(struct str line) {
    return contains(line, "Id Command");
}

/* ---------------------------------------------------------------- exceptions */

/* The dotted name that the line begins with. */
static struct str first_name(struct str line) {
    size_t i = 0;
    while (i < line.len && i < NAME_MAX_BYTES &&
           (ascii_alpha(line.ptr[i]) || (line.ptr[i] >= '.' && line.ptr[i] <= ':') || line.ptr[i] == '_' ||
            line.ptr[i] == '$'))
        i++;
    while (i && line.ptr[i - 1] == ':')
        i--;
    return str_slice(line, 0, i);
}

static bool is_exception_name(struct str name) {
    return str_ends(name, (struct str)STR("Exception")) || str_ends(name, (struct str)STR("Error"));
}

bool shape_names_exception(struct str line) {
    struct str name = first_name(line), rest = from(line, name.len);
    return is_exception_name(name) && (!rest.len || memchr(": (;\r\n", rest.ptr[0], 6));
}

bool shape_next_exception(struct str line) {
    return shape_names_exception(from(line, sizeof "Next"));
}

bool shape_exception(struct str line) {
    struct str name = first_name(line);
    return is_exception_name(name) && name.len > sizeof "Exception" &&
           (name.len == line.len || line.ptr[name.len] == ':');
}

bool shape_ends_traceback(struct str line) {
    struct str name = first_name(line);
    return name.len && (name.len == line.len || line.ptr[name.len] == ':') && !has_own_stamp(line);
}

bool shape_panicked(struct str line) {
    return contains(line, " panicked at ");
}

bool shape_panicked_text(struct str line) {
    return shape_panicked(line) && line.ptr[line.len - 1] == ':';
}

bool shape_names_signal(struct str line) {
    size_t colon = str_find_byte(line, ':');
    return colon < sizeof "SIGSTKFLT" && at(line, colon + 1) == ' ';
}

bool shape_place(struct str line) {
    size_t i = line.len;
    while (i && ascii_digit(line.ptr[i - 1]))
        i--;
    return i < line.len && i > 1 && line.ptr[i - 1] == ':' && str_find_byte(line, ' ') == line.len &&
           (line.ptr[0] == '/' || str_starts(line, (struct str)STR("node:")) ||
            str_starts(line, (struct str)STR("file://")));
}

/* ---------------------------------------------------------------- frames */

bool shape_ends_call(struct str line) {
    return line.ptr[line.len - 1] == ')';
}

bool shape_numbered(struct str line) {
    return line.len > 2 && ascii_digit(line.ptr[1]);
}

bool shape_go_call(struct str line) {
    size_t open = str_find_byte(line, '(');
    return open < line.len && shape_ends_call(line) && !has_own_stamp(line) &&
           str_find_byte(str_slice(line, 0, open), ' ') == open;
}

/* A package's path is no file's: nothing stands in it that a function's name does not have. */
bool shape_go_function(struct str line) {
    size_t slash = 0, dot = 0;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        if (!ascii_alpha(c) && !ascii_digit(c) && !memchr("/._-()*[]~@", c, 11))
            return false;
        slash = c == '/' ? i : slash;
        dot = c == '.' ? i : dot;
    }
    return ascii_alpha(at(line, 0)) && dot > slash && dot + 1 < line.len &&
           (slash || str_starts(line, (struct str)STR("main.")));
}

bool shape_register(struct str line) {
    size_t blank = str_find_byte(line, ' ');
    return blank <= 6 && str_starts(shape_without_indent(from(line, blank)), (struct str)STR("0x"));
}

bool shape_ruby_frame(struct str line) {
    return line.ptr[line.len - 1] == '\'' && (contains(line, ":in `") || contains(line, ":in '"));
}

bool shape_only_closes(struct str line) {
    for (size_t i = 0; i < line.len; i++)
        if (!memchr("})];,", line.ptr[i], 5))
            return false;
    return line.len <= 4;
}

/* ---------------------------------------------------------------- keys and certificates */

bool shape_opens_pem(struct str line) {
    return str_ends(line, (struct str)STR("-----")) && contains(line, "-----BEGIN ");
}

bool shape_pem_body(struct str line) {
    static const struct str headers[] = { STR("Proc-Type: "), STR("DEK-Info: "), STR("Version: "),
                                          STR("Comment: ") };
    line = shape_without_indent(line);
    for (size_t i = 0; i < line.len; i++)
        if (!ascii_alpha(line.ptr[i]) && !ascii_digit(line.ptr[i]) && !memchr("+/=", line.ptr[i], 3))
            return STARTS_WITH_ONE(line, headers);
    return true;
}

/* ---------------------------------------------------------------- reports */

bool shape_erlang_report(struct str line) {
    return line.ptr[0] == '=' && ascii_alpha(at(line, 1)) && contains(line, " REPORT====");
}

bool shape_fence(struct str line) {
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] != '=')
            return false;
    return line.len >= FENCE_MIN;
}

bool shape_sanitizer(struct str line) {
    return contains(line, "Sanitizer:");
}

bool shape_aborting(struct str line) {
    return str_ends(line, (struct str)STR("==ABORTING"));
}

/* The lines of an oops, in the words of the kernel's many versions and machines. */
static const struct str kernel_words[] = {
    STR("BUG: "),
    STR("kernel BUG at "),
    STR("WARNING: CPU: "),
    STR("Oops"),
    STR("invalid opcode:"),
    STR("#PF: "),
    STR("PGD "),
    STR("CPU: "),
    STR("Pid: "),
    STR("Process "),
    STR("Comm: "),
    STR("task:"),
    STR("Hardware name:"),
    STR("Workqueue: "),
    STR("Modules linked in:"),
    STR("Tainted: "),
    STR("Not tainted"),
    STR("IP: "),
    STR("EIP"),
    STR("RIP"),
    STR("RSP"),
    STR("RAX: "),
    STR("RDX: "),
    STR("RBP: "),
    STR("R10: "),
    STR("R13: "),
    STR("EAX: "),
    STR("ESI: "),
    STR("FS:"),
    STR("CS: "),
    STR("DS: "),
    STR("CR2: "),
    STR("DR0: "),
    STR("DR3: "),
    STR("PKRU: "),
    STR("Stack:"),
    STR("Code: "),
    STR("Call Trace:"),
    STR("Call trace:"),
    STR("<TASK>"),
    STR("</TASK>"),
    STR("<IRQ>"),
    STR("</IRQ>"),
    STR("<NMI>"),
    STR("</NMI>"),
    STR("<EOI>"),
    STR("[<"),
    STR("? "),
    STR("pc : "),
    STR("lr : "),
    STR("sp : "),
    STR("pstate: "),
    STR("x29: "),
    STR("x26: "),
    STR("x23: "),
    STR("x20: "),
    STR("x17: "),
    STR("x14: "),
    STR("x11: "),
    STR("x8 : "),
    STR("x5 : "),
    STR("x2 : "),
    STR("\"echo 0 > "),
    STR("Kernel Offset:"),
    STR("Backtrace"),
    STR("rcu: "),
    STR("Mem abort info"),
    STR("NMI backtrace"),
    STR("Sending NMI"),
    STR("swapper "),
    STR("last sysfs file"),
};

bool shape_kernel_dump(struct str line) {
    line = shape_without_indent(line);
    return STARTS_WITH_ONE(line, kernel_words) || contains(line, "+0x");
}
