#include "base64.h"
#include "check.h"

static void check(const char *text, const char *want) {
    struct buf out;
    buf_init(&out, 64);
    buf_add_c(&out, ">");
    bool ok = base64_decode(str_c(text), &out);
    CHECK(ok == (want != NULL));
    CHECK_STR(str_slice(buf_str(&out), 1, 64), want ? want : "");
    buf_fini(&out);
}

static void test_vectors(void) {
    check("", "");
    check("Zg==", "f");
    check("Zm8=", "fo");
    check("Zm9v", "foo");
    check("Zm9vYg==", "foob");
    check("Zm9vYmE=", "fooba");
    check("Zm9vYmFy", "foobar");
    check("Pz8/Pj4+", "?\?\?>>>");
    check("Zg", "f");
}

static void test_wrong(void) {
    static const char *const wrong[] = {
        "=", "==", "Z", "Zg=", "Zg===", "Zm9v====", "Zm 9v", "Zm9v\n", "Pz8_"
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check(wrong[i], NULL);
}

static void test_full(void) {
    struct buf out;
    buf_init(&out, 4);
    CHECK(!base64_decode(str_c("Zm9vYmFy"), &out));
    CHECK_INT(out.len, 0);
    buf_fini(&out);
}

int main(void) {
    test_vectors();
    test_wrong();
    test_full();
    return check_report();
}
