#include "sink_s3.h"

#include "mem.h"

#include <stdlib.h>

/* 10,000 parts of it are more than 80 GB; S3 takes nothing below 5 MiB. */
enum { PART = 8 << 20 };

struct s3_sink {
    struct sink sink;
    struct s3 *s3;
    struct http *http;
    char *uri;
    struct s3_name name;
    struct buf part;
    char *upload; /* NULL: no part was sent yet */
    struct s3_part *parts;
    int part_count;
    int64_t size;
};

static bool send_part(struct s3_sink *s, struct fault *fault) {
    if (!s->upload && !s3_upload_begin(s->s3, s->http, &s->name, &s->upload, fault))
        return false;
    if (s->part_count == S3_MAX_PARTS)
        return fault_set(fault, FAULT_OUTPUT, "%s: s3:PutObject: more than %d parts of %d MiB", s->uri,
                         S3_MAX_PARTS, PART >> 20);
    s->parts = mem_resize(s->parts, (size_t)s->part_count + 1, sizeof *s->parts);
    if (!s3_upload_part(s->s3, s->http, &s->name, s->upload, s->part_count + 1, buf_str(&s->part),
                        &s->parts[s->part_count], fault))
        return false;
    s->part_count++;
    buf_reset(&s->part);
    return true;
}

static bool write_s3(struct sink *sink, struct str bytes, struct fault *fault) {
    struct s3_sink *s = (struct s3_sink *)sink;
    s->size += (int64_t)bytes.len;
    while (bytes.len) {
        struct str piece = str_slice(bytes, 0, PART - s->part.len);
        buf_add(&s->part, piece);
        bytes = str_slice(bytes, piece.len, bytes.len);
        if (s->part.len == PART && !send_part(s, fault))
            return false;
    }
    return true;
}

static bool store(struct s3_sink *s, struct fault *fault) {
    if (!s->upload)
        return s3_put(s->s3, s->http, &s->name, buf_str(&s->part), fault);
    return (s->part.len == 0 || send_part(s, fault)) &&
           s3_upload_complete(s->s3, s->http, &s->name, s->upload, s->parts, s->part_count, s->size, fault);
}

static bool close_s3(struct sink *sink, bool keep, struct fault *fault) {
    struct s3_sink *s = (struct s3_sink *)sink;
    bool ok = !keep || store(s, fault);
    if (s->upload && !(keep && ok))
        s3_upload_abort(s->s3, s->http, &s->name, s->upload);
    http_free(s->http);
    buf_fini(&s->part);
    free(s->upload);
    free(s->parts);
    free(s->uri);
    free(s);
    return ok;
}

struct sink *sink_s3_new(struct s3 *s3, const char *uri, struct fault *fault) {
    struct s3_name name;
    if (!s3_name(uri, &name, fault))
        return NULL;
    if (!name.key.len || str_ends(name.key, (struct str)STR("/"))) {
        fault_set(fault, FAULT_USAGE, "%s: the key of an object was expected", uri);
        return NULL;
    }
    struct http *http = aws_connect(s3_aws(s3), fault);
    if (!http)
        return NULL;
    struct s3_sink *s = mem_new(1, sizeof *s);
    s->s3 = s3;
    s->http = http;
    s->uri = mem_copy(uri, strlen(uri));
    s3_name(s->uri, &s->name, fault);
    buf_init(&s->part, PART);
    s->sink = (struct sink){ .write = write_s3, .close = close_s3 };
    return &s->sink;
}
