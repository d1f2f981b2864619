#include "xml.h"

#include <expat.h>

enum { MAX_PATH_LEN = 1024 };

struct reader {
    XML_Parser parser;
    bool (*visit)(void *context, const char *path, struct str text);
    void *context;
    struct buf path, text; /* of the element at hand; an element with others in it has no text of its own */
    int depth;
    const char *refused;
};

static void refuse(struct reader *r, const char *reason) {
    r->refused = reason;
    XML_StopParser(r->parser, XML_FALSE);
}

/* Without the prefix of a name space. */
static const char *local_name(const char *name) {
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static void XMLCALL on_start(void *context, const char *name, const char **attributes) {
    struct reader *r = context;
    (void)attributes;
    buf_printf(&r->path, "%s%s", r->depth ? "/" : "", local_name(name));
    buf_reset(&r->text);
    if (++r->depth > XML_MAX_DEPTH || r->path.full)
        refuse(r, "elements nest too deep");
}

static void XMLCALL on_text(void *context, const char *text, int len) {
    struct reader *r = context;
    if (!buf_add(&r->text, str_of(text, (size_t)len)))
        refuse(r, "a text is too long");
}

static void XMLCALL on_end(void *context, const char *name) {
    struct reader *r = context;
    (void)name;
    if (!r->visit(r->context, buf_c(&r->path), buf_str(&r->text)))
        refuse(r, "");
    buf_reset(&r->text);
    while (r->path.len && r->path.ptr[--r->path.len] != '/')
        ;
    r->depth--;
}

static void XMLCALL on_doctype(void *context, const char *name, const char *system, const char *public,
                               int internal) {
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    refuse(context, "a document type");
}

bool xml_read(struct str document, bool (*visit)(void *context, const char *path, struct str text),
              void *context, struct fault *fault) {
    document = str_trim(document); /* S3 keeps connections alive with blanks before it */
    struct reader r = { .visit = visit, .context = context, .parser = XML_ParserCreate(NULL) };
    buf_init(&r.path, MAX_PATH_LEN);
    buf_init(&r.text, XML_MAX_TEXT);
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
    bool ok =
        XML_Parse(r.parser, document.len ? document.ptr : "", (int)document.len, XML_TRUE) == XML_STATUS_OK;
    if (!ok && !(r.refused && !*r.refused))
        fault_set(fault, FAULT_INPUT, "an answer is no XML that can be read (line %lu: %s)",
                  (unsigned long)XML_GetCurrentLineNumber(r.parser),
                  r.refused ? r.refused : XML_ErrorString(XML_GetErrorCode(r.parser)));
    XML_ParserFree(r.parser);
    buf_fini(&r.path);
    buf_fini(&r.text);
    return ok;
}

struct search {
    struct str path;
    struct buf *out;
    bool found;
};

static bool compare(void *context, const char *path, struct str text) {
    struct search *s = context;
    bool same = s->path.ptr[0] == '/' ? str_ends(str_c(path), s->path) : str_equal(str_c(path), s->path);
    if (same && !s->found) {
        s->found = true;
        buf_reset(s->out);
        buf_add(s->out, text);
    }
    return true;
}

bool xml_find(struct str document, const char *path, struct buf *out) {
    struct search search = { .path = str_c(path), .out = out };
    struct fault ignored;
    return xml_read(document, compare, &search, &ignored) && search.found;
}
