return rule {
  id          = "aws.access_denied",
  title       = "AWS refused {eventName}",
  type        = "Security",
  severity    = "medium",
  description = "A CloudTrail record whose error code says that the caller was not allowed to do it.",
  tags        = { "attack.t1078.004", "attack.discovery" },
  dedup       = { "user_id", "ip" },

  where = {
    eventSource = { exists = true },
    errorCode   = { re = [[(?i)AccessDenied|Unauthorized|Forbidden|NotAuthorized|^40[13]$]] },
  },

  tests = {
    { "denied", log = [[{"eventSource":"s3.amazonaws.com","eventName":"GetObject","errorCode":"AccessDenied","sourceIPAddress":"203.0.113.9"}]], expect = 1 },
    { "EC2's name for it", log = [[{"eventSource":"ec2.amazonaws.com","eventName":"RunInstances","errorCode":"Client.UnauthorizedOperation"}]], expect = 1 },
    { "another error", log = [[{"eventSource":"s3.amazonaws.com","eventName":"GetBucketTagging","errorCode":"NoSuchTagSet"}]], expect = 0 },
    { "allowed", log = [[{"eventSource":"s3.amazonaws.com","eventName":"GetObject"}]], expect = 0 },
    { "each exception", log = {
      [[{"eventName":"GetObject","errorCode":"AccessDenied"}]],
    }, expect = 0 },
    { "only a number", log = {
      [[{"eventSource":"s3.amazonaws.com","eventName":"GetObject","errorCode":"403"}]],
    }, expect = 1 },
  },
}
