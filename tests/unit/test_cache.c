/* The cache of compiled rulesets: whatever is wrong with it, the findings are the same. */
#include "cache.h"

#include "audit_fixture.h"
#include "file.h"

#include <glob.h>
#include <sys/stat.h>

static struct outcome outcome;
static struct buf expected; /* the findings of a ruleset that was compiled afresh */

static const char RULES[] = "return { rule { id = 'a', type = 'E', any = {'fail(?:ed|ure)', 'x\\\\d'} },"
                            " rule { id = 'b', type = 'E', where = { status = { ge = 500 } } } }";
static const struct audit_case CASE = { .log = STR("login failed\nx7\nfail\nstatus=503 pwd=hunter22\n") };

static void run(bool no_cache) {
    struct ruleset *rs = load_rules(RULES, NULL, false, no_cache);
    if (rs)
        audit_rulesets(&outcome, &CASE, &rs, 1);
    ruleset_free(rs);
}

static void check_same(void) {
    run(false);
    CHECK(str_equal(buf_str(&outcome.findings), buf_str(&expected)));
}

/* The cache's only file; NULL when there is none. Valid until the next call. */
static const char *entry(void) {
    static char path[512];
    glob_t found = { 0 };
    const char *result = NULL;
    if (glob(scratch("cache/*.ruleset"), 0, NULL, &found) == 0) {
        CHECK_INT(found.gl_pathc, 1);
        snprintf(path, sizeof path, "%s", found.gl_pathv[0]);
        result = path;
    }
    globfree(&found);
    return result;
}

static void read_entry(struct buf *out) {
    struct fault fault = { 0 };
    buf_reset(out);
    CHECK(file_read(entry(), out, FAULT_INPUT, &fault));
}

static void write_entry(struct str bytes, mode_t mode) {
    const char *path = entry();
    FILE *file = fopen(path, "wb");
    CHECK(file && fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len);
    if (file)
        fclose(file);
    CHECK(chmod(path, mode) == 0);
}

/* Whether cache_read gives something for the key of the entry. */
static bool readable(void) {
    char key[HASH_HEX + 1];
    struct cached out;
    snprintf(key, sizeof key, "%s", strrchr(entry(), '/') + 1);
    bool is = cache_read(key, &out);
    CHECK_INT(out.contents.len != 0, is);
    cached_fini(&out);
    return is;
}

static void test_missing_then_there(void) {
    check_same(); /* makes it */
    CHECK(entry() != NULL);
    CHECK(readable());
    struct stat info;
    CHECK(stat(entry(), &info) == 0 && (info.st_mode & 077) == 0);
    struct timespec written = info.st_mtim;
    check_same(); /* uses it */
    CHECK(stat(entry(), &info) == 0 && memcmp(&info.st_mtim, &written, sizeof written) == 0);
}

static void test_others_may_write(const struct buf *good) {
    static const mode_t modes[] = { 0620, 0602, 0666 };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        write_entry(buf_str(good), modes[i]);
        CHECK(!readable());
        check_same();
        CHECK(readable()); /* replaced by our own */
    }
}

static void test_link(const struct buf *good, const char *path) {
    scratch_file("elsewhere", buf_str(good));
    unlink(path);
    CHECK(symlink(scratch("elsewhere"), path) == 0);
    CHECK(!readable());
    check_same();
    CHECK(readable());
}

static void test_truncated(const struct buf *good) {
    static const size_t kept[] = { 0, 1, HASH_HEX - 1, HASH_HEX, HASH_HEX + 1, HASH_HEX + 8, 1000 };
    for (size_t i = 0; i <= sizeof kept / sizeof *kept; i++) {
        size_t len = i < sizeof kept / sizeof *kept ? kept[i] : good->len - 1;
        write_entry(str_slice(buf_str(good), 0, len), 0600);
        CHECK(!readable());
        if (i % 2 == 0) /* compiling is slow */
            check_same();
    }
}

static void test_flipped_bits(const struct buf *good) {
    uint64_t random = 20241126;
    for (int i = 0; i < 50; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        size_t place = i < 4 ? (size_t)i * 20 : (random >> 16) % good->len;
        int bit = (int)(random >> 60) & 7;
        good->ptr[place] = (char)(good->ptr[place] ^ (1 << bit));
        write_entry(buf_str(good), 0600);
        good->ptr[place] = (char)(good->ptr[place] ^ (1 << bit));
        CHECK(!readable());
        if (i % 10 == 0)
            check_same();
    }
}

/* A well-formed file whose contents are not a ruleset of ours. */
static void test_wrong_contents(void) {
    static const struct str contents[] = { STR("x"), STR("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F{}"),
                                           STR("\x02\0\0\0\0\0\0\0{}"), STR("\x04\0\0\0\0\0\0\0null") };
    char key[HASH_HEX + 1];
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        snprintf(key, sizeof key, "%s", strrchr(entry(), '/') + 1);
        cache_write(key, contents[i]);
        CHECK(readable());
        check_same();
    }
}

static void test_unusable_folder(void) {
    scratch_file("plain", str_c("no folder"));
    setenv("LOGAUDIT_CACHE", scratch("plain/below"), 1);
    check_same();
    mkdir(scratch("readonly"), 0500); /* root may write there all the same */
    setenv("LOGAUDIT_CACHE", scratch("readonly/below"), 1);
    check_same();
    setenv("LOGAUDIT_CACHE", "/proc/nowhere", 1);
    check_same();
    unsetenv("LOGAUDIT_CACHE");
    setenv("XDG_CACHE_HOME", scratch("xdg"), 1);
    check_same();
    CHECK(file_is_folder(scratch("xdg/logaudit")));
    unsetenv("XDG_CACHE_HOME");
    unsetenv("HOME");
    check_same();
    chmod(scratch("readonly"), 0700);
}

int main(void) {
    struct buf good;
    char path[512];
    buf_init(&good, 64 << 20);
    buf_init(&expected, 1 << 20);
    audit_fixture_make();
    outcome_init(&outcome);
    run(true);
    CHECK_INT(outcome.count, 3);
    CHECK(entry() == NULL); /* not written without the cache */
    buf_add(&expected, buf_str(&outcome.findings));
    test_missing_then_there();
    read_entry(&good);
    snprintf(path, sizeof path, "%s", entry());
    test_others_may_write(&good);
    test_link(&good, path);
    test_truncated(&good);
    test_flipped_bits(&good);
    test_wrong_contents();
    test_unusable_folder();
    outcome_fini(&outcome);
    buf_fini(&good);
    buf_fini(&expected);
    scratch_remove();
    return check_report();
}
