return {
  rule {
    id          = "aws.console_login",
    title       = "{user_id} logged in to the AWS console",
    type        = "UserActivity",
    severity    = "info",
    description = "A CloudTrail ConsoleLogin record whose answer is Success.",
    tags        = { "activity.login" },

    where = { eventName = "ConsoleLogin", ["responseElements.ConsoleLogin"] = "Success" },

    tests = {
      { "success", log = [[{"eventName":"ConsoleLogin","userIdentity":{"type":"IAMUser","userName":"mia"},"responseElements":{"ConsoleLogin":"Success"}}]],
        expect = { { user_id = "mia" } } },
      { "failure", log = [[{"eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Failure"}}]], expect = 0 },
      { "another call", log = [[{"eventName":"SwitchRole","responseElements":{"ConsoleLogin":"Success"}}]], expect = 0 },
    },
  },
  rule {
    id          = "aws.console_login_without_mfa",
    title       = "{user_id} logged in to the AWS console without MFA",
    type        = "Security",
    severity    = "medium",
    description = "A console login of root or an IAM user with a password only (CIS). Federated users bring their own second factor.",
    tags        = { "attack.t1078.004" },

    where = { eventName = "ConsoleLogin", ["responseElements.ConsoleLogin"] = "Success", ["additionalEventData.MFAUsed"] = { ne = "Yes" },
              ["userIdentity.type"] = { "IAMUser", "Root" } },
    unless = { ["additionalEventData.SamlProviderArn"] = { exists = true } },

    tests = {
      { "no MFA", log = [[{"eventName":"ConsoleLogin","userIdentity":{"type":"IAMUser","userName":"mia"},"additionalEventData":{"MFAUsed":"No"},"responseElements":{"ConsoleLogin":"Success"}}]],
        expect = { { user_id = "mia" } } },
      { "nothing said of MFA", log = [[{"eventName":"ConsoleLogin","userIdentity":{"type":"Root"},"responseElements":{"ConsoleLogin":"Success"}}]], expect = 1 },
      { "with MFA", log = [[{"eventName":"ConsoleLogin","userIdentity":{"type":"IAMUser"},"additionalEventData":{"MFAUsed":"Yes"},"responseElements":{"ConsoleLogin":"Success"}}]], expect = 0 },
      { "a role", log = [[{"eventName":"ConsoleLogin","userIdentity":{"type":"AssumedRole"},"additionalEventData":{"MFAUsed":"No"},"responseElements":{"ConsoleLogin":"Success"}}]], expect = 0 },
      { "federated", log = [[{"eventName":"ConsoleLogin","userIdentity":{"type":"IAMUser"},"additionalEventData":{"MFAUsed":"No","SamlProviderArn":"arn:x"},"responseElements":{"ConsoleLogin":"Success"}}]], expect = 0 },
      { "failed", log = [[{"eventName":"ConsoleLogin","userIdentity":{"type":"Root"},"responseElements":{"ConsoleLogin":"Failure"}}]], expect = 0 },
      { "another call", log = [[{"eventName":"SwitchRole","userIdentity":{"type":"Root"},"responseElements":{"ConsoleLogin":"Success"}}]], expect = 0 },
    },
  },
}
