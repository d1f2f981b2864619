/* Storing objects. A body is signed with its hash, so that what arrives damaged is refused. */
#include "s3_inside.h"

#include "base64.h"
#include "mem.h"
#include "url.h"
#include "xml.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_COMPLETE = 4 << 20 };

static struct str content_type(struct str key) {
    return str_ends(key, (struct str)STR(".gz"))     ? (struct str)STR("application/gzip")
           : str_ends(key, (struct str)STR(".html")) ? (struct str)STR("text/html; charset=utf-8")
                                                     : (struct str)STR("application/json");
}

/* What an object is to be, in the request that makes it. */
static void add_object_headers(const struct s3 *s, struct s3_request *r, struct str key) {
    const char *kms = s3_variable(s, "LOGAUDIT_S3_KMS_KEY");
    s3_request_header(r, "Content-Type", content_type(key));
    s3_request_header(r, "x-amz-meta-logaudit", (struct str)STR("result"));
    if (!kms)
        return;
    s3_request_header(r, "x-amz-server-side-encryption", (struct str)STR("aws:kms"));
    s3_request_header(r, "x-amz-server-side-encryption-aws-kms-key-id", str_c(kms));
    s3_request_header(r, "x-amz-server-side-encryption-bucket-key-enabled", (struct str)STR("true"));
}

/* Sends; a failure is one of storing. */
static bool send(struct s3 *s, struct http *h, struct s3_request *r, struct http_response *response,
                 struct fault *fault) {
    bool ok = s3_send(s, h, r, response, fault);
    if (!ok && fault->kind == FAULT_INPUT)
        fault->kind = FAULT_OUTPUT;
    return ok;
}

/* Whether an answer with 2xx says that the body is stored: an error may stand in it, or a page of what stands
 * between here and S3. What is stored has an ETag, and the checksum that was sent. */
static bool says_stored(const struct http_response *response, const struct s3_request *r,
                        const char *checksum, struct fault *fault) {
    struct s3_info info;
    struct buf code;
    struct str said = http_header(response, "x-amz-checksum-sha256");
    buf_init(&code, 256);
    aws_error_code(response, &code);
    s3_read_info(response, &info);
    bool refused = code.len, stored = !refused && *info.etag;
    buf_fini(&code);
    if (stored && (!said.len || str_equal_c(said, checksum)))
        return true;
    if (refused)
        aws_refused(&r->aws, response, fault);
    else
        fault_set(fault, FAULT_OUTPUT, "%s: %s: %s", r->aws.on, r->aws.action,
                  stored ? "its checksum is not that of what was sent"
                         : "the answer has no ETag: it is not that of a server that stored it");
    fault->kind = FAULT_OUTPUT;
    return false;
}

/* Sends a body with its checksum, again when the answer says that it was not stored but may be. */
static bool send_body(struct s3 *s, struct http *h, struct s3_request *r, struct str body,
                      char checksum[SHA256_BASE64 + 1], struct http_response *response, struct fault *fault) {
    struct aws_tries tries = { 0 };
    crypto_sha256_base64(aws_crypto(s3_aws(s)), body, checksum);
    s3_request_header(r, "x-amz-checksum-sha256", str_c(checksum));
    r->aws.body = body;
    do {
        if (!send(s, h, r, response, fault))
            return false;
        if (says_stored(response, r, checksum, fault))
            return true;
    } while (aws_again(s3_aws(s), &tries, &r->aws, response));
    return false;
}

bool s3_put(struct s3 *s, struct http *h, const struct s3_name *name, struct str body, struct fault *fault) {
    char checksum[SHA256_BASE64 + 1];
    struct s3_request r;
    struct http_response response;
    http_response_init(&response);
    s3_request_init(s, &r, name, "s3:PutObject", "PUT", true);
    add_object_headers(s, &r, name->key);
    bool ok = send_body(s, h, &r, body, checksum, &response, fault);
    s3_request_fini(&r);
    http_response_fini(&response);
    return ok;
}

bool s3_upload_begin(struct s3 *s, struct http *h, const struct s3_name *name, char **upload,
                     struct fault *fault) {
    struct s3_request r;
    struct http_response response;
    struct buf id;
    buf_init(&id, S3_MAX_QUERY / 4);
    http_response_init(&response);
    s3_request_init(s, &r, name, "s3:PutObject", "POST", true);
    buf_add_c(&r.query, "uploads=");
    add_object_headers(s, &r, name->key);
    s3_request_header(&r, "x-amz-checksum-algorithm", (struct str)STR("SHA256"));
    bool ok = send(s, h, &r, &response, fault);
    if (ok && !(xml_find(buf_str(&response.body), "/UploadId", &id) && id.len))
        ok = fault_set(fault, FAULT_OUTPUT, "%s: s3:PutObject: the answer names no upload", name->uri);
    if (ok)
        *upload = mem_copy(id.ptr, id.len);
    buf_fini(&id);
    s3_request_fini(&r);
    http_response_fini(&response);
    return ok;
}

static void add_upload(struct s3_request *r, int number, const char *upload) {
    if (number) {
        char text[16];
        snprintf(text, sizeof text, "%d", number);
        url_add_query(&r->query, "partNumber", str_c(text));
    }
    url_add_query(&r->query, "uploadId", str_c(upload));
}

bool s3_upload_part(struct s3 *s, struct http *h, const struct s3_name *name, const char *upload, int number,
                    struct str body, struct s3_part *part, struct fault *fault) {
    struct s3_request r;
    struct http_response response;
    struct s3_info info;
    http_response_init(&response);
    s3_request_init(s, &r, name, "s3:PutObject", "PUT", true);
    add_upload(&r, number, upload);
    bool ok = send_body(s, h, &r, body, part->checksum, &response, fault);
    s3_read_info(&response, &info);
    memcpy(part->etag, info.etag, S3_MAX_ETAG);
    if (!http_header(&response, "x-amz-checksum-sha256").len)
        part->checksum[0] = '\0';
    s3_request_fini(&r);
    http_response_fini(&response);
    return ok;
}

void s3_upload_abort(struct s3 *s, struct http *h, const struct s3_name *name, const char *upload) {
    struct s3_request r;
    struct http_response response;
    struct fault ignored; /* the bucket's rule for unfinished uploads is the second net */
    http_response_init(&response);
    s3_request_init(s, &r, name, "s3:AbortMultipartUpload", "DELETE", true);
    add_upload(&r, 0, upload);
    s3_send(s, h, &r, &response, &ignored);
    s3_request_fini(&r);
    http_response_fini(&response);
}

/* The answer to an attempt may be lost: the upload is gone then, and the object is there. */
static bool was_stored(struct s3 *s, struct http *h, const struct s3_name *name, int64_t size) {
    struct s3_info info;
    struct fault ignored;
    return s3_head(s, h, name, &info, &ignored) && info.own && info.size == size;
}

/* What S3 calls the checksum of an object in parts: that of the parts' checksums, and their number. Empty
 * when the server keeps none. */
static void print_composite(const struct crypto *crypto, const struct s3_part *parts, int count,
                            char out[SHA256_BASE64 + 16]) {
    struct buf digests;
    bool all = true;
    buf_init(&digests, (size_t)S3_MAX_PARTS * SHA256_LEN);
    for (int i = 0; i < count && all; i++)
        all = *parts[i].checksum && base64_decode(str_c(parts[i].checksum), &digests);
    *out = '\0';
    if (all) {
        crypto_sha256_base64(crypto, buf_str(&digests), out);
        snprintf(out + SHA256_BASE64, 16, "-%d", count);
    }
    buf_fini(&digests);
}

/* Whether an answer that says what the whole object's checksum is says what it should. */
static bool right_composite(const struct http_response *response, const char *wanted) {
    struct buf said;
    buf_init(&said, 256);
    bool says = xml_find(buf_str(&response->body), "CompleteMultipartUploadResult/ChecksumSHA256", &said);
    bool right = !says || !*wanted || str_equal_c(buf_str(&said), wanted);
    buf_fini(&said);
    return right;
}

/* Completing takes long, so that the answer begins with 200 before it is known how it ends: an error may
 * stand in it. */
static bool send_complete(struct s3 *s, struct http *h, struct s3_request *r, const struct s3_name *name,
                          int64_t size, const char *composite, struct fault *fault) {
    struct http_response response;
    struct aws_tries tries = { 0 };
    struct buf code;
    bool ok = false, again;
    http_response_init(&response);
    buf_init(&code, 256);
    do {
        again = false;
        buf_reset(&code);
        if (!send(s, h, r, &response, fault))
            ok = response.status == 404 && was_stored(s, h, name, size);
        else if (xml_find(buf_str(&response.body), "CompleteMultipartUploadResult/ETag", &code))
            ok = right_composite(&response, composite) ||
                 fault_set(fault, FAULT_OUTPUT, "%s: s3:PutObject: its checksum is not that of what was sent",
                           name->uri);
        else {
            aws_refused(&r->aws, &response, fault);
            fault->kind = FAULT_OUTPUT;
            response.failure = buf_str(&response.body).len ? HTTP_NONE : HTTP_BROKEN;
            again = aws_again(s3_aws(s), &tries, &r->aws, &response);
        }
    } while (again);
    buf_fini(&code);
    http_response_fini(&response);
    return ok;
}

static void put_part(const struct s3_part *part, int number, struct buf *out) {
    buf_printf(out, "<Part><PartNumber>%d</PartNumber><ETag>\"%s\"</ETag>", number, part->etag);
    if (*part->checksum)
        buf_printf(out, "<ChecksumSHA256>%s</ChecksumSHA256>", part->checksum);
    buf_add_c(out, "</Part>");
}

bool s3_upload_complete(struct s3 *s, struct http *h, const struct s3_name *name, const char *upload,
                        const struct s3_part *parts, int count, int64_t size, struct fault *fault) {
    char composite[SHA256_BASE64 + 16];
    struct s3_request r;
    struct buf body;
    buf_init(&body, MAX_COMPLETE);
    s3_request_init(s, &r, name, "s3:PutObject", "POST", true);
    add_upload(&r, 0, upload);
    buf_add_c(&body, "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
    for (int i = 0; i < count; i++)
        put_part(&parts[i], i + 1, &body);
    buf_add_c(&body, "</CompleteMultipartUpload>");
    s3_request_header(&r, "Content-Type", (struct str)STR("application/xml"));
    r.aws.body = buf_str(&body);
    print_composite(aws_crypto(s3_aws(s)), parts, count, composite);
    bool ok = send_complete(s, h, &r, name, size, composite, fault);
    s3_request_fini(&r);
    buf_fini(&body);
    return ok;
}
