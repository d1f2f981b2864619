return rule {
  id          = "aws.root_activity",
  title       = "AWS root did {eventName}",
  type        = "Security",
  severity    = "high",
  description = "The root user of an account was used (CIS). What a service does in its name is not meant.",
  tags        = { "attack.t1078.004" },
  dedup       = { "user_id", "ip", "action" },

  where  = { eventName = { exists = true }, ["userIdentity.type"] = "Root" },
  unless = { { ["userIdentity.invokedBy"] = { exists = true } }, { eventType = "AwsServiceEvent" } },

  tests = {
    { "root", log = [[{"eventName":"CreateUser","eventType":"AwsApiCall","userIdentity":{"type":"Root"},"sourceIPAddress":"203.0.113.9"}]],
      expect = { { ip = "203.0.113.9" } } },
    { "another user", log = [[{"eventName":"CreateUser","eventType":"AwsApiCall","userIdentity":{"type":"IAMUser","userName":"mia"}}]], expect = 0 },
    { "a service in its name", log = [[{"eventName":"CreateUser","eventType":"AwsApiCall","userIdentity":{"type":"Root","invokedBy":"support.amazonaws.com"}}]], expect = 0 },
    { "an event of a service", log = [[{"eventName":"ConsoleLogin","eventType":"AwsServiceEvent","userIdentity":{"type":"Root"}}]], expect = 0 },
    { "no call", log = [[{"userIdentity":{"type":"Root"}}]], expect = 0 },
  },
}
