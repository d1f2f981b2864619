/* A small vocabulary for tests, in the shape that the compiled tables have. */
#ifndef VOCABULARY_SAMPLE_H
#define VOCABULARY_SAMPLE_H

#include "buf.h"
#include "vocabulary.h"

static const char sample_fields[] =
    "{\"keys\":{\"user_id\":[\"user_id\",\"user.name\",\"user\"],\"ip\":[\"client.ip\",\"ip\",\"addrs\"],"
    "\"level\":[\"level\"],\"status\":[\"http.status_code\",\"status\"],\"outcome\":[\"status\",\"success\"],"
    "\"path\":[\"path\"],\"service\":[\"service\"]},"
    "\"durations\":{\"ms\":[\"duration_ms\"],\"s\":[\"request_time\"],\"go\":[\"=Duration\"],\"text\":["
    "\"duration\"]},"
    "\"times\":[\"time\",\"ts\"],\"texts\":[\"message\",\"log\",\"error.message\",\"error\"],"
    "\"syslog_keys\":[\"PRIORITY\"],\"syslog_levels\":{\"3\":\"error\"},\"nobody\":[\"unknown\"],"
    "\"levels\":{\"w\":\"warn\",\"50\":\"error\"},\"outcomes\":{\"true\":\"success\",\"nope\":\"failure\"}}";

#define SAMPLE_EVENT                                                                                         \
    "{\"name\":\"login\",\"pcre\":\"login of (\\\\S+) from (\\\\S+)\",\"need\":[\"LOGIN of\"],"              \
    "\"groups\":[{\"name\":\"user_id\",\"index\":1},{\"name\":\"ip\",\"index\":2}],"                         \
    "\"sample\":\"login of ann from 192.0.2.1\",\"expect\":{\"user_id\":\"ann\",\"ip\":\"192.0.2.1\"}}"

static const char sample_formats[] =
    "{\"formats\":["
    "{\"name\":\"piped\",\"pcre\":\"^(\\\\w+) \\\\| (.*)\",\"groups\":[{\"name\":\"service\",\"index\":1},"
    "{\"name\":\"message\",\"index\":2}],\"sample\":\"web | "
    "x\",\"expect\":{\"service\":\"web\",\"ip\":false}},"
    "{\"name\":\"leveled\",\"pcre\":\"^(\\\\w): (.*)\",\"groups\":[{\"name\":\"level\",\"index\":1},"
    "{\"name\":\"message\",\"index\":2}],\"sample\":\"W: x\",\"expect\":{\"level\":\"warn\"}}],"
    "\"events\":[" SAMPLE_EVENT "],"
    "\"extras\":[{\"name\":\"took\",\"pcre\":\"took ([0-9.]+ "
    "?\\\\w+)\",\"need\":[\"took\"],\"heads\":[\"took \"],"
    "\"groups\":[{\"name\":\"duration\",\"index\":1}],\"sample\":\"took "
    "2.5s\",\"expect\":{\"duration_ms\":\"2500\"}},"
    "{\"name\":\"somebody\",\"pcre\":\"by (\\\\w+)\",\"groups\":[{\"name\":\"user_id\",\"index\":1}],"
    "\"sample\":\"done by bo\",\"expect\":{\"user_id\":\"bo\"}}]}";

static const char sample_census[] =
    "{\"fields\":[\"user_id\",\"status\"],\"facts\":[\"user_id\",\"service\",\"ip\"],\"shaped\":[\"service\"]"
    ","
    "\"asked\":{\"formats\":[false,false],\"events\":[0],\"extras\":[false,1]},"
    "\"needs\":[false,false],\"gates\":[[\"(?i)login of\"],[]]}";

/* Either part may be replaced; NULL: the one above. */
static struct vocabulary *sample_vocabulary(const char *fields, const char *formats, struct fault *fault) {
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_printf(&text, "{\"fields\":%s,\"formats\":%s,\"census\":%s}", fields ? fields : sample_fields,
               formats ? formats : sample_formats, sample_census);
    struct json_doc *doc = json_doc_parse(buf_str(&text), "sample", FAULT_RULE, fault);
    struct vocabulary *v = doc ? vocabulary_load(json_doc_root(doc), fault) : NULL;
    json_doc_free(doc);
    buf_fini(&text);
    return v;
}

#endif
