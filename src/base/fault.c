#include "fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool fault_set(struct fault *f, enum fault_kind kind, const char *format, ...) {
    va_list args;
    va_start(args, format);
    f->kind = kind;
    vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
    return false;
}

bool fault_context(struct fault *f, const char *format, ...) {
    char inner[sizeof f->text];
    memcpy(inner, f->text, sizeof inner);
    va_list args;
    va_start(args, format);
    int len = vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
    size_t used = len < 0 ? 0 : (size_t)len;
    if (used < sizeof f->text) {
        size_t room = sizeof f->text - used;
        snprintf(f->text + used, room, ": %.*s", (int)room, inner);
    }
    return false;
}
