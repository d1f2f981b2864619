#include "severity.h"

#include "check.h"

int main(void) {
    for (int s = 0; s < SEVERITY_COUNT; s++)
        CHECK_INT(severity_named(str_c(severity_name((enum severity)s))), s);
    CHECK_INT(severity_named(str_c("CriTical")), SEVERITY_CRITICAL);
    static const char *const none[] = { "", "crit", "critical ", "warning", "unknown" };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        CHECK_INT(severity_named(str_c(none[i])), SEVERITY_COUNT);
    CHECK(SEVERITY_INFO < SEVERITY_LOW && SEVERITY_LOW < SEVERITY_MEDIUM &&
          SEVERITY_HIGH < SEVERITY_CRITICAL);
    CHECK_STR(str_c(SEVERITY_LIST), "info, low, medium, high, critical");
    return check_report();
}
