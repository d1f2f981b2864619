/* Test vectors of others, which are no part of the project: files below $LOGAUDIT_CORPUS. */
#ifndef VECTORS_H
#define VECTORS_H

#include "check.h"
#include "file.h"
#include "json_doc.h"

#include <dirent.h>
#include <stdlib.h>

/* $LOGAUDIT_CORPUS/name; NULL when the variable is not set. Valid until the fourth call after it. */
static inline const char *vector_path(const char *name) {
    static char paths[4][4096];
    static unsigned next;
    const char *corpus = getenv("LOGAUDIT_CORPUS");
    if (!corpus || !*corpus)
        return NULL;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", corpus, name);
    return path;
}

/* The contents in place of what the buffer held; without carriage returns. */
static inline struct str vector_text(const char *path, struct buf *into) {
    struct fault fault;
    buf_reset(into);
    bool read = file_read(path, into, FAULT_INPUT, &fault);
    CHECK(read);
    size_t kept = 0;
    for (size_t i = 0; i < into->len; i++)
        if (into->ptr[i] != '\r')
            into->ptr[kept++] = into->ptr[i];
    into->len = kept;
    return buf_str(into);
}

static inline struct json_doc *vector_json(const char *path) {
    struct buf text;
    struct fault fault;
    buf_init(&text, 64 << 20);
    struct json_doc *doc = json_doc_parse(vector_text(path, &text), path, FAULT_INPUT, &fault);
    CHECK(doc != NULL);
    buf_fini(&text);
    return doc;
}

/* Calls `run` with the path of each folder in `folder`; how many there are. */
static inline int vector_each(const char *folder, void (*run)(const char *path)) {
    DIR *listing = opendir(folder);
    int count = 0;
    CHECK(listing != NULL);
    for (struct dirent *e; listing && (e = readdir(listing));) {
        char path[2048];
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        run(path);
        count++;
    }
    if (listing)
        closedir(listing);
    return count;
}

#endif
