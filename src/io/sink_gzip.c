#include "mem.h"
#include "sink_file.h"

#include <isa-l/igzip_lib.h>
#include <stdlib.h>

enum { STEP = 64 * 1024 };

struct gzip_sink {
    struct sink sink;
    struct sink *inner;
    struct isal_zstream stream; /* no name and no time in the header: same input, same bytes */
    uint8_t level_buffer[ISAL_DEF_LVL1_DEFAULT];
    uint8_t out[STEP];
    char in[STEP]; /* each call of the library costs a copy of what it looks back on */
    size_t held;
};

/* What is held. */
static bool deflate_held(struct gzip_sink *g, bool last, struct fault *fault) {
    struct isal_zstream *z = &g->stream;
    z->next_in = (uint8_t *)g->in;
    z->avail_in = (uint32_t)g->held;
    z->end_of_stream = last;
    g->held = 0;
    do {
        z->next_out = g->out;
        z->avail_out = sizeof g->out;
        if (isal_deflate(z) != COMP_OK)
            return fault_set(fault, FAULT_OUTPUT, "gzip failed");
        struct str made = str_of((const char *)g->out, sizeof g->out - z->avail_out);
        if (made.len && !g->inner->write(g->inner, made, fault))
            return false;
    } while (z->avail_in || (last && z->internal_state.state != ZSTATE_END));
    return true;
}

static bool write_gzip(struct sink *s, struct str bytes, struct fault *fault) {
    struct gzip_sink *g = (struct gzip_sink *)s;
    while (bytes.len) {
        struct str part = str_slice(bytes, 0, STEP - g->held);
        memcpy(g->in + g->held, part.ptr, part.len);
        g->held += part.len;
        bytes = str_slice(bytes, part.len, bytes.len);
        if (g->held == STEP && !deflate_held(g, false, fault))
            return false;
    }
    return true;
}

static bool close_gzip(struct sink *s, bool keep, struct fault *fault) {
    struct gzip_sink *g = (struct gzip_sink *)s;
    bool ok = !keep || deflate_held(g, true, fault);
    ok = g->inner->close(g->inner, keep && ok, fault) && ok;
    free(g);
    return ok;
}

struct sink *sink_gzip_new(struct sink *inner) {
    struct gzip_sink *g = mem_new(1, sizeof *g);
    g->sink = (struct sink){ .write = write_gzip, .close = close_gzip };
    g->inner = inner;
    isal_deflate_init(&g->stream);
    g->stream.gzip_flag = IGZIP_GZIP;
    g->stream.level = 1;
    g->stream.level_buf = g->level_buffer;
    g->stream.level_buf_size = sizeof g->level_buffer;
    return &g->sink;
}
