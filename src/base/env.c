#include "env.h"

#include "str.h"

#include <stdlib.h>

int64_t env_number(const char *name, int64_t otherwise) {
    int64_t value;
    const char *text = getenv(name);
    return text && str_to_int(str_c(text), &value) && value > 0 ? value : otherwise;
}
