/* Own cases, and those of botocore below $LOGAUDIT_CORPUS/aws/endpoint-tests. Left out of these, by what they
 * ask for: accelerated and global endpoints, access points and other ARNs, S3 Express, Outposts, object
 * lambdas, multi-region access points (logaudit reads buckets), names that no bucket can have, and cases that
 * want an error for options we cannot be given. */
#include "endpoint.h"

#include "vectors.h"

static struct buf out;

static struct str bucket_url(const char *bucket, struct endpoint_options o) {
    struct fault fault;
    buf_reset(&out);
    if (!endpoint_bucket(str_c(bucket), &o, false, &out, &fault))
        return (struct str)STR("(none)");
    return buf_str(&out);
}

static void test_own(void) {
    struct fault fault;
    struct endpoint_options aws = { .region = "eu-west-1" },
                            local = { .configured = "http://127.0.0.1:9000/x/" },
                            named = { .configured = "https://s3.example:8443" },
                            bad = { .region = "evil.com/" };
    CHECK_STR(bucket_url("logs", aws), "https://logs.s3.eu-west-1.amazonaws.com");
    CHECK_STR(bucket_url("my.logs", aws), "https://s3.eu-west-1.amazonaws.com/my.logs");
    CHECK_STR(bucket_url("Old_Logs", aws), "https://s3.eu-west-1.amazonaws.com/Old_Logs");
    CHECK_STR(bucket_url("logs", local), "http://127.0.0.1:9000/x/logs");
    CHECK_STR(bucket_url("logs", named), "https://logs.s3.example:8443");
    CHECK_STR(bucket_url("logs", bad), "(none)");
    CHECK_STR(bucket_url("a/b", aws), "(none)");
    CHECK_STR(bucket_url("..", aws), "(none)");
    CHECK_STR(bucket_url("", aws), "(none)");
    buf_reset(&out);
    CHECK(endpoint_service("sts", &aws, &out, &fault));
    CHECK_STR(buf_str(&out), "https://sts.eu-west-1.amazonaws.com");
}

static bool is_true(const struct json_node *params, const char *key) {
    return json_is_true(json_member(params, key));
}

/* What we cannot be asked for. */
static bool left_out(const struct json_node *params, const struct json_node *expect) {
    static const char *const never[] = { "Accelerate",
                                         "UseObjectLambdaEndpoint",
                                         "DisableAccessPoints",
                                         "UseGlobalEndpoint",
                                         "UseS3ExpressControlEndpoint",
                                         "UseArnRegion",
                                         "DisableMultiRegionAccessPoints",
                                         "DisableS3ExpressSessionAuth" };
    const char *bucket = json_c(json_member(params, "Bucket"), NULL),
               *region = json_c(json_member(params, "Region"), "");
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (is_true(params, never[i]))
            return true;
    if (json_member(expect, "error") || strcmp(region, "aws-global") == 0)
        return true;
    return bucket && (strstr(bucket, "arn:") || strstr(bucket, "--x-s3") || strstr(bucket, "--xa-s3") ||
                      strstr(bucket, "--op-s3") || strchr(bucket, ':') || strchr(bucket, '%') ||
                      strpbrk(bucket, " #!") || strstr(bucket, "--ol-s3"));
}

static void run_case(const char *service, const struct json_node *test, size_t *ran, size_t *omitted) {
    const struct json_node *params = json_member(test, "params"), *expect = json_member(test, "expect");
    const struct json_node *bucket = json_member(params, "Bucket");
    if (left_out(params, expect)) {
        (*omitted)++;
        return;
    }
    struct fault fault;
    struct endpoint_options o = { .region = json_c(json_member(params, "Region"), NULL),
                                  .configured = json_c(json_member(params, "Endpoint"), NULL),
                                  .fips = is_true(params, "UseFIPS"),
                                  .dual_stack = is_true(params, "UseDualStack") };
    if (!bucket && strcmp(service, "s3") == 0) {
        (*omitted)++; /* we always name one */
        return;
    }
    buf_reset(&out);
    bool ok = bucket ? endpoint_bucket(json_str(bucket), &o, is_true(params, "ForcePathStyle"), &out, &fault)
                     : endpoint_service(service, &o, &out, &fault);
    const char *want = json_c(json_member(json_member(expect, "endpoint"), "url"), "");
    (*ran)++;
    if (!ok || !str_equal_c(buf_str(&out), want))
        fprintf(stderr, "%s: %s\n", service, json_c(json_member(test, "documentation"), ""));
    CHECK_STR(buf_str(&out), want);
}

static void test_vectors(const char *service, const char *file, size_t least) {
    char name[128];
    snprintf(name, sizeof name, "aws/endpoint-tests/%s.json", file);
    struct json_doc *doc = vector_json(vector_path(name));
    size_t ran = 0, omitted = 0;
    const struct json_node *t = json_first(json_member(json_doc_root(doc), "testCases"));
    for (; t; t = json_after(t))
        run_case(service, t, &ran, &omitted);
    printf("endpoints of %s: %zu cases, %zu left out\n", service, ran, omitted);
    CHECK(ran >= least);
    json_doc_free(doc);
}

int main(void) {
    buf_init(&out, 8192);
    test_own();
    if (vector_path("")) {
        test_vectors("s3", "s3", 30);
        test_vectors("sts", "sts", 10);
        test_vectors("logs", "logs", 10);
    }
    buf_fini(&out);
    return check_report();
}
