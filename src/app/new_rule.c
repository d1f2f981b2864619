#include "new_rule.h"

#include "buf.h"
#include "file.h"

#include <stdio.h>

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
    struct buf path;
    buf_init(&path, 8192);
    buf_printf(&path, "%s/%.*s.lua", folder, STR_ARG(id));
    bool ok = check_only ? is_new(buf_c(&path), fault) : new_rule_write(buf_c(&path), text, fault);
    buf_fini(&path);
    return ok;
}
