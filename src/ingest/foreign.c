#include "foreign.h"

/* Magic bytes that are also plain letters need a proof of being binary: the byte behind them is no text. */
struct foreign {
    const char *name;
    struct str magic;
    size_t at;
    bool binary_follows;
};

static const struct foreign foreigners[] = {
    { "a Parquet file", STR("PAR1"), 0, true },
    { "an ORC file", STR("ORC"), 0, true },
    { "an Avro file", STR("Obj\001"), 0, false },
    { "an xz file", STR("\xfd\x37zXZ\0"), 0, false },
    { "a bzip2 file", STR("1AY&SY"), 4, false },
    { "an lz4 file", STR("\x04\x22\x4d\x18"), 0, false },
    { "a snappy file", STR("\xff\x06\0\0sNaPpY"), 0, false },
    { "a compress (.Z) file", STR("\x1f\x9d"), 0, false },
    { "a 7-Zip archive", STR("7z\xbc\xaf\x27\x1c"), 0, false },
    { "a zip archive", STR("PK\003\004"), 0, false },
    { "an empty zip archive", STR("PK\005\006"), 0, false },
    { "a tar archive", STR("ustar"), 257, false },
    { "an ELF binary", STR("\177ELF"), 0, false },
    { "a PNG image", STR("\x89PNG\r\n"), 0, false },
    { "a PDF document", STR("%PDF-"), 0, false },
    { "a Windows event log (EVTX)", STR("ElfFile\0"), 0, false },
    { "an SQLite database", STR("SQLite format 3\0"), 0, false },
    { "a UTF-16 text", STR("\xff\xfe"), 0, false },
    { "a UTF-16 text", STR("\xfe\xff"), 0, false },
};

static bool is_text(char byte) {
    return (unsigned char)byte >= ' ' || byte == '\t' || byte == '\r';
}

static bool begins_like(struct str head, const struct foreign *f) {
    if (!str_starts(str_slice(head, f->at, f->magic.len), f->magic))
        return false;
    size_t behind = f->at + f->magic.len;
    return !f->binary_follows || (behind < head.len && !is_text(head.ptr[behind]));
}

/* Every second byte of Latin letters is a NUL, and no other one. */
static bool is_utf16(struct str head) {
    enum { LOOKED_AT = 32, PAIRS = LOOKED_AT / 2 };
    size_t nuls[2] = { 0 };
    for (size_t i = 0; i < LOOKED_AT && i < head.len; i++)
        nuls[i % 2] += !head.ptr[i];
    return nuls[0] + nuls[1] == PAIRS && (!nuls[0] || !nuls[1]);
}

const char *foreign_name(struct str head) {
    if (is_utf16(head))
        return "a UTF-16 text";
    for (size_t i = 0; i < sizeof foreigners / sizeof *foreigners; i++)
        if (begins_like(head, &foreigners[i]))
            return foreigners[i].name;
    return NULL;
}

/* Bytes that neither separate nor colour anything: of logs whose fields end in one of them (FIX has SOH), all
 * are the same, and NULs are what a log that was cut while it was written begins with. */
static bool is_odd(unsigned char byte) {
    return byte < ' ' ? byte && !memchr("\b\t\n\v\f\r\x1b\x1e", byte, 8) : byte == 0x7f;
}

/* Of any bytes one in eleven is odd. In text the few there are, of a client that speaks another protocol, lie
 * between many that are not. */
bool foreign_is_binary(struct str head) {
    enum { LEAST_ODD = 32, LEAST_KINDS = 8, ONE_IN = 25 };
    size_t odd = 0, kinds = 0, filled = 0;
    bool seen[256] = { false };
    for (size_t i = 0; i < head.len; i++) {
        unsigned char byte = (unsigned char)head.ptr[i];
        filled += byte != 0;
        if (!is_odd(byte))
            continue;
        odd++;
        kinds += !seen[byte];
        seen[byte] = true;
    }
    return odd >= LEAST_ODD && kinds >= LEAST_KINDS && odd * ONE_IN >= filled;
}

/* `form`: # stands for a number, * for a hash, everything else for itself. */
static bool begins_as(struct str s, const char *form) {
    for (; *form; form++) {
        size_t len = 0, most = *form == '#' ? 20 : *form == '*' ? 32 : 0;
        while (len < most && len < s.len &&
               (ascii_digit(s.ptr[len]) || (most == 32 && s.ptr[len] >= 'a' && s.ptr[len] <= 'f')))
            len++;
        bool fits = most ? len == most || (*form == '#' && len) : s.len && s.ptr[0] == *form;
        if (!fits)
            return false;
        s = str_slice(s, most ? len : 1, s.len);
    }
    return true;
}

bool foreign_is_result(struct str head) {
    return begins_as(head, "{\"processed_logs\":#,\"findings\":[") ||
           begins_as(head, "{\"processed_logs\":#,\"summary\":{\"total_findings\":#,") ||
           begins_as(head, "{\"finding_id\":\"*\",\"fingerprint\":\"*\",\"rule_id\":\"") ||
           begins_as(head, "finding_id,fingerprint,rule_id,");
}
