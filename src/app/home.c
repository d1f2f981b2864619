#include "home.h"

#include "file.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_PATH = 4096 };

static bool try_home(struct home *home, const char *base, const char *below) {
    struct buf path;
    buf_init(&path, MAX_PATH);
    buf_printf(&path, "%s%s/lua/logaudit/rule.lua", base, below);
    bool found = file_exists(buf_c(&path));
    buf_reset(&path);
    buf_printf(&path, "%s%s", base, below);
    char resolved[PATH_MAX]; /* messages name rule files by this path */
    found = found && realpath(buf_c(&path), resolved);
    if (found) {
        home->lua_folder = file_join(resolved, "lua");
        home->rules_folder = file_join(resolved, "rules");
        home->cache_folder = file_join(resolved, "cache");
    }
    buf_fini(&path);
    return found;
}

bool home_find(struct home *home, struct fault *fault) {
    *home = (struct home){ 0 };
    const char *set = getenv("LOGAUDIT_HOME");
    if (set && *set)
        return try_home(home, set, "") ||
               fault_set(fault, FAULT_USAGE, "LOGAUDIT_HOME=%s: there is no lua/logaudit in it", set);
    char program[MAX_PATH];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash = len > 0 ? memrchr(program, '/', (size_t)len) : NULL;
    if (slash) {
        *slash = '\0';
        static const char *const places[] = { "", "/../share/logaudit", "/../.." };
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
            if (try_home(home, program, places[i]))
                return true;
    }
    return try_home(home, LOGAUDIT_SHARE, "") ||
           fault_set(fault, FAULT_USAGE,
                     "cannot find the program's lua/ and rules/ folders; set LOGAUDIT_HOME to the folder "
                     "they are in");
}

void home_fini(struct home *home) {
    free(home->lua_folder);
    free(home->rules_folder);
    free(home->cache_folder);
}
