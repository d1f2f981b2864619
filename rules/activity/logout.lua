return rule {
  id          = "activity.logout",
  title       = "{user_id} logged out",
  type        = "UserActivity",
  severity    = "info",
  description = "A logout or closed session.",
  tags        = { "activity.logout" },

  any = {
    [[\bsession closed for user (?P<user_id>[^\s(]+)]],
    [[\bDisconnected from user (?P<user_id>.{0,256}) (?P<ip>[0-9A-Fa-f.:]+) port \d+]],
    [[\bdisconnection: session time: \S+ user=(?P<user_id>\S+)]],
    [[(?i)\b(?:logged|signed|logging|signing)[ -]?(?:out|off)\b]],
    [[(?i)(?<![a-z])(?:user[ _.-])?(?:log[ _-]?out|logoff|sign[ _-]?out)(?:[ _.-](?:success(?:ful|fully)?|succeeded|completed|ok))(?![a-z])]],
    [[(?i)(?<![a-z])user[ _.](?:log_?out|logoff|signout|sign_out)(?![a-z])]],
    [[(?i)\baction="?(?:user[_.])?(?:logout|log_out|logoff|signout|sign_out)\b]],
    [[\A(?i:logout|log_out|signout|sign_out|session_end|session\.end)\Z]],
  },
  none = { access_line, [[(?i)\bfail(?:ed|ure)?\b|\bnot (?:logged|signed) (?:out|off)\b]] },

  tests = {
    { "JSON", log = [[{"level":"info","service":"auth","event":"logout","user_id":"mia","message":"bye"}]], expect = { { user_id = "mia" } } },
    { "PAM", log = [[Nov 26 10:15:02 app-1 su[9]: pam_unix(su:session): session closed for user postgres]], expect = { { user_id = "postgres" } } },
    { "key=value", log = [[2024-11-26 10:15:02 INFO user=mia action=logout result=success]], expect = { { user_id = "mia" } } },
    { "a button", log = [[2024-11-26 10:15:02 INFO rendered logout button]], expect = 0 },
    { "a failure", log = [[2024-11-26 10:15:02 WARN user mia could not be logged out: failed to reach redis]], expect = 0 },
    { "each form", log = {
      [[Nov 26 10:15:01 app-1 su[9]: pam_unix(su:session): session closed for user mia]],
      [[Nov 26 10:15:02 edge-1 sshd[811]: Disconnected from user mia 192.0.2.7 port 50112]],
      [[2024-11-26 10:15:03.123 UTC [9] LOG:  disconnection: session time: 0:00:01.120 user=mia database=shop]],
      [[2024-11-26 10:15:04 INFO mia signed off]],
      [[2024-11-26 10:15:05 INFO logout completed for mia]],
      [[2024-11-26 10:15:06 INFO event user_logout of mia]],
      [[2024-11-26 10:15:07 INFO user=mia action=logout]],
      [[{"event":"session_end","user_id":"mia"}]],
    }, expect = 8 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "su[9]: pam_unix(su:session): session closed for user postgres"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN mia logged out, session closed: failed to tell the broker]],
    }, expect = 0 },
  },
}
