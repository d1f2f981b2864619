#include "gzip.h"

#include "mem.h"

#include <isa-l/igzip_lib.h>
#include <stdlib.h>

bool gzip_add(struct buf *out, struct str contents) {
    struct isal_zstream stream;
    isal_deflate_init(&stream);
    stream.gzip_flag = IGZIP_GZIP;
    stream.level = 1;
    stream.level_buf_size = ISAL_DEF_LVL1_DEFAULT;
    stream.level_buf = mem_new(stream.level_buf_size, 1);
    stream.end_of_stream = 1;
    stream.next_in = (uint8_t *)(uintptr_t)contents.ptr;
    stream.avail_in = (uint32_t)contents.len;
    bool ok = true;
    do {
        enum { STEP = 64 * 1024 };
        char *room = buf_room(out, STEP);
        stream.next_out = (uint8_t *)room;
        stream.avail_out = STEP;
        ok = room && isal_deflate(&stream) == COMP_OK;
        if (ok)
            out->len += STEP - stream.avail_out;
    } while (ok && stream.internal_state.state != ZSTATE_END);
    free(stream.level_buf);
    return ok;
}
