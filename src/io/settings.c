#include "settings.h"

#include "file.h"
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_FILE = 1 << 20, MAX_PATH = 4096, MAX_NAME = 512 };

struct property {
    enum section_kind kind;
    char *section, *key; /* key "": the section exists */
    char *value;
};

struct settings {
    const struct surroundings *around;
    struct property *properties; /* later ones win */
    size_t count, capacity;
};

/* ---- the list ---- */

static void add(struct settings *s, enum section_kind kind, const char *section, struct str key,
                struct str value) {
    mem_grow(&s->properties, &s->capacity, s->count, sizeof *s->properties);
    struct property *p = &s->properties[s->count++];
    *p = (struct property){ kind, mem_copy(section, strlen(section)), mem_copy(key.ptr, key.len),
                            mem_copy(value.ptr, value.len) };
    for (char *c = p->key; *c; c++)
        *c = ascii_lower(*c);
}

const char *settings_get(const struct settings *s, enum section_kind kind, const char *name,
                         const char *key) {
    for (size_t i = s->count; i--;) {
        const struct property *p = &s->properties[i];
        if (p->kind == kind && strcmp(p->section, name) == 0 && strcmp(p->key, key) == 0)
            return *p->value || !*key ? p->value : NULL;
    }
    return NULL;
}

bool settings_has(const struct settings *s, enum section_kind kind, const char *name) {
    return settings_get(s, kind, name, "") != NULL;
}

/* ---- one file ---- */

struct file_reader {
    struct settings *settings;
    const char *path;
    bool is_config; /* profiles are [profile NAME] there */
    size_t line;
    enum section_kind kind;
    char section[MAX_NAME]; /* "": none yet, or one that is not for us */
    char parent[MAX_NAME];  /* the last key when it had no value: what follows may be nested in it */
};

static bool broken(const struct file_reader *r, const char *expected, struct fault *fault) {
    return fault_set(fault, FAULT_USAGE, "%s:%zu: %s was expected", r->path, r->line, expected);
}

static void copy_name(char out[MAX_NAME], struct str name) {
    name = str_slice(str_trim(name), 0, MAX_NAME - 1);
    if (name.len)
        memcpy(out, name.ptr, name.len);
    out[name.len] = '\0';
}

static bool read_section(struct file_reader *r, struct str line, struct fault *fault) {
    static const struct {
        struct str word;
        enum section_kind kind;
    } kinds[] = { { STR("profile "), SECTION_PROFILE },
                  { STR("sso-session "), SECTION_SSO_SESSION },
                  { STR("services "), SECTION_SERVICES } };
    size_t end = str_find_byte(line, ']');
    if (end >= line.len)
        return broken(r, "']'", fault);
    struct str name = str_trim(str_slice(line, 1, end - 1));
    r->kind = SECTION_PROFILE;
    r->parent[0] = r->section[0] = '\0';
    bool known = !r->is_config || str_equal_c(name, "default");
    for (size_t i = 0; r->is_config && i < sizeof kinds / sizeof *kinds; i++) {
        if (!str_starts(name, kinds[i].word))
            continue;
        known = true;
        r->kind = kinds[i].kind;
        name = str_trim(str_slice(name, kinds[i].word.len, name.len));
        break;
    }
    if (!known) /* of a tool that is not us */
        return true;
    copy_name(r->section, name);
    add(r->settings, r->kind, r->section, (struct str){ 0 }, (struct str){ 0 });
    return true;
}

/* Without a comment: " #" or " ;" and what follows. */
static struct str without_comment(struct str value) {
    for (size_t i = 1; i < value.len; i++)
        if (ascii_space(value.ptr[i - 1]) && (value.ptr[i] == '#' || value.ptr[i] == ';'))
            return str_trim(str_slice(value, 0, i));
    return str_trim(value);
}

static bool read_property(struct file_reader *r, struct str line, bool nested, struct fault *fault) {
    size_t equals = str_find_byte(line, '=');
    struct str key = str_trim(str_slice(line, 0, equals));
    struct str value = without_comment(str_slice(line, equals + 1, line.len));
    if (equals >= line.len || !key.len)
        return nested || broken(r, "KEY = VALUE", fault); /* a line of text that continues a value */
    if (!r->section[0])
        return true;
    if (!nested) {
        add(r->settings, r->kind, r->section, key, value);
        copy_name(r->parent, value.len ? (struct str){ 0 } : key);
    } else if (r->parent[0]) {
        char name[2 * MAX_NAME];
        snprintf(name, sizeof name, "%s.%.*s", r->parent, STR_ARG(key));
        add(r->settings, r->kind, r->section, str_c(name), value);
    }
    return true;
}

static bool read_line(struct file_reader *r, struct str line, struct fault *fault) {
    struct str text = str_trim(line);
    if (!text.len || text.ptr[0] == '#' || text.ptr[0] == ';')
        return true;
    bool nested = ascii_space(line.ptr[0]);
    if (text.ptr[0] == '[' && !nested)
        return read_section(r, text, fault);
    return read_property(r, text, nested, fault);
}

static bool read_lines(struct file_reader *r, struct str text, struct fault *fault) {
    while (text.len) {
        struct str line = str_slice(text, 0, str_find_byte(text, '\n'));
        text = str_slice(text, line.len + 1, text.len);
        r->line++;
        if (!read_line(r, line, fault))
            return false;
    }
    return true;
}

bool settings_read_file(const struct settings *s, const char *path, struct buf *out, struct fault *fault) {
    struct buf full;
    buf_init(&full, MAX_PATH);
    buf_printf(&full, "%s%s", s->around->root, path);
    bool ok = file_read(buf_c(&full), out, FAULT_INPUT, fault);
    buf_fini(&full);
    return ok;
}

/* `variable` names the file, else it is `name` in the home folder. */
static bool read_file(struct settings *s, const char *variable, const char *name, bool is_config,
                      struct fault *fault) {
    const char *path = settings_variable(s, variable), *home = settings_variable(s, "HOME");
    char own[MAX_PATH];
    struct buf text;
    struct fault missing;
    snprintf(own, sizeof own, "%s/.aws/%s", home ? home : "", name);
    if (!path && !home)
        return true;
    struct file_reader reader = { .settings = s, .path = path ? path : own, .is_config = is_config };
    buf_init(&text, MAX_FILE);
    bool ok = !settings_read_file(s, reader.path, &text, &missing) ||
              read_lines(&reader, str_without_mark(buf_str(&text)), fault);
    if (text.ptr)
        explicit_bzero(text.ptr, text.capacity); /* keys */
    buf_fini(&text);
    return ok;
}

struct settings *settings_new(const struct surroundings *around, struct fault *fault) {
    struct settings *s = mem_new(1, sizeof *s);
    s->around = around;
    if (read_file(s, "AWS_CONFIG_FILE", "config", true, fault) &&
        read_file(s, "AWS_SHARED_CREDENTIALS_FILE", "credentials", false, fault))
        return s;
    settings_free(s);
    return NULL;
}

void settings_free(struct settings *s) {
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++) {
        struct property *p = &s->properties[i];
        explicit_bzero(p->value, strlen(p->value));
        free(p->section);
        free(p->key);
        free(p->value);
    }
    free(s->properties);
    free(s);
}

/* ---- what they say ---- */

const struct surroundings *settings_around(const struct settings *s) {
    return s->around;
}

const char *settings_variable(const struct settings *s, const char *name) {
    const char *value = s->around->variable(s->around->context, name);
    return value && str_trim(str_c(value)).len ? value : NULL;
}

bool settings_profile_named(const struct settings *s) {
    return settings_variable(s, "AWS_PROFILE") != NULL;
}

const char *settings_profile(const struct settings *s) {
    const char *name = settings_variable(s, "AWS_PROFILE");
    return name ? name : "default";
}

const char *settings_own(const struct settings *s, const char *key) {
    return settings_get(s, SECTION_PROFILE, settings_profile(s), key);
}

const char *settings_region(const struct settings *s) {
    const char *region = settings_variable(s, "AWS_REGION");
    region = region ? region : settings_variable(s, "AWS_DEFAULT_REGION");
    return region ? region : settings_own(s, "region");
}

bool settings_true(const struct settings *s, const char *variable, const char *key) {
    const char *value = settings_variable(s, variable);
    value = value ? value : settings_own(s, key);
    return value && str_equal_nocase(str_trim(str_c(value)), (struct str)STR("true"));
}

const char *settings_endpoint(const struct settings *s, const char *service) {
    char name[128], nested[128];
    if (settings_true(s, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"))
        return NULL;
    snprintf(name, sizeof name, "AWS_ENDPOINT_URL_%s", service);
    for (char *c = name; *c; c++)
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
    const char *url = settings_variable(s, name);
    url = url ? url : settings_variable(s, "AWS_ENDPOINT_URL");
    const char *services = settings_own(s, "services");
    snprintf(nested, sizeof nested, "%s.endpoint_url", service);
    if (!url && services)
        url = settings_get(s, SECTION_SERVICES, services, nested);
    return url ? url : settings_own(s, "endpoint_url");
}

bool settings_number(const struct settings *s, const char *variable, struct setting_bounds bounds,
                     unsigned *out, struct fault *fault) {
    int64_t number = bounds.otherwise;
    const char *text = settings_variable(s, variable);
    if (text &&
        (!str_to_int(str_trim(str_c(text)), &number) || number < bounds.least || number > bounds.most))
        return fault_set(fault, FAULT_USAGE, "%s: a whole number from %u to %u was expected, got '%.40s'",
                         variable, bounds.least, bounds.most, text);
    *out = (unsigned)number;
    return true;
}
