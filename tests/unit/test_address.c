#include "address.h"
#include "check.h"

static bool parses(const char *text, unsigned bits, unsigned char first, unsigned char last) {
    struct address a;
    return address_parse(str_c(text), &a) && a.bits == bits && a.bytes[0] == first &&
           a.bytes[bits / 8 - 1] == last;
}

static void test_addresses(void) {
    CHECK(parses("192.0.2.7", 32, 192, 7));
    CHECK(parses("2001:db8::9", 128, 0x20, 9));
    CHECK(parses("::ffff:192.0.2.7", 32, 192, 7));
    static const char *const wrong[] = { "", "192.0.2", "192.0.2.7:80", "[::1]", "x", "192.0.2.7 ", "::g" };
    struct address a;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(!address_parse(str_c(wrong[i]), &a));
    CHECK(!address_parse((struct str){ 0 }, &a));
}

static void test_networks(void) {
    struct address a;
    unsigned prefix = 0;
    CHECK(network_parse(str_c("10.1.2.3/9"), &a, &prefix));
    CHECK_INT(prefix, 9);
    CHECK_INT(a.bytes[0], 10);
    CHECK_INT(a.bytes[1], 0); /* 1 is behind the ninth bit */
    CHECK(network_parse(str_c("192.0.2.7"), &a, &prefix) && prefix == 32);
    CHECK(network_parse(str_c("2001:db8::/32"), &a, &prefix) && prefix == 32 && a.bits == 128);
    CHECK(network_parse(str_c("::ffff:10.0.0.0/104"), &a, &prefix) && prefix == 8 && a.bits == 32);
    CHECK(network_parse(str_c("0.0.0.0/0"), &a, &prefix) && prefix == 0);
    static const char *const wrong[] = { "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/",
                                         "::/129",      "/8",          "::ffff:10.0.0.0/8" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(!network_parse(str_c(wrong[i]), &a, &prefix));
}

int main(void) {
    test_addresses();
    test_networks();
    return check_report();
}
