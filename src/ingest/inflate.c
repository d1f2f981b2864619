/* A chain of layers, each pulling from the one below and the lowest from the source. The top layer is the
 * one whose bytes are no known compression; it passes them through. */
#include "inflate.h"

#include "foreign.h"
#include "mem.h"

#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <zstd.h>

enum {
    INPUT_BYTES = 64 * 1024, /* of compressed bytes in memory, per layer */
    ZSTD_WINDOW_LOG = 27,    /* 128 MiB: what the zstd program reads without being asked to */
};

enum format { FORMAT_UNKNOWN, FORMAT_PLAIN, FORMAT_GZIP, FORMAT_ZSTD };

/* A unit is a gzip member or a zstd frame. Only inside one the input must not end. */
enum place { BETWEEN_UNITS, INSIDE_UNIT, IN_PADDING };

struct layer {
    struct layer *below; /* NULL: reads the source */
    struct source *source;
    enum format format;
    enum place place;
    bool ended;   /* below there are no more bytes */
    bool result;  /* its bytes are a result of ours */
    uint64_t fed; /* bytes taken from below */
    size_t pos, len;
    char input[INPUT_BYTES];
    struct inflate_state *gzip;
    ZSTD_DCtx *zstd;
    struct fault failure; /* reported once what came before it is delivered; then for ever */
};

struct inflate {
    struct layer *top;
    int depth; /* how many layers of compression lie below the top */
};

static bool layer_read(struct layer *l, char *into, size_t capacity, size_t *got, struct fault *fault);

static struct layer *layer_new(struct layer *below, struct source *source) {
    struct layer *l = mem_new(1, sizeof *l);
    l->below = below;
    l->source = source;
    return l;
}

static void layer_free(struct layer *l) {
    free(l->gzip);
    ZSTD_freeDCtx(l->zstd);
    free(l);
}

static const char *format_name(const struct layer *l) {
    return l->format == FORMAT_GZIP ? "gzip" : "zstd";
}

/* Where the decoder stands in this layer's compressed bytes. */
static unsigned long long compressed_offset(const struct layer *l) {
    return l->fed - (l->len - l->pos);
}

/* ---------------------------------------------------------------- bytes from below */

static bool read_below(struct layer *l, char *into, size_t capacity, size_t *got, struct fault *fault) {
    bool read = l->below ? layer_read(l->below, into, capacity, got, fault)
                         : l->source->read(l->source, into, capacity, got, fault);
    if (!read) {
        l->failure = *fault;
        return false;
    }
    l->ended = *got == 0;
    l->fed += *got;
    return true;
}

/* At least `want` (at most FOREIGN_HEAD) bytes in the input buffer, unless the input ends before. */
static bool layer_fill(struct layer *l, size_t want, struct fault *fault) {
    memmove(l->input, l->input + l->pos, l->len - l->pos);
    l->len -= l->pos;
    l->pos = 0;
    while (l->len - l->pos < want && !l->ended) {
        size_t got;
        if (!read_below(l, l->input + l->len, sizeof l->input - l->len, &got, fault))
            return false;
        l->len += got;
    }
    return true;
}

/* ---------------------------------------------------------------- recognising */

static enum format format_of(struct str head) {
    static const struct str gzip = STR("\x1f\x8b"), zstd = STR("\x28\xb5\x2f\xfd"),
                            skip = STR("\x2a\x4d\x18");
    if (str_starts(head, gzip))
        return FORMAT_GZIP;
    bool skippable = head.len && (head.ptr[0] & 0xf0) == 0x50 && str_starts(str_slice(head, 1, 3), skip);
    return skippable || str_starts(head, zstd) ? FORMAT_ZSTD : FORMAT_PLAIN;
}

static bool start_zstd(struct layer *l, struct fault *fault) {
    l->zstd = ZSTD_createDCtx();
    if (!l->zstd)
        return fault_set(fault, FAULT_INPUT, "no memory for a zstd decoder");
    ZSTD_DCtx_setParameter(l->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
    return true;
}

static void start_gzip_member(struct layer *l) {
    if (!l->gzip)
        l->gzip = mem_new(1, sizeof *l->gzip);
    isal_inflate_init(l->gzip);
    l->gzip->crc_flag = ISAL_GZIP;
}

static bool recognise(struct layer *l, struct fault *fault) {
    if (!layer_fill(l, FOREIGN_HEAD, fault) && !l->len)
        return false;
    struct str head = str_slice(str_of(l->input, l->len), 0, FOREIGN_HEAD); /* however much a read gave */
    l->result = foreign_is_result(head);
    if (l->result)
        return fault_set(fault, FAULT_INPUT, "is a result of logaudit, which is never audited");
    const char *foreign = foreign_name(head);
    if (foreign)
        return fault_set(fault, FAULT_INPUT, "is %s, which logaudit does not read", foreign);
    enum format format = format_of(head);
    if (format == FORMAT_PLAIN && foreign_is_binary(head))
        return fault_set(fault, FAULT_INPUT, "is a binary file: it holds no text");
    l->format = format;
    return l->format != FORMAT_ZSTD || start_zstd(l, fault);
}

/* ---------------------------------------------------------------- decoding */

static bool corrupt(const struct layer *l, const char *why, struct fault *fault) {
    return fault_set(fault, FAULT_INPUT, "the %s data is corrupt at byte %llu: %s", format_name(l),
                     compressed_offset(l), why);
}

static bool ends_early(const struct layer *l, struct fault *fault) {
    return fault_set(fault, FAULT_INPUT, "the %s data ends early, at byte %llu", format_name(l),
                     compressed_offset(l));
}

static const char *gzip_error(int code) {
    switch (code) {
    case ISAL_INCORRECT_CHECKSUM:
        return "checksum or length does not match";
    case ISAL_INVALID_WRAPPER:
        return "not a gzip header";
    case ISAL_UNSUPPORTED_METHOD:
        return "unknown compression method";
    default:
        return "not a deflate stream";
    }
}

/* Each decoder takes input and gives output as far as either goes, and keeps l->place. */
static bool decode_gzip(struct layer *l, char *into, size_t capacity, size_t *got, struct fault *fault) {
    struct inflate_state *z = l->gzip;
    z->next_in = (uint8_t *)l->input + l->pos;
    z->avail_in = (uint32_t)(l->len - l->pos);
    z->next_out = (uint8_t *)into;
    z->avail_out = capacity < UINT32_MAX ? (uint32_t)capacity : UINT32_MAX;
    int code = isal_inflate(z);
    *got = (size_t)((char *)z->next_out - into);
    l->pos = l->len - z->avail_in;
    l->place = z->block_state == ISAL_BLOCK_FINISH ? BETWEEN_UNITS : INSIDE_UNIT;
    return code >= ISAL_DECOMP_OK || corrupt(l, gzip_error(code), fault);
}

static bool decode_zstd(struct layer *l, char *into, size_t capacity, size_t *got, struct fault *fault) {
    ZSTD_inBuffer from = { l->input, l->len, l->pos };
    ZSTD_outBuffer to = { into, capacity, 0 };
    size_t code = ZSTD_decompressStream(l->zstd, &to, &from);
    *got = to.pos;
    l->pos = from.pos;
    l->place = code == 0 ? BETWEEN_UNITS : INSIDE_UNIT;
    return !ZSTD_isError(code) || corrupt(l, ZSTD_getErrorName(code), fault);
}

/* Like gzip: zeros may follow the last member (tapes, block devices). Other bytes are an error here, because
 * they may be log lines that nobody would look at. */
static bool next_gzip_member(struct layer *l, struct fault *fault) {
    if (l->place == BETWEEN_UNITS && l->input[l->pos] == '\x1f') {
        start_gzip_member(l);
        l->place = INSIDE_UNIT;
        return true;
    }
    if (l->input[l->pos] != '\0')
        return corrupt(l, "other data follows the last member", fault);
    l->place = IN_PADDING;
    while (l->pos < l->len && l->input[l->pos] == '\0')
        l->pos++;
    return true;
}

static bool decode(struct layer *l, char *into, size_t capacity, size_t *got, struct fault *fault) {
    if (l->format == FORMAT_ZSTD)
        return decode_zstd(l, into, capacity, got, fault);
    if (l->place == INSIDE_UNIT)
        return decode_gzip(l, into, capacity, got, fault);
    return next_gzip_member(l, fault);
}

/* One step: decoding what is there, else more input. A decoder may hold output although its input is used
 * up, so inside a unit it is asked first. *got may stay 0 without being the end. */
static bool advance(struct layer *l, char *into, size_t capacity, size_t *got, struct fault *fault) {
    size_t pos = l->pos;
    enum place place = l->place;
    if (pos < l->len || place == INSIDE_UNIT) {
        if (!decode(l, into, capacity, got, fault))
            return false;
        if (*got || l->pos != pos || l->place != place)
            return true;
    }
    if (l->ended)
        return ends_early(l, fault);
    return layer_fill(l, l->len - l->pos + 1, fault);
}

static bool at_end(const struct layer *l) {
    return l->ended && l->pos == l->len && l->place != INSIDE_UNIT;
}

static bool fail_again(const struct layer *l, struct fault *fault) {
    *fault = l->failure;
    return false;
}

static bool decompress(struct layer *l, char *into, size_t capacity, size_t *got, struct fault *fault) {
    if (l->failure.kind != FAULT_NONE)
        return fail_again(l, fault);
    while (!*got && !at_end(l))
        if (!advance(l, into, capacity, got, fault)) {
            l->failure = *fault;
            return *got > 0;
        }
    return true;
}

static bool pass_through(struct layer *l, char *into, size_t capacity, size_t *got, struct fault *fault) {
    size_t have = l->len - l->pos;
    if (!have && l->failure.kind != FAULT_NONE)
        return fail_again(l, fault);
    if (!have)
        return l->ended || read_below(l, into, capacity, got, fault);
    *got = have < capacity ? have : capacity;
    memcpy(into, l->input + l->pos, *got);
    l->pos += *got;
    return true;
}

static bool layer_read(struct layer *l, char *into, size_t capacity, size_t *got, struct fault *fault) {
    *got = 0;
    return l->format == FORMAT_PLAIN ? pass_through(l, into, capacity, got, fault)
                                     : decompress(l, into, capacity, got, fault);
}

/* ---------------------------------------------------------------- the chain */

struct inflate *inflate_new(struct source *source) {
    struct inflate *in = mem_new(1, sizeof *in);
    in->top = layer_new(NULL, source);
    if (source->event_at || source->rest.from)
        in->top->format = FORMAT_PLAIN;
    return in;
}

void inflate_free(struct inflate *in) {
    if (!in)
        return;
    for (struct layer *l = in->top; l;) {
        struct layer *below = l->below;
        layer_free(l);
        l = below;
    }
    free(in);
}

/* Adds layers until the top one is plain. */
static bool open_layers(struct inflate *in, struct fault *fault) {
    if (in->top->failure.kind != FAULT_NONE)
        return fail_again(in->top, fault);
    while (in->top->format != FORMAT_PLAIN) {
        struct layer *top = in->top;
        if (!recognise(top, fault))
            return false;
        if (top->format == FORMAT_PLAIN)
            break;
        if (in->depth++ == INFLATE_LAYERS)
            return fault_set(fault, FAULT_INPUT, "is compressed more than %d times", INFLATE_LAYERS);
        in->top = layer_new(top, NULL);
    }
    return true;
}

bool inflate_read(struct inflate *in, char *into, size_t capacity, size_t *got, struct fault *fault) {
    *got = 0;
    if (in->top->format == FORMAT_PLAIN || open_layers(in, fault))
        return layer_read(in->top, into, capacity, got, fault);
    in->top->failure = *fault;
    return false;
}

bool inflate_is_plain(const struct inflate *in) {
    return in->top->format == FORMAT_PLAIN && !in->depth;
}

bool inflate_holds_result(const struct inflate *in) {
    return in->top->result;
}

void inflate_resume(struct inflate *in) {
    for (struct layer *l = in->top; l; l = l->below)
        l->ended = false;
    if (!in->top->fed) /* nothing has shown yet what it is */
        in->top->format = FORMAT_UNKNOWN;
}
