return rule {
  id          = "activity.password_change",
  title       = "Password or second factor of {user_id} changed",
  type        = "UserActivity",
  severity    = "low",
  description = "A password, passphrase, second factor or API key was changed or reset, or a reset was asked for.",
  tags        = { "activity.account", "attack.t1098" },

  any = {
    [[(?i)(?<![a-z])(?:password|passwd|passphrase|pin)[ _.-](?:was |has been |is )?(?:change[ds]?|updated?|reset|rotated)(?![a-z]| (?:page|form|email template|policy))(?: successfully)?(?: (?:for|of) (?:user |account )?["']?(?P<user_id>(?!(?:user|account|the|all|your|an?|this|\d+)\b)[\w.@$+\\-]*\w))?]],
    [[(?i)\b(?:changed|updated|reset|resetting|changing) (?:the |his |her |their |own )?(?:\w+ )?password\b]],
    [[(?i)(?<![a-z])(?:mfa|2fa|totp|two[ _-]factor)[ _.-](?:was |has been |method )?(?:enabled|disabled|enrolled|removed|reset)(?![a-z])]],
    [[(?i)\b(?:api|access) ?key (?:\S{1,60} )?(?:was |has been )?(?:created|rotated|revoked|deleted)\b]],
  },
  none = {
    access_line,
    [[(?i)\bfail(?:ed|ure)?\b|\b(?:invalid|incorrect|wrong|denied|expired|not (?:be )?changed)\b]],
    [[(?i)\b0 passwords?\b|\bpassword (?:reset|change) (?:page|form|endpoint|is disabled|required)\b]],
  },

  tests = {
    { "JSON", log = [[{"level":"info","service":"auth","event":"password_changed","user_id":"mia","message":"ok"}]], expect = { { user_id = "mia" } } },
    { "key=value", log = [[2024-11-26T10:15:02Z INFO user=mia action=password_reset result=success ip=192.0.2.7]], expect = { { user_id = "mia" } } },
    { "plain words", log = [[Nov 26 10:15:01 app-1 passwd[9]: password changed for mia]], expect = { { user_id = "mia" } } },
    { "not done", log = [[2024-11-26T10:15:02Z WARN password change failed for mia]], expect = 0 },
    { "a page", log = [[2024-11-26T10:15:02Z INFO password reset page rendered]], expect = 0 },
    { "each form", log = {
      [[Nov 26 10:15:01 app-1 passwd[9]: password changed for mia]],
      [[2024-11-26 10:15:02 INFO passphrase of mia: passphrase was rotated]],
      [[2024-11-26 10:15:03 INFO mia changed his old password]],
      [[2024-11-26 10:15:04 INFO totp enrolled by mia]],
      [[2024-11-26 10:15:05 INFO access key k-17 rotated]],
    }, expect = 5 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "user=mia action=password_reset result=success ip=192.0.2.7"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN password changed by nobody: invalid code]],
      [[2024-11-26 10:15:02 INFO password reset endpoint is up]],
    }, expect = 0 },
  },
}
