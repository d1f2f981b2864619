/* A folder for the files of one test program: made by scratch_folder, emptied by scratch_remove. */
#ifndef SCRATCH_FOLDER_H
#define SCRATCH_FOLDER_H

#include "buf.h"
#include "check.h"
#include "file.h"

#include <stdio.h>
#include <stdlib.h>

static char scratch_path[256];

static inline void scratch_make(void) {
    const char *base = getenv("TMPDIR");
    snprintf(scratch_path, sizeof scratch_path, "%s/logaudit-test-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(scratch_path)) {
        perror(scratch_path);
        exit(2);
    }
}

/* scratch_path/name; valid until the fourth call after it. */
static inline const char *scratch(const char *name) {
    static char paths[4][512];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", scratch_path, name);
    return path;
}

static inline const char *scratch_file(const char *name, struct str content) {
    const char *path = scratch(name);
    FILE *file = fopen(path, "wb");
    CHECK(file && fwrite(content.ptr, 1, content.len, file) == content.len);
    if (file)
        fclose(file);
    return path;
}

static inline void scratch_remove(void) {
    file_remove_folder(scratch_path);
}

#endif
