return rule {
  id          = "activity.login",
  title       = "{user_id} logged in",
  type        = "UserActivity",
  severity    = "info",
  description = "A successful login or opened session, in text or in a message, event or action name.",
  tags        = { "activity.login" },

  any = {
    [[\bAccepted \S+ for (?P<user_id>.*) from (?P<ip>[0-9A-Fa-f.:]+) port \d+]],
    [[\bsession opened for user (?P<user_id>[^\s(]+)]],
    [[\bconnection authorized: user=(?P<user_id>\S+)]],
    [[(?i)\b(?:user )?["']?(?:\S{1,64} )?(?:has )?(?:successfully )?(?:logged[ -]?in|signed[ -]?in|logged on)\b]],
    [[(?i)(?<![a-z])(?:user[ _.-])?(?:log[ _-]?in|logon|sign[ _-]?in|authentication)[ _.-](?:was )?(?:success(?:ful|fully)?|succeeded|accepted|completed|ok)(?![a-z])]],
    [[(?i)\bsuccessful(?:ly)? (?:\w+ )?(?:log-?in|logon|sign-?in|authentication|authenticated)\b]],
    [[(?i)(?<![a-z])user[_.]?(?:log_?in|signin)(?![a-z_.])|"(?:UserLoggedIn|LoginSucceeded)"]],
    [[\bROOT LOGIN ON\b|\bFTP LOGIN FROM (?P<ip>[0-9A-Fa-f.:]+)|\blogin: Login: user=<(?P<user_id>[^>\n]*)>]],
    [[(?i)\baction="?(?:user[_.])?(?:login|log_in|signin|sign_in)\b"?]],
  },
  none   = {
    [[(?i)(?<![a-z])(?:fail(?:ed|ure)?|denied|reject\w*|unsuccessful|refused|invalid|incorrect|wrong|locked|blocked|suspicious|brute)(?![a-z])]],
    [[(?i)\b(?:not|never|no longer|no|nobody|0 users?|users?=\d+) (?:currently )?(?:logged[ -]?in|signed[ -]?in)\b|\bre?fresh\w* token\b]],
    [[(?i)\b(?:log|sign)(?:ged|ing)?[ -]?(?:out|off)\b]],
  },
  unless = { outcome = { "failure", "failed", "denied", "error" } },

  tests = {
    { "JSON", log = [[{"level":"info","service":"auth","event":"user_login","user_id":"mia","ip":"192.0.2.7","message":"welcome back"}]],
      expect = { { user_id = "mia", ip = "192.0.2.7" } } },
    { "sshd", log = [[Nov 26 10:15:02 edge-1 sshd[811]: Accepted publickey for mia from 192.0.2.7 port 50112 ssh2: ED25519 SHA256:x]],
      expect = { { user_id = "mia", ip = "192.0.2.7" } } },
    { "PAM", log = [[Nov 26 10:15:02 app-1 su[9]: pam_unix(su:session): session opened for user postgres(uid=26) by (uid=0)]],
      expect = { { user_id = "postgres" } } },
    { "a login page", log = [[2024-11-26 10:15:02 INFO showing the login form to a guest]], expect = 0 },
    { "failed", log = [[{"level":"warn","event":"user_login","outcome":"failure","user_id":"mia","message":"wrong password"}]], expect = 0 },
  },
}
