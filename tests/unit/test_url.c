#include "url.h"

#include "check.h"

static struct buf out;

static struct str encoded(const char *text, bool keep_slashes) {
    buf_reset(&out);
    url_encode(&out, str_c(text), keep_slashes);
    return buf_str(&out);
}

static struct str decoded(const char *text) {
    buf_reset(&out);
    url_decode(&out, str_c(text));
    return buf_str(&out);
}

static void test_encoding(void) {
    CHECK_STR(encoded("a b+c=d/e~f-g.h_i", true), "a%20b%2Bc%3Dd/e~f-g.h_i");
    CHECK_STR(encoded("a/\xC3\xA9%41\x01", false), "a%2F%C3%A9%2541%01");
    CHECK_STR(decoded("a%20b+c%2fd%zz%4"), "a b+c/d%zz%4");
    CHECK_STR(decoded("%"), "%");
    buf_reset(&out);
    url_add_query(&out, "prefix", (struct str)STR("a/b"));
    url_add_query(&out, "uploads", (struct str){ 0 });
    CHECK_STR(buf_str(&out), "prefix=a%2Fb&uploads=");
}

static bool parses(const char *text) {
    struct url url;
    return url_parse(str_c(text), &url);
}

static void test_parsing(void) {
    struct url url;
    CHECK(url_parse((struct str)STR("https://h.example:8443/a/b?x=1&y#frag"), &url));
    CHECK(url.https);
    CHECK_STR(url.host, "h.example:8443");
    CHECK_STR(url.name, "h.example");
    CHECK_STR(url.path, "/a/b");
    CHECK_STR(url.query, "x=1&y");
    CHECK(url_parse((struct str)STR("http://[fd00:ec2::23]:80"), &url));
    CHECK(!url.https);
    CHECK_STR(url.host, "[fd00:ec2::23]:80");
    CHECK_STR(url.name, "fd00:ec2::23");
    CHECK_STR(url.path, "");
    CHECK(!parses("ftp://h/") && !parses("http://") && !parses("http://:80/") && !parses("/a") &&
          !parses("") && !parses("http://user@h/") && !parses("http://h\nX: y/"));
}

static void test_addresses(void) {
    CHECK(url_is_address((struct str)STR("127.0.0.1")));
    CHECK(url_is_address((struct str)STR("::1")));
    CHECK(url_is_address((struct str)STR("localhost")));
    CHECK(!url_is_address((struct str)STR("s3.amazonaws.com")));
    CHECK(!url_is_address((struct str)STR("1.2.3")));
}

int main(void) {
    buf_init(&out, 4096);
    test_encoding();
    test_parsing();
    test_addresses();
    buf_fini(&out);
    return check_report();
}
