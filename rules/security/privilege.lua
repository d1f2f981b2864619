return rule {
  id          = "security.privilege",
  title       = "Privilege misuse",
  type        = "Security",
  severity    = "high",
  description = "sudo or su refused, or an escalation of privileges that the log names.",
  tags        = { "attack.t1548", "attack.t1548.003", "attack.privilege_escalation" },

  any = {
    [[\bsudo(?:\[\d+\])?: +(?P<user_id>\S{1,64}) : (?:user NOT in sudoers|command not allowed|\d+ incorrect password attempts?|a password is required|user not allowed)]],
    [[(?i)\b(?P<user_id>[^\s:]{1,64}) is not in the sudoers file\b]],
    [[\bFAILED SU \(to (?P<target>\S{1,64})\) (?P<user_id>\S{1,64}) on\b|\bsu: (?:BAD SU|FAILED su for)\b]],
    [[(?i)\bprivileges? (?:was |were )?escalat(?:ion|ed)\b|\bescalation of privileges?\b|\bescalat(?:ed|es|ing) (?:\w+ )?privileges?\b|\belevation of privilege\b]],
    [[(?i)\b(?:unauthori[sz]ed|illegal) (?:admin|root|sudo|superuser|privileged) (?:access|command|action|login)\b]],
    [[(?i)\battempt(?:ed)? to (?:gain|obtain|assign) (?:root|admin\w*|elevated|superuser)\b]],
  },
  none = { access_line, [[(?i)\b(?:no|0|prevent\w*|against) privilege escalation\b|\ballowPrivilegeEscalation\b]] },

  tests = {
    { "sudo", log = [[Nov 26 10:15:02 app-1 sudo[77]:      mia : user NOT in sudoers ; TTY=pts/0 ; PWD=/home/mia ; USER=root ; COMMAND=/bin/sh]],
      expect = { { user_id = "mia" } } },
    { "JSON", log = [[{"level":"critical","service":"iam","message":"Privilege escalation attempt: role admin requested","user_id":"mia"}]],
      expect = { { user_id = "mia" } } },
    { "sudo that is fine", log = [[Nov 26 10:15:02 app-1 sudo[77]: mia : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/bin/ls]], expect = 0 },
    { "a pod setting", log = [[2024-11-26 10:15:02 INFO container spec allowPrivilegeEscalation=false, no privilege escalation]], expect = 0 },
    { "each form", log = {
      [[Nov 26 10:15:01 app-1 sudo[77]: mia : command not allowed ; TTY=pts/0]],
      [[2024-11-26 10:15:02 WARN mia is not in the sudoers file]],
      [[Nov 26 10:15:03 app-1 su[9]: FAILED SU (to root) mia on pts/0]],
      [[2024-11-26 10:15:04 WARN elevation of privilege]],
      [[2024-11-26 10:15:05 WARN illegal root login]],
      [[2024-11-26 10:15:06 WARN attempted to gain root]],
    }, expect = 6 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "sudo[77]:      mia : user NOT in sudoers ; TTY=pts/0 ; PWD=/home/mia ; USER=root ; COMMAND=/bin/sh"]], expect = 0 },
    { "escalated: found", log = {
      [[2024-11-26 10:15:01 WARN user mia escalated privileges to admin without approval]],
    }, expect = 1 },
    { "escalated: harmless", log = {
      [[2024-11-26 10:15:01 INFO ticket 7 was escalated]],
    }, expect = 0 },
  },
}
