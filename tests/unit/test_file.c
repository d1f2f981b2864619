#include "file.h"

#include "scratch_folder.h"

#include <sys/stat.h>
#include <unistd.h>

static struct str read_back(struct buf *out, const char *path) {
    struct fault fault = { 0 };
    buf_reset(out);
    CHECK(file_read(path, out, FAULT_INPUT, &fault));
    return buf_str(out);
}

static void test_write_and_read(struct buf *out) {
    struct fault fault = { 0 };
    const char *path = scratch("a/b/file");
    CHECK(file_write(path, str_c("first"), &fault)); /* makes the folders */
    CHECK_STR(read_back(out, path), "first");
    CHECK(file_write(path, str_c("2"), &fault));
    CHECK_STR(read_back(out, path), "2");
    CHECK(file_write(path, (struct str){ 0 }, &fault));
    CHECK_STR(read_back(out, path), "");
    CHECK(file_exists(path) && !file_is_folder(path));
    CHECK(file_is_folder(scratch("a/b")));
    CHECK(!file_exists(scratch("a/c")));
}

static void test_faults(struct buf *out) {
    struct fault fault = { 0 };
    CHECK(!file_read(scratch("gone"), out, FAULT_RULE, &fault));
    CHECK_INT(fault.kind, FAULT_RULE);
    CHECK(strstr(fault.text, "gone: No such file") != NULL);
    CHECK(!file_read(scratch_path, out, FAULT_INPUT, &fault)); /* a folder is no file */
    scratch_file("plain", str_c("x"));
    CHECK(!file_write(scratch("plain/below"), str_c("y"), &fault));
    CHECK_INT(fault.kind, FAULT_OUTPUT);
    struct buf small;
    buf_init(&small, 20 * 1024);
    char big[30 * 1024];
    memset(big, 'x', sizeof big);
    CHECK(!file_read(scratch_file("big", str_of(big, sizeof big)), &small, FAULT_USAGE, &fault));
    CHECK(strstr(fault.text, "big: larger than 20480 bytes") != NULL);
    buf_reset(&small);
    CHECK(file_read(scratch_file("full", str_of(big, 20 * 1024)), &small, FAULT_USAGE, &fault));
    CHECK_INT(small.len, 20 * 1024);
    buf_fini(&small);
}

/* A file that cannot take its final name leaves the old one and nothing beside it. */
static bool count_file(void *context, const char *path) {
    (void)path;
    ++*(int *)context;
    return true;
}

static void test_failed_write_leaves_nothing(void) {
    struct fault fault = { 0 };
    int count = 0;
    mkdir(scratch("target"), 0777);
    mkdir(scratch("target/name"), 0777);
    CHECK(!file_write(scratch("target/name"), str_c("x"), &fault));
    CHECK(file_walk(scratch("target"), false, count_file, &count, &fault));
    CHECK_INT(count, 0);
}

struct walk {
    struct buf names;
    int left; /* visits allowed */
};

static bool note(void *context, const char *path) {
    struct walk *walk = context;
    buf_printf(&walk->names, "%s ", path + strlen(scratch_path) + strlen("/tree/"));
    return --walk->left > 0;
}

static void test_walk(void) {
    static const char *const names[] = { "tree/b",   "tree/a/z", "tree/a/.hidden",   "tree/B",
                                         "tree/a/y", "tree/a-b", "tree/.git/config", "tree/c/d/e" };
    struct fault fault = { 0 };
    struct walk walk = { .left = 100 };
    buf_init(&walk.names, 4096);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        CHECK(file_write(scratch(names[i]), str_c("x"), &fault));
    CHECK(symlink("..", scratch("tree/c/up")) == 0); /* would never end */
    CHECK(symlink("../b", scratch("tree/c/link")) == 0);
    CHECK(symlink("nowhere", scratch("tree/c/broken")) == 0);
    CHECK(file_walk(scratch("tree"), false, note, &walk, &fault));
    CHECK_STR(buf_str(&walk.names), "B a/y a/z a-b b c/d/e c/link ");
    buf_reset(&walk.names);
    walk.left = 2;
    CHECK(!file_walk(scratch("tree"), false, note, &walk, &fault));
    CHECK_STR(buf_str(&walk.names), "B a/y ");
    CHECK(!file_walk(scratch("gone"), false, note, &walk, &fault));
    CHECK(strstr(fault.text, "gone") != NULL);
    buf_fini(&walk.names);
}

static struct hash traits_of(const char *path) {
    struct hash_state *h = hash_new();
    file_add_traits(h, path);
    struct hash hash = hash_get(h);
    hash_free(h);
    return hash;
}

static void test_traits(void) {
    struct fault fault = { 0 };
    struct hash gone = traits_of(scratch("traits"));
    CHECK(file_write(scratch("traits/in/one"), str_c("1"), &fault));
    struct hash one = traits_of(scratch("traits")), file = traits_of(scratch("traits/in/one"));
    CHECK(!hash_equal(gone, one));
    CHECK(hash_equal(one, traits_of(scratch("traits"))));
    CHECK(file_write(scratch("traits/in/one"), str_c("12"), &fault));
    CHECK(!hash_equal(one, traits_of(scratch("traits"))));
    CHECK(!hash_equal(file, traits_of(scratch("traits/in/one"))));
}

int main(void) {
    struct buf out;
    buf_init(&out, 1 << 20);
    scratch_make();
    test_write_and_read(&out);
    test_faults(&out);
    test_failed_write_leaves_nothing();
    test_walk();
    test_traits();
    scratch_remove();
    buf_fini(&out);
    return check_report();
}
