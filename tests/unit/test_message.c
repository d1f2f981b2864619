#include "message.h"

#include "http_server.h"

static const char QUEUE[] = "https://sqs.eu-west-3.amazonaws.com/123456789012/continued";
static const char TOPIC[] = "arn:aws:sns:ap-south-1:123456789012:alerts";
static const char FINE[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
static struct places places;
static struct fault fault;

static void start(size_t count, const char *const *answers) {
    server_start(count, answers, true);
    server_as_aws();
    places = (struct places){ 0 };
    fault = (struct fault){ 0 };
}

static void finish(void) {
    places_fini(&places);
    server_finish();
}

/* The last request has all of these; header names in any case. */
static void check_request(const char *const *parts, size_t count) {
    CHECK(strncmp(server.request, "POST / HTTP/1.1\r\n", 17) == 0);
    for (size_t i = 0; i < count; i++)
        if (!strcasestr(server.request, parts[i]))
            CHECK_STR(str_c(server.request), parts[i]);
}
#define CHECK_REQUEST(...)                                                                                   \
    check_request((const char *const[]){ __VA_ARGS__ },                                                      \
                  sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

/* An answer of this status and body; valid for three more. */
static const char *answer(int status, const char *body) {
    static char texts[4][1024];
    static int next;
    char *text = texts[next++ % 4];
    snprintf(text, sizeof texts[0], "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n\r\n%s", status, strlen(body),
             body);
    return text;
}

static void test_queue(void) {
    start(2, (const char *const[]){ FINE, FINE });
    CHECK(message_to_queue(&places, QUEUE, str_c("{\"a\":1}"), &fault));
    CHECK_REQUEST("/eu-west-3/sqs/aws4_request", "X-Amz-Target: AmazonSQS.SendMessage\r\n",
                  "Content-Type: application/x-amz-json-1.0\r\n",
                  "\r\n\r\n{\"QueueUrl\":\"https://sqs.eu-west-3.amazonaws.com/123456789012/continued\","
                  "\"MessageBody\":\"{\\\"a\\\":1}\"}");
    CHECK(message_to_queue(&places, "http://localhost:4566/queue", str_c("{}"), &fault));
    CHECK_REQUEST("/eu-central-1/sqs/aws4_request"); /* its name says nothing: the function's own */
    finish();
}

static void test_topic(void) {
    start(1, (const char *const[]){ FINE });
    CHECK(message_to_topic(&places, TOPIC, str_c("[high] a & b"), str_c("x=1"), &fault));
    CHECK_REQUEST("/ap-south-1/sns/aws4_request", "Content-Type: application/x-www-form-urlencoded",
                  "Action=Publish&", "Subject=%5Bhigh%5D%20a%20%26%20b", "Message=x%3D1",
                  "TopicArn=arn%3Aaws%3Asns%3Aap-south-1%3A123456789012%3Aalerts");
    CHECK(!strstr(server.request, "X-Amz-Target"));
    finish();
}

static void test_refused(void) {
    start(1, (const char *const[]){ answer(403, "{\"__type\":\"AccessDeniedException\"}") });
    CHECK(!message_to_queue(&places, QUEUE, str_c("{}"), &fault));
    CHECK_INT(fault.kind, FAULT_OUTPUT);
    CHECK(strstr(fault.text, QUEUE) && strstr(fault.text, "sqs:SendMessage") &&
          strstr(fault.text, "AccessDeniedException"));
    finish();
}

/* Only those that were refused are sent again. */
static void test_bus(void) {
    const struct str details[] = { STR("{\"n\":1}"), STR("{\"n\":2}"), STR("{\"n\":3}") };
    start(2, (const char *const[]){
                 answer(200, "{\"FailedEntryCount\":2,\"Entries\":[{\"ErrorCode\":\"ThrottlingException\"},"
                             "{\"EventId\":\"e\"},{\"ErrorCode\":\"InternalFailure\"}]}"),
                 answer(200,
                        "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"a\"},{\"EventId\":\"b\"}]}") });
    CHECK(message_to_bus(&places, "alerts", details, 3, &fault));
    CHECK_REQUEST("/eu-central-1/events/aws4_request", "X-Amz-Target: AWSEvents.PutEvents\r\n",
                  "\"EventBusName\":\"alerts\",\"Detail\":\"{\\\"n\\\":1}\"", "{\\\"n\\\":3}");
    CHECK(!strstr(server.request, "{\\\"n\\\":2}"));
    finish();
}

static void test_bus_refuses(void) {
    static const char refusal[] =
        "{\"FailedEntryCount\":1,\"Entries\":[{\"ErrorCode\":\"NotAuthorizedForSourceException\"}]}";
    const struct str detail = STR("{}"), many[MESSAGE_MAX_EVENTS + 1] = { { 0 } };
    start(3, (const char *const[]){ answer(200, refusal), answer(200, refusal), answer(200, refusal) });
    CHECK(!message_to_bus(&places, "alerts", &detail, 1, &fault));
    CHECK_INT(fault.kind, FAULT_OUTPUT);
    CHECK(strstr(fault.text, "NotAuthorizedForSourceException") != NULL);
    finish();
    start(1, (const char *const[]){ FINE });
    CHECK(!message_to_bus(&places, "alerts", &detail, 1, &fault));
    CHECK(strstr(fault.text, "does not tell of each event") != NULL);
    CHECK(!message_to_bus(&places, "alerts", many, MESSAGE_MAX_EVENTS + 1, &fault));
    CHECK(message_to_bus(&places, "alerts", NULL, 0, &fault)); /* nothing to send: nobody is asked */
    finish();
}

static void test_too_long(void) {
    struct buf text;
    buf_init(&text, 3 << 20);
    for (int i = 0; i < 3 << 20; i++)
        buf_add_byte(&text, 'x');
    places = (struct places){ 0 };
    CHECK(!message_to_queue(&places, QUEUE, buf_str(&text), &fault));
    CHECK_STR(str_c(fault.text),
              "https://sqs.eu-west-3.amazonaws.com/123456789012/continued: the event is too "
              "long for a message");
    CHECK(!message_to_topic(&places, TOPIC, str_c("s"), buf_str(&text), &fault));
    CHECK_INT(fault.kind, FAULT_OUTPUT);
    CHECK(places.remote == NULL); /* before anyone is asked for anything */
    buf_fini(&text);
}

int main(void) {
    test_queue();
    test_topic();
    test_refused();
    test_bus();
    test_bus_refuses();
    test_too_long();
    return check_report();
}
