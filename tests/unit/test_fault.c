#include "fault.h"

#include "check.h"
#include "str.h"

static void test_sentence(void) {
    struct fault fault = { 0 };
    CHECK(!fault_set(&fault, FAULT_INPUT, "no %s", "room"));
    CHECK(!fault_context(&fault, "disk %d", 3));
    CHECK(!fault_context(&fault, "backup"));
    CHECK_STR(str_c(fault.text), "backup: disk 3: no room");
    CHECK_INT(fault.kind, FAULT_INPUT); /* context does not change what kind it is */
    fault_set(&fault, FAULT_USAGE, "new");
    CHECK_STR(str_c(fault.text), "new");
    CHECK_INT(fault.kind, FAULT_USAGE);
}

static void test_cut(void) {
    struct fault fault = { 0 };
    char long_text[2 * sizeof fault.text];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    fault_set(&fault, FAULT_RULE, "%s", long_text);
    CHECK_INT(strlen(fault.text), sizeof fault.text - 1);
    fault_context(&fault, "rule");
    CHECK_INT(strlen(fault.text), sizeof fault.text - 1);
    CHECK(str_starts(str_c(fault.text), str_c("rule: xxx")));
    fault_context(&fault, "%s", long_text);
    CHECK_INT(strlen(fault.text), sizeof fault.text - 1);
}

int main(void) {
    test_sentence();
    test_cut();
    return check_report();
}
