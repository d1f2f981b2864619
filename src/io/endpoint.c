#include "endpoint.h"

#include "url.h"

struct endpoint_options endpoint_options(const struct settings *s, const char *service, const char *region) {
    return (struct endpoint_options){
        .region = region,
        .configured = settings_endpoint(s, service),
        .fips = settings_true(s, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
        .dual_stack = settings_true(s, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
    };
}

/* A part of a host name: what else a region could hold would lead elsewhere. */
static bool check_region(const char *region, struct fault *fault) {
    bool good = region && *region && strlen(region) <= 63;
    for (const char *c = region; good && *c; c++)
        good = (*c >= 'a' && *c <= 'z') || ascii_digit(*c) || *c == '-';
    return good || fault_set(fault, FAULT_USAGE, "a region like eu-central-1 was expected, got '%.63s'",
                             region ? region : "");
}

/* Of the partition that the region belongs to. */
static const char *suffix_of(const char *region, bool dual_stack) {
    static const struct {
        struct str prefix;
        const char *suffix, *dual_stack;
    } partitions[] = {
        { STR("cn-"), "amazonaws.com.cn", "api.amazonwebservices.com.cn" },
        { STR("us-isob-"), "sc2s.sgov.gov", "api.aws.scloud" },
        { STR("us-isof-"), "csp.hci.ic.gov", "api.aws.hci.ic.gov" },
        { STR("us-iso-"), "c2s.ic.gov", "api.aws.ic.gov" },
        { STR("eu-isoe-"), "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk" },
        { STR("eusc-"), "amazonaws.eu", "api.amazonwebservices.eu" },
    };
    for (size_t i = 0; i < sizeof partitions / sizeof *partitions; i++)
        if (str_starts(str_c(region), partitions[i].prefix))
            return dual_stack ? partitions[i].dual_stack : partitions[i].suffix;
    return dual_stack ? "api.aws" : "amazonaws.com";
}

static bool add_configured(const char *configured, struct url *url, struct buf *out, struct fault *fault) {
    if (!url_parse(str_c(configured), url) || url->query.len)
        return fault_set(
            fault, FAULT_USAGE,
            "the endpoint of AWS (AWS_ENDPOINT_URL, one of a service like AWS_ENDPOINT_URL_S3, or "
            "endpoint_url of the profile): a URL like https://HOST:PORT was expected");
    while (str_ends(url->path, (struct str)STR("/")))
        url->path.len--;
    buf_printf(out, "%s://%.*s%.*s", url->https ? "https" : "http", STR_ARG(url->host), STR_ARG(url->path));
    return true;
}

bool endpoint_service(const char *service, const struct endpoint_options *o, struct buf *out,
                      struct fault *fault) {
    struct url url;
    if (o->configured)
        return add_configured(o->configured, &url, out, fault);
    if (!check_region(o->region, fault))
        return false;
    bool same = !o->dual_stack && str_starts(str_c(o->region), (struct str)STR("us-gov-")); /* all are FIPS */
    buf_printf(out, "https://%s%s.%s.%s", service, o->fips && !same ? "-fips" : "", o->region,
               suffix_of(o->region, o->dual_stack));
    return true;
}

/* ---- S3 ---- */

bool endpoint_good_bucket(struct str bucket) {
    bool good =
        bucket.len >= 1 && bucket.len <= 255 && !str_equal_c(bucket, ".") && !str_equal_c(bucket, "..");
    for (size_t i = 0; i < bucket.len && good; i++)
        good = ascii_alpha(bucket.ptr[i]) || ascii_digit(bucket.ptr[i]) || strchr(".-_", bucket.ptr[i]);
    return good;
}

/* Can stand in a host name. Under https only as one label: a certificate for *.s3... does not cover two. */
static bool fits_host(struct str bucket, bool https) {
    bool good = bucket.len >= 3 && bucket.len <= 63;
    for (size_t i = 0; i < bucket.len && good; i++) {
        char c = bucket.ptr[i];
        bool inside = i > 0 && i + 1 < bucket.len && (c == '-' || (c == '.' && !https));
        good =
            (c >= 'a' && c <= 'z') || ascii_digit(c) || (inside && !(c == '.' && bucket.ptr[i - 1] == '.'));
    }
    return good;
}

bool endpoint_bucket(struct str bucket, const struct endpoint_options *o, bool path_style, struct buf *out,
                     struct fault *fault) {
    struct url url;
    struct buf base;
    if (!endpoint_good_bucket(bucket))
        return fault_set(fault, FAULT_USAGE, "the name of a bucket was expected, got '%.*s'",
                         STR_ARG(bucket));
    if (!o->configured && !check_region(o->region, fault))
        return false;
    buf_init(&base, 4096);
    if (o->configured && !add_configured(o->configured, &url, &base, fault)) {
        buf_fini(&base);
        return false;
    }
    if (!o->configured) {
        buf_printf(&base, "https://s3%s%s.%s.%s", o->fips ? "-fips" : "", o->dual_stack ? ".dualstack" : "",
                   o->region, suffix_of(o->region, false));
        url_parse(buf_str(&base), &url);
    }
    if (path_style || !fits_host(bucket, url.https) || url_is_address(url.name))
        buf_printf(out, "%.*s/%.*s", STR_ARG(buf_str(&base)), STR_ARG(bucket));
    else
        buf_printf(out, "%s://%.*s.%.*s%.*s", url.https ? "https" : "http", STR_ARG(bucket),
                   STR_ARG(url.host), STR_ARG(url.path));
    buf_fini(&base);
    return true;
}
