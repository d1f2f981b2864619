#include "new_rule.h"

#include "buf.h"
#include "file.h"

#include <stdio.h>
#include <stdlib.h>

static bool is_new(const char *path, struct fault *fault) {
    return !file_exists(path) ||
           fault_set(fault, FAULT_USAGE, "%s is there already and stays as it is", path);
}

bool new_rule_write(const char *path, struct str text, struct fault *fault) {
    if (!is_new(path, fault) || !file_make_parents(path, fault) || !file_write(path, text, fault))
        return false;
    printf("%s\n", path);
    return true;
}

bool new_rule_put(const char *folder, struct str id, struct str text, bool check_only, struct fault *fault) {
    struct buf name;
    buf_init(&name, 8192);
    buf_printf(&name, "%.*s.lua", STR_ARG(id));
    char *path = file_join(folder, buf_c(&name));
    bool ok = check_only ? is_new(path, fault) : new_rule_write(path, text, fault);
    free(path);
    buf_fini(&name);
    return ok;
}
