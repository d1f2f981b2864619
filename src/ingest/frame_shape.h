/* What single lines of text look like: a stamp in front, the name of an exception, a frame of a trace. The
 * words that the tables of frame_rules.c are written in. Lines have no line end and are not empty. */
#ifndef FRAME_SHAPE_H
#define FRAME_SHAPE_H

#include "str.h"

/* Blanks, tabs and a tab as rsyslog writes it (#011) in front. */
bool shape_indented(struct str line);
bool shape_escaped_tab(struct str line);
struct str shape_without_indent(struct str line);

/* How lines of common logs begin; may be asked of more than the line. */
enum form {
    FORM_NONE,                /* none of these */
    FORM_LEVEL,               /* INFO: */
    FORM_KEY,                 /* time= */
    FORM_ADDRESS,             /* 10.0.0.1 */
    FORM_OBJECT,              /* {"level": */
    FORM_STAMPED,             /* from here on: with a stamp */
    FORM_DATE = FORM_STAMPED, /* 2026-02-11, 2026/02/11 */
    FORM_BRACKET,             /* [2026-02-11 */
    FORM_GLOG,                /* I0211 13:15:40 */
};
enum form shape_form(struct str line);

/* What may stand in a block that takes nearly everything up to the next stamp, or to the next line that
 * begins with a level. */
bool shape_without_stamp(struct str line);
bool shape_without_level(struct str line);

/* An indented line that is part of a record, not one of its own. */
bool shape_indented_part(struct str line);

/* First lines of blocks. */
bool shape_only_stamp(struct str line);    /* Oracle's alert log, cron jobs that call date */
bool shape_postgres(struct str line);      /* an error, or a statement */
bool shape_db2(struct str line);           /* "2024-11-26-10.30.18.123456+000 I4711A500  LEVEL: Error" */
bool shape_opens_quote(struct str line);   /* a row of CSV whose last field goes on */
bool shape_place(struct str line);         /* "/srv/app.js:10": how Node begins */
bool shape_exception(struct str line);     /* "java.io.IOException: text", not "Error: text" */
bool shape_panicked(struct str line);      /* Rust */
bool shape_panicked_text(struct str line); /* the same; the text is on the next line */
bool shape_erlang_report(struct str line); /* "=CRASH REPORT====" */
bool shape_fence(struct str line);         /* a line of = */
bool shape_sanitizer(struct str line);     /* "==12==ERROR: AddressSanitizer" */
bool shape_names_signal(struct str line);  /* "SIGABRT: abort" */
bool shape_user_host(struct str line);     /* "# Time: ... # User@Host: ..." */
bool shape_java_head(struct str line);     /* "Nov 26, 2024 10:15:02 AM com.example.Shop place" */
bool shape_opens_pem(struct str line);     /* "key: -----BEGIN PRIVATE KEY-----" */

/* Lines inside. */
bool shape_names_exception(struct str line); /* "KeyError", "a.b.CException: text", "TypeError (x)" */
bool shape_next_exception(struct str line);  /* behind "Next " */
bool shape_ends_traceback(struct str line);  /* a class name alone or with a text behind it */
bool shape_ends_call(struct str line);
bool shape_numbered(struct str line);    /* a digit behind the first byte */
bool shape_go_call(struct str line);     /* "main.handler(0xc000, 0x12)" */
bool shape_go_function(struct str line); /* "net/http.(*conn).serve", as zap writes its frames */
bool shape_register(struct str line);    /* "rip    0x45c1a1" */
bool shape_ruby_frame(struct str line);  /* "app/models/user.rb:12:in `save'" */
bool shape_kernel_dump(struct str line);
bool shape_closes_quote(struct str line);
bool shape_statement(struct str line);     /* MySQL's, with the comments in front of it */
bool shape_mysql_columns(struct str line); /* "Time   Id Command   Argument" */
bool shape_aborting(struct str line);      /* "==12==ABORTING" */
bool shape_only_closes(struct str line);   /* "}," */
bool shape_java_level(struct str line);    /* "SEVERE: payment failed" */
bool shape_pem_body(struct str line);      /* base64, or a header as "DEK-Info: AES-256-CBC,0A1B" */

#endif
