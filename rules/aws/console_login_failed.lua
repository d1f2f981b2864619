return rule {
  id          = "aws.console_login_failed",
  title       = "AWS console login of {user_id} failed",
  type        = "Security",
  severity    = "high",
  description = "A CloudTrail ConsoleLogin record whose answer is Failure.",
  tags        = { "attack.t1110", "attack.t1078.004" },

  where = { eventName = "ConsoleLogin", ["responseElements.ConsoleLogin"] = "Failure" },
  none  = { [[(?i)\bfailed (?:log-?in|authentication)\b]] },    -- "errorMessage": security.auth_failure

  tests = {
    { "failed", log = [[{"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Failure"}}]], expect = 1 },
    { "with an address", log = [[{"eventName":"ConsoleLogin","sourceIPAddress":"203.0.113.9","responseElements":{"ConsoleLogin":"Failure"}}]], expect = 1 },
    { "success", log = [[{"eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Success"}}]], expect = 0 },
    { "another call", log = [[{"eventName":"GetSigninToken","responseElements":null}]], expect = 0 },
    { "each exception", log = {
      [[{"eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Failure"},"errorMessage":"Failed authentication"}]],
      [[{"eventName":"SwitchRole","responseElements":{"ConsoleLogin":"Failure"}}]],
    }, expect = 0 },
  },
}
