#include "log.h"

#include "shown.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static enum log_level level = LOG_NORMAL;

void log_set_level(enum log_level new_level) {
    level = new_level;
}

static void (*writer)(void *context, const char *level, const char *message);
static void *writer_context;

void log_set_writer(void (*write)(void *context, const char *level, const char *message), void *context) {
    writer = write;
    writer_context = context;
}

static const char *_Atomic before = "";

void log_set_before(const char *bytes) {
    before = bytes;
}

/* Names of files and words of logs stand in messages; messages of Lua have several lines. */
static void print_shown(struct str line) {
    struct buf shown;
    buf_init(&shown, 16 * 1024);
    do {
        size_t len = str_find_byte(line, '\n');
        buf_add_shown(&shown, str_slice(line, 0, len));
        buf_add_byte(&shown, '\n');
        line = str_slice(line, len + 1, line.len);
    } while (line.len);
    fprintf(stderr, "%slogaudit: %s", before, buf_c(&shown));
    buf_fini(&shown);
}

static void print(const char *name, const char *format, va_list args) {
    char line[2048];
    vsnprintf(line, sizeof line, format, args);
    if (writer)
        writer(writer_context, name, line);
    else
        print_shown(str_c(line));
}

#define PRINT_IF(condition, name)                                                                            \
    do {                                                                                                     \
        va_list args;                                                                                        \
        va_start(args, format);                                                                              \
        if (condition)                                                                                       \
            print(name, format, args);                                                                       \
        va_end(args);                                                                                        \
    } while (0)

void log_error(const char *format, ...) {
    PRINT_IF(true, "ERROR");
}

void log_warn(const char *format, ...) {
    PRINT_IF(level >= LOG_NORMAL, "WARN");
}

void log_info(const char *format, ...) {
    PRINT_IF(level >= LOG_VERBOSE, "INFO");
}
