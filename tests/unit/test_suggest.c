#include "suggest.h"

#include "check.h"
#include "str.h"

static const char *const IDS[] = { "errors.error_burst", "errors.crash", "security.auth_failure" };

static struct str nearest(const char *word) {
    return str_c(suggest_nearest(word, IDS, sizeof IDS / sizeof *IDS));
}

int main(void) {
    char many[400] = { 0 };
    memset(many, 'x', sizeof many - 1);
    CHECK_STR(nearest("errors.eror_burst"), "errors.error_burst");
    CHECK_STR(nearest("security.auth_failures"), "security.auth_failure");
    CHECK_STR(nearest("security.auth"), "security.auth_failure"); /* cut short, however far it is from that */
    CHECK_STR(nearest("errors"), "errors.crash");                 /* the shortest */
    CHECK_STR(nearest("error_burst"), "errors.error_burst");      /* without its family */
    CHECK(nearest("er").ptr == NULL && nearest("ash").ptr == NULL);
    CHECK(nearest("nope").ptr == NULL && nearest("").ptr == NULL);
    CHECK(nearest(many).ptr == NULL); /* far from all, however long */
    return check_report();
}
