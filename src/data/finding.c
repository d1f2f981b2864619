#include "finding.h"

/* ---- what makes two findings the same ---- */

static inline bool word_byte(char c) {
    return ascii_alpha(c) || ascii_digit(c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Joins addresses, paths, versions and ids into one token, so that they are masked as one. */
static inline bool joins_token(char c) {
    switch (c) {
    case '.':
    case ':':
    case '-':
    case '/':
    case '@':
    case '#':
    case '+':
        return true;
    default:
        return word_byte(c);
    }
}

/* An id of hexadecimal digits may by chance have letters only; words of these letters are shorter. */
enum { LEAST_HEX = 8 };

/* Whether it is one that varies: it has a digit, or is hexadecimal. */
static size_t token_end(struct str s, size_t start, bool *varies) {
    size_t end = start;
    bool digit = false, hex = true;
    for (; end < s.len && joins_token(s.ptr[end]); end++) {
        digit = digit || ascii_digit(s.ptr[end]);
        hex = hex && ascii_hex(s.ptr[end]) >= 0;
    }
    *varies = digit || (hex && end - start >= LEAST_HEX);
    return end;
}

static size_t quoted_end(struct str s, size_t start) {
    char quote = s.ptr[start];
    size_t end = start + 1;
    while (end < s.len && s.ptr[end] != quote && s.ptr[end] != '\n')
        end++;
    return end < s.len && s.ptr[end] == quote ? end + 1 : start;
}

struct str finding_template(struct str message, struct arena *arena) {
    char *out = arena_bytes(arena, message.len + 1);
    size_t used = 0;
    for (size_t i = 0; i < message.len;) {
        char c = message.ptr[i];
        bool masked = false;
        size_t end = i;
        if ((c == '"' || c == '\'') && (i == 0 || !word_byte(message.ptr[i - 1]))) {
            end = quoted_end(message, i);
            masked = end > i;
        } else if (joins_token(c)) {
            end = token_end(message, i, &masked);
        }
        if (end == i)
            end = i + 1;
        if (masked) {
            out[used++] = '*';
        } else {
            memcpy(out + used, message.ptr + i, end - i);
            used += end - i;
        }
        i = end;
    }
    return str_of(out, used);
}

static struct str value_named(const struct finding *f, struct str name) {
    for (size_t i = 0; i < f->capture_count; i++)
        if (str_equal(f->captures[i].name, name))
            return f->captures[i].text;
    enum field field = field_named(name);
    return field == FIELD_COUNT ? (struct str){ 0 } : f->fields.text[field];
}

void finding_identify(struct finding *f, struct hash_state *scratch, struct arena *arena) {
    hash_reset(scratch);
    hash_add(scratch, f->source);
    hash_add(scratch, f->event_id.len ? f->event_id : f->version);
    hash_add_int(scratch, (int64_t)(f->event_id.len ? f->offset - f->event_start : f->offset));
    hash_add(scratch, f->rule->id);
    hash_add(scratch, f->title); /* a rule may give several findings for one record */
    for (size_t i = 0; f->correlated && i < f->rule->correlate->by_count; i++)
        hash_add(scratch, f->captures[i].text); /* as a correlation may for several keys */
    f->id = hash_get(scratch);

    hash_reset(scratch);
    hash_add(scratch, f->rule->id);
    for (size_t i = 0; i < f->rule->dedup_count; i++)
        hash_add(scratch, value_named(f, f->rule->dedup[i]));
    hash_add(scratch, finding_template(f->message, arena));
    f->fingerprint = hash_get(scratch);
}

/* ---- the title ---- */

static struct str value_for_title(const struct finding *f, struct str name, const struct title_names *names) {
    enum field field = field_named(name);
    if (field != FIELD_COUNT && f->fields.text[field].ptr)
        return f->fields.text[field];
    for (size_t i = 0; i < f->capture_count; i++)
        if (str_equal(f->captures[i].name, name))
            return f->captures[i].text;
    return names ? names->value(names->context, name) : (struct str){ 0 };
}

/* "Login of " -> "Login"; false when no preposition ends the text. */
static bool drop_preposition(struct buf *out) {
    static const char *const prepositions[] = { " for ", " of ", " from ", " by ", " at ", " on ", " to " };
    for (size_t i = 0; i < sizeof prepositions / sizeof *prepositions; i++) {
        struct str end = str_c(prepositions[i]);
        if (!str_ends(buf_str(out), end))
            continue;
        out->len -= end.len;
        return true;
    }
    return false;
}

struct str finding_title(const struct finding *f, struct str title, const struct title_names *names,
                         struct arena *arena) {
    if (str_find_byte(title, '{') == title.len)
        return title;
    struct buf out;
    buf_init(&out, SIZE_MAX / 2); /* the values are cut */
    while (title.len) {
        size_t open = str_find_byte(title, '{');
        size_t close = str_find_byte(str_slice(title, open, title.len), '}') + open;
        buf_add(&out, str_slice(title, 0, open));
        if (close >= title.len) {
            buf_add(&out, str_slice(title, open, title.len));
            break;
        }
        struct str value = value_for_title(f, str_slice(title, open + 1, close - open - 1), names);
        if (value.ptr || !drop_preposition(&out))
            buf_add(&out, value.ptr ? value : (struct str)STR("?"));
        title = str_slice(title, close + 1, title.len);
    }
    struct str text = arena_copy(arena, buf_str(&out));
    buf_fini(&out);
    return text;
}

/* ---- writing ---- */

static void put_rule(struct json_writer *w, const struct finding *f) {
    const struct rule *r = f->rule;
    json_add_text(w, "rule_id", r->id);
    json_add_text(w, "type", f->type);
    json_add_text(w, "severity", str_c(severity_name(f->severity)));
    json_add_text(w, "title", f->title);
    json_add_text(w, "condition_name", r->condition_name);
    json_add_text(w, "description", f->description);
    json_add_raw(w, "tags", r->tags_json);
    json_add_raw(w, "references", r->references_json);
    json_add_text(w, "owner", r->owner);
    json_add_text(w, "runbook", r->runbook);
    json_add_text(w, "author", r->author);
    json_add_raw(w, "rule_version", r->version_json);
    json_add_text(w, "rule_status", r->status); /* `status` is the record's own, an integer */
}

static void put_match(struct json_writer *w, const struct finding *f) {
    if (!f->matched)
        return;
    json_key(w, "match");
    json_begin(w, '{');
    json_add_text(w, "field", f->match_field);
    json_add_text(w, "pattern", f->match_pattern);
    json_add_count(w, "start", f->match_start);
    json_add_count(w, "end", f->match_end);
    json_key(w, "text");
    json_put(w, f->match_text);
    json_end(w, '}');
    json_add_text(w, "pattern_matched", f->match_pattern);
}

static void put_fields(struct json_writer *w, const struct finding *f) {
    for (int i = 0; i < FIELD_COUNT; i++) {
        if (!f->fields.text[i].ptr)
            continue;
        json_key(w, field_name((enum field)i));
        if (i == FIELD_DURATION_MS)
            json_put_double(w, f->fields.duration_ms);
        else if (i == FIELD_STATUS)
            json_put_int(w, f->fields.status);
        else
            json_put(w, f->fields.text[i]);
    }
}

static void put_captures(struct json_writer *w, const struct finding *f) {
    struct str meta = f->rule->meta_json;
    if (!f->capture_count && !meta.len)
        return;
    json_key(w, "fields");
    json_begin(w, '{');
    for (size_t i = 0; i < f->capture_count; i++) {
        json_key_str(w, f->captures[i].name);
        if (f->captures[i].literal)
            json_put_raw(w, f->captures[i].text);
        else
            json_put(w, f->captures[i].text);
    }
    if (meta.len)
        json_put_raw(w, meta);
    json_end(w, '}');
}

static void put_texts(struct json_writer *w, const char *key, const struct str *texts, size_t count) {
    json_key(w, key);
    json_begin(w, '[');
    for (size_t i = 0; i < count; i++)
        json_put(w, texts[i]);
    json_end(w, ']');
}

void finding_put_context(struct json_writer *w, const struct finding *f) {
    if (!f->before_count && !f->after_count)
        return;
    json_begin(w, '{');
    put_texts(w, "before", f->before, f->before_count);
    put_texts(w, "after", f->after, f->after_count);
    json_end(w, '}');
}

static void put_correlated(struct json_writer *w, const struct correlated *c) {
    if (!c)
        return;
    json_add_double(w, "count", c->count);
    json_add_time(w, "first", c->first);
    json_add_time(w, "last", c->last);
    json_add_raw(w, "evidence", c->evidence_json);
    if (c->evidence_omitted)
        json_add_count(w, "evidence_truncated", c->evidence_omitted);
}

void finding_put(struct json_writer *w, const struct finding *f) {
    json_begin(w, '{');
    json_add_hash(w, "finding_id", f->id);
    json_add_hash(w, "fingerprint", f->fingerprint);
    put_rule(w, f);
    json_add_text(w, "source", f->source);
    json_add_count(w, "line_number", f->line);
    json_add_count(w, "offset", f->offset);
    json_add_text(w, "log_stream", f->log_stream);
    json_add_text(w, "event_id", f->event_id);
    if (f->fields.has_time)
        json_add_time(w, "timestamp", f->fields.time);
    json_key(w, "message");
    json_put(w, f->message);
    put_match(w, f);
    put_fields(w, f);
    put_captures(w, f);
    if (f->before_count || f->after_count) {
        json_key(w, "context");
        finding_put_context(w, f);
    }
    put_correlated(w, f->correlated);
    json_end(w, '}');
}
