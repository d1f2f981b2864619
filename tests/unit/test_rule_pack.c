/* Packs: what goes in comes out; what was changed does not. */
#include "rule_pack.h"

#include "check.h"
#include "mem.h"

#include <stdlib.h>

static struct rule_file file_of(const char *path, size_t name_start, const char *id, struct str text) {
    return (struct rule_file){ .path = mem_copy(path, strlen(path)),
                               .name_start = name_start,
                               .default_id = mem_copy(id, strlen(id)),
                               .text = str_of(mem_copy(text.ptr, text.len), text.len) };
}

static bool make(struct str text, struct buf *out, char digest[HASH_HEX + 1], struct fault *fault) {
    struct rule_files rules, formats;
    rule_files_init(&rules);
    rule_files_init(&formats);
    rule_files_append(&rules, file_of("/x/rules/web/probe.lua", 9, "web.probe", text));
    rule_files_append(&formats, file_of("f.lua", 0, "f", (struct str)STR("return {}")));
    const struct packed_files kinds[] = { { PACKED_RULE, &rules }, { PACKED_FORMAT, &formats } };
    bool ok = rule_pack_write(kinds, 2, out, digest, fault);
    rule_files_fini(&rules);
    rule_files_fini(&formats);
    return ok;
}

static void test_there_and_back(void) {
    struct buf pack;
    struct rule_files rules, formats;
    struct fault fault = { 0 };
    char digest[HASH_HEX + 1];
    buf_init(&pack, 1 << 20);
    rule_files_init(&rules);
    rule_files_init(&formats);
    CHECK(make((struct str)STR("return rule { \"\xC3\xBC\", [[\\d]] }\n"), &pack, digest, &fault));
    CHECK(rule_pack_is(buf_str(&pack)));
    CHECK(str_find(buf_str(&pack), str_c("/x/")) == pack.len);
    CHECK(rule_pack_add(&rules, "a.pack", buf_str(&pack), PACKED_RULE, &fault));
    CHECK(rule_pack_add(&formats, "a.pack", buf_str(&pack), PACKED_FORMAT, &fault));
    CHECK(rules.count == 1 && formats.count == 1);
    CHECK_STR(str_c(rules.items[0].path), "a.pack:web/probe.lua");
    CHECK_STR(str_c(rules.items[0].path + rules.items[0].name_start), "web/probe.lua");
    CHECK_STR(str_c(rules.items[0].default_id), "web.probe");
    CHECK_STR(rules.items[0].text, "return rule { \"\xC3\xBC\", [[\\d]] }\n");
    CHECK(rules.items[0].packed);
    rule_files_fini(&rules);
    rule_files_fini(&formats);
    buf_fini(&pack);
}

static const char *refusal(struct str pack) {
    static struct fault fault;
    struct rule_files rules;
    rule_files_init(&rules);
    CHECK(!rule_pack_add(&rules, "a.pack", pack, PACKED_RULE, &fault));
    CHECK(rules.count == 0);
    rule_files_fini(&rules);
    return fault.text;
}

static void test_refused(void) {
    struct buf pack;
    struct fault fault;
    char digest[HASH_HEX + 1];
    buf_init(&pack, 1 << 20);
    CHECK(make((struct str)STR("return 1"), &pack, digest, &fault));
    size_t at = str_find(buf_str(&pack), (struct str)STR("return 1"));
    pack.ptr[at + 7] = '2';
    CHECK(strstr(refusal(buf_str(&pack)), "its digest is another one"));
    CHECK(strstr(refusal(str_slice(buf_str(&pack), 0, pack.len / 2)), "ends too early"));
    CHECK(strstr(refusal((struct str)STR("{\"logaudit_pack\":2,\"files\":[]}")), "version 1 was expected"));
    CHECK(!rule_pack_is((struct str)STR("return rule {}")));
    buf_reset(&pack);
    CHECK(!make((struct str)STR("return '\xFF'"), &pack, digest, &fault));
    CHECK(strstr(fault.text, "UTF-8 without NUL"));
    buf_fini(&pack);
}

int main(void) {
    test_there_and_back();
    test_refused();
    return check_report();
}
