/* Messages to others in AWS: a queue (SQS), a topic (SNS), an event bus (EventBridge). True only when all of
 * it was accepted. They are no objects: a local root does not stand in for them. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "place.h"

/* `queue`: its URL. */
bool message_to_queue(struct places *places, const char *queue, struct str body, struct fault *fault);

/* `subject`: printable ASCII, at most 100 bytes. */
bool message_to_topic(struct places *places, const char *arn, struct str subject, struct str body,
                      struct fault *fault);

/* What a bus takes at once. */
enum { MESSAGE_MAX_EVENTS = 10 };

/* `bus`: name or ARN. Each detail is a JSON object. */
bool message_to_bus(struct places *places, const char *bus, const struct str *details, size_t count,
                    struct fault *fault);

#endif
