#include "inflate.h"

#include "buf.h"
#include "check.h"
#include "memory_source.h"

#include <isa-l/igzip_lib.h>
#include <stdio.h>
#include <zstd.h>

static const size_t steps[] = { 1, 2, 7, 65536 };

/* ---------------------------------------------------------------- making input */

static void add_gzip(struct buf *out, struct str plain) {
    struct isal_zstream z;
    isal_deflate_stateless_init(&z);
    z.gzip_flag = IGZIP_GZIP;
    z.end_of_stream = 1;
    z.next_in = (uint8_t *)plain.ptr;
    z.avail_in = (uint32_t)plain.len;
    z.next_out = (uint8_t *)buf_room(out, plain.len + 1024);
    z.avail_out = (uint32_t)plain.len + 1024;
    CHECK_INT(isal_deflate_stateless(&z), COMP_OK);
    out->len += z.total_out;
}

static void add_zstd(struct buf *out, struct str plain) {
    size_t bound = ZSTD_compressBound(plain.len);
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t len = ZSTD_compress2(context, buf_room(out, bound), bound, plain.ptr, plain.len);
    ZSTD_freeCCtx(context);
    CHECK(!ZSTD_isError(len));
    out->len += len;
}

/* Lines that compress, but not to nothing. */
static void add_lines(struct buf *out, int count) {
    for (int i = 0; i < count; i++)
        buf_printf(out, "2026-03-01T10:00:%02d Z INFO order %d took %d ms\n", i % 60, i * 7919, i * i % 977);
}

/* ---------------------------------------------------------------- reading it back */

/* Everything that comes out, in pieces of at most `capacity`; true when it ended without a fault. */
static bool read_all(struct str bytes, size_t step, size_t capacity, struct buf *out, struct fault *fault) {
    struct memory_source source = memory_source(bytes, step);
    struct inflate *in = inflate_new(&source.source);
    size_t got = 1;
    bool good = true;
    while (good && got) {
        good = inflate_read(in, buf_room(out, capacity), capacity, &got, fault);
        CHECK(got <= capacity);
        out->len += good ? got : 0;
    }
    size_t again = 1; /* the end and a fault are there to stay */
    CHECK_INT(inflate_read(in, buf_room(out, capacity), capacity, &again, fault), good);
    CHECK_INT(again, 0);
    inflate_free(in);
    return good;
}

static void check_gives(struct str bytes, struct str want) {
    struct buf out;
    buf_init(&out, 1 << 26);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        for (size_t j = 0; j < sizeof steps / sizeof *steps; j++) {
            struct fault fault = { 0 };
            buf_reset(&out);
            CHECK(read_all(bytes, steps[i], steps[j], &out, &fault));
            CHECK_STR(str_c(fault.text), "");
            CHECK(str_equal(buf_str(&out), want));
        }
    buf_fini(&out);
}

/* Fails with a text that has `why` in it, after having delivered at least `least` right bytes. */
static void check_fails(struct str bytes, const char *why, struct str plain, size_t least) {
    struct buf out;
    buf_init(&out, 1 << 26);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct fault fault = { 0 };
        buf_reset(&out);
        CHECK(!read_all(bytes, steps[i], 4096, &out, &fault));
        CHECK_INT(fault.kind, FAULT_INPUT);
        CHECK(strstr(fault.text, why));
        CHECK(str_starts(plain, buf_str(&out)));
        CHECK(out.len >= least);
        if (!strstr(fault.text, why))
            fprintf(stderr, "    \"%s\" instead of \"%s\"\n", fault.text, why);
    }
    buf_fini(&out);
}

/* ---------------------------------------------------------------- cases */

struct made {
    struct buf plain, gzip, zstd;
};

static struct made make(int lines) {
    struct made m;
    buf_init(&m.plain, 1 << 24);
    buf_init(&m.gzip, 1 << 24);
    buf_init(&m.zstd, 1 << 24);
    add_lines(&m.plain, lines);
    add_gzip(&m.gzip, buf_str(&m.plain));
    add_zstd(&m.zstd, buf_str(&m.plain));
    return m;
}

static void unmake(struct made *m) {
    buf_fini(&m->plain);
    buf_fini(&m->gzip);
    buf_fini(&m->zstd);
}

static void plain_bytes_pass(void) {
    struct made m = make(3000);
    check_gives(str_c(""), str_c(""));
    check_gives(str_c("\x1f"), str_c("\x1f"));
    check_gives(str_c("ORCHESTRATOR is up\n"), str_c("ORCHESTRATOR is up\n"));
    check_gives(buf_str(&m.plain), buf_str(&m.plain));
    unmake(&m);
}

static void compressed_bytes_are_read(void) {
    struct made m = make(3000), empty = make(0);
    check_gives(buf_str(&m.gzip), buf_str(&m.plain));
    check_gives(buf_str(&m.zstd), buf_str(&m.plain));
    check_gives(buf_str(&empty.gzip), str_c(""));
    check_gives(buf_str(&empty.zstd), str_c(""));
    unmake(&m);
    unmake(&empty);
}

static void units_may_follow_each_other(void) {
    struct made m = make(700);
    struct buf want, gzip, zstd;
    buf_init(&want, 1 << 24);
    buf_init(&gzip, 1 << 24);
    buf_init(&zstd, 1 << 24);
    buf_add(&zstd, (struct str)STR("\x52\x2a\x4d\x18\x03\0\0\0abc")); /* a skippable frame */
    for (int i = 0; i < 5; i++) {
        buf_add(&want, buf_str(&m.plain));
        buf_add(&gzip, buf_str(&m.gzip));
        buf_add(&zstd, buf_str(&m.zstd));
    }
    check_gives(buf_str(&zstd), buf_str(&want));
    check_gives(buf_str(&gzip), buf_str(&want));
    buf_add(&gzip, (struct str)STR("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"));
    check_gives(buf_str(&gzip), buf_str(&want));
    buf_add(&gzip, (struct str)STR("x"));
    check_fails(buf_str(&gzip), "other data follows the last member", buf_str(&want), want.len);
    buf_fini(&want);
    buf_fini(&gzip);
    buf_fini(&zstd);
    unmake(&m);
}

static void layers_nest_twice(void) {
    struct made m = make(500);
    struct buf twice, mixed, turned, thrice;
    buf_init(&twice, 1 << 24);
    buf_init(&mixed, 1 << 24);
    buf_init(&turned, 1 << 24);
    buf_init(&thrice, 1 << 24);
    add_gzip(&twice, buf_str(&m.gzip));
    add_zstd(&mixed, buf_str(&m.gzip));
    add_gzip(&turned, buf_str(&m.zstd));
    add_gzip(&thrice, buf_str(&twice));
    check_gives(buf_str(&twice), buf_str(&m.plain));
    check_gives(buf_str(&mixed), buf_str(&m.plain));
    check_gives(buf_str(&turned), buf_str(&m.plain));
    check_fails(buf_str(&thrice), "compressed more than 2 times", str_c(""), 0);
    buf_fini(&twice);
    buf_fini(&mixed);
    buf_fini(&turned);
    buf_fini(&thrice);
    unmake(&m);
}

static void a_cut_file_gives_what_it_has(void) {
    struct made m = make(5000);
    struct str gzip = buf_str(&m.gzip), zstd = buf_str(&m.zstd), plain = buf_str(&m.plain);
    char where[64];
    for (size_t cut = 3; cut < 40; cut += 4) {
        snprintf(where, sizeof where, "ends early, at byte %zu", cut);
        check_fails(str_slice(gzip, 0, cut), where, plain, 0);
        check_fails(str_slice(zstd, 0, cut + 2), "ends early", plain, 0);
    }
    snprintf(where, sizeof where, "the gzip data ends early, at byte %zu", gzip.len - 1);
    check_fails(str_slice(gzip, 0, gzip.len - 1), where, plain, plain.len);
    check_fails(str_slice(gzip, 0, gzip.len / 2), "ends early", plain, plain.len / 3);
    check_fails(str_slice(zstd, 0, zstd.len - 1), "the zstd data ends early", plain, plain.len);
    unmake(&m);
}

static void corruption_is_found(void) {
    struct made m = make(2000);
    struct str plain = buf_str(&m.plain);
    m.gzip.ptr[m.gzip.len - 8] ^= 1;
    check_fails(buf_str(&m.gzip), "checksum or length does not match", plain, plain.len);
    m.gzip.ptr[m.gzip.len - 8] ^= 1;
    m.gzip.ptr[m.gzip.len - 1] ^= 1;
    check_fails(buf_str(&m.gzip), "checksum or length does not match", plain, plain.len);
    m.gzip.ptr[2] = 7;
    check_fails(buf_str(&m.gzip), "unknown compression method", plain, 0);
    m.zstd.ptr[m.zstd.len - 1] ^= 1;
    check_fails(buf_str(&m.zstd), "the zstd data is corrupt at byte", plain, 0);
    unmake(&m);
}

static void foreign_files_are_named(void) {
    static const struct {
        struct str head;
        const char *name;
    } files[] = {
        { STR("PAR1\x15\x04\x15"), "a Parquet file" },
        { STR("ORC\n\x0b"), "an ORC file" },
        { STR("Obj\001\x04"), "an Avro file" },
        { STR("\xfd\x37zXZ\0\0"), "an xz file" },
        { STR("BZh91AY&SY"), "a bzip2 file" },
        { STR("\x04\x22\x4d\x18"), "an lz4 file" },
        { STR("PK\003\004\x14"), "a zip archive" },
        { STR("\177ELF\2\1"), "an ELF binary" },
        { STR("\x89PNG\r\n\x1a\n"), "a PNG image" },
        { STR("ElfFile\0"), "a Windows event log (EVTX)" },
        { STR("SQLite format 3\0"), "an SQLite database" },
        { STR("\xff\xfe"
              "a\0"),
          "a UTF-16 text" },
        { STR("\xfe\xff\0a"), "a UTF-16 text" },
        { STR("2\0000\0002\0004\0-\0001\0001\0-\0002\0006\0 \0E\0R\0R\0O\0R\0"), "a UTF-16 text" },
        { STR("\0002\0000\0002\0004\0-\0001\0001\0-\0002\0006\0 \0E\0R\0R\0O\0R"), "a UTF-16 text" },
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        check_fails(files[i].head, files[i].name, str_c(""), 0);
    char tar[512] = "app.log";
    memcpy(tar + 257, "ustar", 5);
    check_fails(str_of(tar, sizeof tar), "is a tar archive, which logaudit does not read", str_c(""), 0);
}

/* Lines of a log with `inside` in each of them. */
static void add_lines_with(struct buf *out, size_t count, struct str inside) {
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "2026-03-01 10:00:00 INFO request %zu answered ", i);
        buf_add(out, inside);
        buf_add_byte(out, '\n');
    }
}

static void binary_files_are_refused(void) {
    static const struct str nothing = STR("");
    struct buf file;
    buf_init(&file, 1 << 20);
    for (uint32_t i = 0, byte = 1; i < 5000; i++, byte = byte * 1103515245u + 12345)
        buf_add_byte(&file, (char)(byte >> 16));
    check_fails(buf_str(&file), "is a binary file: it holds no text", nothing, 0);
    buf_reset(&file);
    for (size_t i = 0; i < 400; i++) /* numbers of four bytes */
        buf_add(&file, str_of((const char[]){ (char)(i % 29), 0, 0, 0 }, 4));
    check_fails(buf_str(&file), "is a binary file: it holds no text", nothing, 0);
    buf_fini(&file);
}

static void odd_texts_are_none(void) {
    static const struct str odd[] = { STR("\0\0\0"), STR("8=FIX.4.2\0019=65\00135=A\00149=S\00156=T\001"),
                                      STR("caf\xe9 \x93\xfa\x96\x7b"), STR("\033[31mred\033[0m\t\b\f\v") };
    static const struct str hello = STR("\x16\x03\x01\x02\x05\x06\x07\x0e\x0f\x10\x11");
    struct buf file;
    buf_init(&file, 1 << 20);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        buf_reset(&file);
        add_lines_with(&file, 100, odd[i]);
        check_gives(buf_str(&file), buf_str(&file));
    }
    buf_reset(&file); /* cut while it was written */
    for (size_t i = 0; i < 8000; i++)
        buf_add_byte(&file, '\0');
    add_lines_with(&file, 9, odd[0]);
    check_gives(buf_str(&file), buf_str(&file));
    buf_reset(&file); /* other protocols knock at the door */
    add_lines_with(&file, 60, odd[3]);
    add_lines_with(&file, 4, hello);
    check_gives(buf_str(&file), buf_str(&file));
    buf_fini(&file);
}

int main(void) {
    binary_files_are_refused();
    odd_texts_are_none();
    plain_bytes_pass();
    compressed_bytes_are_read();
    units_may_follow_each_other();
    layers_nest_twice();
    a_cut_file_gives_what_it_has();
    corruption_is_found();
    foreign_files_are_named();
    return check_report();
}
