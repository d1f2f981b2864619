/* Messages for the person who runs the program, on standard error. */
#ifndef LOG_H
#define LOG_H

enum log_level { LOG_QUIET, LOG_NORMAL, LOG_VERBOSE };

/* Default LOG_NORMAL. Set once, by main, before any thread starts. */
void log_set_level(enum log_level level);

/* Messages go to `write` from now on, in place of standard error; NULL: to standard error again. Levels are
 * ERROR, WARN and INFO. Set while there are no other threads. */
void log_set_writer(void (*write)(void *context, const char *level, const char *message), void *context);

/* What stands in front of each line on standard error from now on: it takes away what is drawn there.
 * Outlives its use; "" to end it. */
void log_set_before(const char *bytes);

/* Always printed: what makes the exit code something else than 0. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Not printed with -q. */
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Printed with -v only. */
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
