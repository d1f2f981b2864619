#include "mirror.h"

#include "file.h"
#include "scratch_folder.h"

#include <utime.h>

static const char *const LUA[] = { ".lua", NULL };
static struct places places;
static struct mirror *mirror;
static struct fault fault;
static time_t version, version_of_c1;
static struct buf path_read, text_read;

/* Each text is a version of its own, whatever the clock of the file system does. */
static void put(const char *key, const char *text) {
    struct buf name;
    struct utimbuf times = { 1700000000, 1700000000 + ++version };
    buf_init(&name, 400);
    buf_printf(&name, "s3/b/%s", key);
    CHECK(file_write(scratch(buf_c(&name)), str_c(text), &fault));
    CHECK(utime(scratch(buf_c(&name)), &times) == 0);
    buf_fini(&name);
}

static void take_away(const char *key) {
    struct buf name;
    buf_init(&name, 400);
    buf_printf(&name, "s3/b/%s", key);
    CHECK(remove(scratch(buf_c(&name))) == 0);
    buf_fini(&name);
}

static const char *copy_of(const char *uri) {
    const char *path = mirror_path(mirror, uri, LUA, &fault);
    CHECK(path != NULL);
    return path ? path : "";
}

/* The text of `name` below the copy; "-": there is none. */
static const char *text_in(const char *uri, const char *name) {
    buf_reset(&path_read);
    buf_reset(&text_read);
    buf_printf(&path_read, "%s%s", copy_of(uri), name);
    return file_read(buf_c(&path_read), &text_read, FAULT_INPUT, &fault) ? buf_c(&text_read) : "-";
}

static bool look(void) {
    bool changed = false;
    CHECK(mirror_look(mirror, &changed, &fault));
    return changed;
}

static void test_object(void) {
    CHECK(mirror_is_empty(mirror));
    put("one.lua", "1");
    CHECK_STR(str_c(text_in("s3://b/one.lua", "")), "1");
    CHECK(!mirror_is_empty(mirror) && !look());
    put("one.lua", "2");
    CHECK_STR(str_c(text_in("s3://b/one.lua", "")), "1"); /* nothing is asked between looks */
    CHECK(look());
    CHECK_STR(str_c(text_in("s3://b/one.lua", "")), "1"); /* in use until it was tried */
    mirror_try(mirror);
    CHECK_STR(str_c(text_in("s3://b/one.lua", "")), "2");
    mirror_take(mirror);
    CHECK_STR(str_c(text_in("s3://b/one.lua", "")), "2");
    CHECK(!look());
}

static void test_prefix(void) {
    put("rules/a.lua", "a1");
    put("rules/in/b.lua", "b1");
    put("rules/README", "no rule");
    put("rulesother.lua", "not below it");
    CHECK_STR(str_c(text_in("s3://b/rules/", "a.lua")), "a1");
    CHECK_STR(str_c(text_in("s3://b/rules/", "in/b.lua")), "b1");
    CHECK_STR(str_c(text_in("s3://b/rules/", "README")), "-");
    put("rules/README", "changed, and nobody asks");
    CHECK(!look());
    put("rules/in/b.lua", "b2");
    take_away("rules/a.lua");
    put("rules/c.lua", "c1");
    version_of_c1 = version;
    CHECK(look());
    CHECK_STR(str_c(text_in("s3://b/rules/", "a.lua")), "a1");
    CHECK_STR(str_c(text_in("s3://b/rules/", "c.lua")), "-");
    mirror_try(mirror);
    mirror_take(mirror);
    CHECK_STR(str_c(text_in("s3://b/rules/", "a.lua")), "-");
    CHECK_STR(str_c(text_in("s3://b/rules/", "in/b.lua")), "b2");
    CHECK_STR(str_c(text_in("s3://b/rules/", "c.lua")), "c1");
}

/* What was tried and dropped is not tried again until it changes; changed back, it is as it was. */
static void test_dropped(void) {
    put("rules/c.lua", "bad");
    CHECK(look());
    mirror_try(mirror);
    mirror_drop(mirror);
    CHECK_STR(str_c(text_in("s3://b/rules/", "c.lua")), "c1");
    CHECK(!look());
    put("rules/c.lua", "worse");
    CHECK(look());
    mirror_try(mirror);
    CHECK_STR(str_c(text_in("s3://b/rules/", "c.lua")), "worse");
    mirror_drop(mirror);
    time_t newest = version;
    version = version_of_c1 - 1;
    put("rules/c.lua", "c1");
    version = newest;
    CHECK(look());
    mirror_try(mirror);
    mirror_take(mirror);
    CHECK_STR(str_c(text_in("s3://b/rules/", "c.lua")), "c1");
}

/* One place that cannot be read: no place is taken, and what the others brought is not forgotten. */
static void test_unreadable(void) {
    bool changed;
    put("one.lua", "3");
    take_away("rules/c.lua");
    take_away("rules/in/b.lua");
    CHECK(!mirror_look(mirror, &changed, &fault) && !changed);
    CHECK_STR(str_c(fault.text), "s3://b/rules/: no object with this prefix has a key that ends in .lua");
    CHECK_STR(str_c(text_in("s3://b/rules/", "c.lua")), "c1");
    take_away("rules/README");
    CHECK(!mirror_look(mirror, &changed, &fault) && !changed);
    CHECK_STR(str_c(fault.text), "s3://b/rules/: no object has a key with this prefix");
    CHECK_STR(str_c(text_in("s3://b/rules/", "c.lua")), "c1");
    CHECK_STR(str_c(text_in("s3://b/one.lua", "")), "2");
    put("rules/c.lua", "c2");
    CHECK(look());
    mirror_try(mirror);
    mirror_take(mirror);
    CHECK_STR(str_c(text_in("s3://b/one.lua", "")), "3");
    CHECK_STR(str_c(text_in("s3://b/rules/", "c.lua")), "c2");
}

static void test_refused(void) {
    static const struct {
        const char *uri, *what;
    } wrong[] = { { "s3://b/../x/", "'..' parts" },
                  { "s3://b/a//b.lua", "empty" },
                  { "s3://b", "s3://BUCKET/KEY was expected" },
                  { "s3://b/none.lua", "No such file" },
                  { "s3://b/none/", "no object has a key" } };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK(!mirror_path(mirror, wrong[i].uri, LUA, &fault));
        CHECK(strstr(fault.text, wrong[i].what) && strstr(fault.text, wrong[i].uri));
    }
}

static void test_names(void) {
    struct buf message, named;
    buf_init(&message, 4000);
    buf_init(&named, 4000);
    buf_printf(&message, "%s: wrong, as %sx.lua:3 is", copy_of("s3://b/one.lua"), copy_of("s3://b/rules/"));
    mirror_name(mirror, buf_c(&message), &named);
    CHECK_STR(buf_str(&named), "s3://b/one.lua: wrong, as s3://b/rules/x.lua:3 is");
    buf_reset(&named);
    mirror_name(mirror, "/tmp/logaudit-/x", &named);
    CHECK_STR(buf_str(&named), "/tmp/logaudit-/x");
    buf_fini(&message);
    buf_fini(&named);
}

static void test_cleared(void) {
    struct buf path;
    buf_init(&path, 1000);
    buf_add_c(&path, copy_of("s3://b/one.lua"));
    CHECK(file_exists(buf_c(&path)));
    mirror_clear(mirror);
    CHECK(!file_exists(buf_c(&path)) && mirror_is_empty(mirror));
    CHECK_STR(str_c(text_in("s3://b/one.lua", "")), "3");
    buf_fini(&path);
}

int main(void) {
    scratch_make();
    buf_init(&path_read, 1000);
    buf_init(&text_read, 100000);
    setenv("TMPDIR", scratch_path, 1);
    places.local_root = scratch_path;
    mirror = mirror_new(&places);
    test_object();
    test_prefix();
    test_dropped();
    test_unreadable();
    test_refused();
    test_names();
    test_cleared();
    mirror_free(mirror);
    buf_fini(&path_read);
    buf_fini(&text_read);
    scratch_remove();
    return check_report();
}
