#include "library.h"

#include <dlfcn.h>
#include <string.h>

bool library_load(const char *file, const struct library_symbol *symbols, size_t count, void *table,
                  struct fault *fault) {
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!library)
        return fault_set(fault, FAULT_INPUT, "AWS cannot be reached without a library: %s", dlerror());
    for (size_t i = 0; i < count; i++) {
        void *function = dlsym(library, symbols[i].name);
        if (!function)
            return fault_set(fault, FAULT_INPUT, "AWS cannot be reached: %s has no %s", file,
                             symbols[i].name);
        memcpy((char *)table + symbols[i].offset, &function, sizeof function);
    }
    dlclose(library); /* it stays: RTLD_NODELETE */
    return true;
}
