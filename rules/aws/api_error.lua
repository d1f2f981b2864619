return rule {
  id          = "aws.api_error",
  title       = "AWS call {eventName} failed: {errorCode}",
  type        = "Error",
  severity    = "low",
  description = "A CloudTrail record of a call that failed for another reason than permission (aws.access_denied).",
  tags        = { "error.aws" },
  dedup       = { "user_id", "service" },

  where  = { eventSource = { exists = true }, errorCode = { re = [[\w]] } },
  unless = { errorCode = { re = [[(?i)AccessDenied|Unauthorized|Forbidden|NotAuthorized|^40[13]$]] } },

  tests = {
    { "throttled", log = [[{"eventSource":"kms.amazonaws.com","eventName":"Decrypt","errorCode":"ThrottlingException"}]], expect = 1 },
    { "not there", log = [[{"eventSource":"s3.amazonaws.com","eventName":"GetBucketTagging","errorCode":"NoSuchTagSet"}]], expect = 1 },
    { "denied", log = [[{"eventSource":"s3.amazonaws.com","eventName":"GetObject","errorCode":"AccessDenied"}]], expect = 0 },
    { "fine", log = [[{"eventSource":"s3.amazonaws.com","eventName":"GetObject","errorCode":null}]], expect = 0 },
    { "each exception", log = {
      [[{"eventName":"GetObject","errorCode":"NoSuchKey"}]],
    }, expect = 0 },
    { "refused, only a number", log = {
      [[{"eventSource":"s3.amazonaws.com","eventName":"GetObject","errorCode":"403"}]],
    }, expect = 0 },
  },
}
