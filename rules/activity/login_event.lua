return rule {
  id          = "activity.login_event",
  title       = "{user_id} logged in",
  type        = "UserActivity",
  severity    = "info",
  description = "A structured record: a login action that did not fail, where the message does not say so itself.",
  tags        = { "activity.login" },

  where  = { action = { "login", "user_login", "user.login", "log_in", "logon", "signin", "sign_in", "user.authentication.sso",
                        "user.session.start", "user.authentication.auth_via_mfa", "session_start", "session.start", "auth.login", "login_success", "login.success", "LOGIN" } },
  unless = {
    { outcome = { "failure", "failed", "failed_login", "denied", "error" } },
    { level = { "warn", "error", "critical" } },
    { status = { ge = 400 } },
  },
  none   = {   -- activity.login reads these; the rest did not succeed
    [[(?i)\b(?:logged[ -]?in|signed[ -]?in|logged on)\b|(?<![a-z])user[_.]?(?:log_?in|signin)(?![a-z_.])|\A[^{]{0,200}\bsuccess]],
    [[(?i)(?<![a-z])(?:log[ _-]?in|logon|sign[ _-]?in|authentication)[ _.-](?:was )?succe(?:ss|eded)|\bsuccessful(?:ly)? (?:\w+ )?(?:log-?in|logon|sign-?in|authenticat)]],
    [[(?i)\baction="?(?:user[_.])?(?:login|log_in|signin|sign_in)\b]],
    [[(?i)(?<![a-z])(?:fail(?:ed|ure)?|denied|reject\w*|unsuccessful|invalid|incorrect|wrong|locked|page|out)(?![a-z])]],
  },

  tests = {
    { "action", log = [[{"service":"auth","action":"login","user_id":"mia","message":"POST /session"}]], expect = { { user_id = "mia" } } },
    { "with outcome", log = [[{"service":"auth","action":"signin","outcome":"success","user_id":"mia","message":"session created"}]], expect = 1 },
    { "failed", log = [[{"service":"auth","action":"login","outcome":"failure","user_id":"mia","message":"POST /session"}]], expect = 0 },
    { "another action", log = [[{"service":"auth","action":"token_refresh","user_id":"mia","message":"POST /session"}]], expect = 0 },
    { "each form", log = {
      [[{"action":"login","user_id":"mia","message":"POST /session"}]],
    }, expect = 1 },
    { "each exception", log = {
      [[{"action":"login","message":"POST /session was denied"}]],
      [[{"action":"login","message":"success"}]],
      [[{"eventName":"session_start","message":"action=login"}]],
      [[{"eventType":"user.session.start","outcome":{"result":"DENY"},"message":"policy"}]],
      [[{"eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Failure"},"result":"ok","message":"x"}]],
      [[{"level":"warn","action":"login","message":"POST /session"}]],
    }, expect = 0 },
    { "the status of an answer", log = {
      [[{"action":"login","status":399,"message":"POST /session"}]],
    }, expect = 1 },
    { "a refused one", log = {
      [[{"action":"login","status":400,"message":"POST /session"}]],
    }, expect = 0 },
    { "Okta: found", log = {
      [[{"eventType":"user.session.start","outcome":{"result":"SUCCESS"},"actor":{"alternateId":"mia@shop.example"}}]],
    }, expect = 1 },
    { "Okta: harmless", log = {
      [[{"eventType":"user.session.start","text":"login successful"}]],
      [[{"eventType":"user.session.start","note":"login success"}]],
    }, expect = 0 },
  },
}
