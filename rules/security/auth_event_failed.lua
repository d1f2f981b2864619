return rule {
  id          = "security.auth_event_failed",
  title       = "Login of {user_id} failed",
  type        = "Security",
  severity    = "high",
  description = "A structured record: an authentication action whose outcome is failure, whatever the message says.",
  tags        = { "attack.t1110", "attack.credential_access" },

  where = {
    { outcome = "failure",
      action  = { "login", "user_login", "user.login", "log_in", "logon", "signin", "sign_in", "authenticate", "authentication",
                  "auth", "mfa", "mfa_challenge", "2fa", "verify_password", "session.start", "auth.login", "user.authentication" } },
    -- Identity providers: {"eventType":"user.session.start","outcome":{"result":"FAILURE"}}
    { ["outcome.result"] = { "FAILURE", "DENY" }, eventType = { re = [[^user\.(?:session|authentication|mfa|account\.lock)]] } },
  },
  none = {
    access_line,
    -- security.auth_failure and security.brute_force see these in the text:
    [[(?i)(?<![a-z])(?:bad|invalid|incorrect|wrong|unknown)[ _-](?:user|login|e-?mail|password|passcode|credential|otp|authentication)]],
    [[(?i)(?:log[ _-]?[io]n|sign[ _-]?in|authenticat\w{1,4}|(?<![a-z])auth)[ _.:-]*(?:attempts? |was |of \S{1,60} )?(?:fail|denied|rejected|unsuccessful|refused)|\bfail(?:ed|ure)? (?:to )?(?:log|sign|auth)]],
    [[(?i)(?:account|user)[ _](?:\S{1,60} )?(?:is |was )?locked|\blocked out\b|\bbrute|\btoo many\b]],
  },

  tests = {
    { "JSON, outcome", log = [[{"service":"auth","action":"login","outcome":"failure","user_id":"mia","ip":"203.0.113.9","message":"POST /login"}]],
      expect = { { user_id = "mia", outcome = "failure" } } },
    { "JSON, success is false", log = [[{"service":"auth","event":"user.login","success":false,"user":"mia"}]], expect = 1 },
    { "identity provider", log = [[{"eventType":"user.session.start","displayMessage":"User signs on","outcome":{"result":"FAILURE"}}]], expect = 1 },
    { "success", log = [[{"service":"auth","action":"login","outcome":"success","user_id":"mia","message":"POST /login"}]], expect = 0 },
    { "another action", log = [[{"service":"shop","action":"checkout","outcome":"failure","user_id":"mia","message":"POST /pay"}]], expect = 0 },
    { "each form", log = {
      [[{"action":"login","outcome":"failure","message":"user rejected the push"}]],
      [[{"eventType":"user.session.start","outcome":{"result":"FAILURE","reason":"LOCKED_OUT"}}]],
    }, expect = 2 },
    { "what a client said in an access log", log = {
      [=[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "type=USER_LOGIN msg=audit(1732616102.123:9): pid=9 uid=0 msg='op=login acct='mia' addr=203.0.113.9 res=failed'"]=],
    }, expect = 0 },
    { "each exception", log = {
      [[{"action":"login","outcome":"failure","message":"wrong password"}]],
      [[{"action":"login","outcome":"failure","message":"sign-in was refused"}]],
      [[{"action":"login","outcome":"failure","message":"account is locked"}]],
      [[{"eventType":"user.session.start","outcome":{"result":"SUCCESS"}}]],
      [[{"eventType":"group.rename","outcome":{"result":"DENY"}}]],
    }, expect = 0 },
  },
}
