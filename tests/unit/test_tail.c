#include "tail.h"

#include "scratch_folder.h"

#include <sys/stat.h>
#include <unistd.h>

static struct tail *tail;
static struct fault fault;

static void append(const char *name, const char *text) {
    FILE *file = fopen(scratch(name), "ab");
    CHECK(file && fputs(text, file) >= 0);
    if (file)
        fclose(file);
}

/* All that the source gives now, `step` bytes at a time. */
static struct str give(size_t step) {
    static char bytes[1000];
    struct source *source = tail_source(tail);
    size_t len = 0, got = 0;
    do {
        CHECK(source->read(source, bytes + len, step, &got, &fault));
        len += got;
    } while (got);
    return str_of(bytes, len);
}

static void test_growing(void) {
    CHECK_INT(tail_look(tail, &fault), TAIL_NOTHING);
    CHECK(fault.kind == FAULT_INPUT && strstr(fault.text, "No such file"));
    append("log", "a\nb");
    CHECK_INT(tail_look(tail, &fault), TAIL_OPENED);
    CHECK_STR(give(100), "a\n"); /* the rest may be half a line */
    CHECK_INT(tail_look(tail, &fault), TAIL_NOTHING);
    append("log", "c\nd\ne");
    CHECK_INT(tail_look(tail, &fault), TAIL_GREW);
    CHECK_STR(give(1), "bc\nd\n");
    CHECK_INT(tail_given(tail), 7);
    CHECK(tail_source(tail)->modified > 0);
}

/* Renamed: what is written to the old file until then is read, then the new one. */
static void test_renamed(void) {
    CHECK(rename(scratch("log"), scratch("log.1")) == 0);
    append("log.1", "f\ng");
    CHECK_INT(tail_look(tail, &fault), TAIL_GREW);
    CHECK_STR(give(100), "ef\n");
    append("log", "new\n");
    CHECK_INT(tail_look(tail, &fault), TAIL_RENAMED);
    CHECK_INT(tail_look(tail, &fault), TAIL_NOTHING);
    append("log.1", "h\n"); /* by who does not know yet */
    CHECK_INT(tail_look(tail, &fault), TAIL_GREW);
    CHECK_STR(give(100), "gh\n");
    tail_end(tail);
    CHECK_STR(give(100), "");
    tail_free(tail);
    tail = tail_new(scratch("log"));
    CHECK_INT(tail_look(tail, &fault), TAIL_OPENED);
    CHECK_STR(give(100), "new\n");
    CHECK_INT(tail_given(tail), 4);
}

/* Emptied and written again. */
static void test_emptied(void) {
    CHECK(truncate(scratch("log"), 0) == 0);
    append("log", "x\n");
    CHECK_INT(tail_look(tail, &fault), TAIL_ENDED);
    CHECK_STR(give(100), "");
    tail_source(tail)->close(tail_source(tail));
    CHECK_INT(tail_look(tail, &fault), TAIL_OPENED);
    CHECK_STR(give(100), "x\n");
}

static void test_removed(void) {
    CHECK(remove(scratch("log")) == 0);
    CHECK_INT(tail_look(tail, &fault), TAIL_RENAMED);
    tail_free(tail);
    tail = tail_new(scratch("log"));
    CHECK(mkdir(scratch("log"), 0777) == 0);
    CHECK_INT(tail_look(tail, &fault), TAIL_NOTHING);
    CHECK(strstr(fault.text, "is a folder"));
}

int main(void) {
    scratch_make();
    tail = tail_new(scratch("log"));
    test_growing();
    test_renamed();
    test_emptied();
    test_removed();
    tail_free(tail);
    scratch_remove();
    return check_report();
}
