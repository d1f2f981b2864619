/* Any bytes as a line and as a value: no read outside the view, and a stamp lies inside it and is printable.
 * The first byte chooses the zone rule. */
#include "timestamp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_stamp(struct str text, const struct stamp *stamp) {
    char out[STAMP_LEN + 1];
    if (stamp->start >= stamp->end || stamp->end > text.len)
        abort();
    stamp_print(stamp->micros, out);
    if (strlen(out) != STAMP_LEN)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2)
        return 0;
    struct time_rules rules = {
        .local = data[0] & 1,
        .zone_offset_seconds = data[0] * 60,
        .reference = data[0] & 2 ? INT64_MAX : 1732617018000000,
    };
    /* A copy of the exact size, so that a read beyond it is seen. */
    char *copy = malloc(size - 1);
    memcpy(copy, data + 1, size - 1);
    struct str text = str_of(copy, size - 1);
    struct stamp stamp;
    if (stamp_find(text, &rules, &stamp))
        check_stamp(text, &stamp);
    if (stamp_parse(text, &rules, &stamp))
        check_stamp(text, &stamp);
    int64_t micros;
    duration_parse(text, &micros);
    double number;
    if (size > sizeof number) {
        memcpy(&number, copy, sizeof number);
        stamp_from_number(number, &micros);
    }
    free(copy);
    return 0;
}
