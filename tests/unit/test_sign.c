/* Own cases, and the vectors below $LOGAUDIT_CORPUS/sigv4: the official suite in both of its forms, the
 * signatures of the S3 documentation, and odd S3 keys. */
#include "sign.h"

#include "url.h"
#include "vectors.h"

static struct crypto *crypto;
static struct buf canonical, text;

struct job {
    struct sign_request request;
    struct sign_scope scope;
    struct str secret;
};

static const char *signature_of(const struct job *j) {
    static char signature[SHA256_HEX + 1];
    buf_reset(&canonical);
    buf_reset(&text);
    sign_canonical(&j->request, &canonical);
    sign_text(crypto, &j->scope, buf_str(&canonical), &text);
    sign_signature(crypto, &j->scope, j->secret, buf_str(&text), signature);
    return signature;
}

/* ---- own cases ---- */

static struct str canonical_of(const char *path, const char *query, bool s3) {
    static const struct header host = { STR("Host"), STR("  a   b ") };
    struct sign_request r = {
        .method = STR("GET"),
        .path = str_c(path),
        .query = str_c(query),
        .headers = &host,
        .header_count = 1,
        .payload_hash = STR("H"),
        .encode_path = !s3,
        .normalize = !s3,
    };
    buf_reset(&canonical);
    sign_canonical(&r, &canonical);
    return buf_str(&canonical);
}

static void test_own(void) {
    CHECK_STR(canonical_of("/a//b/../%20", "b=2&a-type=1&a=3&a=1&c", true),
              "GET\n/a//b/../%20\na=1&a=3&a-type=1&b=2&c=\nhost:a b\n\nhost\nH");
    CHECK_STR(canonical_of("/a//b/../%20", "", false), "GET\n/a/%2520\n\nhost:a b\n\nhost\nH");
    CHECK_STR(canonical_of("", "x=%2f%2B", false), "GET\n/\nx=%2F%2B\nhost:a b\n\nhost\nH");
    char stamp[17];
    sign_print_stamp(1440938160, stamp);
    CHECK_STR(str_c(stamp), "20150830T123600Z");
}

static void test_crypto(void) {
    char hex[SHA256_HEX + 1], base64[SHA256_BASE64 + 1], sha1[SHA1_HEX + 1];
    crypto_sha256_hex(crypto, (struct str){ 0 }, hex);
    CHECK_STR(str_c(hex), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    crypto_sha256_base64(crypto, (struct str){ 0 }, base64);
    CHECK_STR(str_c(base64), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    crypto_sha1_hex(crypto, (struct str)STR("abc"), sha1);
    CHECK_STR(str_c(sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

/* ---- the official suite ---- */

/* A request as it stands in a file; views of it. */
struct raw {
    struct str method, target, body;
    struct header headers[SIGN_MAX_HEADERS];
    size_t count;
};

static struct str next_line(struct str *rest) {
    struct str line = str_slice(*rest, 0, str_find_byte(*rest, '\n'));
    *rest = str_slice(*rest, line.len + 1, rest->len);
    return line;
}

static void parse_raw(struct str file, struct raw *r) {
    *r = (struct raw){ 0 };
    struct str line = next_line(&file);
    r->method = str_slice(line, 0, str_find_byte(line, ' '));
    r->target = str_slice(line, r->method.len + 1, line.len - r->method.len - 1 - strlen(" HTTP/1.1"));
    while ((line = next_line(&file)).len) {
        if (ascii_space(line.ptr[0])) { /* goes on with the value before it */
            struct str *value = &r->headers[r->count - 1].value;
            *value = str_of(value->ptr, (size_t)(line.ptr + line.len - value->ptr));
            continue;
        }
        size_t colon = str_find_byte(line, ':');
        r->headers[r->count++] =
            (struct header){ str_slice(line, 0, colon), str_slice(line, colon + 1, line.len) };
    }
    r->body = file;
}

/* The query without what the signer adds after signing. */
static void unsigned_query(struct str query, bool token_too, struct buf *out) {
    while (query.len) {
        struct str pair = str_slice(query, 0, str_find_byte(query, '&'));
        query = str_slice(query, pair.len + 1, query.len);
        if (str_starts(pair, (struct str)STR("X-Amz-Signature=")) ||
            (token_too && str_starts(pair, (struct str)STR("X-Amz-Security-Token="))))
            continue;
        if (out->len)
            buf_add_byte(out, '&');
        buf_add(out, pair);
    }
}

static void run_official(const char *folder, const char *form) {
    char path[4096], hash[SHA256_HEX + 1];
    struct buf file, query, want;
    struct raw raw;
    buf_init(&file, 1 << 20);
    buf_init(&query, 1 << 20);
    buf_init(&want, 1 << 20);
    snprintf(path, sizeof path, "%s/context.json", folder);
    struct json_doc *doc = vector_json(path);
    const struct json_node *context = json_doc_root(doc), *keys = json_member(context, "credentials");
    bool header_form = strcmp(form, "header") == 0;
    bool late_token = json_is_true(json_member(context, "omit_session_token"));
    snprintf(path, sizeof path, "%s/%s-signed-request.txt", folder, form);
    parse_raw(vector_text(path, &file), &raw);
    size_t kept = 0;
    for (size_t i = 0; i < raw.count; i++)
        if (!str_equal_nocase(raw.headers[i].name, (struct str)STR("Authorization")) &&
            !(late_token && str_equal_nocase(raw.headers[i].name, (struct str)STR("X-Amz-Security-Token"))))
            raw.headers[kept++] = raw.headers[i];
    size_t question = str_find_byte(raw.target, '?');
    unsigned_query(str_slice(raw.target, question + 1, raw.target.len), late_token && !header_form, &query);
    crypto_sha256_hex(crypto, raw.body, hash);
    struct job job = {
        .request = { .method = raw.method,
                     .path = str_slice(raw.target, 0, question),
                     .query = buf_str(&query),
                     .headers = raw.headers,
                     .header_count = kept,
                     .payload_hash = str_c(hash),
                     .encode_path = true,
                     .normalize = json_is_true(json_member(context, "normalize")) },
        .scope = { .region = json_c(json_member(context, "region"), ""),
                   .service = json_c(json_member(context, "service"), ""),
                   .stamp = "20150830T123600Z" },
        .secret = json_str(json_member(keys, "secret_access_key")),
    };
    const char *signature = signature_of(&job);
    snprintf(path, sizeof path, "%s/%s-canonical-request.txt", folder, form);
    CHECK_STR(vector_text(path, &want), buf_c(&canonical));
    snprintf(path, sizeof path, "%s/%s-string-to-sign.txt", folder, form);
    CHECK_STR(vector_text(path, &want), buf_c(&text));
    snprintf(path, sizeof path, "%s/%s-signature.txt", folder, form);
    CHECK_STR(str_trim(vector_text(path, &want)), signature);
    json_doc_free(doc);
    buf_fini(&file);
    buf_fini(&query);
    buf_fini(&want);
}

static void run_both(const char *folder) {
    run_official(folder, "header");
    run_official(folder, "query");
}

/* ---- S3 ---- */

static size_t read_headers(const struct json_node *object, struct header *headers) {
    size_t count = 0;
    for (const struct json_node *m = json_first(object); m; m = json_after(m))
        if (strcmp(json_name(m), "Authorization") != 0)
            headers[count++] = (struct header){ str_c(json_name(m)), json_str(m) };
    return count;
}

static void run_documented(const struct json_node *v, struct str secret) {
    struct header headers[SIGN_MAX_HEADERS];
    struct job job = {
        .request = { .method = json_str(json_member(v, "method")),
                     .path = json_str(json_member(v, "canonical_path")),
                     .query = json_str(json_member(v, "canonical_query")),
                     .headers = headers,
                     .header_count = read_headers(json_member(v, "headers"), headers),
                     .payload_hash = json_str(json_member(v, "payload_hash")) },
        .scope = { .region = "us-east-1", .service = "s3", .stamp = "20130524T000000Z" },
        .secret = secret,
    };
    const char *signature = signature_of(&job);
    CHECK_STR(json_str(json_member(v, "canonical_request")), buf_c(&canonical));
    CHECK_STR(json_str(json_member(v, "signature")), signature);
}

/* A chunk signs its text to sign without a request. */
static void run_chunk(const struct json_node *v, struct str secret) {
    struct sign_scope scope = { .region = "us-east-1", .service = "s3", .stamp = "20130524T000000Z" };
    char signature[SHA256_HEX + 1];
    sign_signature(crypto, &scope, secret, json_str(json_member(v, "string_to_sign")), signature);
    CHECK_STR(json_str(json_member(v, "signature")), signature);
}

static void test_documented(const char *path) {
    struct json_doc *doc = vector_json(path);
    const struct json_node *root = json_doc_root(doc);
    struct str secret = json_str(json_member(root, "secret_access_key"));
    int count = 0;
    for (const struct json_node *v = json_first(json_member(root, "vectors")); v; v = json_after(v), count++)
        run_documented(v, secret);
    for (const struct json_node *v = json_first(json_member(root, "streaming_chunks")); v;
         v = json_after(v), count++)
        run_chunk(v, secret);
    CHECK_INT(count, 8);
    json_doc_free(doc);
}

static void run_oracle(const struct json_node *v, struct str secret) {
    struct url url;
    struct header headers[SIGN_MAX_HEADERS] = { { STR("host"), { 0 } } };
    struct buf path;
    buf_init(&path, 65536);
    buf_add_c(&path, "/bkt/");
    url_encode(&path, json_str(json_member(v, "key")), true);
    CHECK(url_parse(json_str(json_member(v, "wire_url")), &url));
    headers[0].value = url.host;
    const struct json_node *sent = json_member(v, "headers");
    struct job job = {
        .request = { .method = STR("GET"),
                     .path = buf_str(&path),
                     .query = url.query,
                     .headers = headers,
                     .header_count = 1 + read_headers(sent, headers + 1),
                     .payload_hash = json_str(json_member(sent, "X-Amz-Content-SHA256")) },
        .scope = { .region = "us-east-1", .service = "s3", .stamp = "20260102T030405Z" },
        .secret = secret,
    };
    struct buf got;
    buf_init(&got, 4096);
    CHECK_STR(url.path, buf_c(&path));
    sign_authorization(crypto, &job.request, &job.scope, (struct sign_keys){ STR("AKIDEXAMPLE"), secret },
                       &got);
    CHECK_STR(json_str(json_member(sent, "Authorization")), buf_c(&got));
    buf_fini(&got);
    buf_fini(&path);
}

static void test_oracle(const char *path) {
    struct json_doc *doc = vector_json(path);
    const struct json_node *root = json_doc_root(doc);
    const struct str secret = STR("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"); /* the suite's */
    int count = 0;
    for (const struct json_node *v = json_first(json_member(root, "vectors")); v; v = json_after(v), count++)
        run_oracle(v, secret);
    CHECK_INT(count, 44);
    json_doc_free(doc);
}

int main(void) {
    struct fault fault;
    crypto = crypto_new(&fault);
    CHECK(crypto != NULL);
    if (!crypto)
        return check_report();
    buf_init(&canonical, 1 << 20);
    buf_init(&text, 1 << 20);
    test_own();
    test_crypto();
    if (vector_path("")) {
        CHECK_INT(vector_each(vector_path("sigv4/aws-signing-test-suite/v4"), run_both), 38);
        test_documented(vector_path("sigv4/s3-documentation-vectors.json"));
        test_oracle(vector_path("sigv4/s3-botocore-oracle.json"));
    }
    buf_fini(&canonical);
    buf_fini(&text);
    free(crypto);
    return check_report();
}
