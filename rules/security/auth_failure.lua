return rule {
  id          = "security.auth_failure",
  title       = "Authentication failed for {user_id}",
  type        = "Security",
  severity    = "high",
  description = "A failed login as sshd, PAM, databases and applications write it. The user name is the attacker's text: the last address counts.",
  tags        = { "attack.t1110", "attack.credential_access" },

  any = {
    [[\bFailed \S+ for (?:invalid user |illegal user )?(?P<user_id>.*) from (?P<ip>[0-9A-Fa-f.:]+) port \d+]],
    [[\b(?:Invalid|Illegal) user (?P<user_id>.*) from (?P<ip>[0-9A-Fa-f.:]+)]],
    [[\b(?:Disconnected from|Connection (?:closed|reset) by) (?:authenticating|invalid) user (?P<user_id>.*) (?P<ip>[0-9A-Fa-f.:]+) port \d+]],
    [[\bUser (?P<user_id>.*) from (?P<ip>[0-9A-Fa-f.:]+) not allowed because\b]],
    [[\bAccess denied for user '(?P<user_id>[^'\n]*)'@'(?:(?P<ip>[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]+)')?]],
    [[\bauthentication failed for user "(?P<user_id>[^"\n]*)"]],
    [[(?i)\bfailed log-?in (?:attempt )?(?:for|by) (?:user(?:name)? )?["']?(?P<user_id>[^\s"',;]+)["']?(?:.{0,60}\bfrom (?:ip )?["']?(?P<ip>[0-9a-f.:]*[0-9a-f]))?]],
    [[(?i)\blog-?in fail(?:ed|ure) for (?:user )?["']?(?P<user_id>[^\s"',;]+)["']?(?: from (?P<ip>[0-9a-f.:]*[0-9a-f]))?]],
    -- "login_failed", "Authentication of alice failed", "AuthFailure", "sign-in attempt was rejected"
    [[(?i)(?<![a-z])(?:log[ _-]?in|log[ _-]?on|sign[ _-]?in|authenticat(?:ion|e|or)|mfa|2fa|totp)(?:[ _.:-]*(?:attempts?|requests?|check|code|challenge|for|of|by|from|to|with|has|have|was|is|been|user|username|server|token|"[^"\n]{0,80}"|'[^'\n]{0,80}'|\S{1,60}@\S{1,60}|[0-9a-f:.]{7,45}(?= )|[a-z0-9]{1,24}(?= (?:failed|has|was|denied)))){0,6}[ _.:-]*(?:failed|failures?|fail|denied|rejected|unsuccessful|refused)(?![a-z]|_(?:total|count|rate)|\s*[:=]\s*(?:0|false))]],
    [[(?i)(?<![a-z])auth[ _.-]?(?:failed|failures?|fail)(?![a-z]|over)]],
    [[(?i)(?<![a-z])(?:login|logon|authentication|credentials?)[ _-]?err(?:or)?\b|\bbadlogin\b|\bAUTHERR\b]],
    [[(?i)\bfail(?:ed|ure)?(?: to)? (?:(?:user|admin|root|ssh|ftp|web|api|local) )?(?:log[ -]?[io]n|sign[ -]?in|authenticate\b|authentication|password)]],
    [[(?i)(?<![a-z])(?:bad|invalid|incorrect|wrong|unknown)[ _-](?:\w{1,20} (?:or )?)?(?:user ?name|user|login|e-?mail|password|passwd|credentials?|passphrase|passcode|otp|totp|mfa|2fa|authentication)(?![a-z]|[ _-](?:agent|input|data|defined|id\b|type|format|reset|polic))]],
    [[(?i)\b(?:password|credentials?)(?: or \w+)?(?: (?:is|was|are|were))? (?:incorrect|wrong|invalid|rejected|mismatch|do(?:es)?(?:n't| not) match|did not match)]],
    [[(?i)\bno such user\b|\buser (?:not known|unknown) |; user unknown\b|\buser "[^"\n]{0,80}"(?: was not found in|: password mismatch)]],
    [[(?i)\b(?:unsuccessful|failed)\b.{0,30}\b(?:login|logon|sign-in|authentication)\b|\battempted to log ?in\b.{0,80}\bfail]],
    [[(?i)\b(?:login|logon) (?:incorrect|invalid)\b|(?<![a-z])password[ _-]?(?:check |verification |validation )?(?:failed|failure|mismatch|incorrect)(?![a-z])]],
    [[(?i)\b(?:could(?:n't| not)|cannot|can't|unable to) (?:be )?authenticate\b]],
    [[(?i)\bnon-?existent user\b|\baborted login\b|\berror="?user not found\b|\A(?:user not found|bad credentials)\Z]],
    [[(?i)\buser \S{1,80} not found: /]],
    -- LDAP result 49 (invalid credentials), Windows status names.
    [[\bRESULT tag=97 err=49\b]],
    [[\bNT_STATUS_(?:NO_SUCH_USER|WRONG_PASSWORD|LOGON_FAILURE|ACCOUNT_\w+)]],
  },
  none = {
    [[(?i)\b(?:0|no|zero) (?:(?:failed|invalid|unsuccessful) (?:log-?ins?|authentications?|auth)|(?:log-?in|authentication|auth) (?:failures?|errors?|attempts?))\b]],
    [[(?i)\bfail(?:ed|ures?)"?\s*[:=]\s*(?:0\b|false)]],
    [[(?i)\bfail(?:ed|ure)?[ _]?(?:login |auth )?(?:attempts? )?(?:threshold|limit|counter|count reset)\b]],
    [[(?i)\b(?:brute[ _-]?force|(?:consecutive|repeated|too many|multiple|more) (?:failed|authentication|login)|rate.limited|locked out|account[ _](?:\S{1,60} )?(?:has been |was |is )?locked|maximum authentication attempts)\b]],    -- security.brute_force
    [[(?i)\b(?:token|(?<!sshd-)session|jwt|signature|api[ _-]?key)\b.{0,40}\b(?:invalid|expired)]],
    [[(?i)\b(?:invalid|expired)\b.{0,20}\b(?:token|session|jwt|signature|api[ _-]?key)\b]],   -- security.invalid_token
    [[\bsudo: .{0,80}incorrect password attempt|\bFAILED (?:su|SU)\b]],   -- security.privilege
    [[\breject(?:ed|:) RCPT\b|\bRegistration from '|\bSIP auth (?:failure|challenge) ]],    -- security.mail_abuse, security.sip_abuse
  },
  unless = { level = { "trace" } },

  tests = {
    { "sshd", log = [[Nov 26 10:15:02 edge-1 sshd[811]: Failed password for root from 203.0.113.9 port 50112 ssh2]],
      expect = { { user_id = "root", ip = "203.0.113.9" } } },
    { "sshd, an address hidden in the user name",
      log = [[Nov 26 10:15:02 edge-1 sshd[811]: Failed password for invalid user x from 192.0.2.1 port 1 from 203.0.113.9 port 50112 ssh2]],
      expect = { { user_id = "x from 192.0.2.1 port 1", ip = "203.0.113.9" } } },
    { "JSON event name", log = [[{"level":"warn","service":"auth","event":"login_failed","user_id":"mia","ip":"203.0.113.9","message":"wrong one-time code"}]],
      expect = { { user_id = "mia", ip = "203.0.113.9" } } },
    { "PAM", log = [[Nov 26 10:15:02 edge-1 su(pam_unix)[9]: authentication failure; logname= uid=0 tty= ruser= rhost=203.0.113.9 user=root]],
      expect = 1 },
    { "application text", log = [[2024-11-26 10:15:02 WARN Authentication failed: invalid credentials for mia]], expect = 1 },
    { "failover of the auth service", log = [[2024-11-26 10:15:02 INFO auth failover to node-2, login failed: 0]], expect = 0 },
    { "statistics", log = [[2024-11-26 10:15:02 INFO hourly report: 812 logins, 0 failed logins, failures=0]], expect = 0 },
    { "a login page", log = [[2024-11-26 10:15:02 INFO login page rendered, unknown user agent]], expect = 0 },
  },
}
