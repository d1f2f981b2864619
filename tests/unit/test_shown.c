/* What comes from a log neither moves the cursor nor changes how the rest of the line reads. */
#include "shown.h"

#include "check.h"

static const struct {
    struct str text;
    const char *shown;
} CASES[] = {
    { STR("plain ~"), "plain ~" },
    { STR(""), "" },
    { STR("a\nb\tc\033[31m\x7F\0"), "a b c [31m  " },
    { STR("gr\xC3\xBC\xC3\x9F \xE6\x97\xA5 \xF0\x9F\x98\x80"),
      "gr\xC3\xBC\xC3\x9F \xE6\x97\xA5 \xF0\x9F\x98\x80" },
    { STR("user \xE2\x80\xAEnimda"), "user \\u202enimda" },
    { STR("\xE2\x81\xA6x\xE2\x81\xA9\xE2\x80\x8F\xD8\x9C"), "\\u2066x\\u2069\\u200f\\u061c" },
    { STR("\xC2\x9B"
          "31m"),
      "\\u009b31m" },
    { STR("\x9B"
          "31m \xE2\x80"),
      "\\x9b31m \\xe2\\x80" },
    { STR("\xE2\x80\xA8\xEF\xBB\xBF\xF3\xA0\x81\xA1"), "\\u2028\\ufeff\\ue0061" },
    { STR("\xD9\x86\xE2\x80\x8C\xD9\x87"), "\xD9\x86\xE2\x80\x8C\xD9\x87" }, /* a joiner is a letter */
};

int main(void) {
    struct buf out;
    buf_init(&out, 4096);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        buf_reset(&out);
        buf_add_shown(&out, CASES[i].text);
        CHECK_STR(buf_str(&out), CASES[i].shown);
    }
    buf_fini(&out);
    return check_report();
}
