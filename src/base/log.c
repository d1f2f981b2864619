#include "log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static enum log_level level = LOG_NORMAL;

void log_set_level(enum log_level new_level) {
    level = new_level;
}

static void print(const char *format, va_list args) {
    char line[2048];
    vsnprintf(line, sizeof line, format, args);
    fprintf(stderr, "logaudit: %s\n", line);
}

#define PRINT_IF(condition)                                                                                  \
    do {                                                                                                     \
        va_list args;                                                                                        \
        va_start(args, format);                                                                              \
        if (condition)                                                                                       \
            print(format, args);                                                                             \
        va_end(args);                                                                                        \
    } while (0)

void log_error(const char *format, ...) {
    PRINT_IF(true);
}

void log_warn(const char *format, ...) {
    PRINT_IF(level >= LOG_NORMAL);
}

void log_info(const char *format, ...) {
    PRINT_IF(level >= LOG_VERBOSE);
}
